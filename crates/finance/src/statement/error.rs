//! Why a file could not be read as a bank's statement.

use domain::SkippedRow;
use thiserror::Error;

use super::lines::position_of;

/// Why nothing of a file was read. The text is for the person; lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StatementError {
    /// No bytes, or nothing but blank lines.
    #[error("the file is empty")]
    Empty,
    /// More bytes than are read.
    #[error("the file is larger than {limit_mb} MB; export a shorter period")]
    TooLarge {
        /// The most that is read, in megabytes.
        limit_mb: usize,
    },
    /// More lines than are read.
    #[error("the file has more than {limit} lines; export a shorter period")]
    TooManyLines {
        /// The most that is read.
        limit: u32,
    },
    /// Not text.
    #[error("line 1: this is {what}, not text; export CSV or OFX instead")]
    NotText {
        /// What it seems to be, with its article.
        what: &'static str,
    },
    /// More rows than are read, in a format whose rows take several lines or none.
    #[error("the file has more than {limit} rows; export a shorter period")]
    TooManyRows {
        /// The most that is read.
        limit: u32,
    },
    /// A zero byte, which no text has.
    #[error("line {line}, column {column}: there is a NUL byte; the file is damaged or no text")]
    NulByte {
        /// Where.
        line: u32,
        /// The byte of the line, from 1.
        column: u32,
    },
    /// The source of the file failed.
    #[error("line {line}: the file could not be read on")]
    Interrupted {
        /// The next line.
        line: u32,
    },
    /// Rows were taken with day and month the wrong way round.
    #[error("from line {line} on, day and month stand the other way round; say which is which")]
    DateOrderUnclear {
        /// Where the rows begin that show it.
        line: u32,
    },
    /// A spreadsheet whose parts are larger than they claim or than are read.
    #[error("the spreadsheet unpacks to more than {limit_mb} MB; export a shorter period")]
    SpreadsheetTooLarge {
        /// The most that is unpacked, in megabytes.
        limit_mb: u64,
    },
    /// A spreadsheet that is damaged, locked, or names impossible cells.
    #[error("the spreadsheet cannot be read; save it again as XLSX without a password, or as CSV")]
    SpreadsheetUnreadable,
    /// An archive, as spreadsheets are, without the directory at its end.
    #[error("the spreadsheet is damaged or cut off; download it again, or save it as CSV")]
    SpreadsheetCutOff,
    /// A cell of a spreadsheet right of every column that a statement has.
    #[error("there are more than {limit} columns")]
    SheetTooWide {
        /// The most that are read.
        limit: usize,
    },
    /// What is wrong stands in one sheet of a spreadsheet.
    #[error("{place}: {error}")]
    InSheet {
        /// The sheet, with the cell where that is known, as spreadsheets name them.
        place: String,
        /// The cell's row and column, from 1.
        cell: Option<(u32, u32)>,
        /// What is wrong there.
        error: Box<StatementError>,
    },
    /// Text of a format that has no reader.
    #[error("line 1: this is {what}; export CSV or OFX instead")]
    OtherFormat {
        /// The format, with its article.
        what: &'static str,
    },
    /// A table with days and amounts that is no account's.
    #[error("line {line}: {what}")]
    NoStatement {
        /// The header.
        line: u32,
        /// What it is, and what to import instead.
        what: &'static str,
    },
    /// One row, or a quoted field of it, does not end.
    #[error("line {line}: the row is longer than {limit_kb} kB")]
    RowTooLong {
        /// Where it starts.
        line: u32,
        /// The longest row that is read, in kilobytes.
        limit_kb: usize,
    },
    /// More columns than any statement has.
    #[error("line {line}: the row has more than {limit} columns")]
    TooManyColumns {
        /// The row.
        line: u32,
        /// The most that is read.
        limit: usize,
    },
    /// More accounts than any person has: the account's column is another one.
    #[error("line {line}: the file names more than {limit} accounts")]
    TooManyAccounts {
        /// Where the first account too many stands.
        line: u32,
        /// The most that are read.
        limit: usize,
    },
    /// No column holds dates.
    #[error("line {line}: no column holds dates")]
    NoDateColumn {
        /// The header, or the first row.
        line: u32,
    },
    /// No column holds amounts.
    #[error("line {line}: no column holds amounts")]
    NoAmountColumn {
        /// The header, or the first row.
        line: u32,
    },
    /// There is a header and nothing below it.
    #[error("line {line}: no rows follow the header")]
    NoRows {
        /// The header.
        line: u32,
    },
    /// Not one row could be read.
    #[error("no row can be read; {first}")]
    NothingReadable {
        /// The first row, and why it could not be read.
        first: SkippedRow,
    },
    /// What is told of an account, or of the statement as a whole, is in two encodings.
    #[error(
        "line {line}, column {column}: here stands another encoding than in the rest of the file; download it again"
    )]
    MixedEncodings {
        /// Where.
        line: u32,
        /// The character in the line, from 1.
        column: u32,
    },
    /// A correction names a column that the file does not have, or a mark that is none.
    #[error("the mapping's {field} does not fit the file")]
    MappingDoesNotFit {
        /// The field of the mapping.
        field: &'static str,
    },
    /// The file ends inside a statement.
    #[error("line {line}, column {column}: the file ends here, inside a statement; download it again")]
    Truncated {
        /// Its last line.
        line: u32,
        /// Where it ends: a character of the line, of a CSV its last field; from 1.
        column: u32,
    },
    /// An OFX answer without any account.
    #[error("line {line}: the file names no account")]
    NoAccount {
        /// Where the answer starts.
        line: u32,
    },
    /// Tags that do not fit each other.
    #[error("line {line}, column {column}: the XML is broken: {problem}; download it again")]
    BrokenXml {
        /// Where it breaks.
        line: u32,
        /// The character in the line, from 1.
        column: u32,
        /// What is wrong there.
        problem: String,
    },
    /// A statement in a currency that ISO 4217 does not have.
    #[error("line {line}, column {column}: there is no currency “{code}”")]
    UnknownCurrency {
        /// Where it stands.
        line: u32,
        /// The character in the line, from 1.
        column: u32,
        /// The three letters.
        code: String,
    },
    /// A document type with declarations, which can make a small file endless.
    #[error("line {line}, column {column}: the file declares entities; no bank's statement needs them")]
    DeclaresEntities {
        /// Where the declaration starts.
        line: u32,
        /// The character in the line, from 1.
        column: u32,
    },
    /// An OFX answer that reports the bank's failure.
    #[error("line {line}: the bank answered with error {code}: {message}")]
    BankError {
        /// Where the error stands.
        line: u32,
        /// The bank's code.
        code: String,
        /// The bank's text, shortened.
        message: String,
    },
}

impl StatementError {
    /// The line of the file that the error is about, from 1.
    pub fn line(&self) -> Option<u32> {
        self.place().map(|(line, _)| line)
    }

    /// Where in the line: the byte of a zero byte, the field of a table or sheet, else the character; from 1.
    pub fn column(&self) -> Option<u32> {
        self.place().and_then(|(_, column)| column)
    }

    fn place(&self) -> Option<(u32, Option<u32>)> {
        match self {
            Self::Empty
            | Self::TooLarge { .. }
            | Self::TooManyLines { .. }
            | Self::TooManyRows { .. }
            | Self::SpreadsheetTooLarge { .. }
            | Self::SpreadsheetUnreadable
            | Self::SpreadsheetCutOff
            | Self::SheetTooWide { .. }
            | Self::MappingDoesNotFit { .. } => None,
            Self::InSheet { cell: Some((row, column)), .. } => Some((*row, Some(*column))),
            Self::InSheet { cell: None, error, .. } => error.place(),
            Self::NotText { .. } | Self::OtherFormat { .. } => Some((1, None)),
            Self::NothingReadable { first } => Some((first.line, first.column)),
            Self::NulByte { line, column }
            | Self::MixedEncodings { line, column }
            | Self::Truncated { line, column }
            | Self::BrokenXml { line, column, .. }
            | Self::DeclaresEntities { line, column }
            | Self::UnknownCurrency { line, column, .. } => Some((*line, Some(*column))),
            Self::Interrupted { line }
            | Self::DateOrderUnclear { line }
            | Self::RowTooLong { line, .. }
            | Self::TooManyColumns { line, .. }
            | Self::TooManyAccounts { line, .. }
            | Self::NoDateColumn { line }
            | Self::NoAmountColumn { line }
            | Self::NoStatement { line, .. }
            | Self::NoRows { line }
            | Self::NoAccount { line }
            | Self::BankError { line, .. } => Some((*line, None)),
        }
    }

    /// The file ends inside a statement.
    pub(super) fn truncated(text: &str) -> Self {
        let (line, column) = position_of(text, text.trim_end().len());
        Self::Truncated { line, column }
    }
}
