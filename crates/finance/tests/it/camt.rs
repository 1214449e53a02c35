//! CAMT files of made-up households: every shape of an entry, and what is broken.

use domain::AccountKind;
use finance::{
    inspect,
    statement::{ReadOptions, Statement, StatementError, StatementRow, read},
};

use crate::statements::fixture;

fn read_text(text: &str) -> Result<Statement, StatementError> {
    read(text.as_bytes(), &ReadOptions::default())
}

/// A camt.053 around the children of one statement.
fn statement_of(children: &str) -> String {
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt>\n<Stmt>\n\
         <Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></Acct>\n{children}</Stmt>\n</BkToCstmrStmt></Document>"
    )
}

fn entry(amount: &str, direction: &str, more: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>\
         <BookgDt><Dt>2024-05-02</Dt></BookgDt>{more}</Ntry>\n"
    )
}

fn balance(code: &str, amount: &str) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt>\
         <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2024-05-02</Dt></Dt></Bal>\n"
    )
}

fn texts(row: &StatementRow) -> (String, &str, &str, Option<&str>) {
    (row.amount.to_string(), &row.payee, &row.description, row.external_id.as_deref())
}

#[test]
fn pages_of_one_account_are_joined_with_every_shape_of_entry() {
    let statement = read(&fixture("camt/two_pages_053_v8.xml"), &ReadOptions::default()).unwrap();
    assert_eq!((statement.format.as_str(), statement.encoding.as_str()), ("CAMT.053", "UTF-8"));
    let [euros, francs] = statement.accounts.as_slice() else { panic!("two accounts") };
    assert_eq!(euros.number.as_deref(), Some("DE02120300000000202051"));
    assert_eq!((euros.kind, euros.name.as_str()), (AccountKind::Checking, "Checking …2051"));
    assert_eq!(euros.opening_balance.unwrap().to_string(), "1000.00");
    assert_eq!(euros.closing_balance.unwrap().to_string(), "2390.00");
    assert_eq!(euros.closing_date.unwrap().to_string(), "2024-01-31");
    assert_eq!(
        euros.rows.iter().map(texts).collect::<Vec<_>>(),
        [
            ("1500.00".into(), "Beispiel & Söhne GmbH", "Gehalt Januar <2024>", Some("BANK-0001")),
            ("-20.00".into(), "Zahlungsdienst", "Buchladen", Some("TX-2A")),
            ("-30.00".into(), "Musterbank", "RF18539007547034 Invoice 7", Some("TX-2B")),
            ("-100.00".into(), "ERIKA MUSTERMANN", "Sparen", None),
            ("40.00".into(), "Versicherung AG", "Lastschrift zurueck", None),
            ("-7.50".into(), "", "KARTENZAHLUNG MARKT", None),
        ]
    );
    let days: Vec<String> = euros.rows.iter().map(|row| row.date.to_string()).collect();
    assert_eq!(days, ["2024-01-03", "2024-01-15", "2024-01-15", "2024-01-20", "2024-01-21", "2024-01-31"]);
    let transfer = euros.rows[3].details.as_ref().unwrap();
    assert_eq!(transfer.transfer_account.as_deref(), Some("LU280019400644750000"));
    let card = euros.rows[5].details.as_ref().unwrap();
    assert_eq!((card.is_pending, card.mcc), (true, Some(5411)));
    // The transactions add up to 10.00, not to 12.00.
    assert_eq!(francs.currency.unwrap().code(), "CHF");
    assert_eq!(texts(&francs.rows[0]), ("-12.00".into(), "Kiosk", "SAMMLER", None));
    assert_eq!((francs.rows.len(), francs.closing_balance), (1, None));
    let [information] = statement.skipped.as_slice() else { panic!("one row is left out") };
    assert!(information.reason.contains("INFO"), "{}", information.reason);
}

#[test]
fn a_file_on_one_line_tells_the_column_of_what_cannot_be_read() {
    let bytes = fixture("camt/one_line_052_v2.xml");
    let statement = read(&bytes, &ReadOptions::default()).unwrap();
    assert_eq!((statement.format.as_str(), statement.encoding.as_str()), ("CAMT.052", "windows-1252"));
    let [account] = statement.accounts.as_slice() else { panic!("one account") };
    assert_eq!((account.name.as_str(), account.kind), ("Privatkonto Girokonto", AccountKind::Checking));
    assert_eq!(account.closing_balance.unwrap().to_string(), "-10.00");
    assert_eq!(
        account.rows.iter().map(texts).collect::<Vec<_>>(),
        [
            ("-12.34".into(), "", "Café Müller & Co", None),
            ("0.66".into(), "", "Geb&uuml;hr &#0;", Some("REF-000123")),
        ]
    );
    let reasons: Vec<&str> = statement.skipped.iter().map(|row| row.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "the amount “111111111111111111111111111111” is out of range",
            "the date “0000-03-01” does not exist",
            "the date “2024-02-30” does not exist",
            "there is no currency “XQQ”",
            "“OUT” is neither credit nor debit",
            "the amount “-1.00” has a sign beside its direction",
            "the booking date is missing",
            "“abc” is not an amount",
        ]
    );
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let at = |row: usize| -> String {
        let column = statement.skipped[row].column.unwrap() as usize;
        text.chars().skip(column - 1).take(40).collect()
    };
    for (row, tag) in [
        (0, "<Amt Ccy=\"EUR\">1111"),
        (1, "<Dt>0000-03-01"),
        (2, "<Dt>2024-02-30"),
        (3, "<Amt Ccy=\"XQQ\">"),
        (4, "<CdtDbtInd>OUT"),
        (5, "<Amt Ccy=\"EUR\">-1.00"),
        (6, "<Ntry>"),
    ] {
        assert!(at(row).starts_with(tag), "{tag}: {}", at(row));
    }
}

#[test]
fn what_cannot_be_read_of_an_entry_is_named_at_its_own_tag() {
    let entries = entry("1.00", "DBIT", "")
        + "<Ntry>\n  <Amt Ccy=\"EUR\">1.x</Amt>\n  <CdtDbtInd>DBIT</CdtDbtInd>\n</Ntry>\n";
    let statement = read_text(&statement_of(&entries)).unwrap();
    let [row] = statement.skipped.as_slice() else { panic!("{:?}", statement.skipped) };
    assert_eq!((row.line, row.column, row.reason.as_str()), (6, Some(3), "“1.x” is not an amount"));
}

#[test]
fn the_balances_tell_what_a_bank_means_by_the_direction_of_a_reversal() {
    let amounts = |closing: &str| {
        let children = balance("OPBD", "100.00")
            + &balance("CLBD", closing)
            + &entry("30.00", "DBIT", "")
            + &entry("30.00", "DBIT", "<RvslInd>true</RvslInd>");
        let statement = read_text(&statement_of(&children)).unwrap();
        statement.accounts[0].rows.iter().map(|row| row.amount.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(amounts("40.00"), ["-30.00", "-30.00"]);
    assert_eq!(amounts("100.00"), ["-30.00", "30.00"]);
    assert_eq!(amounts("55.00"), ["-30.00", "-30.00"], "balances that prove nothing change nothing");
}

#[test]
fn transactions_in_a_batch_keep_their_directions_or_take_the_entrys() {
    let detail = |amount: &str, direction: &str| {
        format!("<TxDtls><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd></TxDtls>")
    };
    let amounts = |details: String| {
        let entry = entry("10.00", "DBIT", &format!("<NtryDtls>{details}</NtryDtls>"));
        let statement = read_text(&statement_of(&entry)).unwrap();
        statement.accounts[0].rows.iter().map(|row| row.amount.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(amounts(detail("12.00", "DBIT") + &detail("2.00", "CRDT")), ["-12.00", "2.00"]);
    assert_eq!(amounts(detail("8.00", "CRDT") + &detail("2.00", "CRDT")), ["-8.00", "-2.00"]);
    assert_eq!(amounts(detail("8.00", "DBIT") + &detail("2.50", "DBIT")), ["-10.00"]);
}

#[test]
fn what_is_broken_is_named_with_line_and_column() {
    let error = |text: &str| read_text(text).unwrap_err();
    let entities = "<?xml version=\"1.0\"?>\n <!DOCTYPE d [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]>\n\
                    <Document><BkToCstmrStmt>&b;</BkToCstmrStmt></Document>";
    assert!(matches!(error(entities), StatementError::DeclaresEntities { line: 2, .. }));
    let whole = statement_of(&entry("1.00", "DBIT", ""));
    let crossed = whole.replace("</Stmt>\n</BkToCstmrStmt>", "</BkToCstmrStmt>\n</Stmt>");
    assert_eq!(
        error(&crossed).to_string(),
        "line 5, column 1: the XML is broken: “BkToCstmrStmt” ends where “Stmt” is open; download it again"
    );
    let start = whole.find("<Stmt>").unwrap();
    for cut in (start..whole.len() - 1).step_by(3) {
        assert!(matches!(error(&whole[..cut]), StatementError::Truncated { .. }), "cut at {cut}");
    }
    let deep = statement_of(&"<a>".repeat(200));
    assert!(matches!(error(&deep), StatementError::BrokenXml { line: 4, .. }));
    let none = "<Document>\n<BkToCstmrStmt><GrpHdr/></BkToCstmrStmt></Document>";
    assert!(matches!(error(none), StatementError::NoAccount { line: 2 }));
    let nothing = statement_of(&entry("x", "DBIT", ""));
    assert!(matches!(error(&nothing), StatementError::NothingReadable { first } if first.line == 4));
    let other = "<?xml version=\"1.0\"?><rss></rss>";
    assert!(matches!(error(other), StatementError::OtherFormat { what: "an XML file" }));
    let accounts = "<Stmt></Stmt>".to_owned()
        + &(0..1_001).fold(String::new(), |text, number| {
            text + "<Stmt><Acct><Id><IBAN>" + &number.to_string() + "</IBAN></Id></Acct></Stmt>"
        });
    let accounts = format!("<Document><BkToCstmrStmt>{accounts}</BkToCstmrStmt></Document>");
    assert!(matches!(error(&accounts), StatementError::TooManyAccounts { line: 1, .. }));
}

#[test]
fn an_inspection_names_the_message() {
    for (element, format) in [
        ("BkToCstmrAcctRpt", "CAMT.052"),
        ("BkToCstmrStmt", "CAMT.053"),
        ("BkToCstmrDbtCdtNtfctn", "CAMT.054"),
    ] {
        let text = format!("<x:Document><x:{element}><x:Stmt></x:Stmt></x:{element}></x:Document>");
        let inspection = inspect(text.as_bytes(), "camt.xml");
        assert_eq!((inspection.format.as_deref(), inspection.error), (Some(format), None));
    }
}
