//! Who gives way when memory is full: the user not seen for longest whose rows a database holds.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
};

use domain::UserId;

use super::{Entry, MemoryStore, read, user::Known, write};
use crate::StoreError;

impl MemoryStore {
    /// Keeps a user here until they are unpinned as often as they were pinned.
    pub(crate) fn pin(&self, user: &UserId) -> Result<(), StoreError> {
        loop {
            // Nobody is evicted while the map is read.
            if let Some(entry) = read(&self.users).get(user) {
                entry.pins.fetch_add(1, Ordering::Relaxed);
                return Ok(());
            }
            self.entry_or_new(user)?;
        }
    }

    pub(crate) fn unpin(&self, user: &UserId) {
        if let Some(entry) = read(&self.users).get(user) {
            // Whoever did not fit when the journal was read was not pinned.
            let unpin = |pins: u64| pins.checked_sub(1);
            let _ = entry.pins.fetch_update(Ordering::Relaxed, Ordering::Relaxed, unpin);
        }
    }

    /// Forgets what is remembered of a user; of one who is pinned, that anything of it is whole.
    pub(crate) fn forget(&self, user: &UserId) {
        let mut users = write(&self.users);
        match users.get(user) {
            Some(entry) if entry.pins.load(Ordering::Relaxed) > 0 => {
                let mut state = write(&entry.state);
                state.version += 1;
                state.known = Known::default();
            }
            Some(_) => drop(self.remove(&mut users, user)),
            None => {}
        }
    }

    /// Forgets users until no more than `size_bytes` are used, as far as that can be done.
    pub(crate) fn trim(&self, size_bytes: u64) {
        while self.used_bytes.load(Ordering::Relaxed) > size_bytes {
            if !self.evict_from(&mut write(&self.users)) {
                return;
            }
        }
    }

    /// Lets users give way until `added` bytes fit.
    pub(super) fn make_room(&self, added: u64) -> Result<(), StoreError> {
        loop {
            let used = self.used_bytes.load(Ordering::Relaxed);
            if used.saturating_add(added) <= self.limits.size_bytes {
                return Ok(());
            }
            if !(self.is_partial && self.evict_from(&mut write(&self.users))) {
                return Err(StoreError::Full);
            }
        }
    }

    /// Forgets the user who was not seen for longest, if there is one whom nothing pins.
    pub(super) fn evict_from(&self, users: &mut HashMap<UserId, Arc<Entry>>) -> bool {
        let oldest = users
            .iter()
            .filter(|(_, entry)| entry.pins.load(Ordering::Relaxed) == 0)
            .min_by_key(|(_, entry)| entry.used_at.load(Ordering::Relaxed))
            .map(|(user, _)| user.clone());
        oldest.is_some_and(|user| self.remove(users, &user))
    }

    fn remove(&self, users: &mut HashMap<UserId, Arc<Entry>>, user: &UserId) -> bool {
        let Some(entry) = users.remove(user) else { return false };
        let freed = entry.used_bytes.load(Ordering::Relaxed);
        self.used_bytes.fetch_sub(freed, Ordering::Relaxed);
        true
    }
}
