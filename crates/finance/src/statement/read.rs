//! One entry for every format.

use super::{
    CsvMapping, LINES_MAX, Statement, StatementError, csv, encoding, lines::exceeds_lines, ofx, qif,
};

/// The largest file that is read, in megabytes; larger ones have more lines than are read anyway.
const SIZE_MB_MAX: usize = 100;

/// What a caller knows of a file beside its bytes.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// A person's correction of how a CSV is understood; found out where there is none.
    pub mapping: Option<CsvMapping>,
    /// The file's name, for the account's name where the file names none.
    pub file_name: String,
}

/// A format with a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Ofx,
    Qif,
}

/// Text of a known format.
pub(crate) struct Recognised<'b> {
    text: encoding::Decoded<'b>,
    format: Format,
}

impl Recognised<'_> {
    /// `CSV`, `OFX 1.x`, `OFX 2.x`, `QIF`.
    pub(crate) fn format(&self) -> &'static str {
        match self.format {
            Format::Csv => "CSV",
            Format::Ofx => ofx::format(&self.text.text),
            Format::Qif => "QIF",
        }
    }

    /// The encoding's WHATWG name.
    pub(crate) fn encoding(&self) -> &'static str {
        self.text.encoding
    }

    pub(crate) fn read(&self, options: &ReadOptions) -> Result<Statement, StatementError> {
        match self.format {
            Format::Csv => csv::read(&self.text.text, self.text.encoding, options),
            Format::Ofx => ofx::read(&self.text.text, self.text.encoding),
            Format::Qif => qif::read(&self.text.text, self.text.encoding, options),
        }
    }
}

/// Reads a bank's file: CSV, OFX or QIF, in any encoding. Every row is among the accounts' rows or
/// among those skipped, with its line and the reason. Neither size nor content makes it panic.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<Statement, StatementError> {
    recognise(bytes)?.read(options)
}

/// Decodes a file and tells its format.
pub(crate) fn recognise(bytes: &[u8]) -> Result<Recognised<'_>, StatementError> {
    if bytes.len() > SIZE_MB_MAX * 1_000_000 {
        return Err(StatementError::TooLarge { limit_mb: SIZE_MB_MAX });
    }
    let text = encoding::decode(bytes, ofx::declared_encoding(bytes))?;
    if text.text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(StatementError::Empty);
    }
    if exceeds_lines(&text.text, LINES_MAX) {
        return Err(StatementError::TooManyLines { limit: LINES_MAX });
    }
    let format = if ofx::is_ofx(&text.text) {
        Format::Ofx
    } else if qif::is_qif(&text.text) {
        Format::Qif
    } else {
        Format::Csv
    };
    if format == Format::Csv
        && let Some(what) = other_format(&text.text)
    {
        return Err(StatementError::OtherFormat { what });
    }
    Ok(Recognised { text, format })
}

/// Formats that banks offer that have no reader.
fn other_format(text: &str) -> Option<&'static str> {
    let start = text.trim_start();
    let starts = |head: &str| start.get(..head.len()).is_some_and(|found| found.eq_ignore_ascii_case(head));
    if starts(":20:") || starts("{1:") {
        Some("an MT940 file")
    } else if starts("<!doctype html") || starts("<html") {
        Some("a web page")
    } else if starts("<?xml") || starts("<Document") {
        let is_camt = start.get(..2_000.min(start.len())).is_some_and(|head| head.contains("camt.05"));
        Some(if is_camt { "a CAMT file" } else { "an XML file" })
    } else if (starts("{") || starts("[")) && start.trim_end().ends_with(['}', ']']) {
        Some("a JSON file")
    } else {
        None
    }
}
