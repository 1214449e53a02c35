//! Which rows only move money between the person's own accounts.

use std::collections::HashMap;

use domain::{Ledger, TransactionId};

use crate::transfers;

/// The other half of each row that is half of a transfer between own accounts.
pub(super) fn other_halves(ledger: &Ledger) -> HashMap<TransactionId, TransactionId> {
    let pairs = transfers(ledger).pairs;
    pairs.into_iter().flat_map(|pair| [(pair.from, pair.to), (pair.to, pair.from)]).collect()
}
