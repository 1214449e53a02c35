//! What a damaged or hostile CSV costs: a clear error or skipped rows, each with its place.

use domain::Currency;
use finance::statement::{ReadOptions, ReadRow, Statement, StatementError, read, read_rows};

fn csv(bytes: &[u8]) -> Result<Statement, StatementError> {
    read(bytes, &ReadOptions::default())
}

fn skipped(statement: &Statement) -> Vec<(u32, Option<u32>, &str)> {
    statement.skipped.iter().map(|row| (row.line, row.column, row.reason.as_str())).collect()
}

#[test]
fn a_cell_that_cannot_be_read_is_named_by_line_and_column() {
    let (nines, threes) = ("9".repeat(30), "3".repeat(28));
    let text = format!(
        "Date,Description,Amount,Currency\n\
         2024-02-13,A,1.00,EUR\n\
         0000-01-01,A,1.00,EUR\n\
         9999-12-31,A,1.00,EUR\n\
         2024-02-13,A,{nines},EUR\n\
         2024-02-13,A,=1+cmd|' /C calc'!A0,EUR\n\
         =HYPERLINK(\"x\"),A,1.00,EUR\n\
         2024-02-13,A,1.00,XQZ\n\
         2024-02-13,B,2.00,EUR\n\
         2024-02-13,C,3.00,EUR\n\
         2024-02-13,C,1.{threes},EUR\n\
         2024-02-13,C,0.0000000000000000555111512312578270,EUR\n\
         2024-02-14,\"D,4.00,EUR\n"
    );
    let statement = csv(text.as_bytes()).unwrap();
    assert_eq!(statement.accounts.iter().map(|account| account.rows.len()).collect::<Vec<_>>(), [4]);
    let far = "the amount “999999999999999999999999999999” is out of range";
    assert_eq!(
        skipped(&statement),
        [
            (3, Some(1), "the date “0000-01-01” does not exist"),
            (4, Some(1), "the date “9999-12-31” is not between 1900 and 2200"),
            (5, Some(3), far),
            (6, Some(3), "“=1+cmd|' /C calc'!A0” is not an amount"),
            (7, Some(1), "“=HYPERLINK(\"x\")” is not a date"),
            (8, Some(4), "“XQZ” is not a currency"),
            (11, Some(3), "the amount “1.3333333333333333333333333333” is out of range"),
            (13, Some(2), "a quotation mark is not closed"),
        ]
    );
}

#[test]
fn rows_in_another_encoding_are_named_whichever_the_file_has() {
    let mut utf8 = "Date,Payee,Amount\n2024-02-13,Café,1.00\n2024-02-14,Čapek,2.00\n".as_bytes().to_vec();
    utf8.extend(b"2024-02-15,M\xfcller,3.00\n2024-02-16,End,4.00\n");
    let statement = csv(&utf8).unwrap();
    let reason = "the row is in another encoding than the rest of the file";
    assert_eq!(statement.encoding, "UTF-8");
    assert_eq!(skipped(&statement), [(4, Some(2), reason)]);
    let mut western =
        b"Datum;Empf\xe4nger;Betrag\n13.02.2024;M\xfcller;1,00\n14.02.2024;B\xe4cker;2,00\n".to_vec();
    western.extend("15.02.2024;Köhler;3,00\n".as_bytes());
    let statement = csv(&western).unwrap();
    assert_eq!(statement.encoding, "windows-1252");
    assert_eq!(skipped(&statement), [(4, Some(2), reason)]);
    for bytes in [utf8, western] {
        let mut lines = Vec::new();
        let read = read_rows(&mut bytes.as_slice(), &ReadOptions::default(), &mut |row| {
            if let ReadRow::Skipped(row) = row {
                lines.push(row.line);
            }
        });
        assert!(read.is_ok());
    }
}

#[test]
fn a_row_or_a_width_beyond_all_statements_is_refused_at_its_line() {
    let start = "Date,Description,Amount\n2024-02-13,A,1.00\n";
    let long = format!("{start}2024-02-14,{},1.00\n", "x".repeat(100_000_000));
    let wide = format!("{start}{}\n", ",".repeat(1_000_000));
    for (text, line) in [(long, 3), (wide, 3)] {
        assert_eq!(csv(text.as_bytes()).unwrap_err().line(), Some(line));
        let streamed = read_rows(&mut text.as_bytes(), &ReadOptions::default(), &mut |_| {});
        assert_eq!(streamed.unwrap_err().line(), Some(line));
    }
    let nul = csv(b"Date,Description,Amount\n2024-02-13,A,1.00\n2024-02-14,A\0,1.00\n").unwrap_err();
    assert_eq!(nul, StatementError::NulByte { line: 3, column: 13 });
}

#[test]
fn a_file_of_stray_quotation_marks_takes_time_in_proportion() {
    let mut text = "Date,Description,Amount\n2024-02-13,A,1.00\n".to_owned();
    for _ in 0..20_000 {
        text += "2024-02-13,\"A,1.00\n";
    }
    let statement = csv(text.as_bytes()).unwrap();
    assert!(statement.accounts[0].rows.len() > 18_000);
    assert!(statement.skipped.len() < 1_100);
}

#[test]
fn a_minus_in_a_column_of_plain_sizes_turns_the_row_round() {
    let sums = |text: &str| -> Vec<String> {
        csv(text.as_bytes()).unwrap().accounts[0].rows.iter().map(|row| row.amount.to_string()).collect()
    };
    let plain = "Date,Description,Debit,Credit\n\
        2024-03-01,Shop,50.00,\n\
        2024-03-02,Shop reversal,-20.00,\n\
        2024-03-03,Cafe,4.00,\n\
        2024-03-04,Salary,,900.00\n\
        2024-03-05,Salary taken back,,-30.00\n\
        2024-03-06,Interest,,1.00\n";
    assert_eq!(sums(plain), ["-50.00", "20.00", "-4.00", "900.00", "-30.00", "1.00"]);
    // Where debits are listed with a minus, it says nothing more.
    let signed = "Date,Description,Debit,Credit\n\
        2024-03-01,Shop,-50.00,\n\
        2024-03-03,Cafe,-4.00,\n\
        2024-03-04,Salary,,900.00\n";
    assert_eq!(sums(signed), ["-50.00", "-4.00", "900.00"]);
}

#[test]
fn an_account_is_one_however_its_number_is_written() {
    let text = "Account,Date,Description,Amount\n\
        DE89 3704 0044 0532 0130 00,2024-02-13,Cafe,-4.00\n\
        DE89370400440532013000,2024-02-14,Shop,-9.00\n\
        'DE89370400440532013000,2024-02-15,Fuel,-30.00\n\
        AB12 Joint savings,2024-02-15,Fuel,-30.00\n";
    let statement = csv(text.as_bytes()).unwrap();
    let accounts = statement.accounts.iter();
    let accounts: Vec<_> = accounts.map(|it| (it.number.as_deref().unwrap(), it.rows.len())).collect();
    assert_eq!(accounts, [("DE89370400440532013000", 3), ("AB12 Joint savings", 1)]);
}

#[test]
fn rows_without_a_currency_are_of_the_only_one_that_is_named() {
    let text = "Date,Description,Amount,Currency\n\
        2024-02-13,Cafe,-4.00,USD\n\
        2024-02-14,Shop,-9.00,\n\
        2024-02-15,Fuel,-30.00,USD\n";
    let statement = csv(text.as_bytes()).unwrap();
    let [account] = statement.accounts.as_slice() else { panic!("{:?}", statement.accounts) };
    let lines: Vec<u32> = account.rows.iter().map(|row| row.line).collect();
    assert_eq!((account.currency.unwrap().code(), lines), ("USD", vec![2, 3, 4]));
    let two = text.replace("Fuel,-30.00,USD", "Fuel,-30.00,EUR");
    assert_eq!(csv(two.as_bytes()).unwrap().accounts.len(), 3, "nobody knows which of the two");
}

#[test]
fn pending_rows_codes_and_accounts_by_currency_are_told() {
    let text = "Account,Date,Description,Amount,Currency,Status,MCC\n\
        main,2024-02-13,Cafe,-4.00,EUR,Booked,5814\n\
        main,2024-02-14,Shop,-9.00,USD,Pending,\n\
        card,2024-02-15,Fuel,-30.00,EUR,Booked,5541\n\
        main,2024-02-16,Cafe,-5.00,EUR,Declined,5814\n\
        main,2024-02-17,Bread,-3.00,EUR,Booked,0\n";
    let statement = csv(text.as_bytes()).unwrap();
    let accounts: Vec<_> = statement
        .accounts
        .iter()
        .map(|account| (account.name.as_str(), account.currency.unwrap().code(), account.rows.len()))
        .collect();
    assert_eq!(accounts, [("main", "EUR", 2), ("main", "USD", 1), ("card", "EUR", 1)]);
    let details = |account: usize, row: usize| statement.accounts[account].rows[row].details.as_deref();
    assert_eq!(details(0, 0).map(|details| (details.is_pending, details.mcc)), Some((false, Some(5814))));
    assert_eq!(details(1, 0).map(|details| (details.is_pending, details.mcc)), Some((true, None)));
    assert_eq!(details(0, 1), None);
    assert_eq!(skipped(&statement), [(5, Some(6), "not booked: the status is “Declined”")]);
}

#[test]
fn a_file_that_ends_inside_a_row_is_refused() {
    let whole = "Date,Payee,Amount,Balance\n2024-01-02,Alder,-1.00,99.00\n2024-01-03,Birch,-2.00,97.00\n";
    let cuts =
        [("2024-01-05,Cedar,-33", 3), ("2024-01-05,Ced", 2), ("2024-01-05", 1), ("2024-01", 1), ("2024", 1)];
    for (tail, column) in cuts {
        let refused = csv(format!("{whole}{tail}").as_bytes());
        assert_eq!(refused, Err(StatementError::Truncated { line: 4, column }), "{tail}");
        // With its line end the row is one that lacks a field.
        assert!(csv(format!("{whole}{tail}\n").as_bytes()).is_ok(), "{tail}");
    }
    for tail in ["2024-01-05,Cedar,-3.00,94.00", "Total,-3.00", "2", "2024-01-31,Closing balance"] {
        assert!(csv(format!("{whole}{tail}").as_bytes()).is_ok(), "{tail}");
    }
    let without_note = "Date,Payee,Amount,Note\n2024-01-02,Alder,-1.00,x\n2024-01-05,Cedar,-3.25";
    assert!(csv(without_note.as_bytes()).is_ok());
    let ragged =
        "Date,Payee,Amount,Note\n2024-01-02,Alder,-1.00\n2024-01-03,Birch,-2.00,x\n2024-01-05,Cedar,-3.00";
    assert!(csv(ragged.as_bytes()).is_ok());
    let only = "Date,Payee,Amount,Balance\n2024-01-05,Ced";
    assert_eq!(csv(only.as_bytes()), Err(StatementError::Truncated { line: 2, column: 2 }));
}

#[test]
fn a_file_that_ends_inside_quotation_marks_is_refused() {
    let whole = "Date,Payee,Amount\n2024-01-02,Alder,-1.00\n2024-01-03,Birch,-2.00\n";
    for (tail, column) in [
        ("2024-01-05,\"Ced", 2),
        ("\"2024-01-05\",\"Cedar\",\"-3", 3),
        ("2024-01-05,\"Cedar\nat the", 2),
        ("2024-01-05,\"Cedar\nat the\n", 2),
    ] {
        let text = format!("{whole}{tail}");
        assert_eq!(csv(text.as_bytes()), Err(StatementError::Truncated { line: 4, column }), "{tail}");
        let streamed = read_rows(&mut text.as_bytes(), &ReadOptions::default(), &mut |_| {});
        assert_eq!(streamed.unwrap_err().line(), Some(4), "{tail}");
    }
    // A whole line with a stray mark costs itself alone.
    for footer in ["", "printed today\n"] {
        let stray = csv(format!("{whole}2024-01-05,\"Cedar,-3.00\n{footer}").as_bytes()).unwrap();
        assert_eq!(skipped(&stray), [(4, Some(2), "a quotation mark is not closed")], "{footer}");
    }
    let inside = csv(format!("{whole}2024-01-05,\"5\" pipe\",-3.00").as_bytes()).unwrap();
    assert_eq!((inside.accounts[0].rows.len(), skipped(&inside).len()), (3, 0));
}

#[test]
fn codes_that_no_currency_has_are_named_in_their_rows() {
    let file = |codes: [&str; 3]| {
        let rows = codes.iter().zip(1..).map(|(code, day)| format!("2024-01-0{day},Shop,-1.50,{code}\n"));
        format!("Date,Description,Amount,Currency\n{}", rows.collect::<String>())
    };
    let statement = csv(file(["XYZ", "ZZZ", "EUR"]).as_bytes()).unwrap();
    assert_eq!(statement.accounts.len(), 1);
    assert_eq!(statement.accounts[0].currency, Some(Currency::EUR));
    let places: Vec<_> = skipped(&statement).into_iter().map(|(line, column, _)| (line, column)).collect();
    assert_eq!(places, [(2, Some(4)), (3, Some(4))]);
    let refused = csv(file(["XYZ", "XYZ", "XYZ"]).as_bytes());
    assert!(matches!(refused, Err(StatementError::NothingReadable { .. })), "{refused:?}");
}

#[test]
fn an_amount_beyond_what_is_kept_is_named_with_its_column() {
    let statement = csv(b"Date,Description,Amount\n\
        2024-01-01,A,-999999999999999.99\n\
        2024-01-04,D,12.300000000000001\n")
    .unwrap();
    assert_eq!(skipped(&statement), [(2, Some(3), "the amount “-999999999999999.99” is out of range")]);
    assert_eq!(statement.accounts[0].rows[0].amount.to_string(), "12.3");
}

#[test]
fn a_last_row_that_is_the_total_of_its_account_is_no_booking() {
    let rows =
        "Date,Description,Amount\n01/14/2024,Shop,-10.00\n01/15/2024,Pay,100.00\n01/16/2024,Pay,7.00\n";
    let read = |last: &str| csv(format!("{rows}{last}").as_bytes()).unwrap();
    for word in ["Total", "TOTAL", "Summe:", "Saldo", "Итого"] {
        let statement = read(&format!("01/31/2024,{word},97.00\n"));
        let reason = "the row is the total of the rows above and books nothing";
        assert_eq!(skipped(&statement), [(5, None, reason)], "{word}");
        assert_eq!(statement.accounts[0].rows.len(), 3);
    }
    for other in ["01/31/2024,Total,-97.00\n", "01/31/2024,Total Energies,97.00\n"] {
        assert_eq!(read(other).accounts[0].rows.len(), 4, "{other}");
    }
}

#[test]
fn fees_that_the_balance_proves_are_part_of_the_amounts_and_rows_without_a_day_of_booking_are_pending() {
    let text = "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n\
        CARD,Current,2024-01-03 10:00:00,2024-01-04 11:00:00,Shop,-10.00,0.50,EUR,COMPLETED,89.50\n\
        TOPUP,Current,2024-01-05 10:00:00,2024-01-05 10:00:00,Top up,100.00,0.00,EUR,COMPLETED,189.50\n\
        CARD,Current,2024-01-06 10:00:00,,Hotel,-30.00,0.00,EUR,PENDING,\n\
        CARD,Current,2024-01-06 10:00:00,,Refused,-99.00,0.00,EUR,DECLINED,\n\
        EXCHANGE,Current,2024-01-07 10:00:00,2024-01-07 10:00:00,To USD,-50.00,0.25,EUR,COMPLETED,139.25\n";
    let read = |text: &str| {
        let statement = csv(text.as_bytes()).unwrap();
        let [account] = statement.accounts.as_slice() else { panic!("{:?}", statement.accounts) };
        let rows = account.rows.iter();
        let rows: Vec<_> = rows.map(|row| (row.line, row.date.to_string(), row.amount.to_string())).collect();
        let pending = account.rows.iter().filter(|row| row.details.as_ref().is_some_and(|it| it.is_pending));
        let pending: Vec<u32> = pending.map(|row| row.line).collect();
        (rows, pending, account.opening_balance.map(|balance| balance.to_string()), statement.skipped.len())
    };
    let (rows, pending, opening, skipped) = read(text);
    let row = |line: u32, day: &str, amount: &str| (line, day.to_owned(), amount.to_owned());
    assert_eq!(
        rows,
        [
            row(2, "2024-01-04", "-10.50"),
            row(3, "2024-01-05", "100.00"),
            row(4, "2024-01-06", "-30.00"),
            row(6, "2024-01-07", "-50.25"),
        ]
    );
    assert_eq!((pending, opening.as_deref(), skipped), (vec![4], Some("100.00"), 1));
    // A balance that moves by the amounts alone has the fees in them.
    let alone = text.replace("139.25", "139.50");
    assert_eq!(read(&alone).0[3].2, "-50.00");
}

#[test]
fn a_short_file_with_lines_of_balances_and_totals_is_read() {
    let dated = "Date,Description,Debit,Credit,Balance\n\
        01/13/2024,Opening Balance,,,1000.00\n\
        01/13/2024,WALMART,45.10,,954.90\n\
        01/15/2024,PAYROLL,,1200.00,2154.90\n\
        01/20/2024,RENT,900.00,,1254.90\n\
        01/31/2024,Closing Balance,,,1254.90\n\
        01/31/2024,Totals,945.10,1200.00,\n";
    let named = "Date,Description,Amount,Running Bal.\n\
        01/13/2024,Beginning balance as of 01/13/2024,,1000.00\n\
        01/14/2024,SHOP,-10.00,990.00\n\
        01/15/2024,PAY,100.00,1090.00\n\
        01/31/2024,Ending balance as of 01/31/2024,,1090.00\n";
    let summary = |text: &str| {
        let statement = csv(text.as_bytes()).unwrap();
        let amounts: Vec<_> = statement.accounts[0].rows.iter().map(|row| row.amount.to_string()).collect();
        (amounts.join(" "), statement.skipped.len())
    };
    assert_eq!(summary(dated), ("-45.10 1200.00 -900.00".to_owned(), 3));
    assert_eq!(summary(named), ("-10.00 100.00".to_owned(), 2));
}

#[test]
fn a_header_tells_the_currency_beside_the_amounts_or_in_a_second_line() {
    let yen = "日付,内容,出金金額(円),入金金額(円),残高(円)\n\
        2024/01/13,コンビニ,\"1,200\",,\"98,800\"\n2024/01/15,給与,,\"300,000\",\"398,800\"\n";
    let units =
        "Datum;Text;Betrag;Saldo\n;;CHF;CHF\n13.01.2024;Coop;-12.50;87.50\n15.01.2024;Lohn;100.00;187.50\n";
    for (text, code) in [(yen, "JPY"), (units, "CHF")] {
        let statement = csv(text.as_bytes()).unwrap();
        assert_eq!(statement.skipped, [], "{code}");
        assert_eq!(statement.accounts[0].currency.map(Currency::code), Some(code));
        assert_eq!(statement.accounts[0].rows.len(), 2, "{code}");
    }
}

#[test]
fn a_day_that_no_order_has_does_not_exist_in_a_file_of_iso_days() {
    let text = "Date,Description,Amount\n2024-01-01,A,1.00\n31/02/2024,B,2.00\n2024-01-03,C,3.00\n";
    assert_eq!(
        skipped(&csv(text.as_bytes()).unwrap()),
        [(3, Some(1), "the date “31/02/2024” does not exist")]
    );
}
