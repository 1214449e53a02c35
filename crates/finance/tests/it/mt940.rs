//! MT940 and MT942 files of made-up households, in the dialects of banks, and what is broken.

use finance::{
    inspect,
    statement::{ReadOptions, Statement, StatementError, StatementRow, read},
};

use crate::statements::fixture;

fn read_text(text: &str) -> Result<Statement, StatementError> {
    read(text.as_bytes(), &ReadOptions::default())
}

fn texts(row: &StatementRow) -> (String, String, &str, &str, Option<&str>) {
    let (date, amount) = (row.date.to_string(), row.amount.to_string());
    (date, amount, &row.payee, &row.description, row.external_id.as_deref())
}

#[test]
fn envelopes_pages_and_numbered_details_are_read() {
    let statement = read(&fixture("mt940/german_envelopes.sta"), &ReadOptions::default()).unwrap();
    assert_eq!((statement.format.as_str(), statement.encoding.as_str()), ("MT940", "windows-1252"));
    let [account] = statement.accounts.as_slice() else { panic!("one account") };
    assert_eq!(account.number.as_deref(), Some("12030000/1234567890"));
    assert_eq!((account.name.as_str(), account.currency.unwrap().code()), ("Account …7890", "EUR"));
    assert_eq!(account.opening_balance.unwrap().to_string(), "1000.00");
    assert_eq!(account.closing_balance.unwrap().to_string(), "2438.00");
    assert_eq!(account.closing_date.unwrap().to_string(), "2024-01-03");
    let row = |date: &str, amount: &str, payee, description, id| {
        (date.to_owned(), amount.to_owned(), payee, description, id)
    };
    assert_eq!(
        account.rows.iter().map(texts).collect::<Vec<_>>(),
        [
            row(
                "2023-12-29",
                "-50.00",
                "Hausverwaltung Schöne Wohnung GmbH",
                "Miete Januar",
                Some("REF-0001")
            ),
            row("2023-12-31", "1500.00", "Arbeit AG", "Gehalt", Some("REF-0002")),
            row("2024-01-02", "-12.34", "Arbeit AG", "zurueck", Some("REF-0003")),
            row("2024-01-03", "0.34", "", "Gebuehr zurueck", None),
        ]
    );
    assert_eq!(account.rows[1].line, 9);
    assert_eq!(statement.skipped, []);
}

#[test]
fn a_line_that_cannot_be_read_is_left_out_with_its_details() {
    let statement = read(&fixture("mt940/dutch_two_currencies.940"), &ReadOptions::default()).unwrap();
    let [euros, dollars] = statement.accounts.as_slice() else { panic!("two accounts") };
    assert_eq!(euros.number, dollars.number);
    assert_eq!(euros.number.as_deref(), Some("NL91ABNA0417164300"));
    assert_eq!(euros.opening_balance.unwrap().to_string(), "-10.00");
    assert_eq!(dollars.closing_balance.unwrap().to_string(), "100.00");
    let rows: Vec<(&str, &str)> =
        euros.rows.iter().map(|row| (row.payee.as_str(), row.description.as_str())).collect();
    assert_eq!(rows, [("Boekhandel", "Bestelling 12"), ("Jan Jansen", "Terug betaling")]);
    let skipped: Vec<(u32, Option<u32>, &str)> =
        statement.skipped.iter().map(|row| (row.line, row.column, row.reason.as_str())).collect();
    assert_eq!(
        skipped,
        [
            (11, Some(11), "“X7” says neither credit nor debit"),
            (13, Some(16), "the amount “0000000000000000000000000000000000000000…” is out of range"),
        ]
    );
}

#[test]
fn an_interim_report_has_booked_and_expected_rows() {
    let inspection = inspect(&fixture("mt940/interim.942"), "interim.942");
    assert_eq!((inspection.format.as_deref(), inspection.error), (Some("MT942"), None));
    let statement = read(&fixture("mt940/interim.942"), &ReadOptions::default()).unwrap();
    let [account] = statement.accounts.as_slice() else { panic!("one account") };
    assert_eq!((account.currency.unwrap().code(), account.closing_balance), ("PLN", None));
    let rows: Vec<_> = account
        .rows
        .iter()
        .map(|row| {
            (row.amount.to_string(), row.payee.as_str(), row.details.as_ref().is_some_and(|d| d.is_pending))
        })
        .collect();
    assert_eq!(rows, [("10.01".into(), "JAN NOWAK", false), ("-3".into(), "", true)]);
}

#[test]
fn what_is_broken_is_named_with_its_line() {
    let error = |text: &str| read_text(text).unwrap_err();
    let head = ":20:X\n:25:1\n:28C:1\n:60F:C240101EUR1,00\n";
    let whole = format!("{head}:61:240101D1,00NTRFNONREF//A\n:86:text\n:62F:C240101EUR0,00\n");
    assert!(read_text(&whole).is_ok());
    let opened = head.len();
    for cut in opened..whole.len() - 3 {
        assert!(matches!(error(&whole[..cut]), StatementError::Truncated { .. }), "cut at {cut}");
    }
    let unknown = whole.replace("EUR", "XQQ");
    assert_eq!(error(&unknown).to_string(), "line 4, column 13: there is no currency “XQQ”");
    let year = whole.replace(":61:240101", ":61:000000");
    assert!(matches!(error(&year), StatementError::NothingReadable { first } if first.line == 5));
    assert!(matches!(error("{1:F01X}{2:I940X}{4:\n-}\n"), StatementError::NoAccount { .. }));
    let binary = whole.replace("text", "te\0xt");
    assert_eq!(error(&binary).line(), Some(6));
    // A message may lack its closing balance where another follows.
    let two = format!("{head}:61:240101D1,00NTRF\n-\n{whole}");
    let statement = read_text(&two).unwrap();
    assert_eq!(statement.accounts[0].rows.len(), 2);
    assert_eq!(statement.skipped[0].line, 1);
}

#[test]
fn fragments_line_ends_and_marks_of_a_transmission_do_not_matter() {
    let rows = |text: &str| read_text(text).unwrap().accounts[0].rows.len();
    assert_eq!(rows(":61:240101D1,00NTRF\n:86:a\n:61:240101C1,00NTRF\n"), 2);
    let whole = "\u{1}\n:20:X\n:25:1\n:60F:C240101EUR1,00\n:61:240101D1,00NTRF\n:62F:C240101EUR0,00\n-\u{3}";
    for end in ["\n", "\r\n", "\r"] {
        assert_eq!(rows(&whole.replace('\n', end)), 1);
    }
    let csv = read_text("Date,Text,Amount\n2024-01-01,:20:A,1.00\n").unwrap();
    assert_eq!(csv.format, "CSV");
}
