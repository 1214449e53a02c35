//! One entry for every format.

use super::{
    CsvMapping, LINES_MAX, Statement, StatementError, camt, csv, encoding, lines::exceeds_lines, mixed,
    mt940, ofx, qif, xlsx,
};

/// The largest file that is read, in megabytes; larger ones have more lines than are read anyway.
const SIZE_MB_MAX: usize = 500;

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
pub(crate) enum Format {
    /// Which of the three messages.
    Camt(&'static str),
    Csv,
    /// MT940 or MT942.
    Mt940(&'static str),
    Ofx,
    Qif,
}

/// A file of a known format.
pub(crate) enum Recognised<'b> {
    /// Text, in whatever encoding.
    Text(encoding::Decoded<'b>, Format),
    /// A spreadsheet's bytes.
    Spreadsheet(&'b [u8]),
}

impl Recognised<'_> {
    /// `CSV`, `OFX 1.x`, `OFX 2.x`, `QIF`, `XLSX`, `CAMT.053`, `MT940`, …
    pub(crate) fn format(&self) -> &'static str {
        match self {
            Self::Spreadsheet(_) => xlsx::FORMAT,
            Self::Text(_, Format::Camt(message) | Format::Mt940(message)) => message,
            Self::Text(_, Format::Csv) => "CSV",
            Self::Text(text, Format::Ofx) => ofx::format(&text.text),
            Self::Text(_, Format::Qif) => "QIF",
        }
    }

    /// The encoding's WHATWG name.
    pub(crate) fn encoding(&self) -> &'static str {
        match self {
            Self::Spreadsheet(_) => xlsx::ENCODING,
            Self::Text(text, _) => text.encoding,
        }
    }

    pub(crate) fn read(&self, options: &ReadOptions) -> Result<Statement, StatementError> {
        let (decoded, format) = match self {
            Self::Spreadsheet(bytes) => return xlsx::read(bytes, options),
            Self::Text(decoded, format) => (decoded, format),
        };
        let marked = || mixed::marked(decoded);
        let statement = match format {
            // CSV leaves such rows out while it reads.
            Format::Csv => return csv::read(decoded, options),
            Format::Camt(_) => camt::read(&marked(), decoded.encoding),
            Format::Mt940(_) => mt940::read(&marked(), decoded.encoding),
            Format::Ofx => ofx::read(&marked(), decoded.encoding),
            Format::Qif => qif::read(&marked(), decoded.encoding, options),
        };
        mixed::leave_out(statement?, decoded, *format == Format::Qif)
    }
}

/// Reads a bank's file: CSV, OFX, QIF, CAMT or MT940 in any encoding, or XLSX. Every row is among
/// the accounts' rows or among those skipped, with its line and the reason. Neither size nor
/// content makes it panic.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<Statement, StatementError> {
    recognise(bytes)?.read(options)
}

/// Decodes a file and tells its format.
pub(crate) fn recognise(bytes: &[u8]) -> Result<Recognised<'_>, StatementError> {
    if bytes.len() > SIZE_MB_MAX * 1_000_000 {
        return Err(StatementError::TooLarge { limit_mb: SIZE_MB_MAX });
    }
    if xlsx::is_archive(bytes) {
        xlsx::check(bytes)?;
        return Ok(Recognised::Spreadsheet(bytes));
    }
    let declared = ofx::declared_encoding(bytes).or_else(|| camt::declared_encoding(bytes));
    let text = encoding::decode(bytes, declared)?;
    if text.text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(StatementError::Empty);
    }
    let format = format_of(&text.text);
    // An XML entry takes up to a hundred lines, or none; those readers count rows.
    if !matches!(format, Format::Camt(_) | Format::Ofx) && exceeds_lines(&text.text, LINES_MAX) {
        return Err(StatementError::TooManyLines { limit: LINES_MAX });
    }
    if format == Format::Csv
        && let Some(what) = other_format(&text.text)
    {
        return Err(StatementError::OtherFormat { what });
    }
    Ok(Recognised::Text(text, format))
}

/// What a text is, if it is no CSV.
pub(super) fn not_csv(text: &str) -> Option<&'static str> {
    match format_of(text) {
        Format::Csv => other_format(text),
        Format::Ofx => Some("an OFX file"),
        Format::Qif => Some("a QIF file"),
        Format::Camt(_) => Some("a CAMT file"),
        Format::Mt940(_) => Some("an MT940 file"),
    }
}

fn format_of(text: &str) -> Format {
    if ofx::is_ofx(text) {
        Format::Ofx
    } else if let Some(message) = camt::format(text) {
        Format::Camt(message)
    } else if let Some(message) = mt940::format(text) {
        Format::Mt940(message)
    } else if qif::is_qif(text) {
        Format::Qif
    } else {
        Format::Csv
    }
}

/// Formats that banks offer that have no reader.
fn other_format(text: &str) -> Option<&'static str> {
    let start = text.trim_start();
    let starts = |head: &str| start.get(..head.len()).is_some_and(|found| found.eq_ignore_ascii_case(head));
    if starts("<!doctype html") || starts("<html") {
        Some("a web page")
    } else if starts("<?xml") || starts("<Document") {
        Some("an XML file")
    } else if (starts("{") || starts("[")) && start.trim_end().ends_with(['}', ']']) {
        Some("a JSON file")
    } else {
        None
    }
}
