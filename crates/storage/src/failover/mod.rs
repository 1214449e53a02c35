//! The failover store: a database, and the memory and journal that stand in while it is away.
//!
//! While the circuit is *up*, requests go to the database; what it answers and takes is remembered
//! in memory, so that an open conversation stays usable without it. One failed request opens the
//! circuit: requests that are on their way are cut off, and from then on none waits for the
//! database. Changes go to the journal (fsynced) and to memory before they are acknowledged, as in
//! the [`EmbeddedStore`](crate::EmbeddedStore), and in the same file; reads give what is known.
//! A background task probes. When the database answers again it is given the journal's changes, in
//! order; while that goes on, new ones still go to the journal. For the last few of them writes
//! wait a moment, and the circuit closes.
//!
//! A change whose outcome on the database is not known (the connection was lost in `COMMIT`) goes to
//! the journal too: stores know a change by its id, so it is neither lost nor doubled.

mod circuit;
mod options;
mod outage;
mod replay;
#[cfg(test)]
mod simulation;
mod status;
mod store;
#[cfg(test)]
mod tests;

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
    time::Duration,
};

use domain::Clock;
use tokio::{
    sync::{RwLock, watch},
    task::JoinHandle,
    time::{Instant, timeout},
};

use self::circuit::{Circuit, Moment, Phase};
pub use self::{
    options::FailoverOptions,
    outage::{Outage, PingProbe, Probe},
};
use crate::{Change, ChangeKind, Journal, JournalError, MemoryStore, Store, StoreError, writer::Writer};

/// A database with memory and a journal behind it. See the module's words in the source and
/// `docs/reliability.md`.
pub struct FailoverStore {
    inner: Arc<Inner>,
    task: Mutex<Option<JoinHandle<()>>>,
}

struct Inner {
    primary: Arc<dyn Store>,
    probe: Arc<dyn Probe>,
    /// None: what the database cannot take is refused.
    local: Option<Local>,
    options: FailoverOptions,
    clock: Arc<dyn Clock>,
    opened_at: Instant,
    circuit: Mutex<Circuit>,
    /// What others wait for: told after each change of the circuit.
    news: watch::Sender<News>,
    /// Held shared while a change goes to the journal, and whole while the circuit closes.
    gate: RwLock<()>,
    dice: AtomicU64,
}

/// Memory and the journal.
struct Local {
    memory: Arc<MemoryStore>,
    writer: Writer,
    /// The number of the last change that the database has.
    replayed: AtomicU64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct News {
    epoch: u64,
    is_up: bool,
    has_probed: bool,
    is_closed: bool,
}

/// Why the database did not do what it was asked.
enum Unanswered {
    /// It has answered: no.
    Refused(StoreError),
    /// It is not in use, or not any more.
    Away,
}

impl FailoverStore {
    /// Opens the journal at `journal`, or makes it, and starts to connect; the database is not
    /// waited for. Whatever the journal holds waits for the database, also what the embedded
    /// default has written there.
    ///
    /// Without a journal (`LAKELEDGER_FALLBACK=never`) requests fail at once while the database is
    /// away, and nothing is remembered.
    ///
    /// Must be called within a tokio runtime; a task of it runs until [`FailoverStore::close`].
    pub fn open(
        primary: Arc<dyn Store>,
        probe: Arc<dyn Probe>,
        journal: Option<&Path>,
        options: FailoverOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, JournalError> {
        let local = journal.map(|path| Local::open(path, &options)).transpose()?;
        Ok(Self::start(primary, probe, local, options, clock))
    }

    fn start(
        primary: Arc<dyn Store>,
        probe: Arc<dyn Probe>,
        local: Option<Local>,
        options: FailoverOptions,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let inner = Arc::new(Inner {
            primary,
            probe,
            local,
            circuit: Mutex::new(Circuit::new(options.backoff(), clock.now())),
            dice: options.jitter_seed.into(),
            options,
            clock,
            opened_at: Instant::now(),
            news: watch::Sender::default(),
            gate: RwLock::default(),
        });
        let task = tokio::spawn(Arc::clone(&inner).run());
        Self { inner, task: Mutex::new(Some(task)) }
    }

    /// Waits until requests go to the database, the first probe has failed, or the time is over,
    /// whichever comes first. Gives whether they go to the database.
    ///
    /// Until the first probe has succeeded, requests are answered from memory, which knows what the
    /// journal holds and nothing else. A server may listen at once and hold requests back
    /// until this has returned (with a database at hand that takes milliseconds), or serve them.
    pub async fn connect(&self, within: Duration) -> bool {
        let mut news = self.inner.news.subscribe();
        let settled = news.wait_for(|news| news.is_up || news.has_probed || news.is_closed);
        drop(timeout(within, settled).await);
        self.inner.news.borrow().is_up
    }

    /// Waits until requests go to the database; for tests and for tools.
    pub async fn connected(&self) {
        let mut news = self.inner.news.subscribe();
        drop(news.wait_for(|news| news.is_up || news.is_closed).await);
    }

    /// How many acknowledged changes the database has refused in all; they are kept in the journal,
    /// apart.
    pub fn refused_changes(&self) -> u64 {
        self.inner.refused()
    }

    /// Ends the background task, writes what was handed over and lets go of the journal, so that
    /// the next process can open it. Requests after this fail.
    pub async fn close(&self) {
        self.inner.news.send_modify(|news| {
            news.is_closed = true;
            news.is_up = false;
            news.epoch = u64::MAX;
        });
        let task = lock(&self.task).take();
        if let Some(task) = task {
            drop(task.await);
        }
        if let Some(local) = &self.inner.local {
            local.writer.close();
        }
    }
}

impl Drop for FailoverStore {
    fn drop(&mut self) {
        if let Some(task) = lock(&self.task).take() {
            task.abort();
        }
    }
}

impl std::fmt::Debug for FailoverStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FailoverStore")
            .field("circuit", &*lock(&self.inner.circuit))
            .field("options", &self.inner.options)
            .finish_non_exhaustive()
    }
}

impl Local {
    fn open(path: &Path, options: &FailoverOptions) -> Result<Self, JournalError> {
        let memory = Arc::new(MemoryStore::partial(options.limits));
        let journal = Journal::open(path, |_, change| Self::load(&memory, change))?;
        let writer = Writer::start(Box::new(journal), Arc::clone(&memory))?;
        Ok(Self { memory, writer, replayed: AtomicU64::new(0) })
    }

    /// Takes a change of the journal into memory; rows that it names may be in the database. What
    /// does not fit waits in the journal all the same.
    fn load(memory: &MemoryStore, change: Change) -> Result<(), StoreError> {
        let id = change.id;
        let loaded = memory.pin(&change.user).and_then(|()| memory.write_again(change));
        match loaded {
            Err(StoreError::Full) => {
                tracing::warn!(change = %id, "a change that waits does not fit into memory");
                Ok(())
            }
            Ok(())
            | Err(
                StoreError::RowMissing
                | StoreError::Outdated
                | StoreError::Rejected(_)
                | StoreError::CursorMalformed
                | StoreError::Failed(_)
                | StoreError::NotGranted(_)
                | StoreError::Unavailable(_),
            ) => loaded,
        }
    }

    /// A stand-in whose journal and disk are simulated.
    #[cfg(test)]
    fn simulated(
        journal: Box<dyn crate::journal::ChangeLog>,
        disk: crate::writer::Disk,
        options: &FailoverOptions,
    ) -> Result<Self, StoreError> {
        let memory = Arc::new(MemoryStore::partial(options.limits));
        for (_, change) in journal.read_after(0, usize::MAX)? {
            Self::load(&memory, change)?;
        }
        let writer = Writer::inline(journal, Arc::clone(&memory), disk);
        Ok(Self { memory, writer, replayed: AtomicU64::new(0) })
    }
}

tokio::task_local! {
    /// The task's request takes nothing less than the database.
    static PERSISTENT: ();
}

/// Runs a request whose data must be the database's: it writes nothing into a journal, and reads nothing from memory.
pub async fn persistently<T>(request: impl Future<Output = T>) -> T {
    PERSISTENT.scope((), request).await
}

impl Inner {
    /// What stands in for the database; none where the request takes nothing less.
    fn fallback(&self) -> Option<&Local> {
        self.local.as_ref().filter(|_| PERSISTENT.try_with(|()| ()).is_err())
    }

    fn now(&self) -> Moment {
        Moment { elapsed: self.opened_at.elapsed(), at: self.clock.now(), jitter: self.roll() }
    }

    /// A number from 0 to 1.
    fn roll(&self) -> f64 {
        // A Weyl sequence: spread evenly, and the same for the same seed.
        let step = self.dice.fetch_add(0x9E37_79B9_7F4A_7C15, std::sync::atomic::Ordering::Relaxed);
        (step >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Since when the circuit is open; none while it is not.
    #[cfg(test)]
    fn open_since(&self) -> Option<Instant> {
        let circuit = lock(&self.circuit);
        (circuit.phase() != Phase::Up).then(|| self.opened_at + circuit.opened_at())
    }

    /// The epoch, while requests go to the database.
    fn up(&self) -> Option<u64> {
        let news = *self.news.borrow();
        news.is_up.then_some(news.epoch)
    }

    /// Changes the circuit, and tells who waits for it.
    fn with_circuit<T>(&self, change: impl FnOnce(&mut Circuit) -> T) -> T {
        let mut circuit = lock(&self.circuit);
        let given = change(&mut circuit);
        let (epoch, is_up) = (circuit.epoch(), circuit.phase() == Phase::Up);
        if is_up && let Some(local) = &self.local {
            local.memory.meet_database();
        }
        self.news.send_if_modified(|news| {
            let changes = !news.is_closed && (news.epoch, news.is_up) != (epoch, is_up);
            if changes {
                (news.epoch, news.is_up) = (epoch, is_up);
            }
            changes
        });
        given
    }

    /// Asks the database, for as long as the circuit stays closed and at most for `limit`. When it
    /// is away the circuit is open afterwards.
    async fn ask<T>(
        &self,
        epoch: u64,
        limit: Duration,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, Unanswered> {
        let mut news = self.news.subscribe();
        let outage = tokio::select! {
            biased;
            answer = self.patiently(limit, call) => match answer {
                Some(Ok(given)) => return Ok(given),
                Some(Err(
                    error @ (StoreError::RowMissing
                    | StoreError::Outdated
                    | StoreError::Rejected(_)
                    | StoreError::CursorMalformed
                    | StoreError::Failed(_)),
                )) => return Err(Unanswered::Refused(error)),
                Some(Err(
                    error @ (StoreError::Unavailable(_) | StoreError::NotGranted(_) | StoreError::Full),
                )) => {
                    tracing::warn!(error = %crate::causes(&error), "the database failed");
                    Outage::of(&error)
                }
                None => {
                    tracing::warn!(limit_ms = limit.as_millis() as u64, "the database did not answer");
                    Outage::Silent
                }
            },
            _ = news.wait_for(|news| news.epoch != epoch || !news.is_up) => return Err(Unanswered::Away),
        };
        let now = self.now();
        if self.with_circuit(|circuit| circuit.request_failed(epoch, outage, now)) {
            tracing::warn!(%outage, "requests go to memory and the journal");
        }
        Err(Unanswered::Away)
    }

    /// What the database answers within `limit`. A call that may take longer than others is
    /// waited for as long as the database answers beside it.
    async fn patiently<T>(&self, limit: Duration, call: impl Future<Output = T>) -> Option<T> {
        let call = std::pin::pin!(call);
        if limit <= self.options.call_timeout {
            return timeout(limit, call).await.ok();
        }
        let mut call = call;
        let end = Instant::now() + limit;
        let half = self.options.call_timeout / 2;
        loop {
            if let Ok(given) = timeout(half, &mut call).await {
                return Some(given);
            }
            tokio::select! {
                biased;
                given = &mut call => return Some(given),
                answer = timeout(half, self.primary.ping()) => {
                    if !matches!(answer, Ok(Ok(()))) || Instant::now() >= end {
                        return None;
                    }
                }
            }
        }
    }

    /// How long the database may take over changes that it is given together.
    fn replay_limit(&self, changes: &[Change]) -> Duration {
        if changes.iter().any(|change| self.limit(change) > self.options.call_timeout) {
            self.options.replay_timeout
        } else {
            2 * self.options.call_timeout
        }
    }

    /// How long the database may take over a change.
    fn limit(&self, change: &Change) -> Duration {
        match &change.kind {
            ChangeKind::ImportCommitted { transactions, confirms, .. } => {
                self.limit_of_rows(transactions.len() + confirms.len())
            }
            ChangeKind::TransactionsCategorised { transaction_ids, .. } => {
                self.limit_of_rows(transaction_ids.len())
            }
            ChangeKind::RulesApplied { results } => {
                self.limit_of_rows(results.iter().map(|result| result.transaction_ids.len()).sum())
            }
            ChangeKind::SettingsSaved { settings } => self.limit_of_rows(settings.len()),
            ChangeKind::ImportUndone { .. }
            | ChangeKind::ChatPurged { .. }
            | ChangeKind::ChatExpired { .. }
            | ChangeKind::UserErased => self.options.import_timeout.min(4 * self.options.call_timeout),
            ChangeKind::ProfileSaved { .. }
            | ChangeKind::ChatCreated { .. }
            | ChangeKind::ChatRenamed { .. }
            | ChangeKind::ChatDeleted { .. }
            | ChangeKind::ChatRestored { .. }
            | ChangeKind::MessageSent { .. }
            | ChangeKind::ChatTitled { .. }
            | ChangeKind::ChatPersonaChosen { .. }
            | ChangeKind::ChatSummarised { .. }
            | ChangeKind::BranchChosen { .. }
            | ChangeKind::AnswerStarted { .. }
            | ChangeKind::RunClaimed { .. }
            | ChangeKind::RunReleased { .. }
            | ChangeKind::RunEventsAppended { .. }
            | ChangeKind::AnswerSealed { .. }
            | ChangeKind::TransactionEdited { .. }
            | ChangeKind::AccountRenamed { .. }
            | ChangeKind::SettingDeleted { .. }
            | ChangeKind::FeedbackGiven { .. }
            | ChangeKind::ToolWriteProposed { .. }
            | ChangeKind::ToolWriteDecided { .. }
            | ChangeKind::UsageCounted { .. }
            | ChangeKind::AsideRecorded { .. }
            | ChangeKind::Removed => self.options.call_timeout,
        }
    }

    /// Small imports take no longer than anything else; large ones a second for each thousand rows.
    fn limit_of_rows(&self, rows: usize) -> Duration {
        let more = Duration::from_secs(rows as u64 / 1_000);
        self.options.import_timeout.min(self.options.call_timeout + more)
    }

    fn away(&self) -> StoreError {
        let outage = if self.news.borrow().is_closed {
            Outage::Closed
        } else {
            match lock(&self.circuit).phase() {
                // It has come back this moment; the caller may try again.
                Phase::Up => Outage::Unreachable,
                Phase::Down { outage, .. } | Phase::Probing { outage } | Phase::Recovering { outage } => {
                    outage
                }
            }
        };
        StoreError::Unavailable(Box::new(outage))
    }
}

// A circuit's steps leave it whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
