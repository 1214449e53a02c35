//! The ledger as files of other programs: hledger, beancount, spreadsheets, OFX.
//!
//! Pending rows that were booked since are left out; everything else is written once.

mod beancount;
mod csv;
mod entries;
mod hledger;
mod names;
mod ofx;

use std::fmt;

use domain::{Ledger, TransactionFilter};

pub(crate) use hledger::payee;
pub(crate) use names::{Names, Style};

/// A format that a ledger can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// An hledger journal (<https://hledger.org/hledger.html#journal>), with balance assertions.
    Hledger,
    /// A beancount file (<https://beancount.github.io/docs/beancount_language_syntax.html>).
    Beancount,
    /// Comma-separated values for spreadsheets, in which no cell is a formula.
    Csv,
    /// OFX 2.2 (<https://financialdataexchange.org/ofx>).
    Ofx,
}

impl ExportFormat {
    /// The usual file name.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Hledger => "lakeledger.journal",
            Self::Beancount => "lakeledger.beancount",
            Self::Csv => "lakeledger.csv",
            Self::Ofx => "lakeledger.ofx",
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Hledger | Self::Beancount => "text/plain; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Ofx => "application/x-ofx",
        }
    }
}

/// Writes the rows that meet the filter. Opening balances and stated balances belong to the whole,
/// so they are written where the filter asks for everything.
pub fn export(
    ledger: &Ledger,
    filter: &TransactionFilter,
    format: ExportFormat,
    out: &mut dyn fmt::Write,
) -> fmt::Result {
    match format {
        ExportFormat::Hledger => hledger::write(ledger, filter, out),
        ExportFormat::Beancount => beancount::write(ledger, filter, out),
        ExportFormat::Csv => csv::write(ledger, filter, out),
        ExportFormat::Ofx => ofx::write(ledger, filter, out),
    }
}

/// The amount with at least the currency's digits.
fn decimal(amount: rust_decimal::Decimal, currency: domain::Currency) -> String {
    let amount = amount.normalize();
    format!("{amount:.*}", amount.scale().max(currency.minor_digits()) as usize)
}

/// One line of text: control characters and runs of spaces are one space.
fn line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
