//! One booked row of an account.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

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
    /// Who was paid or who paid, cleaned for display. Rows with the same text may share it, here and below.
    pub payee: Arc<str>,
    /// The bank's text beside the payee; may be empty.
    pub description: Arc<str>,
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
    pub history: Vec<PastEdit>,
}

/// Why the parts of a transaction are none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidSplits {
    /// One part alone is the whole; more than [`Split::MAX_PARTS`] nobody reads.
    #[error("a transaction has 2 to 100 parts, or none")]
    Count,
    /// The part at this place, from 0, is nothing.
    #[error("part {} needs an amount other than zero", at + 1)]
    Zero {
        /// The part's place.
        at: usize,
    },
    /// The part at this place, from 0, is in another currency than the transaction.
    #[error("part {} must be in the currency of the transaction", at + 1)]
    Currency {
        /// The part's place.
        at: usize,
    },
    /// The note of the part at this place, from 0, is too long.
    #[error("part {} needs a note of at most 500 characters", at + 1)]
    Note {
        /// The part's place.
        at: usize,
    },
    /// The parts are not the whole.
    #[error("the parts add up to {sum}, the transaction is {amount}")]
    Sum {
        /// What they add up to.
        sum: Decimal,
        /// The transaction's amount.
        amount: Money,
    },
}

/// A part of a transaction's amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// Signed as the transaction's amount, in its currency.
    pub amount: Money,
    /// Its category.
    pub category: Category,
    /// The person's or the file's text; may be empty.
    #[serde(default)]
    pub note: String,
}

impl Split {
    /// Most parts of one transaction.
    pub const MAX_PARTS: usize = 100;
    /// Longest note of a part or a transaction, in characters.
    pub const NOTE_MAX: usize = 500;

    /// Checks that parts are the whole of an amount: none of them, or two and more in its currency
    /// that add up to it.
    pub fn check_all(splits: &[Self], amount: Money) -> Result<(), InvalidSplits> {
        if splits.is_empty() {
            return Ok(());
        }
        if !(2..=Self::MAX_PARTS).contains(&splits.len()) {
            return Err(InvalidSplits::Count);
        }
        for (at, part) in splits.iter().enumerate() {
            if part.amount.currency() != amount.currency() {
                return Err(InvalidSplits::Currency { at });
            }
            if part.amount.amount().is_zero() {
                return Err(InvalidSplits::Zero { at });
            }
            if part.note.chars().count() > Self::NOTE_MAX {
                return Err(InvalidSplits::Note { at });
            }
        }
        // At most 100 amounts below 10¹⁵: the sum fits.
        let sum: Decimal = splits.iter().map(|part| part.amount.amount()).sum();
        if sum == amount.amount() { Ok(()) } else { Err(InvalidSplits::Sum { sum, amount }) }
    }
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

/// A category, and who chose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryChoice {
    /// The category.
    pub category: Category,
    /// Who chose it.
    pub source: CategorySource,
}

/// Some fields of a transaction; one that is none stays as it is, or stayed as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TransactionEdit {
    /// The payee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payee: Option<String>,
    /// The category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryChoice>,
    /// The note; empty is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The parts; empty is whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub splits: Option<Vec<Split>>,
    /// What the person says about a transfer; none inside leaves it to the engine.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub transfer: Option<Option<TransferChoice>>,
}

/// A field that is there, be it null.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(field: D) -> Result<Option<T>, D::Error> {
    T::deserialize(field).map(Some)
}

/// What a change left behind: the fields that it changed, as they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastEdit {
    /// When it was made.
    pub at: Timestamp,
    /// What stood there before.
    #[serde(flatten)]
    pub before: TransactionEdit,
}

impl Transaction {
    /// Whether it stands in parts, which have its categories.
    pub fn is_split(&self) -> bool {
        self.details.as_ref().is_some_and(|details| !details.splits.is_empty())
    }

    /// The payee as it was imported, whatever a person made of it since: a later file names it so.
    pub fn booked_payee(&self) -> &str {
        let mut history = self.details.iter().flat_map(|details| &details.history);
        history.find_map(|past| past.before.payee.as_deref()).unwrap_or(&self.payee)
    }

    /// Sets the fields of an edit, and puts what they were on the history. What is set to what it is
    /// already leaves no trace.
    pub fn apply_edit(&mut self, edit: &TransactionEdit, at: Timestamp) {
        let mut before = TransactionEdit::default();
        let TransactionEdit { payee, category, note, splits, transfer } = edit;
        if let Some(payee) = payee.as_deref().filter(|payee| **payee != *self.payee) {
            before.payee = Some(std::mem::replace(&mut self.payee, payee.into()).to_string());
        }
        if let Some(CategoryChoice { category, source }) = category
            && (*category != self.category || *source != self.category_source)
        {
            before.category = Some(CategoryChoice {
                category: std::mem::replace(&mut self.category, category.clone()),
                source: std::mem::replace(&mut self.category_source, *source),
            });
        }
        let mut details = self.details.take().unwrap_or_default();
        if let Some(note) = note.as_ref().filter(|note| **note != details.note) {
            before.note = Some(std::mem::replace(&mut details.note, note.clone()));
        }
        if let Some(splits) = splits.as_ref().filter(|splits| **splits != details.splits) {
            before.splits = Some(std::mem::replace(&mut details.splits, splits.clone()));
        }
        if let Some(transfer) = transfer.filter(|transfer| *transfer != details.transfer) {
            before.transfer = Some(std::mem::replace(&mut details.transfer, transfer));
        }
        if before != TransactionEdit::default() {
            details.history.push(PastEdit { at, before });
        }
        self.details = (*details != TransactionDetails::default()).then_some(details);
    }

    /// Gives it what a person's rule says, unless the person chose its category themselves.
    pub fn apply_rule(&mut self, category: &Category, payee: Option<&str>, at: Timestamp) {
        if self.category_source == CategorySource::Person {
            return;
        }
        let edit = TransactionEdit {
            payee: payee.map(str::to_owned),
            category: Some(CategoryChoice { category: category.clone(), source: CategorySource::PersonRule }),
            ..TransactionEdit::default()
        };
        self.apply_edit(&edit, at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    fn euros(cents: i64) -> Money {
        Money::new(Decimal::new(cents, 2), Currency::EUR).unwrap()
    }

    fn split(cents: i64) -> Split {
        Split { amount: euros(cents), category: Category::UNCATEGORISED, note: String::new() }
    }

    #[test]
    fn parts_are_none_or_the_whole_in_its_currency() {
        let check = |splits: &[Split]| Split::check_all(splits, euros(-1000));
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&[split(-1200), split(200)]), Ok(()));
        assert_eq!(check(&[split(-1000)]), Err(InvalidSplits::Count));
        assert_eq!(check(&[split(-1000), split(0)]), Err(InvalidSplits::Zero { at: 1 }));
        let dollars = Split { amount: Money::new(Decimal::ONE, Currency::USD).unwrap(), ..split(1) };
        assert_eq!(check(&[dollars, split(-1100)]), Err(InvalidSplits::Currency { at: 0 }));
        let error = check(&[split(-600), split(-300)]).unwrap_err();
        assert_eq!(error.to_string(), "the parts add up to -9.00, the transaction is -10.00 EUR");
    }

    #[test]
    fn an_edit_of_the_transfer_tells_null_from_nothing() {
        let left_to_the_engine = TransactionEdit { transfer: Some(None), ..TransactionEdit::default() };
        for edit in [left_to_the_engine, TransactionEdit::default()] {
            let json = serde_json::to_string(&edit).unwrap();
            assert_eq!(serde_json::from_str::<TransactionEdit>(&json).unwrap(), edit, "{json}");
        }
    }
}
