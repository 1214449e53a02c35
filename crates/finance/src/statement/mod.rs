//! What a bank's file says, before anything of it is in the ledger.

mod amount;
mod camt;
mod csv;
mod currency_sign;
mod date;
mod encoding;
mod error;
mod joined;
mod lines;
mod mixed;
mod months;
mod mt940;
mod ofx;
mod qif;
mod read;
mod text;
mod window;
mod xlsx;

pub use csv::{ReadRow, RowRef, StreamedStatement, read_rows};
pub use domain::{AmountColumns, CsvMapping, DateOrder};
pub use error::StatementError;
pub(crate) use read::recognise;
pub use read::{ReadOptions, read};

use domain::{AccountKind, BalanceAnchor, Currency, SkippedRow};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The most lines that are read into memory at once. A household books some thousand rows a year;
/// more lines than this would take gigabytes.
const LINES_MAX: u32 = 5_000_000;
/// The most accounts that one file may name; each becomes a row of pages and a query of its own.
const ACCOUNTS_MAX: usize = 1_000;

/// A bank's file, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// `CSV`, `OFX 1.x`, `OFX 2.x`, `QIF`, `XLSX`, `CAMT.052`, `CAMT.053`, `CAMT.054`, `MT940`, `MT942` or
    /// `sample`.
    pub format: String,
    /// The character encoding's WHATWG name.
    pub encoding: String,
    /// The accounts, in the file's order.
    pub accounts: Vec<StatementAccount>,
    /// Rows that could not be read, in the file's order.
    pub skipped: Vec<SkippedRow>,
    /// How the columns were understood; CSV and XLSX only.
    pub csv: Option<CsvLayout>,
}

/// One account of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementAccount {
    /// The bank's key for it (number, IBAN, the CSV's account column); none when the file names
    /// none.
    pub number: Option<String>,
    /// A name to show: `Checking …1234`, or the CSV's account column.
    pub name: String,
    /// What sort of account it is, as far as the file tells.
    pub kind: AccountKind,
    /// Its currency; none when the file names none.
    pub currency: Option<Currency>,
    /// The balance before the first row, where the file states it or it follows from a balance
    /// column.
    pub opening_balance: Option<Decimal>,
    /// The balance that the file states for a day: `LEDGERBAL`, or the balance column's last.
    pub closing_balance: Option<Decimal>,
    /// The day at whose end `closing_balance` holds.
    pub closing_date: Option<Date>,
    /// Its rows, in the file's order.
    pub rows: Vec<StatementRow>,
}

impl StatementAccount {
    /// The stated closing balance as an anchor, in `currency` where the file names none.
    pub fn anchor(&self, currency: Currency) -> Option<BalanceAnchor> {
        let balance = domain::Money::new(self.closing_balance?, self.currency.unwrap_or(currency)).ok()?;
        Some(BalanceAnchor { date: self.closing_date?, balance })
    }
}

/// One row of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementRow {
    /// The line in the file, from 1.
    pub line: u32,
    /// The booking day.
    pub date: Date,
    /// Signed; negative is money out.
    pub amount: Decimal,
    /// Who was paid or who paid, as the bank writes it; may be empty.
    pub payee: String,
    /// The bank's text beside the payee; may be empty.
    pub description: String,
    /// The bank's or the exporting program's own category.
    pub category: Option<String>,
    /// The bank's own id of the row (`FITID`).
    pub external_id: Option<String>,
    /// The account's balance after the row, where the file states it.
    pub balance: Option<Decimal>,
    /// What few rows have.
    pub details: Option<Box<RowDetails>>,
}

/// What few rows of a file have beside the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RowDetails {
    /// The bank has not booked it yet.
    pub is_pending: bool,
    /// The merchant's category code (ISO 18245).
    pub mcc: Option<u16>,
    /// The own account that the money went to or came from, as the file names it.
    pub transfer_account: Option<String>,
    /// The parts of the amount; they add up to it. Empty when it is whole.
    pub splits: Vec<RowSplit>,
}

/// A part of a row's amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowSplit {
    /// Signed as the row's.
    pub amount: Decimal,
    /// The file's category for it.
    pub category: Option<String>,
    /// The file's text for it; may be empty.
    pub note: String,
}

/// How a CSV file was understood, with what a person needs to correct it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CsvLayout {
    /// What was used to read it.
    pub mapping: CsvMapping,
    /// The columns' names from the header; `Column 1` … without one.
    pub columns: Vec<String>,
    /// The first 8 data rows, as text.
    pub samples: Vec<Vec<String>>,
}
