//! Ledgers that were read a moment ago, by their version.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{Ledger, UserId};

/// Most transactions kept for all users together, about 300 bytes each. Fewer makes people with
/// long histories wait for the database at every question.
const ROWS_MAX: usize = 1_200_000;

/// A ledger is read whole for every question; reading 100,000 rows again each time would take longer
/// than answering. The database counts a version up with each change, so a look at the version tells
/// whether what is kept here is still true, whichever instance made the change.
#[derive(Debug, Default)]
pub(crate) struct LedgerCache(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    ledgers: HashMap<UserId, Entry>,
    rows: usize,
    clock: u64,
}

#[derive(Debug)]
struct Entry {
    version: i64,
    ledger: Arc<Ledger>,
    /// When it was last found, by the clock of finds.
    used_at: u64,
}

impl LedgerCache {
    pub(crate) fn find(&self, user: &UserId, version: i64) -> Option<Arc<Ledger>> {
        let mut kept = self.kept();
        kept.clock += 1;
        let now = kept.clock;
        let entry = kept.ledgers.get_mut(user).filter(|entry| entry.version == version)?;
        entry.used_at = now;
        Some(Arc::clone(&entry.ledger))
    }

    /// Takes out what is kept of a user, of whichever version.
    pub(crate) fn take(&self, user: &UserId) -> Option<(i64, Arc<Ledger>)> {
        self.kept().remove(user).map(|entry| (entry.version, entry.ledger))
    }

    /// Forgets the ledger of a user.
    pub(crate) fn forget(&self, user: &UserId) {
        self.kept().remove(user);
    }

    /// Keeps a ledger of exactly this version.
    pub(crate) fn keep(&self, user: &UserId, version: i64, ledger: &Arc<Ledger>) {
        let mut kept = self.kept();
        kept.remove(user);
        let rows = weight(ledger);
        while kept.rows + rows > ROWS_MAX {
            let oldest = kept.ledgers.iter().min_by_key(|(_, entry)| entry.used_at);
            match oldest.map(|(user, _)| user.clone()) {
                Some(user) => drop(kept.remove(&user)),
                None => return,
            }
        }
        kept.rows += rows;
        let entry = Entry { version, ledger: Arc::clone(ledger), used_at: kept.clock };
        kept.ledgers.insert(user.clone(), entry);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn remove(&mut self, user: &UserId) -> Option<Entry> {
        let entry = self.ledgers.remove(user)?;
        self.rows -= weight(&entry.ledger);
        Some(entry)
    }
}

/// An empty ledger counts too, so that users without rows cannot fill the memory.
fn weight(ledger: &Ledger) -> usize {
    ledger.transactions.len() + ledger.accounts.len() + 10
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> UserId {
        UserId::try_from(name.to_owned()).expect("a name")
    }

    #[test]
    fn a_ledger_of_another_version_or_user_is_not_found() {
        let cache = LedgerCache::default();
        cache.keep(&user("ada"), 3, &Arc::default());
        assert!(cache.find(&user("ada"), 3).is_some());
        assert!(cache.find(&user("ada"), 4).is_none());
        assert!(cache.find(&user("eve"), 3).is_none());
    }

    #[test]
    fn the_ledger_that_was_not_used_for_longest_makes_room() {
        let cache = LedgerCache::default();
        for number in 0..ROWS_MAX / 10 {
            cache.keep(&user(&format!("user {number}")), 1, &Arc::default());
            cache.find(&user("user 0"), 1);
        }
        cache.keep(&user("one more"), 1, &Arc::default());
        assert!(cache.find(&user("user 0"), 1).is_some());
        assert!(cache.find(&user("user 1"), 1).is_none());
    }
}
