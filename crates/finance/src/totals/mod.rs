//! Totals: sums of transactions by what they have in common, and the rows behind each sum.
//!
//! Every call is one pass over the rows of the filter's days.

mod group;
mod matching;
mod period;

use domain::{Currency, Ledger, Transaction, TransactionFilter};
use rust_decimal::Decimal;

pub use group::{Group, GroupBy, group};
pub use matching::matching;

/// The signed sum of the matching rows of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrencyTotal {
    /// The currency.
    pub currency: Currency,
    /// Signed; money out is negative.
    pub total: Decimal,
    /// How many rows.
    pub count: u64,
}

/// The total of the matching rows in each currency, most rows first; empty when none match.
pub fn total(ledger: &Ledger, filter: &TransactionFilter) -> Vec<CurrencyTotal> {
    let mut totals: Vec<CurrencyTotal> = Vec::new();
    for row in matching(ledger, filter) {
        let currency = row.amount.currency();
        let at = totals.iter().position(|it| it.currency == currency).unwrap_or_else(|| {
            totals.push(CurrencyTotal { currency, total: Decimal::ZERO, count: 0 });
            totals.len() - 1
        });
        totals[at].total += row.amount.amount();
        totals[at].count += 1;
    }
    totals.sort_by_key(|it| (std::cmp::Reverse(it.count), it.currency));
    totals
}

/// The `n` matching rows of the largest magnitude, largest first, the newer before the older.
pub fn largest<'a>(ledger: &'a Ledger, filter: &TransactionFilter, n: usize) -> Vec<&'a Transaction> {
    let order = |a: &&Transaction, b: &&Transaction| {
        let (a_size, b_size) = (a.amount.amount().abs(), b.amount.amount().abs());
        b_size.cmp(&a_size).then_with(|| (b.date, b.id).cmp(&(a.date, a.id)))
    };
    let mut rows: Vec<&Transaction> = matching(ledger, filter).collect();
    if n == 0 {
        return Vec::new();
    }
    if rows.len() > n {
        rows.select_nth_unstable_by(n - 1, order);
        rows.truncate(n);
    }
    rows.sort_unstable_by(order);
    rows
}
