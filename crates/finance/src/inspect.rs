//! What importing a file would do, told without doing it.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::statement::{ReadOptions, Statement, StatementAccount, recognise};

/// What importing a file would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// `CSV`, `OFX 1.x`, `OFX 2.x`, `QIF` or `XLSX`; none where the file is none of them.
    pub format: Option<String>,
    /// The encoding's WHATWG name; none where the file is no text.
    pub encoding: Option<String>,
    /// The accounts, in the file's order.
    pub accounts: Vec<InspectedAccount>,
    /// Rows that would be left out, in the file's order.
    pub skipped: Vec<domain::SkippedRow>,
    /// Why nothing would be imported.
    pub error: Option<InspectionError>,
}

/// One account of a file. Amounts are decimal strings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InspectedAccount {
    /// The bank's number, else the name.
    pub account: String,
    /// The name that pages would show.
    pub name: String,
    /// ISO 4217 code, where the file names one.
    pub currency: Option<String>,
    /// How many rows.
    pub transactions: usize,
    /// The rows' signed sum.
    pub sum: String,
    /// The balance before the first row.
    pub opening_balance: Option<String>,
    /// The balance that the file states at the end.
    pub closing_balance: Option<String>,
    /// The closing balance less opening balance and rows; `0.00` when they agree, none where the
    /// file lacks one of the two balances.
    pub difference: Option<String>,
    /// The first line whose own balance does not follow from the one before.
    pub departs_at_line: Option<u32>,
    /// The earliest booking day.
    pub first: Option<Date>,
    /// The latest booking day.
    pub last: Option<Date>,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InspectionError {
    /// The line it is about, from 1.
    pub line: Option<u32>,
    /// Where in the line, from 1.
    pub column: Option<u32>,
    /// Why, in words for the person.
    pub message: String,
}

/// Reads a file and tells what importing it would do.
pub fn inspect(bytes: &[u8], file_name: &str) -> Inspection {
    let mut inspection =
        Inspection { format: None, encoding: None, accounts: Vec::new(), skipped: Vec::new(), error: None };
    let options = ReadOptions { mapping: None, file_name: file_name.to_owned() };
    let statement = recognise(bytes).and_then(|file| {
        inspection.format = Some(file.format().to_owned());
        inspection.encoding = Some(file.encoding().to_owned());
        file.read(&options)
    });
    match statement {
        Ok(Statement { accounts, skipped, .. }) => {
            inspection.accounts = accounts.iter().map(inspected).collect();
            inspection.skipped = skipped;
        }
        Err(error) => {
            inspection.error = Some(InspectionError {
                line: error.line(),
                column: error.column(),
                message: error.to_string(),
            });
        }
    }
    inspection
}

fn inspected(account: &StatementAccount) -> InspectedAccount {
    let digits = account.currency.map_or(2, domain::Currency::minor_digits);
    let text = |amount: Decimal| {
        let amount = amount.normalize();
        format!("{amount:.*}", amount.scale().max(digits) as usize)
    };
    let check = crate::check_balances(account, &domain::Ledger::default(), None, &[]);
    InspectedAccount {
        difference: check.difference.map(text),
        departs_at_line: check.departure.map(|departure| departure.line),
        account: account.number.clone().unwrap_or_else(|| account.name.clone()),
        name: account.name.clone(),
        currency: account.currency.map(|currency| currency.code().to_owned()),
        transactions: account.rows.len(),
        sum: text(account.rows.iter().map(|row| row.amount).sum()),
        opening_balance: account.opening_balance.map(text),
        closing_balance: account.closing_balance.map(text),
        first: account.rows.iter().map(|row| row.date).min(),
        last: account.rows.iter().map(|row| row.date).max(),
    }
}
