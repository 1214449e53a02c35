//! What a spreadsheet may ask for, checked before it is opened: the reader below takes counts and
//! cell names at their word.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Cursor, Read, Seek},
};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use zip::ZipArchive;

use super::{super::StatementError, Place, in_sheet};

/// The most that all parts together may unpack to: a million rows of a statement take about half.
const UNPACKED_MB_MAX: u64 = 256;
/// The last cell of the largest sheet is `XFD1048576`.
const COLUMN_LETTERS_MAX: usize = 3;
const ROW_DIGITS_MAX: usize = 7;
/// The most of a part that is read to name the sheet of an error: thousands of sheets.
const NAMES_BYTES_MAX: u64 = 1_000_000;

/// The element of a cell.
const CELL: &str = "c";

/// Refuses what is no spreadsheet, what unpacks to too much, and what names impossible cells.
pub(super) fn check(bytes: &[u8]) -> Result<(), StatementError> {
    check_within(bytes, UNPACKED_MB_MAX * 1_000_000)
}

fn check_within(bytes: &[u8], limit: u64) -> Result<(), StatementError> {
    // An archive's directory stands at its end.
    let archive = ZipArchive::new(Cursor::new(bytes));
    let mut archive = archive.map_err(|_| StatementError::SpreadsheetCutOff)?;
    if !holds(&archive, |name| name.ends_with("workbook.xml")) {
        return Err(StatementError::NotText { what: other_archive(&archive) });
    }
    let mut left = limit;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| StatementError::SpreadsheetUnreadable)?;
        // A relation may name any part, whatever its ending.
        let name = part.name().map_err(|_| StatementError::SpreadsheetUnreadable)?.into_owned();
        let ending = name.rsplit('.').next();
        let is_xml = matches!(ending, Some("xml" | "rels"));
        if part.size() > left {
            return Err(StatementError::SpreadsheetTooLarge { limit_mb: UNPACKED_MB_MAX });
        }
        let mut counted = Counted { part: BufReader::new(part), left };
        let mut place = Place::Sheet;
        let checked = check_part(&mut counted, is_xml, &mut place);
        left = counted.left;
        drop(counted);
        checked.map_err(|error| match error {
            // What is too large is the whole.
            StatementError::SpreadsheetTooLarge { .. } => error,
            _ => match sheet_name(&mut archive, &name) {
                Some(sheet) => in_sheet(&sheet, place, error),
                None => error,
            },
        })?;
    }
    Ok(())
}

/// The name of the sheet that a part holds, by the workbook and its relations.
fn sheet_name<R: Read + Seek>(archive: &mut ZipArchive<R>, part: &str) -> Option<String> {
    let relations = attributes(archive, "xl/_rels/workbook.xml.rels", "Relationship");
    let is_part = |target: &str| {
        let target = target.trim_start_matches('/');
        part.eq_ignore_ascii_case(target) || part.eq_ignore_ascii_case(&format!("xl/{target}"))
    };
    let relation = relations.iter().find(|it| it.get("Target").is_some_and(|target| is_part(target)))?;
    let sheets = attributes(archive, "xl/workbook.xml", "sheet");
    let mut sheet = sheets.into_iter().find(|it| it.get("id") == relation.get("Id"))?;
    sheet.remove("name")
}

/// The attributes of each such element of a part, by their local names, as far as they can be read.
fn attributes<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    part: &str,
    element: &str,
) -> Vec<HashMap<String, String>> {
    let mut found = Vec::new();
    let Ok(part) = archive.by_name(part) else { return found };
    let mut reader = Reader::from_reader(BufReader::new(part.take(NAMES_BYTES_MAX)));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref() == element => {
                let values = tag.attributes().flatten().filter_map(|attribute| {
                    let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
                    Some((attribute.key.local_name().as_ref().to_owned(), value.into_owned()))
                });
                found.push(values.collect());
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

/// A part of the archive while its bytes are counted; it ends where none are left.
struct Counted<R> {
    part: R,
    left: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.part.read(buffer)?;
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.left == 0 { Ok(&[]) } else { self.part.fill_buf() }
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount as u64);
        self.part.consume(amount);
    }
}

/// Checks a part; `place` is where in it an error is, if it is a sheet.
fn check_part<R: BufRead>(
    part: &mut Counted<R>,
    is_xml: bool,
    place: &mut Place,
) -> Result<(), StatementError> {
    let start = part.left;
    let mut claimed = 0;
    let mut buffer = Vec::new();
    let mut reader = Reader::from_reader(part);
    // As lenient as the reader of the cells: what stops one stops the other.
    reader.config_mut().check_end_names = false;
    reader.config_mut().check_comments = false;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => claimed = claimed.max(check_tag(&tag, place)?),
            Ok(Event::Empty(tag)) => {
                claimed = claimed.max(check_tag(&tag, place)?);
                if tag.local_name().as_ref() == CELL {
                    *place = place.passed();
                }
            }
            Ok(Event::End(tag)) if tag.local_name().as_ref() == CELL => *place = place.passed(),
            Ok(Event::DocType(_)) => return Err(StatementError::SpreadsheetUnreadable),
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(_) if reader.get_ref().left == 0 || !is_xml => break,
            Err(_) => return Err(StatementError::SpreadsheetUnreadable),
        }
    }
    let left = reader.get_ref().left;
    if left == 0 {
        return Err(StatementError::SpreadsheetTooLarge { limit_mb: UNPACKED_MB_MAX });
    }
    // Room is made for as many texts as are claimed; each takes some bytes.
    if claimed > start - left {
        *place = Place::Sheet;
        return Err(StatementError::SpreadsheetUnreadable);
    }
    Ok(())
}

/// The number of texts that a tag claims. Cells and ranges that no sheet has are refused; a cell that
/// can be is the new `at`.
fn check_tag(tag: &BytesStart<'_>, at: &mut Place) -> Result<u64, StatementError> {
    let unreadable = || StatementError::SpreadsheetUnreadable;
    let element = tag.local_name();
    let element: &[u8] = element.as_ref().as_ref();
    let mut claimed = 0;
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| unreadable())?;
        let value: &[u8] = attribute.value.as_ref().as_ref();
        let key: &[u8] = attribute.key.as_ref().as_ref();
        match (element, key) {
            (b"c" | b"row", b"r") => {
                let (row, column) = place(value).ok_or_else(unreadable)?;
                if row > 0 && column > 0 {
                    *at = Place::At(row, column);
                }
            }
            (b"dimension", b"ref") => {
                let places: Option<Vec<_>> = value.split(|byte| *byte == b':').map(place).collect();
                let places = places.ok_or_else(unreadable)?;
                if places.windows(2).any(|pair| pair[1].0 < pair[0].0 || pair[1].1 < pair[0].1) {
                    return Err(unreadable());
                }
            }
            (_, b"uniqueCount") => {
                let count = std::str::from_utf8(value).ok().and_then(|text| text.trim().parse().ok());
                claimed = count.ok_or_else(unreadable)?;
            }
            _ => {}
        }
    }
    Ok(claimed)
}

/// The row and column that a name such as `C107` or `107` has; none beyond the largest sheet's.
fn place(name: &[u8]) -> Option<(u32, u32)> {
    let letters = name.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (column, row) = name.split_at(letters);
    if letters > COLUMN_LETTERS_MAX || row.len() > ROW_DIGITS_MAX || !row.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let column =
        column.iter().fold(0, |sum, byte| sum * 26 + u32::from(byte.to_ascii_uppercase() - b'A') + 1);
    let row = row.iter().fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0'));
    Some((row, column))
}

fn holds<R: Read + Seek>(archive: &ZipArchive<R>, wanted: impl Fn(&str) -> bool) -> bool {
    archive.file_names().flatten().any(|name| wanted(&name.to_ascii_lowercase()))
}

fn other_archive<R: Read + Seek>(archive: &ZipArchive<R>) -> &'static str {
    let starts = |start: &'static str| holds(archive, move |name| name.starts_with(start));
    if starts("xl/workbook.bin") {
        "a binary spreadsheet (.xlsb)"
    } else if starts("content.xml") {
        "an OpenDocument file"
    } else if starts("word/") {
        "a word processor's document"
    } else {
        "a ZIP archive"
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    #[test]
    fn parts_are_counted_while_they_unpack_whatever_the_directory_claims() {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("xl/workbook.xml", SimpleFileOptions::default()).unwrap();
        zip.write_all(format!("<a>{}</a>", " ".repeat(100_000)).as_bytes()).unwrap();
        let mut bytes = zip.finish().unwrap().into_inner();
        assert_eq!(check_within(&bytes, 200_000), Ok(()));
        let too_large = Err(StatementError::SpreadsheetTooLarge { limit_mb: UNPACKED_MB_MAX });
        assert_eq!(check_within(&bytes, 50_000), too_large);
        let entry = bytes.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
        for (start, size) in [(22, 10_u32), (entry + 24, 10)] {
            bytes[start..start + 4].copy_from_slice(&size.to_le_bytes());
        }
        assert!(check_within(&bytes, 50_000).is_err());
        let mut counted = Counted { part: BufReader::new(Cursor::new(vec![b' '; 1_000])), left: 100 };
        assert_eq!(check_part(&mut counted, true, &mut Place::Sheet), too_large);
    }
}
