//! Everything a person's questions are answered from.

use std::{
    any::Any,
    fmt,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{Account, AccountId, Transaction};

/// A snapshot of one person's accounts and transactions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Accounts, by name.
    pub accounts: Vec<Account>,
    /// Transactions by date, then id, ascending.
    pub transactions: Transactions,
}

impl Ledger {
    /// The account of this id.
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }
}

/// Rows, and what was worked out of them once. Every mutable access forgets what was worked out,
/// so that it is never older than the rows.
#[derive(Default)]
pub struct Transactions {
    rows: Vec<Transaction>,
    /// One of a type.
    derived: Mutex<Vec<Arc<dyn Any + Send + Sync>>>,
}

impl Transactions {
    /// What `make` works out of the rows: made once, and again after a change of the rows, or when
    /// `is_current` says that something else changed that it depends on.
    pub fn derived<T: Any + Send + Sync>(
        &self,
        is_current: impl FnOnce(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let mut derived = self.derived.lock().unwrap_or_else(PoisonError::into_inner);
        let known = derived.iter().find_map(|known| Arc::clone(known).downcast::<T>().ok());
        if let Some(known) = known.filter(|known| is_current(known)) {
            return known;
        }
        let made = Arc::new(make());
        derived.retain(|known| !known.is::<T>());
        derived.push(Arc::<T>::clone(&made));
        made
    }
}

impl From<Vec<Transaction>> for Transactions {
    fn from(rows: Vec<Transaction>) -> Self {
        Self { rows, derived: Mutex::default() }
    }
}

impl From<Transactions> for Vec<Transaction> {
    fn from(transactions: Transactions) -> Self {
        transactions.rows
    }
}

impl FromIterator<Transaction> for Transactions {
    fn from_iter<I: IntoIterator<Item = Transaction>>(rows: I) -> Self {
        Vec::from_iter(rows).into()
    }
}

impl Deref for Transactions {
    type Target = Vec<Transaction>;

    fn deref(&self) -> &Vec<Transaction> {
        &self.rows
    }
}

impl DerefMut for Transactions {
    fn deref_mut(&mut self) -> &mut Vec<Transaction> {
        self.derived.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
        &mut self.rows
    }
}

impl<'a> IntoIterator for &'a Transactions {
    type Item = &'a Transaction;
    type IntoIter = std::slice::Iter<'a, Transaction>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}

impl<'a> IntoIterator for &'a mut Transactions {
    type Item = &'a mut Transaction;
    type IntoIter = std::slice::IterMut<'a, Transaction>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl Clone for Transactions {
    fn clone(&self) -> Self {
        let derived = self.derived.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self { rows: self.rows.clone(), derived: Mutex::new(derived) }
    }
}

impl PartialEq for Transactions {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
    }
}

impl Eq for Transactions {}

impl PartialEq<Vec<Transaction>> for Transactions {
    fn eq(&self, other: &Vec<Transaction>) -> bool {
        self.rows == *other
    }
}

impl fmt::Debug for Transactions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_worked_out_is_kept_until_the_rows_change() {
        let mut rows = Transactions::default();
        let mut made = 0;
        for _ in 0..2 {
            rows.derived(
                |_: &usize| true,
                || {
                    made += 1;
                    7usize
                },
            );
        }
        assert_eq!(made, 1);
        rows.clear();
        assert_eq!(*rows.derived(|_: &usize| true, || 8), 8);
        assert_eq!(*rows.derived(|_: &usize| false, || 9), 9);
    }
}
