//! Spreadsheets, and what hostile ones ask for.

use std::io::{Cursor, Write};

use finance::{
    inspect,
    statement::{ReadOptions, Statement, StatementError, read},
};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::statements::fixture;

const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/></Relationships>"#;
const PACKAGE: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn sheet_xml(data: &str) -> String {
    format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData>{data}</sheetData></worksheet>"#
    )
}

/// A workbook of two sheets.
fn workbook(first: &str, second: &str, strings: &str) -> Vec<u8> {
    let sheets = r#"<sheet name="Main" sheetId="1" r:id="r1"/><sheet name="Card" sheetId="2" r:id="r2"/>"#;
    workbook_of(sheets, first, second, strings)
}

fn workbook_of(sheets: &str, first: &str, second: &str, strings: &str) -> Vec<u8> {
    let book = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{sheets}</sheets></workbook>"#
    );
    archive(&[
        ("_rels/.rels", PACKAGE),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", RELS),
        ("xl/styles.xml", STYLES),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", &sheet_xml(first)),
        ("xl/worksheets/sheet2.xml", &sheet_xml(second)),
    ])
}

const NO_STRINGS: &str = r#"<sst uniqueCount="0"></sst>"#;
const UNREADABLE: &str =
    "the spreadsheet cannot be read; save it again as XLSX without a password, or as CSV";

fn row(number: u32, cells: &str) -> String {
    format!(r#"<row r="{number}">{cells}</row>"#)
}

fn text(cell: &str, text: &str) -> String {
    format!(r#"<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn header(number: u32) -> String {
    let cells = [
        text(&format!("A{number}"), "Date"),
        text(&format!("B{number}"), "Payee"),
        text(&format!("C{number}"), "Amount"),
    ];
    row(number, &cells.concat())
}

fn booking(number: u32, day: u32, amount: &str) -> String {
    let day = format!(r#"<c r="A{number}" s="1"><v>{day}</v></c>"#);
    let amount = format!(r#"<c r="C{number}"><v>{amount}</v></c>"#);
    row(number, &format!("{day}{}{amount}", text(&format!("B{number}"), "Shop")))
}

fn opened(bytes: &[u8]) -> Result<Statement, StatementError> {
    read(bytes, &ReadOptions { mapping: None, file_name: "book.xlsx".into() })
}

fn amounts(statement: &Statement) -> Vec<String> {
    statement.accounts.iter().flat_map(|account| &account.rows).map(|row| row.amount.to_string()).collect()
}

#[test]
fn a_programs_spreadsheet_is_read_as_its_csv_would_be() {
    let statement = opened(&fixture("xlsx/german.xlsx")).unwrap();
    assert_eq!((statement.format.as_str(), statement.encoding.as_str()), ("XLSX", "UTF-8"));
    let account = &statement.accounts[0];
    assert_eq!((statement.accounts.len(), account.name.as_str()), (1, "book …2051"));
    let rows: Vec<_> =
        account.rows.iter().map(|row| (row.line, row.date.to_string(), row.payee.as_str())).collect();
    let expected = [
        (4, "2024-01-05".to_owned(), "Bäckerei \"Süß\"; Tee, Kaffee"),
        (5, "2024-01-13".to_owned(), "Arbeit GmbH"),
        (6, "2024-01-14".to_owned(), "Bar"),
    ];
    assert_eq!(rows, expected);
    assert_eq!(amounts(&statement), ["-12.5", "1000.1", "-0.3"]);
    assert_eq!(account.rows[1].description, "Lohn Januar");
    assert_eq!(account.opening_balance.map(|balance| balance.to_string()).as_deref(), Some("1000.0"));
    assert_eq!(statement.skipped, []);
    let mapping = statement.csv.unwrap().mapping;
    let again = read(
        &fixture("xlsx/german.xlsx"),
        &ReadOptions { mapping: Some(mapping), file_name: "book.xlsx".into() },
    );
    assert_eq!(amounts(&again.unwrap()), ["-12.5", "1000.1", "-0.3"]);
    assert_eq!(inspect(&fixture("xlsx/german.xlsx"), "german.xlsx").format.as_deref(), Some("XLSX"));
}

#[test]
fn sheets_are_accounts_and_bad_rows_are_skipped_in_their_sheet() {
    let first =
        [header(3), booking(4, 45_296, "-12.345"), booking(9, 45_297, "0.30000000000000004")].concat();
    let second = [header(1), booking(2, 45_296, "7"), row(3, &text("A3", "soon"))].concat();
    let statement = opened(&workbook(&first, &second, NO_STRINGS)).unwrap();
    let shown: Vec<_> = statement
        .accounts
        .iter()
        .map(|account| (account.name.as_str(), account.rows[0].line, account.rows[0].date.to_string()))
        .collect();
    assert_eq!(shown, [("Main", 4, "2024-01-05".to_owned()), ("Card", 2, "2024-01-05".to_owned())]);
    assert_eq!(amounts(&statement), ["-12.3450", "0.3", "7"]);
    let skipped: Vec<_> = statement.skipped.iter().map(|row| (row.line, row.reason.as_str())).collect();
    assert_eq!(skipped, [(3, "sheet “Card”: “soon” is not a date")]);
}

#[test]
fn claims_of_a_sheet_cost_nothing() {
    // A cell far away costs no cells between.
    let far = |row| [header(1), booking(2, 45_296, "1"), booking(row, 45_296, "1")].concat();
    let statement = opened(&workbook(&far(1_048_576), "", NO_STRINGS)).unwrap();
    assert_eq!(statement.accounts[0].rows[1].line, 1_048_576);
    let refused = |first: &str| opened(&workbook(first, "", NO_STRINGS)).unwrap_err();
    let too_low =
        "sheet “Main”, cell A1048577: the file has more than 1048576 lines; export a shorter period";
    assert_eq!(refused(&far(1_048_577)).to_string(), too_low);
    let wide = refused(&[header(1), row(2, &text("XFD2", "x"))].concat());
    assert_eq!(wide.to_string(), "sheet “Main”, cell XFD2: there are more than 500 columns");
    assert_eq!((wide.line(), wide.column()), (Some(2), Some(16_384)));
    for cell in ["A99999999999", "A99999999", "9999999999", "AAAAAAA1", "ZZZZZZZ4294967296"] {
        let error = refused(&row(1, &text(cell, "x"))).to_string();
        assert_eq!(error, format!("sheet “Main”: {UNREADABLE}"), "{cell}");
        let error = refused(&[header(1), row(2, &text(cell, "x"))].concat()).to_string();
        assert_eq!(error, format!("sheet “Main”, after cell C1: {UNREADABLE}"), "{cell}");
    }
    let reversed = r#"</sheetData></worksheet><worksheet><dimension ref="A5:C3"/><sheetData>"#;
    for data in [reversed, r#"<dimension ref="C1:A3"/>"#] {
        assert_eq!(refused(data).to_string(), format!("sheet “Main”: {UNREADABLE}"), "{data}");
    }
    let claimed = r#"<sst uniqueCount="99999999999999"><si><t>x</t></si></sst>"#;
    assert_eq!(
        opened(&workbook(&header(1), "", claimed)).unwrap_err(),
        StatementError::SpreadsheetUnreadable
    );
    let backwards = [booking(5, 45_296, "1"), booking(2, 45_296, "1")].concat();
    assert_eq!(refused(&backwards).to_string(), format!("sheet “Main”, cell A2: {UNREADABLE}"));
}

#[test]
fn what_is_damaged_is_named_by_sheet_and_cell() {
    let sheets = r#"<sheet name="Main" sheetId="1" r:id="r1"/><sheet name="Ums&#228;tze &amp; Karte" sheetId="2" r:id="r2"/>"#;
    let refused =
        |second: &str| opened(&workbook_of(sheets, &header(1), second, NO_STRINGS)).unwrap_err().to_string();
    let inside = [header(1), row(12, r#"<c r="AC12"><v a=1>7</v></c>"#)].concat();
    assert_eq!(refused(&inside), format!("sheet “Umsätze & Karte”, cell AC12: {UNREADABLE}"));
    let behind = [header(1), row(2, r#"<c r="B2"/><x a=1/>"#)].concat();
    assert_eq!(refused(&behind), format!("sheet “Umsätze & Karte”, after cell B2: {UNREADABLE}"));
    let text = row(1, r#"<c r="A1"><v>1</v></c><c r="B1" t="s"><v>7</v></c>"#);
    assert_eq!(refused(&text), format!("sheet “Umsätze & Karte”, after cell A1: {UNREADABLE}"));
    let declared = r#"</sheetData></worksheet><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData>"#;
    assert_eq!(refused(declared), format!("sheet “Umsätze & Karte”: {UNREADABLE}"));
}

#[test]
fn the_only_visible_sheet_needs_no_name_beside_a_line() {
    let sheets = r#"<sheet name="Main" sheetId="1" r:id="r1"/><sheet name="Card" state="hidden" sheetId="2" r:id="r2"/>"#;
    let first = [header(1), booking(2, 45_296, "7"), row(3, &text("A3", "soon"))].concat();
    let statement = opened(&workbook_of(sheets, &first, "", NO_STRINGS)).unwrap();
    assert_eq!(statement.skipped[0].reason, "“soon” is not a date");
    let beside_another = opened(&workbook(&first, "", NO_STRINGS)).unwrap();
    assert_eq!(beside_another.skipped[0].reason, "sheet “Main”: “soon” is not a date");
    let no_rows = opened(&workbook_of(sheets, &header(1), "", NO_STRINGS)).unwrap_err();
    assert_eq!(no_rows, StatementError::NoRows { line: 1 });
}

#[test]
fn what_claims_to_unpack_to_gigabytes_is_refused_before_it_is_unpacked() {
    let mut claim = workbook(&header(1), "", NO_STRINGS);
    let entry = claim.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    claim[entry + 24..entry + 28].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
    assert_eq!(opened(&claim).unwrap_err(), StatementError::SpreadsheetTooLarge { limit_mb: 256 });
}

#[test]
fn archives_that_are_no_spreadsheet_are_named() {
    let message = |bytes: &[u8]| opened(bytes).unwrap_err().to_string();
    assert!(message(&archive(&[("content.xml", "<x/>")])).contains("an OpenDocument file"));
    assert!(message(&archive(&[("word/document.xml", "<x/>")])).contains("a word processor's document"));
    assert!(message(&archive(&[("a.csv", "1,2")])).contains("a ZIP archive"));
    let whole = workbook(&header(1), "", NO_STRINGS);
    for cut in [b"PK\x03\x04\x14\0".as_slice(), &whole[..whole.len() / 2], &whole[..whole.len() - 100]] {
        assert_eq!(opened(cut).unwrap_err(), StatementError::SpreadsheetCutOff);
    }
    assert!(message(&whole[..whole.len() - 100]).contains("damaged or cut off"));
    assert_eq!(opened(&workbook("", "", NO_STRINGS)).unwrap_err(), StatementError::Empty);
    let notes = opened(&workbook(&row(1, &text("A1", "Hello")), "", NO_STRINGS)).unwrap_err();
    assert_eq!(notes.to_string(), "sheet “Main”: line 1: no column holds dates");
    assert_eq!(notes.line(), Some(1));
    let entity = r#"<!DOCTYPE sst [<!ENTITY a "aaaa">]><sst uniqueCount="0"></sst>"#;
    assert_eq!(opened(&workbook(&header(1), "", entity)).unwrap_err(), StatementError::SpreadsheetUnreadable);
}

#[test]
fn any_damage_is_a_statement_or_an_error() {
    let whole = fixture("xlsx/german.xlsx");
    for at in (0..whole.len()).step_by(37) {
        let mut bytes = whole.clone();
        bytes[at] = bytes[at].wrapping_add(1);
        let _ = opened(&bytes);
        let _ = opened(&whole[..at]);
    }
}
