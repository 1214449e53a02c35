//! Transactions by their place in a list: what a list of any length needs to show a part of it.

use domain::{TransactionFilter, UserId};

use crate::{ListedTransaction, OperationError, Operations};

/// A part of the list of transactions that meet a filter, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TransactionRange {
    /// The rows, the first of them at the offset that was asked for.
    pub rows: Vec<ListedTransaction>,
    /// How many rows the whole list has.
    pub total: usize,
}

impl Operations {
    /// The `limit` transactions from the place `offset`, counted from 0, of the list that
    /// [`Operations::list_transactions`] gives page by page. It costs a look at every transaction's
    /// numbers, and what it gives.
    pub async fn list_transaction_range(
        &self,
        user: &UserId,
        filter: &TransactionFilter,
        offset: usize,
        limit: usize,
    ) -> Result<TransactionRange, OperationError> {
        let ledger = self.ledger(user).await?;
        let (rows, total) = finance::range(&ledger, filter, offset, limit);
        Ok(TransactionRange { rows: rows.into_iter().map(ListedTransaction::of).collect(), total })
    }
}
