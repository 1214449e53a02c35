//! A store in memory, bounded, one state per user.

mod edits;
mod evict;
mod imports;
mod partial;
mod purge;
mod read;
mod remember;
mod runs;
mod search;
mod usage;
mod user;
mod weight;

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use domain::UserId;
use user::{Refusal, UserState};

use self::partial::RowUnknown;
pub(crate) use self::{remember::Ticket, weight::weight};
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

impl MemoryLimits {
    pub(crate) const NONE: Self = Self { size_bytes: u64::MAX, users: usize::MAX };
}

impl Default for MemoryLimits {
    fn default() -> Self {
        Self { size_bytes: 1 << 30, users: 10_000 }
    }
}

/// Keeps changes in memory only: what tests and `ask` use, and what [`EmbeddedStore`](crate::EmbeddedStore)
/// and [`FailoverStore`](crate::FailoverStore) read from.
#[derive(Debug, Default)]
pub struct MemoryStore {
    limits: MemoryLimits,
    /// A database holds more than what is here.
    is_partial: bool,
    /// That database has been in reach since the process began.
    database_was_met: AtomicBool,
    used_bytes: AtomicU64,
    ticks: AtomicU64,
    users: RwLock<HashMap<UserId, Arc<Entry>>>,
}

/// A user's rows, and what their eviction goes by.
#[derive(Debug, Default)]
struct Entry {
    state: RwLock<UserState>,
    used_bytes: AtomicU64,
    used_at: AtomicU64,
    /// Changes here that nothing else holds.
    pins: AtomicU64,
}

impl MemoryStore {
    /// An empty store.
    pub fn new(limits: MemoryLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// An empty store that remembers a part of what a database holds: a row that is not here may
    /// be there, and users give way to others while nothing pins them.
    pub(crate) fn partial(limits: MemoryLimits) -> Self {
        Self { is_partial: true, ..Self::new(limits) }
    }

    /// Refuses from now on what does not fit.
    pub(crate) fn keep_to(&mut self, limits: MemoryLimits) {
        self.limits = limits;
    }

    /// The database that holds more is in reach, or was.
    pub(crate) fn meet_database(&self) {
        self.database_was_met.store(true, Ordering::Relaxed);
    }

    /// Whether [`MemoryStore::meet_database`] was told. Until then what is here is all that anybody can be
    /// told, and stands for the whole.
    pub(crate) fn has_met_database(&self) -> bool {
        self.database_was_met.load(Ordering::Relaxed)
    }

    /// Applies a change: [`MemoryStore::check`], then [`MemoryStore::write`], under one lock.
    pub(crate) fn apply(&self, change: Change) -> Result<Applied, StoreError> {
        let entry = self.entry_or_new(&change.user)?;
        let mut state = write(&entry.state);
        let added = weight(&change);
        let verdict = self.judge(&state, &change)?;
        if verdict == Applied::Now {
            self.make_room(added)?;
            self.settle_bytes(&entry, &change);
            self.count(&entry, added as i64);
            state.write(change);
        }
        Ok(verdict)
    }

    /// What [`MemoryStore::write`] would do with a change: refuse it, pass it over, or write it.
    pub(crate) fn check(&self, change: &Change) -> Result<Applied, StoreError> {
        let entry = self.entry_or_new(&change.user)?;
        let verdict = self.judge(&read(&entry.state), change)?;
        if verdict == Applied::Now {
            self.make_room(weight(change))?;
        }
        Ok(verdict)
    }

    /// Writes a change that [`MemoryStore::check`] has let pass and that is the user's next.
    pub(crate) fn write(&self, change: Change) {
        if let Some(entry) = self.entry(&change.user) {
            self.settle_bytes(&entry, &change);
            self.count(&entry, weight(&change) as i64);
            write(&entry.state).write(change);
        }
    }

    /// Writes a change that was acknowledged once, as far as its rows are here.
    pub(crate) fn write_again(&self, change: Change) -> Result<(), StoreError> {
        self.make_room(weight(&change))?;
        let entry = self.entry_or_new(&change.user)?;
        let mut state = write(&entry.state);
        if state.check(&change) != Ok(Applied::Before) {
            self.settle_bytes(&entry, &change);
            self.count(&entry, weight(&change) as i64);
            state.write(change);
        }
        Ok(())
    }

    /// Puts a tool's write back to how it stood, as a process that ended in between leaves it.
    #[cfg(feature = "testing")]
    pub fn replace_tool_write(&self, user: &UserId, tool_write: domain::ToolWrite) {
        if let Some(entry) = self.entry(user) {
            write(&entry.state).tool_writes.insert(tool_write.id, tool_write);
        }
    }

    /// What a user's rows say to a change. Which imports it was planned on, a part of them cannot tell.
    fn judge(&self, state: &UserState, change: &Change) -> Result<Applied, StoreError> {
        match state.check(change) {
            Err(Refusal::Outdated) if self.has_met_database() && !state.known.imports => Ok(Applied::Now),
            verdict => verdict.map_err(|refusal| self.refuse(refusal)),
        }
    }

    fn refuse(&self, refusal: Refusal) -> StoreError {
        match refusal {
            Refusal::Absent if self.is_partial => RowUnknown.into(),
            Refusal::Absent | Refusal::Wrong => StoreError::RowMissing,
            Refusal::Outdated => StoreError::Outdated,
        }
    }

    /// Counts bytes that came or went.
    fn count(&self, entry: &Entry, bytes: i64) {
        for counter in [&self.used_bytes, &entry.used_bytes] {
            if bytes >= 0 {
                counter.fetch_add(bytes.unsigned_abs(), Ordering::Relaxed);
            } else {
                counter.fetch_sub(bytes.unsigned_abs(), Ordering::Relaxed);
            }
        }
    }

    fn entry(&self, user: &UserId) -> Option<Arc<Entry>> {
        let entry = read(&self.users).get(user).cloned()?;
        entry.used_at.store(self.tick(), Ordering::Relaxed);
        Some(entry)
    }

    fn entry_or_new(&self, user: &UserId) -> Result<Arc<Entry>, StoreError> {
        if let Some(entry) = self.entry(user) {
            return Ok(entry);
        }
        let mut users = write(&self.users);
        if users.len() >= self.limits.users
            && !users.contains_key(user)
            && !(self.is_partial && self.evict_from(&mut users))
        {
            return Err(StoreError::Full);
        }
        let now = self.tick();
        let entry = users.entry(user.clone()).or_insert_with(|| {
            // A user who was evicted and comes back has versions that no read from before knows.
            let state = RwLock::new(UserState::at_version(now << 24));
            Arc::new(Entry { state, used_at: now.into(), ..Entry::default() })
        });
        Ok(Arc::clone(entry))
    }

    fn tick(&self) -> u64 {
        self.ticks.fetch_add(1, Ordering::Relaxed)
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
