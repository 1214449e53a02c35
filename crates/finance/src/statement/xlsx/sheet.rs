//! A sheet's cells as text, one line a row, columns parted by tabs: days in ISO form, numbers with
//! a point.

use std::{
    fmt::Write,
    io::{Read, Seek},
};

use calamine::{DataRef, ExcelDateTime, Xlsx};

use super::{super::StatementError, Place, in_sheet};

/// More columns than any bank writes; wider rows would cost a delimiter a column.
const COLUMNS_MAX: u32 = 500;
/// As many rows as a sheet has.
const ROWS_MAX: u32 = 1_048_576;
/// The longest text of a sheet.
const TEXT_MB_MAX: usize = 100;

/// Renders a sheet. Rows keep their numbers as lines.
pub(super) fn text<R: Read + Seek>(book: &mut Xlsx<R>, name: &str) -> Result<String, StatementError> {
    let mut place = Place::Sheet;
    let text = written(book, name, &mut place);
    text.map_err(|error| in_sheet(name, place, error))
}

/// The text, with the place in the sheet up to which it went.
fn written<R: Read + Seek>(
    book: &mut Xlsx<R>,
    name: &str,
    place: &mut Place,
) -> Result<String, StatementError> {
    let unreadable = |_| StatementError::SpreadsheetUnreadable;
    let mut cells = book.worksheet_cells_reader(name).map_err(unreadable)?;
    let mut text = String::new();
    // The row and column that the next character would stand in.
    let (mut row, mut column) = (0u32, 0u32);
    let mut is_first = true;
    loop {
        *place = place.passed();
        let Some(cell) = cells.next_cell().map_err(unreadable)? else { break };
        let (cell_row, cell_column) = cell.get_position();
        *place = Place::At(cell_row.saturating_add(1), cell_column.saturating_add(1));
        if matches!(cell.get_value(), DataRef::Empty | DataRef::Error(_)) {
            continue;
        }
        if cell_row >= ROWS_MAX {
            return Err(StatementError::TooManyLines { limit: ROWS_MAX });
        }
        if cell_column >= COLUMNS_MAX {
            return Err(StatementError::SheetTooWide { limit: COLUMNS_MAX as usize });
        }
        let is_behind = cell_row > row || cell_row == row && (cell_column > column || is_first);
        if !is_behind {
            return Err(StatementError::SpreadsheetUnreadable);
        }
        if cell_row > row {
            text.extend(std::iter::repeat_n('\n', (cell_row - row) as usize));
            (row, column) = (cell_row, 0);
        }
        text.extend(std::iter::repeat_n('\t', (cell_column - column) as usize));
        column = cell_column;
        is_first = false;
        write_cell(&mut text, cell.get_value());
        if text.len() > TEXT_MB_MAX * 1_000_000 {
            return Err(StatementError::TooLarge { limit_mb: TEXT_MB_MAX });
        }
    }
    text.push('\n');
    Ok(text)
}

fn write_cell(text: &mut String, value: &DataRef<'_>) {
    match value {
        DataRef::Int(number) => text.push_str(&number.to_string()),
        DataRef::Float(number) => write_number(text, *number),
        DataRef::String(value) | DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => {
            write_text(text, value);
        }
        DataRef::SharedString(value) => write_text(text, value),
        DataRef::Bool(value) => text.push_str(if *value { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(day) if day.is_datetime() => write_day(text, *day),
        DataRef::DateTime(duration) => write_number(text, duration.as_f64()),
        DataRef::Error(_) | DataRef::Empty => {}
    }
}

/// The shortest number that is the cell's. `1.234` gets a zero more: it is no thousand.
fn write_number(text: &mut String, number: f64) {
    let start = text.len();
    let _ = write!(text, "{number}");
    let fraction = text[start..].split_once('.').map_or("", |(_, fraction)| fraction);
    if fraction.len() == 3 {
        text.push('0');
    }
}

fn write_day(text: &mut String, day: ExcelDateTime) {
    let (year, month, day, hour, minute, second, _) = day.to_ymd_hms_milli();
    let _ = write!(text, "{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) != (0, 0, 0) {
        let _ = write!(text, " {hour:02}:{minute:02}:{second:02}");
    }
}

/// A cell's text on one line, quoted where it would part columns.
fn write_text(text: &mut String, value: &str) {
    let is_quoted = value.contains(['"', ',', ';', '|']);
    if is_quoted {
        text.push('"');
    }
    for c in value.chars() {
        match c {
            '"' => text.push_str("\"\""),
            c if c.is_control() => text.push(' '),
            c => text.push(c),
        }
    }
    if is_quoted {
        text.push('"');
    }
}
