//! Totals: sums of transactions by what they have in common, and the rows behind each sum.
//!
//! Every call is one pass over the postings of the filter's days, on the ledger's index. A sum is
//! of what counts in the filter: of a split transaction the parts that do, of a transfer between
//! own accounts nothing on either side of the books.

mod group;
mod matching;
mod period;

use std::{cmp::Reverse, collections::BinaryHeap};

use domain::{Currency, Ledger, TransactionFilter};
use rust_decimal::Decimal;

use crate::postings::{LedgerIndex, Selection};

pub use group::{Group, GroupBy, group};
pub(crate) use matching::Needle;
pub use matching::{CountedRow, any_matching, counted_rows, matching, page, range};

/// The signed sum of the matching rows of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrencyTotal {
    /// The currency.
    pub currency: Currency,
    /// Signed; money out is negative.
    pub total: Decimal,
    /// How many rows; a split transaction is one.
    pub count: u64,
}

/// The total of the matching rows in each currency, most rows first; empty when none match.
pub fn total(ledger: &Ledger, filter: &TransactionFilter) -> Vec<CurrencyTotal> {
    let index = LedgerIndex::of(ledger);
    let sums = index.sums(&Selection::new(ledger, &index, filter), 1, |_, _| 0);
    let mut totals: Vec<CurrencyTotal> = sums
        .into_iter()
        .map(|(_, currency, sum)| CurrencyTotal {
            currency: index.currencies[usize::from(currency)].0,
            total: index.decimal(currency, sum.units),
            count: sum.count,
        })
        .collect();
    totals.sort_by_key(|it| (Reverse(it.count), it.currency));
    totals
}

/// The `n` matching rows of the largest magnitude, largest first, the newer before the older. Of a
/// split transaction, what matches counts.
pub fn largest<'a>(ledger: &'a Ledger, filter: &TransactionFilter, n: usize) -> Vec<CountedRow<'a>> {
    let index = LedgerIndex::of(ledger);
    let scale = index.currencies.iter().map(|(_, scale)| *scale).max().unwrap_or_default();
    // Cents and thousandths are compared as what they are worth.
    let factors: Vec<u128> = index.currencies.iter().map(|(_, own)| 10u128.pow(scale - own)).collect();
    // Rows lie by day and id, so a later one is newer.
    let mut found: BinaryHeap<Reverse<(u128, u32, i128, u16)>> = BinaryHeap::new();
    let mut keep = |(units, row, currency): (i128, u32, u16)| {
        let size = units.unsigned_abs().saturating_mul(factors[usize::from(currency)]);
        let own = (size, row, units, currency);
        if found.len() < n {
            found.push(Reverse(own));
        } else if let Some(mut least) = found.peek_mut()
            && own > least.0
        {
            *least = Reverse(own);
        }
    };
    let mut open: Option<(i128, u32, u16)> = None;
    for at in Selection::new(ledger, &index, filter).iter() {
        let (posting, units) = (&index.postings[at], index.units(at));
        match &mut open {
            Some((parts, row, _)) if *row == posting.row => *parts += units,
            whole => {
                whole.replace((units, posting.row, posting.currency)).into_iter().for_each(&mut keep);
            }
        }
    }
    open.into_iter().for_each(&mut keep);
    let counted = |Reverse((_, row, units, currency))| CountedRow {
        row: &ledger.transactions[row as usize],
        counted: index.decimal(currency, units),
    };
    found.into_sorted_vec().into_iter().map(counted).collect()
}
