//! What is written, whatever the format: rows, each alone or as one half of a transfer.

use std::collections::HashMap;

use domain::{Category, Ledger, Transaction, TransactionFilter};
use rust_decimal::Decimal;

use crate::postings::{LedgerIndex, Selection, halves, parts};

/// A row, or the two rows of a transfer.
pub(super) enum Entry<'a> {
    /// A row with its parts: category, amount and note of each.
    Row(&'a Transaction, Vec<(&'a Category, Decimal, &'a str)>),
    /// Two rows whose amounts are opposite, the earlier first.
    Transfer(&'a Transaction, &'a Transaction),
}

/// The entries of the rows that meet the filter, by the day of the first row. A row is written
/// whole, also where the filter asks for one of its parts.
pub(super) fn entries<'a>(ledger: &'a Ledger, filter: &TransactionFilter) -> Vec<Entry<'a>> {
    let index = LedgerIndex::of(ledger);
    let mut rows: Vec<u32> =
        Selection::new(ledger, &index, filter).iter().map(|at| index.postings[at].row).collect();
    rows.dedup();
    let row = |at: u32| &ledger.transactions[at as usize];
    let mut partners: HashMap<u32, u32> = HashMap::new();
    for (from, to) in &index.transfers.rows {
        let is_one = row(*from).amount == -row(*to).amount && row(*from).account_id != row(*to).account_id;
        let is_here = |at: &u32| rows.binary_search(at).is_ok();
        if is_one && is_here(from) && is_here(to) {
            partners.extend([(*from, *to), (*to, *from)]);
        }
    }
    let halves = halves(ledger, &index.transfers);
    let mut entries = Vec::with_capacity(rows.len());
    for at in rows {
        match partners.get(&at) {
            Some(other) if *other < at => {}
            Some(other) => entries.push(Entry::Transfer(row(at), row(*other))),
            None => entries.push(Entry::Row(row(at), parts(row(at), halves.get(&at).copied()).collect())),
        }
    }
    entries
}
