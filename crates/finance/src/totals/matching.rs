//! The rows of a filter, found fast.

use domain::{Ledger, Transaction, TransactionFilter};

/// The ledger's rows that meet the filter, in the ledger's order.
///
/// The same rows as [`TransactionFilter::matches`] finds, which lowers the case of each row's
/// texts anew; here only rows whose texts are not ASCII pay for that.
pub fn matching<'a>(
    ledger: &'a Ledger,
    filter: &TransactionFilter,
) -> impl Iterator<Item = &'a Transaction> + use<'a> {
    let rows = &ledger.transactions;
    let start = filter.from.map_or(0, |from| rows.partition_point(|row| row.date < from));
    let end = filter.to.map_or(rows.len(), |to| rows.partition_point(|row| row.date <= to));
    let text = filter.text.as_deref().map(Needle::new);
    let payee = filter.payee.as_deref().map(Needle::new);
    let rest = TransactionFilter { text: None, payee: None, ..filter.clone() };
    rows[start..end.max(start)].iter().filter(move |row| {
        payee.as_ref().is_none_or(|payee| payee.is(&row.payee))
            && rest.matches(row)
            && text.as_ref().is_none_or(|text| text.is_in(&row.payee) || text.is_in(&row.description))
    })
}

/// A text to look for, whatever its case.
struct Needle {
    lower: String,
}

impl Needle {
    fn new(text: &str) -> Self {
        Self { lower: text.to_lowercase() }
    }

    fn is(&self, text: &str) -> bool {
        if text.is_ascii() {
            text.eq_ignore_ascii_case(&self.lower)
        } else {
            text.to_lowercase() == self.lower
        }
    }

    fn is_in(&self, text: &str) -> bool {
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
