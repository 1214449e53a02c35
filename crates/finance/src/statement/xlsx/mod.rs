//! Spreadsheets (Office Open XML): each sheet becomes the text that the CSV reader reads, so that
//! layouts, corrections and errors are the same.

mod guard;
mod sheet;

use std::io::Cursor;

use calamine::{Reader, SheetType, SheetVisible, Xlsx};

use super::{
    ReadOptions, Statement, StatementError, csv,
    encoding::Decoded,
    text::{name_of_file, plain_text, quoted},
};

/// What [`Statement::format`] says of a spreadsheet.
pub(super) const FORMAT: &str = "XLSX";
/// The encoding of every part of a spreadsheet.
pub(super) const ENCODING: &str = "UTF-8";

/// More sheets than any bank writes; each is read as a file of its own.
const SHEETS_MAX: usize = 50;

/// Where in a sheet something is wrong. Rows and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before any of its cells, or in all of it.
    Sheet,
    /// In a cell: its row and column.
    At(u32, u32),
    /// Behind the last cell that could be read.
    After(u32, u32),
}

impl Place {
    /// The place behind what stands here.
    fn passed(self) -> Self {
        match self {
            Self::At(row, column) => Self::After(row, column),
            Self::Sheet | Self::After(..) => self,
        }
    }
}

/// The error with its place as spreadsheets name it: `sheet “Umsätze”, cell C12`.
fn in_sheet(sheet: &str, place: Place, error: StatementError) -> StatementError {
    let sheet = format!("sheet {}", quoted(sheet));
    let (place, cell) = match place {
        Place::Sheet => (sheet, None),
        Place::At(row, column) => {
            (format!("{sheet}, cell {}{row}", column_letters(column)), Some((row, column)))
        }
        Place::After(row, column) => (format!("{sheet}, after cell {}{row}", column_letters(column)), None),
    };
    StatementError::InSheet { place, cell, error: Box::new(error) }
}

/// `A` of 1, `Z` of 26, `AA` of 27.
fn column_letters(column: u32) -> String {
    let mut letters = String::new();
    let mut left = column;
    while left > 0 {
        letters.insert(0, char::from(b'A' + ((left - 1) % 26) as u8));
        left = (left - 1) / 26;
    }
    letters
}

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
/// has its sheet's name. Lines are the sheet's rows; beside other visible sheets, with its name.
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
    let is_one_of_several = names.len() > 1;
    let mut read = Vec::new();
    let mut error = None;
    for name in names {
        let text = sheet::text(&mut book, &name)?;
        if text.trim().is_empty() {
            continue;
        }
        let decoded = Decoded { text: text.into(), encoding: ENCODING, slips: Vec::new() };
        match csv::read(&decoded, options) {
            Ok(mut statement) => {
                for row in statement.skipped.iter_mut().filter(|_| is_one_of_several) {
                    row.reason = format!("sheet {}: {}", quoted(&name), row.reason);
                }
                read.push((name, statement));
            }
            Err(found) if is_one_of_several => {
                error = error.or_else(|| Some(in_sheet(&name, Place::Sheet, found)));
            }
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
