//! The rows of a filter, found fast.

use domain::{Ledger, Transaction, TransactionFilter, TransactionId};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::postings::{LedgerIndex, Selection};

/// A row, and what of its amount meets a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedRow<'a> {
    /// The row.
    pub row: &'a Transaction,
    /// Signed; all of the amount, or of a split transaction the parts that meet the filter.
    pub counted: Decimal,
}

/// The `limit` rows that meet the filter and lie before a day and id, the newest first: those that
/// [`matching`] finds. With none before which, from the newest on.
pub fn page<'a>(
    ledger: &'a Ledger,
    filter: &TransactionFilter,
    before: Option<(Date, TransactionId)>,
    limit: usize,
) -> Vec<CountedRow<'a>> {
    let index = LedgerIndex::of(ledger);
    let rows = &ledger.transactions;
    let end = before.map_or(rows.len(), |before| rows.partition_point(|row| (row.date, row.id) < before));
    let selection = Selection::new(ledger, &index, filter).before(end as u32);
    counted(ledger, &index, selection.iter().rev(), limit)
}

/// The `limit` rows from the place `offset`, counted from 0 and from the newest, of those that meet the
/// filter; and how many those are.
pub fn range<'a>(
    ledger: &'a Ledger,
    filter: &TransactionFilter,
    offset: usize,
    limit: usize,
) -> (Vec<CountedRow<'a>>, usize) {
    let index = LedgerIndex::of(ledger);
    let selection = Selection::new(ledger, &index, filter);
    let mut total = 0;
    let mut before = None;
    // Of each row only its first posting is counted; what is shown starts at the row of the offset.
    let mut start = ledger.transactions.len();
    for at in selection.iter().rev() {
        let row = index.postings[at].row;
        if before != Some(row) {
            if total == offset {
                start = row as usize + 1;
            }
            (before, total) = (Some(row), total + 1);
        }
    }
    let shown = limit.min(total.saturating_sub(offset));
    let rows = counted(ledger, &index, selection.before(start as u32).iter().rev(), shown);
    (rows, total)
}

/// The rows that [`matching`] finds, each with what of its amount meets the filter.
pub fn counted_rows<'a>(ledger: &'a Ledger, filter: &TransactionFilter) -> Vec<CountedRow<'a>> {
    let index = LedgerIndex::of(ledger);
    counted(ledger, &index, Selection::new(ledger, &index, filter).iter(), usize::MAX)
}

/// The first rows of postings; those of one row follow each other.
fn counted<'a>(
    ledger: &'a Ledger,
    index: &LedgerIndex,
    postings: impl Iterator<Item = usize>,
    limit: usize,
) -> Vec<CountedRow<'a>> {
    let mut found: Vec<(u32, u16, i128)> = Vec::new();
    for at in postings {
        let posting = &index.postings[at];
        let count = found.len();
        match found.last_mut() {
            Some((row, _, units)) if *row == posting.row => *units += index.units(at),
            _ if count == limit => break,
            _ => found.push((posting.row, posting.currency, index.units(at))),
        }
    }
    let row = |(row, currency, units)| CountedRow {
        row: &ledger.transactions[row as usize],
        counted: index.decimal(currency, units),
    };
    found.into_iter().map(row).collect()
}

/// The ledger's rows that meet the filter, in the ledger's order: those of which a part does, as
/// it counts. A half of a transfer is neither spending nor income, whatever its category, and a
/// pending row that was booked since is no row.
pub fn matching<'a>(
    ledger: &'a Ledger,
    filter: &TransactionFilter,
) -> impl Iterator<Item = &'a Transaction> + use<'a> {
    let index = LedgerIndex::of(ledger);
    let mut rows: Vec<u32> =
        Selection::new(ledger, &index, filter).iter().map(|at| index.postings[at].row).collect();
    rows.dedup();
    rows.into_iter().map(|at| &ledger.transactions[at as usize])
}

/// Whether any row meets the filter.
pub fn any_matching(ledger: &Ledger, filter: &TransactionFilter) -> bool {
    let index = LedgerIndex::of(ledger);
    Selection::new(ledger, &index, filter).iter().next().is_some()
}

/// A text to look for, whatever its case.
pub(crate) struct Needle {
    lower: String,
}

impl Needle {
    pub(crate) fn new(text: &str) -> Self {
        Self { lower: text.to_lowercase() }
    }

    pub(crate) fn is(&self, text: &str) -> bool {
        if text.is_ascii() {
            text.eq_ignore_ascii_case(&self.lower)
        } else {
            text.to_lowercase() == self.lower
        }
    }

    pub(crate) fn is_in(&self, text: &str) -> bool {
        if !text.is_ascii() {
            return text.to_lowercase().contains(&self.lower);
        }
        let needle = self.lower.as_bytes();
        let Some((&first, _)) = needle.split_first() else { return true };
        let upper = first.to_ascii_uppercase();
        let text = text.as_bytes();
        let Some(last) = text.len().checked_sub(needle.len()) else { return false };
        text[..=last].iter().enumerate().any(|(at, &byte)| {
            (byte == first || byte == upper) && text[at..at + needle.len()].eq_ignore_ascii_case(needle)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_needle_finds_what_lower_case_comparison_finds(text in "[aAbBéÉßİ ]{0,8}", needle in "[aAbBéÉßİ ]{0,3}") {
            let lower = (text.to_lowercase(), needle.to_lowercase());
            prop_assert_eq!(Needle::new(&needle).is_in(&text), lower.0.contains(&lower.1));
            prop_assert_eq!(Needle::new(&needle).is(&text), lower.0 == lower.1);
        }
    }
}
