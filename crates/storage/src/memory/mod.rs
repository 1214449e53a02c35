//! A store in memory, bounded, one state per user.

mod read;
mod user;
mod weight;

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::UserId;
use user::UserState;
use weight::weight;

use crate::{Applied, Change, StoreError};

/// How much a [`MemoryStore`] takes before it answers [`StoreError::Full`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryLimits {
    /// About how many bytes all users' rows may take. Larger risks the process being killed for
    /// its memory; smaller refuses imports earlier (100,000 transactions are about 35 MB).
    pub size_bytes: u64,
    /// How many users may have rows. Each costs about 1 kB beside its rows.
    pub users: usize,
}

impl Default for MemoryLimits {
    fn default() -> Self {
        Self { size_bytes: 1 << 30, users: 10_000 }
    }
}

/// Keeps changes in memory only: what tests and `ask` use, and what [`EmbeddedStore`](crate::EmbeddedStore)
/// reads from.
#[derive(Debug, Default)]
pub struct MemoryStore {
    limits: MemoryLimits,
    used_bytes: AtomicU64,
    users: RwLock<HashMap<UserId, Arc<RwLock<UserState>>>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new(limits: MemoryLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Applies a change: [`MemoryStore::check`], then [`MemoryStore::write`], under one lock.
    pub(crate) fn apply(&self, change: Change) -> Result<Applied, StoreError> {
        let state = self.state_or_new(&change.user)?;
        let mut state = write(&state);
        let added = weight(&change);
        let verdict = state.check(&change)?;
        if verdict == Applied::Now {
            self.check_room(added)?;
            self.used_bytes.fetch_add(added, Ordering::Relaxed);
            state.write(change);
        }
        Ok(verdict)
    }

    /// What [`MemoryStore::write`] would do with a change: refuse it, pass it over, or write it.
    pub(crate) fn check(&self, change: &Change) -> Result<Applied, StoreError> {
        let state = self.state_or_new(&change.user)?;
        let verdict = read(&state).check(change)?;
        if verdict == Applied::Now {
            self.check_room(weight(change))?;
        }
        Ok(verdict)
    }

    /// Writes a change that [`MemoryStore::check`] has let pass and that is the user's next.
    pub(crate) fn write(&self, change: Change) {
        if let Some(state) = self.state(&change.user) {
            self.used_bytes.fetch_add(weight(&change), Ordering::Relaxed);
            write(&state).write(change);
        }
    }

    fn check_room(&self, added: u64) -> Result<(), StoreError> {
        let fits = self.used_bytes.load(Ordering::Relaxed).saturating_add(added) <= self.limits.size_bytes;
        if fits { Ok(()) } else { Err(StoreError::Full) }
    }

    fn state(&self, user: &UserId) -> Option<Arc<RwLock<UserState>>> {
        read(&self.users).get(user).cloned()
    }

    fn state_or_new(&self, user: &UserId) -> Result<Arc<RwLock<UserState>>, StoreError> {
        if let Some(state) = self.state(user) {
            return Ok(state);
        }
        let mut users = write(&self.users);
        if users.len() >= self.limits.users && !users.contains_key(user) {
            return Err(StoreError::Full);
        }
        Ok(Arc::clone(users.entry(user.clone()).or_default()))
    }
}

// A panic under one of these locks is caught at the request; the states are only written by
// `UserState::write`, whose steps leave every map consistent, so a poisoned lock is taken over.
fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
