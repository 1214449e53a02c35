//! Columns of banks that could be taken for something else.

use finance::statement::{ReadOptions, Statement, read};

fn csv(text: &str) -> Statement {
    read(text.as_bytes(), &ReadOptions { mapping: None, file_name: "checking.csv".into() }).unwrap()
}

/// Amount, currency and payee of every row, account by account.
fn rows(statement: &Statement) -> Vec<String> {
    let of = |account: &finance::statement::StatementAccount| {
        let currency = account.currency.map_or("", |currency| currency.code()).to_owned();
        let row = move |row: &finance::statement::StatementRow| {
            format!("{} {currency} {}", row.amount, row.payee).replace("  ", " ")
        };
        account.rows.iter().map(row).collect::<Vec<_>>()
    };
    statement.accounts.iter().flat_map(of).collect()
}

fn reasons(statement: &Statement) -> Vec<(u32, &str)> {
    statement.skipped.iter().map(|row| (row.line, row.reason.as_str())).collect()
}

#[test]
fn a_third_word_in_a_column_of_directions_costs_its_own_row_only() {
    let statement = csv("Date,Description,Amount,Direction\n2024-01-01,A,10.00,OUT\n\
        2024-01-02,B,20.00,IN\n2024-01-03,C,5.00,NEUTRAL\n");
    assert_eq!(rows(&statement), ["-10.00 A", "20.00 B"]);
    assert_eq!(reasons(&statement), [(4, "“NEUTRAL” tells neither money in nor money out")]);

    let kinds = "Date,Description,Amount,Type\n2024-01-01,A,10.00,DEBIT\n2024-01-02,B,20.00,CREDIT\n";
    let statement = csv(&format!("{kinds}2024-01-03,C,5.00,FEE\n2024-01-04,D,5.00,OTHER\n"));
    assert_eq!(rows(&statement), ["-10.00 A", "20.00 B", "-5.00 C"]);
    assert_eq!(reasons(&statement), [(5, "“OTHER” tells neither money in nor money out")]);
}

#[test]
fn a_minus_counts_where_the_column_of_directions_has_another_word() {
    let statement = csv("Date,Description,Amount,Direction\n2024-01-01,A,-10.00,IN\n2024-01-02,B,20.00,IN\n\
        2024-01-03,C,5.00,OUT\n2024-01-04,D,-7.00,OUT\n2024-01-05,E,-1.00,NEUTRAL\n");
    assert_eq!(rows(&statement), ["10.00 A", "20.00 B", "-5.00 C", "-7.00 D", "-1.00 E"]);
}

#[test]
fn balances_and_turnovers_of_the_baltic_banks_are_no_bookings() {
    let head = "Kuupäev;Saaja/Maksja;Selgitus;Summa;Valuuta;Deebet/Kreedit\n";
    for words in [
        ["Algsaldo", "Käive", "lõppsaldo"],
        ["Likutis pradžiai", "Apyvarta", "Likutis pabaigai"],
        ["Sākuma atlikums", "Apgrozījums", "Beigu atlikums"],
    ] {
        let [opening, turnover, closing] = words;
        let statement = csv(&format!(
            "{head}01.03.2024;;{opening};100,00;EUR;K\n05.03.2024;RIMI;ost;20,00;EUR;D\n\
             07.03.2024;Too;palk;500,00;EUR;K\n31.03.2024;;{turnover};20,00;EUR;D\n\
             31.03.2024;;{turnover};500,00;EUR;K\n31.03.2024;;{closing};580,00;EUR;K\n"
        ));
        assert_eq!(rows(&statement), ["-20.00 EUR RIMI", "500.00 EUR Too"], "{opening}");
        let account = &statement.accounts[0];
        let balances =
            [account.opening_balance, account.closing_balance].map(|balance| balance.unwrap().to_string());
        assert_eq!(balances, ["100.00", "580.00"], "{opening}");
    }
}

#[test]
fn two_columns_of_currencies_are_no_debit_and_credit() {
    let statement = csv("Date,Description,CAD$,USD$\n3/28/2024,LOBLAWS,-45.20,\n\
        3/27/2024,PAYROLL,1000.00,\n3/26/2024,AMZN US,,-12.99\n");
    assert_eq!(rows(&statement), ["-45.20 CAD LOBLAWS", "1000.00 CAD PAYROLL", "-12.99 USD AMZN US"]);
}

#[test]
fn a_balance_on_rows_of_its_own_is_no_credit() {
    let ledger = "03/27/2024,PAYROLL,2000.00,\n03/27/2024,DAY END,,2000.00\n\
        03/28/2024,STARBUCKS,-150.00,\n03/28/2024,DAY END,,1850.00\n";
    for balance in ["Balance", "End of day balance", "Holdings"] {
        let statement = csv(&format!("Date,Description,Amount,{balance}\n{ledger}"));
        assert_eq!(rows(&statement), ["2000.00 PAYROLL", "-150.00 STARBUCKS"], "{balance}");
        assert_eq!(statement.skipped.len(), 2, "{balance}");
    }
    let pending = csv("Date,Description,Moved,Balance\n2024-03-29,C,1.00,\n2024-03-28,B,-5.00,95.00\n\
        2024-03-27,A,100.00,100.00\n");
    assert_eq!(rows(&pending), ["1.00 C", "-5.00 B", "100.00 A"]);
    let statement = csv("data;lançamento;ag./origem;valor (R$);saldos (R$)\n\
        30/03/2024;LUZ;;-1,00;\n30/03/2024;ALUGUEL;;-900,00;\n30/03/2024;SALDO DO DIA;;;1.698,00\n\
        25/03/2024;SALARIO;;2.000,00;\n25/03/2024;SALDO DO DIA;;;3.000,00\n");
    let amounts = statement.accounts[0].rows.iter().map(|row| row.amount.to_string()).collect::<Vec<_>>();
    assert_eq!(amounts, ["-1.00", "-900.00", "2000.00"]);
}

#[test]
fn a_line_about_the_whole_statement_and_references_are_no_amounts() {
    let head = "1234567890,2024/03/01,2024/03/31,1000.00,1150.00\n";
    let two = "2024/03/05,50.00,\"DEBIT CARD GIANT\",\"\",\"00012345678901\",\"DEBIT\"\n\
        2024/03/10,200.00,\"ACME PAYROLL\",\"\",\"00012345678902\",\"CREDIT\"\n";
    for text in [format!("{head}{two}"), format!("{head}{two}{two}{two}{two}"), two.to_owned()] {
        let statement = csv(&text);
        assert_eq!(rows(&statement)[..2], ["-50.00 DEBIT CARD GIANT", "200.00 ACME PAYROLL"], "{text}");
    }
    let statement = csv(
        "Compte;Compte;****1234;29/03/2024;;1 234,56\n28/03/2024;;;VIREMENT RECU;EMPLOYEUR SA;2 100,00\n\
        27/03/2024;;;PAIEMENT CB;CARREFOUR PARIS;-54,30\n26/03/2024;;;PRELEVEMENT;EDF;-80,00\n",
    );
    let amounts = statement.accounts[0].rows.iter().map(|row| row.amount.to_string()).collect::<Vec<_>>();
    assert_eq!(amounts, ["2100.00", "-54.30", "-80.00"]);
}

#[test]
fn a_row_with_more_fields_than_the_header_is_left_out() {
    let statement = csv(
        "Date,Description,Amount\n2024-01-01,salary,10.00\n2024-01-02,shop,-2.00,,\n2024-01-03,rent,-1,234.50\n",
    );
    assert_eq!(rows(&statement), ["10.00 salary", "-2.00 shop"]);
    assert_eq!(reasons(&statement), [(4, "the row has 4 fields, the header 3")]);
}

#[test]
fn a_reversal_among_negative_debits_is_money_in() {
    let statement = csv("Date,Description,Debit,Credit,Balance\n2024-01-01,A,-10.00,,90.00\n\
        2024-01-02,B REVERSAL,10.00,,100.00\n2024-01-03,C,,50.00,150.00\n");
    assert_eq!(rows(&statement), ["-10.00 A", "10.00 B REVERSAL", "50.00 C"]);
}

#[test]
fn a_column_of_directions_with_other_words_is_no_payee() {
    let statement = csv("Details,Posting Date,Description,Amount,Type,Balance\n\
        DEBIT,01/31/2024,PGANDE,-120.55,ACH_DEBIT,1000.45\nCREDIT,01/30/2024,ACME PAYROLL,2000.00,ACH_CREDIT,1121.00\n\
        CHECK,01/29/2024,CHECK 1234,-50.00,CHECK_PAID,-879.00\nDEBIT,01/29/2024,STARBUCKS,-4.50,MISC_DEBIT,-829.00\n");
    assert_eq!(
        rows(&statement),
        ["-120.55 PGANDE", "2000.00 ACME PAYROLL", "-50.00 CHECK 1234", "-4.50 STARBUCKS"]
    );
}

#[test]
fn of_payer_and_payee_the_one_at_the_other_end_is_named() {
    let statement =
        csv("Buchungsdatum;Zahlungspflichtige*r;Zahlungsempfänger*in;Verwendungszweck;Betrag (€)\n\
        29.03.24;ISSUER;EDEKA;Karte;-45,30\n28.03.24;Arbeitgeber AG;Max Mustermann;Gehalt;2.000,00\n");
    assert_eq!(rows(&statement), ["-45.30 EUR EDEKA", "2000.00 EUR Arbeitgeber AG"]);
    let statement = csv(
        "ID,Direction,Finished on,Source name,Amount,Target name\n1,OUT,2024-03-05,John Doe,99.47,Jane Roe\n\
        2,IN,2024-03-07,ACME,500.00,John Doe\n",
    );
    assert_eq!(rows(&statement), ["-99.47 Jane Roe", "500.00 ACME"]);
    let statement = csv(
        "Naam;Datum;Omschrijving;Bedrag;Naam tegenpartij\nJAN JANSSEN;28/03/2024;BETALING;-45,90;COLRUYT\n\
        JAN JANSSEN;25/03/2024;OVERSCHRIJVING;1000,00;WERKGEVER NV\n",
    );
    assert_eq!(rows(&statement), ["-45.90 COLRUYT", "1000.00 WERKGEVER NV"]);
}

#[test]
fn a_quotation_mark_behind_a_blank_is_one() {
    let statement =
        csv("Date, Amount, Description\n2024-01-02, 3.00, \"Interest Paid\"\n2024-01-03, -5.00, \"Shop\"\n");
    assert_eq!(rows(&statement), ["3.00 Interest Paid", "-5.00 Shop"]);
}

#[test]
fn what_a_card_was_used_for_goes_out() {
    for (head, amounts) in [
        ("ご利用日,ご利用店名,ご利用金額", ["540", "3200", "-680"]),
        ("이용일,가맹점명,이용금액", ["5400", "32000", "-6800"]),
        ("Date,Merchant,Charge Amount", ["5.40", "32.00", "-6.80"]),
    ] {
        let [first, second, returned] = amounts;
        let statement =
            csv(&format!("{head}\n2026/08/01,A,{first}\n2026/08/03,B,{second}\n2026/08/09,C,{returned}\n"));
        let returned = returned.trim_start_matches('-');
        assert_eq!(
            rows(&statement),
            [format!("-{first} A"), format!("-{second} B"), format!("{returned} C")],
            "{head}"
        );
    }
}

#[test]
fn what_the_account_paid_counts_and_not_what_a_shop_abroad_asked_for() {
    let statement =
        csv("Дата операции;Сумма операции;Валюта операции;Сумма платежа;Валюта платежа;Описание\n\
        31.08.2026;-10,00;USD;-900,00;RUB;Uniqlo\n30.08.2026;-345,50;RUB;-345,50;RUB;Пятёрочка\n\
        28.08.2026;50000,00;RUB;50000,00;RUB;Зарплата\n");
    assert_eq!(rows(&statement), ["-900.00 RUB Uniqlo", "-345.50 RUB Пятёрочка", "50000.00 RUB Зарплата"]);
    // Accounts in several currencies, and another column that happens to have one.
    let statement =
        csv("Date,Amount,Currency,Total,Report currency,Payee\n2026-08-31,-10.00,USD,-9.00,EUR,Cafe\n\
        2026-08-30,-3.00,EUR,-2.00,EUR,Metro\n");
    assert_eq!(rows(&statement), ["-10.00 USD Cafe", "-3.00 EUR Metro"]);
}

#[test]
fn a_line_above_the_table_names_the_currency() {
    for line in [
        "Currency: SEK",
        "\"Kontowährung\",\"SEK\"",
        "Waluta rachunku: SEK",
        "Account 12345678 Currency SEK",
        "Currency,SEK",
    ] {
        let statement = csv(&format!("{line}\n\nDate,Description,Amount\n2026-08-01,Cafe,-4.50\n"));
        assert_eq!(rows(&statement), ["-4.50 SEK Cafe"], "{line}");
    }
    let statement = csv("Currency: as agreed\n\nDate,Description,Amount\n2026-08-01,Cafe,-4.50\n");
    assert_eq!(rows(&statement), ["-4.50 Cafe"]);
}
