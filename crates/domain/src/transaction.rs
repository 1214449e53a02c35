//! One booked row of an account.

use jiff::{Timestamp, civil::Date};
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
    /// A rule that the person wrote.
    PersonRule,
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
    /// What few transactions have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Box<TransactionDetails>>,
}

/// What few transactions have beside the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TransactionDetails {
    /// The bank has not booked it yet.
    pub is_pending: bool,
    /// The merchant's category code (ISO 18245).
    pub mcc: Option<u16>,
    /// The parts of the amount, each with a category of its own; they add up to it. Empty when the
    /// transaction is whole.
    pub splits: Vec<Split>,
    /// The person's note.
    pub note: String,
    /// What the person says about a transfer between own accounts; none leaves it to the engine.
    pub transfer: Option<TransferChoice>,
    /// What the person changed, the oldest first.
    pub history: Vec<TransactionEdit>,
}

/// A part of a transaction's amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// Signed as the transaction's amount, in its currency.
    pub amount: Money,
    /// Its category.
    pub category: Category,
    /// The person's or the file's text; may be empty.
    #[serde(default)]
    pub note: String,
}

/// What a person says about a transfer between own accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TransferChoice {
    /// It is the other half of this transaction.
    With {
        /// The other half.
        transaction_id: TransactionId,
    },
    /// It is no transfer.
    No,
}

/// One change by the person: what stood there before. A field that did not change is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionEdit {
    /// When.
    pub at: Timestamp,
    /// The payee before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payee: Option<String>,
    /// The category before, and who had chosen it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<(Category, CategorySource)>,
    /// The note before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The parts before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub splits: Option<Vec<Split>>,
}
