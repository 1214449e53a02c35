//! Transactions by their place in a list: what a list of any length needs to show a part of it.

use domain::{Transaction, TransactionFilter, UserId};

use crate::{OperationError, Operations};

/// A part of the list of transactions that meet a filter, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TransactionRange {
    /// The rows, the first of them at the offset that was asked for.
    pub rows: Vec<Transaction>,
    /// How many rows the whole list has.
    pub total: usize,
}

impl Operations {
    /// The `limit` transactions from the place `offset`, counted from 0, of those that meet a filter, in
    /// the order of [`Operations::list_transactions`]. Without a filter it costs what it gives; with
    /// one, a look at every transaction.
    pub async fn list_transaction_range(
        &self,
        user: &UserId,
        filter: &TransactionFilter,
        offset: usize,
        limit: usize,
    ) -> Result<TransactionRange, OperationError> {
        let ledger = self.ledger(user).await?;
        let newest_first = ledger.transactions.iter().rev();
        if *filter == TransactionFilter::default() {
            let rows = newest_first.skip(offset).take(limit).cloned().collect();
            return Ok(TransactionRange { rows, total: ledger.transactions.len() });
        }
        let mut range = TransactionRange::default();
        for row in newest_first.filter(|row| filter.matches(row)) {
            if range.total >= offset && range.rows.len() < limit {
                range.rows.push(row.clone());
            }
            range.total += 1;
        }
        Ok(range)
    }
}
