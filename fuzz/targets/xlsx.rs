//! Any bytes as a spreadsheet, and as the parts of one: a sheet, its texts, its styles, parted by
//! lines of `---`.

#![no_main]

use std::io::{Cursor, Write};

use finance::statement::{ReadOptions, read};
use libfuzzer_sys::fuzz_target;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const PACKAGE: &str = r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const RELS: &str = r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const PARTS: [&str; 3] = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"];

fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions { mapping: None, file_name: "statement.xlsx".to_owned() };
    if bytes.starts_with(b"PK") {
        let _ = read(bytes, &options);
        return;
    }
    let _ = read(&workbook(bytes), &options);
});

fn workbook(bytes: &[u8]) -> Vec<u8> {
    const MARK: &[u8] = b"\n---\n";
    let mut parts = vec![
        ("_rels/.rels", PACKAGE.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELS.as_bytes()),
    ];
    let mut rest = bytes;
    for name in PARTS {
        let end = rest.windows(MARK.len()).position(|window| window == MARK);
        let (part, behind) = match end {
            Some(end) => (&rest[..end], &rest[end + MARK.len()..]),
            None => (rest, &[][..]),
        };
        if !part.is_empty() {
            parts.push((name, part));
        }
        rest = behind;
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, text) in parts {
        zip.start_file(name, stored).expect("writing to memory succeeds");
        zip.write_all(text).expect("writing to memory succeeds");
    }
    zip.finish().expect("writing to memory succeeds").into_inner()
}
