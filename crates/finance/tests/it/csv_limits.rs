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
    for (tail, column) in [("2024-01-05,Cedar,-33", 3), ("2024-01-05,Ced", 2), ("2024-01-05", 1)] {
        let refused = csv(format!("{whole}{tail}").as_bytes());
        assert_eq!(refused, Err(StatementError::Truncated { line: 4, column }), "{tail}");
        // With its line end the row is one that lacks a field.
        assert!(csv(format!("{whole}{tail}\n").as_bytes()).is_ok(), "{tail}");
    }
    for tail in ["2024-01-05,Cedar,-3.00,94.00", "Total,-3.00"] {
        assert!(csv(format!("{whole}{tail}").as_bytes()).is_ok(), "{tail}");
    }
    let without_note = "Date,Payee,Amount,Note\n2024-01-02,Alder,-1.00,x\n2024-01-05,Cedar,-3.25";
    assert!(csv(without_note.as_bytes()).is_ok());
    let ragged =
        "Date,Payee,Amount,Note\n2024-01-02,Alder,-1.00\n2024-01-03,Birch,-2.00,x\n2024-01-05,Cedar,-3.00";
    assert!(csv(ragged.as_bytes()).is_ok());
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
