//! Everything a person's questions are answered from.

use crate::{Account, AccountId, Transaction};

/// A snapshot of one person's accounts and transactions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Accounts, by name.
    pub accounts: Vec<Account>,
    /// Transactions by date, then id, ascending.
    pub transactions: Vec<Transaction>,
}

impl Ledger {
    /// The account of this id.
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }
}
