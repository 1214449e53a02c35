//! One booked row of an account.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{AccountId, Category, ImportId, Money, TransactionId};

/// Who chose a transaction's category; a person's choice is never overwritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CategorySource {
    /// The built-in rules.
    Rule,
    /// The bank's file named it.
    Statement,
    /// The person.
    Person,
}

/// One booked row of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// Its id.
    pub id: TransactionId,
    /// The account it is booked on.
    pub account_id: AccountId,
    /// The import that brought it.
    pub import_id: ImportId,
    /// The booking day.
    pub date: Date,
    /// Signed amount in the account's currency; negative is money out.
    pub amount: Money,
    /// Who was paid or who paid, cleaned for display.
    pub payee: String,
    /// The bank's text beside the payee; may be empty.
    pub description: String,
    /// Its category.
    pub category: Category,
    /// Who chose the category.
    pub category_source: CategorySource,
    /// The bank's own id of the row (`FITID`), unique at best within the account.
    pub external_id: Option<String>,
    /// The line (CSV) or record (OFX) of the file that it was read from, from 1.
    pub line: u32,
}
