//! A CSV of any length, row by row: memory does not grow with the file.

use std::io::Read;

use super::{
    super::{
        CsvLayout, ReadOptions, StatementAccount, StatementError, read::not_csv, text::name_of_file,
        window::Window,
    },
    detect, nothing_readable, order_swapped,
    rows::{ReadRow, RowReader},
};

/// What a file says beside its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamedStatement {
    /// The character encoding's WHATWG name.
    pub encoding: String,
    /// The accounts, in the file's order, without rows and balances.
    pub accounts: Vec<StatementAccount>,
    /// How many rows were read.
    pub rows: usize,
    /// How many lines were left out.
    pub skipped: usize,
    /// How the columns were understood.
    pub layout: CsvLayout,
}

/// Reads a CSV and gives each row, and each line that is left out, to `sink`, in the file's order.
///
/// The layout is found out from the first megabyte. Beside what [`read`](crate::statement::read)
/// refuses, a file is refused at the first row that shows that day and month were taken the wrong
/// way round; rows before it have gone to the sink then.
pub fn read_rows(
    source: &mut dyn Read,
    options: &ReadOptions,
    sink: &mut dyn FnMut(ReadRow<'_>),
) -> Result<StreamedStatement, StatementError> {
    let mut window = Window::open(source)?;
    if window.text().trim().is_empty() {
        return Err(StatementError::Empty);
    }
    if let Some(what) = not_csv(window.text()) {
        return Err(StatementError::OtherFormat { what });
    }
    let mut detected = detect::detect(window.text(), options.mapping.as_ref())?;
    let name = name_of_file(&options.file_name);
    if detected.order_is_a_guess {
        let mut head = RowReader::new(window.text(), &detected, &name);
        head.feed(window.text(), window.is_last(), &[], &mut |_| {})?;
        if head.swapped > 0 {
            detected.layout.mapping.date_order = order_swapped(detected.layout.mapping.date_order);
            detected.order_is_a_guess = false;
        }
    }
    let mut reader = RowReader::new(window.text(), &detected, &name);
    let mut first_skipped = None;
    loop {
        let before = reader.line();
        let consumed = reader.feed(window.text(), window.is_last(), window.slips(), &mut |read| {
            if let (ReadRow::Skipped(row), None) = (&read, &first_skipped) {
                first_skipped = Some(row.clone());
            }
            sink(read);
        })?;
        if detected.order_is_a_guess && reader.swapped > 0 {
            return Err(StatementError::DateOrderUnclear { line: before });
        }
        if window.is_last() || reader.is_hopeless() {
            break;
        }
        window.advance(consumed, reader.line())?;
    }
    if reader.read == 0 {
        return Err(nothing_readable(first_skipped, detected.first_line));
    }
    Ok(StreamedStatement {
        encoding: window.encoding().to_owned(),
        rows: reader.read,
        skipped: reader.skipped,
        accounts: std::mem::take(&mut reader.accounts.all),
        layout: detected.layout.clone(),
    })
}
