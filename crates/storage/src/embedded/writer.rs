//! The one thread that writes: checks, journals, applies and acknowledges changes in order.
//!
//! One thread makes the journal's order the order of application, and keeps fsync off the async
//! threads. While it waits for the disk, changes queue up; the next commit takes one of each user
//! (a change is checked against all that its user wrote before, so two of one user follow each
//! other).

use std::{
    collections::{HashSet, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
};

use domain::UserId;
use tokio::sync::oneshot;

use crate::{Applied, Change, Journal, JournalError, MemoryStore, StoreError};

/// Most changes in one commit. More would only make the first of them wait longer.
const BATCH: usize = 256;

type Reply = oneshot::Sender<Result<Applied, StoreError>>;

struct Waiting {
    change: Change,
    reply: Reply,
}

/// A handle to the writing thread; dropping it lets the thread finish what was handed over.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Waiting>>,
    thread: Option<JoinHandle<()>>,
    failed: Arc<AtomicBool>,
}

impl Writer {
    pub(super) fn start(
        journal: Journal,
        memory: Arc<MemoryStore>,
        journaled: Arc<AtomicU64>,
    ) -> Result<Self, JournalError> {
        let (queue, changes) = mpsc::channel();
        let failed = Arc::new(AtomicBool::new(false));
        let loop_ = Loop { journal, memory, journaled, failed: Arc::clone(&failed) };
        let thread = thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || loop_.run(&changes))
            .map_err(|_| JournalError::WriterStopped)?;
        Ok(Self { queue: Some(queue), thread: Some(thread), failed })
    }

    /// Hands a change over and waits for its acknowledgement. Once handed over it is written even
    /// when the caller goes away.
    pub(super) async fn apply(&self, change: Change) -> Result<Applied, StoreError> {
        let (reply, answer) = oneshot::channel();
        let sent = self.queue.as_ref().is_some_and(|queue| queue.send(Waiting { change, reply }).is_ok());
        if !sent {
            return Err(JournalError::WriterStopped.into());
        }
        answer.await.unwrap_or_else(|_| Err(JournalError::WriterStopped.into()))
    }

    /// A commit has failed, or the thread is gone: nothing more is taken.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed) || self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // The file is unlocked when the thread has ended, so that it can be opened again.
            drop(thread.join());
        }
    }
}

struct Loop {
    journal: Journal,
    memory: Arc<MemoryStore>,
    journaled: Arc<AtomicU64>,
    failed: Arc<AtomicBool>,
}

impl Loop {
    fn run(mut self, changes: &mpsc::Receiver<Waiting>) {
        let mut queue = VecDeque::new();
        loop {
            if queue.is_empty() {
                match changes.recv() {
                    Ok(waiting) => queue.push_back(waiting),
                    Err(mpsc::RecvError) => return,
                }
            }
            queue.extend(changes.try_iter().take(BATCH.saturating_sub(queue.len())));
            queue = self.commit(queue);
        }
    }

    /// Commits the first change of each user and returns the others.
    fn commit(&mut self, queue: VecDeque<Waiting>) -> VecDeque<Waiting> {
        let mut users: HashSet<UserId> = HashSet::new();
        let mut later = VecDeque::new();
        let mut records = Vec::new();
        let mut batch = Vec::new();
        for Waiting { change, reply } in queue {
            if users.contains(&change.user) {
                later.push_back(Waiting { change, reply });
                continue;
            }
            match self.memory.check(&change) {
                Ok(Applied::Now) => match Journal::encode(&change) {
                    Ok(record) => {
                        users.insert(change.user.clone());
                        records.push(record);
                        batch.push(Waiting { change, reply });
                    }
                    Err(error) => answer(reply, Err(error.into())),
                },
                refused_or_before => answer(reply, refused_or_before),
            }
        }
        if batch.is_empty() {
            return later;
        }
        match self.journal.append(&records) {
            Ok(()) => {
                for Waiting { change, reply } in batch {
                    self.memory.write(change);
                    answer(reply, Ok(Applied::Now));
                }
                self.journaled.store(self.journal.len(), Ordering::Relaxed);
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a change could not be journaled");
                let full = matches!(error, JournalError::DiskFull { .. });
                self.failed.store(true, Ordering::Relaxed);
                for Waiting { reply, .. } in batch {
                    let error = if full { StoreError::Full } else { JournalError::WriterStopped.into() };
                    answer(reply, Err(error));
                }
            }
        }
        later
    }
}

/// The caller may have gone away; the change counts all the same.
fn answer(reply: Reply, outcome: Result<Applied, StoreError>) {
    drop(reply.send(outcome));
}
