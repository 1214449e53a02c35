//! The rows of a filter, found fast.

use domain::{Ledger, Transaction, TransactionFilter};

use crate::postings::{LedgerIndex, Selection};

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
