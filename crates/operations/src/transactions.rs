//! Transactions: reading and categorising them.

use std::sync::Arc;

use domain::{Category, Ledger, Transaction, TransactionFilter, TransactionId, UserId};
use storage::{ChangeKind, Page, PageRequest, TransactionCount};

use crate::{OperationError, Operations};

/// More than this in one request is a bulk edit, which has a page of its own.
const CATEGORISE_MAX: usize = 500;

impl Operations {
    /// Transactions that meet a filter, newest first.
    pub async fn list_transactions(
        &self,
        user: &UserId,
        filter: &TransactionFilter,
        page: &PageRequest,
    ) -> Result<Page<Transaction>, OperationError> {
        Ok(self.store.list_transactions(user, filter, page).await?)
    }

    /// How many transactions meet a filter, and their sums.
    pub async fn count_transactions(
        &self,
        user: &UserId,
        filter: &TransactionFilter,
    ) -> Result<TransactionCount, OperationError> {
        Ok(self.store.count_transactions(user, filter).await?)
    }

    /// Puts transactions into a category; the person's choice is never overwritten by a rule.
    pub async fn categorise_transactions(
        &self,
        user: &UserId,
        ids: &[TransactionId],
        category: &str,
    ) -> Result<(), OperationError> {
        let category =
            Category::new(category).map_err(|error| OperationError::field("category", error.to_string()))?;
        if ids.is_empty() || ids.len() > CATEGORISE_MAX {
            return Err(OperationError::field(
                "transaction_ids",
                format!("must name 1 to {CATEGORISE_MAX} transactions"),
            ));
        }
        for id in ids {
            self.store.find_transaction(user, *id).await?.ok_or(OperationError::NotFound)?;
        }
        let kind = ChangeKind::TransactionsCategorised { transaction_ids: ids.to_vec(), category };
        self.write(user, kind).await
    }

    /// Everything the user's questions are answered from.
    pub async fn ledger(&self, user: &UserId) -> Result<Arc<Ledger>, OperationError> {
        Ok(self.store.ledger(user).await?)
    }
}
