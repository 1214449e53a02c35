//! Statements of made-up households in the layouts of real banks.

use domain::AccountKind;
use finance::{
    inspect,
    statement::{AmountColumns, CsvMapping, DateOrder, ReadOptions, Statement, StatementError, read},
};

pub fn fixture(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn csv(text: &str) -> Result<Statement, StatementError> {
    read(text.as_bytes(), &ReadOptions { mapping: None, file_name: "my_checking.csv".into() })
}

fn amounts(statement: &Statement) -> Vec<String> {
    statement.accounts.iter().flat_map(|account| &account.rows).map(|row| row.amount.to_string()).collect()
}

fn reasons(statement: &Statement) -> Vec<(u32, &str)> {
    statement.skipped.iter().map(|row| (row.line, row.reason.as_str())).collect()
}

/// One line of `layouts.txt`: file, encoding, accounts (number, currency, rows, sum, opening and
/// closing balance, days), lines skipped.
fn summary(name: &str) -> String {
    let inspection = inspect(&fixture(&format!("csv/{name}")), name);
    assert_eq!(inspection.error, None, "{name}");
    let or_dash = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
    let accounts = inspection.accounts.iter().map(|account| {
        format!(
            "{} {} {} {} {} {} {}..{}",
            account.account,
            or_dash(&account.currency),
            account.transactions,
            account.sum,
            or_dash(&account.opening_balance),
            or_dash(&account.closing_balance),
            account.first.unwrap(),
            account.last.unwrap(),
        )
    });
    let accounts = accounts.collect::<Vec<_>>().join(" + ");
    let skipped = inspection.skipped.iter().map(|row| row.line.to_string()).collect::<Vec<_>>().join(",");
    format!("{name} | {} | {accounts} | {skipped}", inspection.encoding.unwrap())
}

#[test]
fn banks_of_the_world_are_read_without_help() {
    let expected = String::from_utf8(fixture("layouts.txt")).unwrap();
    let read: Vec<String> = expected
        .lines()
        .map(|line| summary(line.split(" | ").next().unwrap()).trim_end().to_owned())
        .collect();
    assert_eq!(read, expected.lines().map(str::trim_end).collect::<Vec<_>>());
}

#[test]
fn a_row_that_cannot_be_read_is_skipped_with_its_line_and_reason() {
    let statement = csv("Date,Description,Amount\n2024-02-30,A,1.00\n2024-02-01,B,NaN\n2024-02-02,C,\n\
        2024-02-03,D,9999999999999999.00\nsoon,E,1.00\n2024-02-04,F,5.00\n")
    .unwrap();
    assert_eq!(amounts(&statement), ["5.00"]);
    let expected = [
        (2, "the date “2024-02-30” does not exist"),
        (3, "“NaN” is not an amount"),
        (4, "the amount is empty"),
        (5, "the amount “9999999999999999.00” is out of range"),
        (6, "“soon” is not a date"),
    ];
    assert_eq!(reasons(&statement), expected);
}

#[test]
fn a_file_of_which_nothing_can_be_read_names_the_line() {
    let error = csv("Date,Description,Amount\n2024-02-30,A,1.00\n").unwrap_err();
    assert_eq!(error.line(), Some(2));
    assert_eq!(
        error.to_string(),
        "no row can be read; line 2, column 1: the date “2024-02-30” does not exist"
    );
    assert_eq!(csv("Date,Description,Amount\n").unwrap_err(), StatementError::NoRows { line: 1 });
    assert_eq!(csv("Name,Length\nAvatar,3h\n").unwrap_err(), StatementError::NoDateColumn { line: 1 });
    assert_eq!(
        csv("Day,Name\n2024-01-01,Ann\n2024-01-02,Bob\n").unwrap_err(),
        StatementError::NoAmountColumn { line: 1 }
    );
    for empty in ["", "\n\r\n  \n", "\u{feff}"] {
        assert_eq!(csv(empty).unwrap_err(), StatementError::Empty);
    }
}

#[test]
fn a_stray_quotation_mark_costs_its_own_line_only() {
    let text = "Date,Description,Amount\n2024-02-01,\"A,1.00\n2024-02-02,B,2.00\n2024-02-03,\"C\nD\",3.00\n";
    let statement = csv(text).unwrap();
    assert_eq!(amounts(&statement), ["2.00", "3.00"]);
    assert_eq!(reasons(&statement), [(2, "a quotation mark is not closed")]);
    assert_eq!(statement.accounts[0].rows[1].payee, "C D");
}

#[test]
fn a_persons_mapping_overrules_what_would_be_found_out() {
    let text = "02/01/2024;A;1,50\n03/01/2024;B;2,50\n";
    let mut mapping = csv(text).unwrap().csv.unwrap().mapping;
    mapping.date_order = DateOrder::MonthDayYear;
    mapping.amount = AmountColumns::Signed { column: 2, positive_is_out: true };
    let with = |mapping: CsvMapping| {
        read(text.as_bytes(), &ReadOptions { mapping: Some(mapping), file_name: String::new() })
    };
    let statement = with(mapping.clone()).unwrap();
    assert_eq!(amounts(&statement), ["-1.50", "-2.50"]);
    assert_eq!(statement.accounts[0].rows[0].date.to_string(), "2024-02-01");
    let wrong = with(CsvMapping { date: 9, ..mapping.clone() }).unwrap_err();
    assert_eq!(wrong, StatementError::MappingDoesNotFit { field: "date" });
    let wrong = with(CsvMapping { header_line: Some(7), ..mapping }).unwrap_err();
    assert_eq!(wrong, StatementError::MappingDoesNotFit { field: "header_line" });
}

#[test]
fn what_is_no_statement_is_named_at_once() {
    let error = |bytes: &[u8]| read(bytes, &ReadOptions::default()).unwrap_err();
    assert_eq!(error(b"PK\x03\x04\x14\0"), StatementError::SpreadsheetCutOff);
    assert!(matches!(error(b"%PDF-1.7\n"), StatementError::NotText { .. }));
    assert_eq!(error(b"Date,Amount\n\0\0\0\x01"), StatementError::NulByte { line: 2, column: 1 });
    assert!(matches!(error(b"!Type:Bank\nD1/1/24\n"), StatementError::Truncated { line: 2, column: 8 }));
    assert!(matches!(error(b"<!DOCTYPE html><html>"), StatementError::OtherFormat { .. }));
    let wide = format!("{}\n", ",".repeat(1_000_000));
    assert!(matches!(error(wide.as_bytes()), StatementError::TooManyColumns { line: 1, .. }));
    let long = "x".repeat(3 << 20);
    assert!(matches!(error(long.as_bytes()), StatementError::RowTooLong { line: 1, .. }));
    let accounts = format!(
        "<OFX>{}</OFX>",
        (0..1_001).fold(String::new(), |text, number| {
            text + "<STMTRS><ACCTID>" + &number.to_string() + "</STMTRS>"
        })
    );
    assert!(matches!(error(accounts.as_bytes()), StatementError::TooManyAccounts { line: 1, .. }));
    assert!(matches!(error(&b"1,2\n".repeat(5_000_002)), StatementError::TooManyLines { .. }));
    assert!(matches!(error(&vec![b'x'; 500_000_001]), StatementError::TooLarge { .. }));
}

#[test]
fn an_account_without_a_name_takes_the_files() {
    let statement = csv("Date,Description,Amount\n2024-02-01,A,1.00\n").unwrap();
    let account = &statement.accounts[0];
    assert_eq!((account.number.as_deref(), account.name.as_str()), (None, "my checking"));
    assert_eq!(account.kind, AccountKind::Checking);
}

#[test]
fn sgml_is_read_with_its_charset_and_days_as_written() {
    let statement = read(&fixture("ofx/sgml_checking.ofx"), &ReadOptions::default()).unwrap();
    assert_eq!((statement.format.as_str(), statement.encoding.as_str()), ("OFX 1.x", "windows-1252"));
    let account = &statement.accounts[0];
    assert_eq!((account.number.as_deref(), account.kind), (Some("0012345678"), AccountKind::Checking));
    assert_eq!(account.closing_balance.map(|balance| balance.to_string()).as_deref(), Some("987.50"));
    assert_eq!(account.rows[0].payee, "Café Müller & Söhne");
    assert_eq!(account.rows[0].date.to_string(), "2024-01-05");
    assert_eq!(amounts(&statement), ["-12.50", "1000.00"]);
    assert_eq!(statement.skipped.iter().map(|row| row.line).collect::<Vec<_>>(), [21, 23]);
}

#[test]
fn a_file_on_one_line_loses_no_row_and_repeated_ids_stay_two_rows() {
    let statement = read(&fixture("ofx/one_line.ofx"), &ReadOptions::default()).unwrap();
    assert_eq!(amounts(&statement), ["1.25", "-0.25"]);
}

#[test]
fn xml_is_read_with_several_accounts_and_securities_by_name() {
    let statement = read(&fixture("ofx/xml_card_and_broker.ofx"), &ReadOptions::default()).unwrap();
    let [card, broker] = statement.accounts.as_slice() else { panic!("two accounts") };
    assert_eq!((card.kind, broker.kind), (AccountKind::CreditCard, AccountKind::Investment));
    assert_eq!(
        (card.rows[0].payee.as_str(), card.rows[0].description.as_str()),
        ("Tom & Jerry's", "Ice <cream>")
    );
    assert_eq!(broker.rows[0].payee, "Example Corp");
    assert_eq!(
        reasons(&statement),
        [(9, "the ledger balance is empty"), (15, "securities move, but no money")]
    );
}

#[test]
fn an_answer_that_failed_or_was_cut_off_is_an_error() {
    let error = |bytes: &[u8]| read(bytes, &ReadOptions::default()).unwrap_err();
    assert!(matches!(error(&fixture("ofx/bank_error.ofx")), StatementError::BankError { line: 11, .. }));
    assert!(matches!(error(b"OFXHEADER:100\n\n<OFX></OFX>"), StatementError::NoAccount { line: 3 }));
    let whole = fixture("ofx/sgml_checking.ofx");
    let statement_end = whole.windows(9).position(|tag| tag == b"</STMTRS>").unwrap();
    let statement_start = whole.windows(8).position(|tag| tag == b"<STMTRS>").unwrap();
    for cut in (statement_start + 9..statement_end).step_by(7) {
        assert!(matches!(error(&whole[..cut]), StatementError::Truncated { .. }), "cut at {cut}");
    }
}

#[test]
fn an_inspection_has_the_fields_that_scripts_read() {
    let inspection = inspect(&fixture("csv/commbank.csv"), "commbank.csv");
    let json = serde_json::to_value(&inspection).unwrap();
    assert_eq!(json["format"], "CSV");
    assert_eq!(json["error"], serde_json::Value::Null);
    assert_eq!(json["accounts"][0]["sum"], "987.50");
    assert_eq!(json["accounts"][0]["opening_balance"], "0.00");
    assert_eq!(json["accounts"][0]["first"], "2024-01-14");
    let error = serde_json::to_value(inspect(b"Name\nx\n", "x.csv")).unwrap();
    assert_eq!(error["error"]["line"], 1);
}
