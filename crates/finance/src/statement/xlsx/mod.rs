//! Spreadsheets (Office Open XML): each sheet becomes the text that the CSV reader reads, so that
//! layouts, corrections and errors are the same.

mod guard;
mod sheet;

use std::io::Cursor;

use calamine::{Reader, SheetType, SheetVisible, Xlsx};

use super::{
    ReadOptions, Statement, StatementError, csv,
    encoding::Decoded,
    text::{name_of_file, plain_text},
};

/// What [`Statement::format`] says of a spreadsheet.
pub(super) const FORMAT: &str = "XLSX";
/// The encoding of every part of a spreadsheet.
pub(super) const ENCODING: &str = "UTF-8";

/// More sheets than any bank writes; each is read as a file of its own.
const SHEETS_MAX: usize = 50;

/// True when the bytes are an archive, as spreadsheets are.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Checks that an archive is a spreadsheet within bounds.
pub(super) fn check(bytes: &[u8]) -> Result<(), StatementError> {
    guard::check(bytes)
}

/// Reads the visible sheets of a spreadsheet that [`check`] let pass. Sheets that are no statement
/// are passed over while another one is; where several are, an account that the rows do not name
/// has its sheet's name. Lines are the sheet's rows.
pub(super) fn read(bytes: &[u8], options: &ReadOptions) -> Result<Statement, StatementError> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| StatementError::SpreadsheetUnreadable)?;
    let is_shown = |sheet: &&calamine::Sheet| {
        sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet
    };
    let names: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(is_shown)
        .take(SHEETS_MAX)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut read = Vec::new();
    let mut error = None;
    for name in names {
        let text = sheet::text(&mut book, &name)?;
        if text.trim().is_empty() {
            continue;
        }
        let decoded = Decoded { text: text.into(), encoding: ENCODING, slips: Vec::new() };
        match csv::read(&decoded, options) {
            Ok(statement) => read.push((name, statement)),
            Err(found) => error = error.or(Some(found)),
        }
    }
    joined(read, options).ok_or(error.unwrap_or(StatementError::Empty))
}

/// The first sheet's statement, with the accounts of the other ones.
fn joined(sheets: Vec<(String, Statement)>, options: &ReadOptions) -> Option<Statement> {
    let several = sheets.len() > 1;
    let unnamed = name_of_file(&options.file_name);
    let mut joined: Option<Statement> = None;
    for (name, mut statement) in sheets {
        if several {
            for account in &mut statement.accounts {
                if account.number.is_none() && account.name == unnamed {
                    account.name = plain_text(&name);
                }
            }
            for row in &mut statement.skipped {
                row.reason = format!("sheet {}: {}", plain_text(&name), row.reason);
            }
        }
        match &mut joined {
            Some(first) => {
                first.accounts.append(&mut statement.accounts);
                first.skipped.append(&mut statement.skipped);
            }
            None => joined = Some(Statement { format: FORMAT.to_owned(), ..statement }),
        }
    }
    joined
}
