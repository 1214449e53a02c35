//! Signs, days, marks and states of rows that could be taken the other way round.

use finance::statement::{ReadOptions, Statement, StatementError, read};

fn opened(text: &str) -> Result<Statement, StatementError> {
    read(text.as_bytes(), &ReadOptions { mapping: None, file_name: "checking.csv".into() })
}

fn amounts(text: &str) -> Vec<String> {
    let statement = opened(text).unwrap();
    let rows = statement.accounts.iter().flat_map(|account| &account.rows);
    rows.map(|row| row.amount.to_string()).collect()
}

fn days(text: &str) -> Vec<String> {
    let statement = opened(text).unwrap();
    statement.accounts[0].rows.iter().map(|row| row.date.to_string()).collect()
}

#[test]
fn an_account_pays_its_card_by_autopay_and_signs_stay() {
    let proven = "Date,Description,Amount,Balance\n\
        01/28/2026,\"CARD CRD AUTOPAY PPD\",-512.40,1987.60\n01/26/2026,SAFEWAY,-87.20,2500.00\n\
        01/20/2026,ACME PAYROLL,3000.00,2587.20\n01/18/2026,CORNER CAFE,-40.00,-412.80\n";
    assert_eq!(amounts(proven), ["-512.40", "-87.20", "3000.00", "-40.00"]);
    let bare = "Date,Description,Amount\n01/28/2026,PHONE AUTOPAY,-87.20\n01/26/2026,RENT FLAT,-900.00\n\
        01/20/2026,ACME PAYROLL,3000.00\n01/18/2026,AUTOMATIC PAYMENT LANDLORD,-40.00\n";
    assert_eq!(amounts(bare), ["-87.20", "-900.00", "3000.00", "-40.00"]);
    // A card lists what was charged to it as positive, and its balance is what is owed.
    let card = "Date,Description,Amount\n01/28/2026,SAFEWAY,87.20\n01/26/2026,AUTOPAY - THANK YOU,-512.40\n\
        01/20/2026,SHELL OIL,40.00\n01/18/2026,NETFLIX,15.99\n";
    assert_eq!(amounts(card), ["-87.20", "512.40", "-40.00", "-15.99"]);
}

#[test]
fn a_plus_and_a_payout_are_signs() {
    let plus = "Date,Type,Note,Amount\n2026-09-13,Payment,rent split,+ $600.00\n\
        2026-09-14,Charge,tickets,+ $80.00\n2026-09-15,Payment,dinner,- $45.00\n";
    assert_eq!(amounts(plus), ["600.00", "80.00", "-45.00"]);
    let shop = "Date,Type,Description,Amount\n2026-01-26,charge,Invoice 12,100.00\n\
        2026-01-27,charge,Invoice 13,50.00\n2026-01-29,payout,Bank,-150.00\n";
    assert_eq!(amounts(shop), ["100.00", "50.00", "-150.00"]);
}

#[test]
fn money_that_comes_back_or_from_one_payer_turns_no_file() {
    let refunds = "Date,Description,Amount\n2026-01-20,REFUND AMAZON,20.00\n2026-01-21,REFUND ZARA,50.00\n\
        2026-01-22,REFUND TESCO,20.00\n2026-01-23,J SMITH,-200.00\n";
    assert_eq!(amounts(refunds), ["20.00", "50.00", "20.00", "-200.00"]);
    let rents = "Date,Description,Amount\n2026-01-20,RENT FLAT 1,800.00\n2026-01-21,RENT FLAT 2,850.00\n\
        2026-01-22,RENT FLAT 3,900.00\n2026-01-23,J SMITH,-200.00\n";
    assert_eq!(amounts(rents), ["800.00", "850.00", "900.00", "-200.00"]);
}

#[test]
fn kinds_of_bookings_are_the_sign_of_amounts_that_have_none() {
    let text = "Date,Type,Description,Amount\n2026-01-26,Withdrawal,RENT LANDLORD,500.00\n\
        2026-01-20,Deposit,ACME PAYROLL,2500.00\n2026-01-19,Fee,MONTHLY,5.00\n2026-01-18,Transfer out,SAVINGS,60.00\n";
    assert_eq!(amounts(text), ["-500.00", "2500.00", "-5.00", "-60.00"]);
}

#[test]
fn rows_of_one_month_are_not_rows_of_one_day_a_month() {
    let shops = "Date,Description,Amount\n05/01/2026,TESCO,-12.34\n04/01/2026,ACME LTD,2000.00\n03/01/2026,COUNCIL TAX,-150.00\n";
    assert_eq!(days(shops), ["2026-01-05", "2026-01-04", "2026-01-03"]);
    let gaps = "Date,Description,Amount\n10/01/2026,FEE,-1.00\n08/01/2026,FEE,-1.00\n02/01/2026,FEE,-1.00\n";
    assert_eq!(days(gaps), ["2026-01-10", "2026-01-08", "2026-01-02"]);
    // Interest, once a month.
    let monthly = "Date,Description,Amount\n01/01/2026,INTEREST,1.00\n02/01/2026,INTEREST,1.01\n03/01/2026,INTEREST,1.02\n";
    assert_eq!(days(monthly), ["2026-01-01", "2026-02-01", "2026-03-01"]);
}

#[test]
fn some_currencies_have_three_decimals() {
    let dinars = "Date,Description,Amount,Currency\n2026-01-26,SULTAN CENTER,-12.500,KWD\n2026-01-27,CAFE,-2.350,KWD\n";
    assert_eq!(amounts(dinars), ["-12.500", "-2.350"]);
    let in_header = "Date;Description;Amount (TND)\n2026-01-26;MONOPRIX;-1.234,500\n2026-01-27;CAFE;-2,350\n";
    assert_eq!(amounts(in_header), ["-1234.500", "-2.350"]);
    // In others they are thousands.
    assert_eq!(amounts("Date;Description;Amount;Currency\n2026-01-26;CAR;-12.500;EUR\n"), ["-12500"]);
}

#[test]
fn a_decimal_comma_that_parts_a_field_is_told() {
    let error =
        opened("Date,Description,Amount\n26/01/2026,REWE,-5,50\n27/01/2026,EDEKA,-6,20\n").unwrap_err();
    assert!(error.to_string().contains("line 2, column 4: the row has 4 fields, the header 3"), "{error}");
}

#[test]
fn what_was_refused_or_is_not_booked_yet_has_a_word_in_many_languages() {
    for state in
        ["Geweigerd", "Refusé", "Annulé", "OPERAZIONE ANNULLATA", "REVERTIDO", "RÜCKGÄNGIG", "交易关闭"]
    {
        let text = format!(
            "Date;Description;Amount;Status\n2026-01-26;SHOP;-5,00;{state}\n2026-01-27;SHOP;-6,00;OK\n"
        );
        let statement = opened(&text).unwrap();
        let reason = format!("not booked: the status is “{state}”");
        assert_eq!((statement.accounts[0].rows.len(), statement.skipped.len()), (1, 1), "{state}");
        assert_eq!(statement.skipped[0].reason, reason);
    }
    let pending = |text: &str| -> Vec<bool> {
        let statement = opened(text).unwrap();
        let is_pending = |row: &finance::statement::StatementRow| {
            row.details.as_ref().is_some_and(|details| details.is_pending)
        };
        statement.accounts[0].rows.iter().map(is_pending).collect()
    };
    let danish = "Dato;Tekst;Beløb;Saldo;Status\n28.01.2026;Irma;-50,00;;Venter\n26.01.2026;Netto;-20,00;80,00;Udført\n";
    assert_eq!(pending(danish), [true, false]);
    let german = "Buchungstag;Verwendungszweck;Betrag;Waehrung;Info\n31.01.26;SHOP;-39,90;EUR;Umsatz vorgemerkt\n\
        30.01.26;ANDERE;-10,00;EUR;Umsatz gebucht\n";
    assert_eq!(pending(german), [true, false]);
}

#[test]
fn what_is_left_after_the_fee_is_what_the_account_got() {
    let text = "Datum;Name;Brutto;Gebühr;Netto\n26.01.2026;ACME;1.100,00;-23,20;1.076,80\n27.01.2026;SHOP;-10,00;0,00;-10,00\n";
    assert_eq!(amounts(text), ["1076.80", "-10.00"]);
}

#[test]
fn the_one_iban_above_the_table_is_the_accounts() {
    let table = "Date;Payee;Amount\n2026-01-26;SHOP;-5,00\n";
    let number = |above: &str| opened(&format!("{above}\n{table}")).unwrap().accounts[0].number.clone();
    let iban = Some("DE89370400440532013000".to_owned());
    assert_eq!(number("IBAN;DE89 3704 0044 0532 0130 00;"), iban);
    assert_eq!(number("Girokonto: DE89370400440532013000;;"), iban);
    // Mistyped, and one of two.
    assert_eq!(number("IBAN;DE88370400440532013000;"), None);
    assert_eq!(number("From;DE89370400440532013000;GB29NWBK60161331926819"), None);
}

#[test]
fn an_amount_abroad_has_its_own_currency() {
    let text = "Date;Text;Currency Amount;Currency Rate;Currency;Amount\n2026-01-19;AMAZON US;-20.00;10.5;USD;-210.00\n\
        2026-01-20;REMA;-99.00;1;NOK;-99.00\n2026-01-21;KIWI;-50.00;1;NOK;-50.00\n";
    let statement = opened(text).unwrap();
    assert_eq!(statement.accounts.len(), 1);
    assert_eq!(statement.accounts[0].currency.map(domain::Currency::code), Some("NOK"));
    assert_eq!(amounts(text), ["-210.00", "-99.00", "-50.00"]);
}

#[test]
fn a_payee_called_as_a_format_is_makes_no_file_of_it() {
    let text = ":20:A\n:25:123\n:28C:1/1\n:60F:C260101EUR0,\n:61:2601020102D5,00NMSCNONREF//R1\n\
        :86:166?00X?20TEXT?32A<OFX>B\n:62F:D260102EUR5,\n-\n";
    assert_eq!(opened(text).unwrap().format, "MT940");
}

#[test]
fn the_balance_tells_the_sign_of_amounts_that_have_none() {
    let text = "Date,Description,Amount,Balance\n2026-09-01,SOMEBODY,500.00,900.00\n2026-09-03,SAFEWAY,87.20,812.80\n\
        2026-09-05,ACME PAYROLL,3000.00,3812.80\n2026-09-06,SOMETHING,12.80,3800.00\n2026-09-07,RENT,900.00,2900.00\n";
    assert_eq!(amounts(text), ["-87.20", "3000.00", "-12.80", "-900.00"]);
    let statement = opened(text).unwrap();
    let left_out: Vec<_> = statement.skipped.iter().map(|row| (row.line, row.column)).collect();
    assert_eq!(left_out, [(2, Some(3))], "no balance stands before the first row, and no word of it tells");
    let account = &statement.accounts[0];
    assert_eq!(account.closing_balance.unwrap().to_string(), "2900.00");
    assert_eq!(account.opening_balance.unwrap().to_string(), "900.00");
    // Newest first, and the oldest row says what it is.
    let lines: Vec<&str> = text.lines().collect();
    let newest_first = format!(
        "{}\n{}\n{}\n{}\n{}\n2026-09-01,ACME PAYROLL,500.00,900.00\n",
        lines[0], lines[5], lines[4], lines[3], lines[2]
    );
    assert_eq!(amounts(&newest_first), ["-900.00", "-12.80", "3000.00", "-87.20", "500.00"]);
}

#[test]
fn what_is_owed_on_a_card_without_a_header_rises_by_charges() {
    let card = "09/15/2026,TIM HORTONS #12,4.50,,1204.50\n09/14/2026,LOBLAWS 123,95.50,,1200.00\n\
        09/12/2026,PAYMENT - THANK YOU,,500.00,1104.50\n09/10/2026,NETFLIX.COM,16.99,,1604.50\n09/09/2026,SHELL OIL,60.00,,1587.51\n";
    assert_eq!(amounts(card), ["-4.50", "-95.50", "500.00", "-16.99", "-60.00"]);
    let account = "09/15/2026,TIM HORTONS #12,4.50,,1195.50\n09/14/2026,LOBLAWS 123,95.50,,1200.00\n\
        09/12/2026,ACME PAYROLL,,500.00,1295.50\n09/10/2026,NETFLIX.COM,16.99,,795.50\n";
    assert_eq!(amounts(account), ["-4.50", "-95.50", "500.00", "-16.99"]);
}

#[test]
fn fees_beside_debit_and_credit_columns_are_taken_where_the_balance_proves_it() {
    let text = "Date,Description,Money In,Money Out,Fee,Balance\n2026-09-01,ACME SALARY,5000.00,,,6000.00\n\
        2026-09-02,Cash Withdrawal,,-300.00,-10.00,5690.00\n2026-09-03,SMS Notification,,,-5.00,5685.00\n\
        2026-09-04,Checkers,,-185.00,,5500.00\n2026-09-05,External Payment,,-2000.00,-1.00,3499.00\n";
    assert_eq!(amounts(text), ["5000.00", "-310.00", "-5.00", "-185.00", "-2001.00"]);
    let account = &opened(text).unwrap().accounts[0];
    assert_eq!(account.closing_balance.unwrap().to_string(), "3499.00");
}

#[test]
fn net_amounts_and_fees_beside_what_is_left_are_what_moved() {
    let net = "Date,Transaction Type,Amount,Fee,Net Amount,Notes,Name of sender/receiver,Account\n\
        2026-09-15,Cash Card,-$12.00,$0,-$12.00,CHIPOTLE,Chipotle,Your Cash\n\
        2026-09-12,Cash out,-$100.00,-$1.75,-$101.75,,,Visa Debit 1234\n2026-09-10,Received P2P,$40.00,$0,$40.00,dinner,Ann Lee,Your Cash\n";
    assert_eq!(amounts(net), ["-12.00", "-101.75", "40.00"]);
    assert_eq!(opened(net).unwrap().accounts.len(), 1);
    let after_fees = "ID,Status,Direction,Finished on,Source fee amount,Source fee currency,Source name,Source amount (after fees),Source currency,Target name\n\
        T-1,COMPLETED,OUT,2026-09-15 10:01:00,1.23,EUR,Me Myself,98.77,EUR,Ann Lee\n\
        C-2,COMPLETED,OUT,2026-09-14 10:01:00,0,EUR,Me Myself,12.50,EUR,Lidl\n\
        T-3,COMPLETED,IN,2026-09-10 10:01:00,0,EUR,ACME GmbH,2000.00,EUR,Me Myself\n";
    assert_eq!(amounts(after_fees), ["-100.00", "-12.50", "2000.00"]);
}

#[test]
fn lines_about_the_account_book_nothing_in_files_without_a_header() {
    let above = "16-09-2026,01-08-2026,'12 1090 1234 0000 0001 2345 6789,JAN KOWALSKI,PLN,\"1000,00\",\"3900,00\",2,\n\
        12-09-2026,11-09-2026,ZABKA Z1234,,,\"-100,00\",\"3900,00\",2,\n\
        10-09-2026,10-09-2026,WYNAGRODZENIE,ACME SP Z O O,12 3456,\"3200,00\",\"4000,00\",1,\n\
        02-08-2026,01-08-2026,CZYNSZ,ADMINISTRACJA,33 4444,\"-200,00\",\"800,00\",1,\n";
    let statement = opened(above).unwrap();
    assert_eq!(amounts(above), ["-100.00", "3200.00", "-200.00"]);
    assert_eq!(statement.accounts[0].currency.map(|currency| currency.to_string()).as_deref(), Some("PLN"));
    let below = "15/09/2026;-45,67;Carte;;CB CARREFOUR 14/09;;0;Alimentation\n12/09/2026;-100,00;Prélèvement;;PRLV EDF;;0;Logement\n\
        10/09/2026;2000,00;Virement;;VIR ACME SALAIRE;;0;Revenus\n16/09/2026;3854,33;;;;;01234 056789X\n";
    assert_eq!(amounts(below), ["-45.67", "-100.00", "2000.00"]);
    assert_eq!(opened(below).unwrap().skipped[0].line, 4);
}

#[test]
fn exports_that_are_no_statements_are_refused_by_what_they_are() {
    let firefly = "user_id,journal_id,type,currency_code,amount,description,date,source_name,source_type,destination_name,destination_type\n\
        1,1,Withdrawal,EUR,-45.67,Groceries,2026-09-15,Checking,Asset account,Lidl,Expense account\n";
    assert_eq!(
        opened(firefly).unwrap_err().to_string(),
        "line 1: each row names two accounts, as exports of Firefly III do; import the banks' own files instead"
    );
    let trades = "Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal,Total\n\
        2026-09-15T10:00:00Z,Buy,BTC,0.001,USD,60000,60.00,61.99\n";
    assert!(matches!(opened(trades), Err(StatementError::NoStatement { line: 1, .. })));
}
