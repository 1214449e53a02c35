//! The one thread that writes: checks, journals, applies and acknowledges changes in order.
//!
//! One thread makes the journal's order the order of application, and keeps fsync off the async
//! threads. A simulation does the same work in its callers' turns.

mod work;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
};

use tokio::sync::oneshot;

use self::work::{Job, Waiting, Work};
use crate::{
    Applied, Change, JournalError, MemoryStore, StoreError,
    journal::{ChangeLog, Numbered, RefusedChange},
};

/// What can be told of the journal without asking the thread.
#[derive(Debug, Default)]
pub(crate) struct Gauges {
    /// Changes in the journal.
    pub(crate) journaled: AtomicU64,
    /// Changes that the database refused.
    pub(crate) refused: AtomicU64,
    failed: AtomicBool,
}

/// A handle to the writing thread; closing or dropping it lets the thread finish what was handed
/// over.
pub(crate) struct Writer {
    kind: Kind,
    gauges: Arc<Gauges>,
}

enum Kind {
    Thread {
        queue: Mutex<Option<mpsc::Sender<Job>>>,
        thread: Mutex<Option<JoinHandle<()>>>,
    },
    #[cfg(test)]
    Inline {
        work: Mutex<Option<Work>>,
        disk: Disk,
    },
}

/// How long each commit takes in a simulation.
#[cfg(test)]
pub(crate) type Disk = Box<dyn Fn() -> std::time::Duration + Send + Sync>;

impl Writer {
    pub(crate) fn start(journal: Box<dyn ChangeLog>, memory: Arc<MemoryStore>) -> Result<Self, JournalError> {
        let gauges = Arc::new(Gauges::default());
        let work = Work::new(journal, memory, Arc::clone(&gauges));
        let (queue, jobs) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || work.run(&jobs))
            .map_err(|_| JournalError::WriterStopped)?;
        let kind = Kind::Thread { queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)) };
        Ok(Self { kind, gauges })
    }

    /// A writer without a thread, for a simulation.
    #[cfg(test)]
    pub(crate) fn inline(journal: Box<dyn ChangeLog>, memory: Arc<MemoryStore>, disk: Disk) -> Self {
        let gauges = Arc::new(Gauges::default());
        let work = Work::new(journal, memory, Arc::clone(&gauges));
        Self { kind: Kind::Inline { work: Mutex::new(Some(work)), disk }, gauges }
    }

    /// Hands a change over and waits for its acknowledgement. Once handed over it is written even
    /// when the caller goes away.
    pub(crate) async fn apply(&self, change: Change) -> Result<Applied, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.hand_over(Job::Apply(Box::new(Waiting { change, reply }))).await?;
        answer.await.unwrap_or_else(|_| Err(JournalError::WriterStopped.into()))
    }

    /// Changes in the journal after a number, in order, once all that were handed over are in it.
    pub(crate) async fn read_after(&self, after: u64, count: usize) -> Result<Vec<Numbered>, JournalError> {
        let (reply, answer) = oneshot::channel();
        self.hand_over(Job::Read { after, count, reply }).await?;
        answer.await.unwrap_or(Err(JournalError::WriterStopped))
    }

    /// Takes the changes through a number out of the journal, the refused ones of them to a place
    /// of their own.
    pub(crate) async fn settle(
        &self,
        through: u64,
        refused: Vec<(u64, RefusedChange)>,
    ) -> Result<(), JournalError> {
        let (reply, answer) = oneshot::channel();
        self.hand_over(Job::Settle { through, refused, reply }).await?;
        answer.await.unwrap_or(Err(JournalError::WriterStopped))
    }

    /// Takes out of the journal what a change makes go that a database has taken.
    pub(crate) async fn expunge(&self, by: Change) -> Result<(), JournalError> {
        let (reply, answer) = oneshot::channel();
        self.hand_over(Job::Expunge { by: Box::new(by), reply }).await?;
        answer.await.unwrap_or(Err(JournalError::WriterStopped))
    }

    pub(crate) fn gauges(&self) -> &Gauges {
        &self.gauges
    }

    /// A commit has failed and none has succeeded since, or the thread is gone.
    pub(crate) fn has_failed(&self) -> bool {
        self.gauges.failed.load(Ordering::Relaxed)
            || match &self.kind {
                Kind::Thread { thread, .. } => lock(thread).as_ref().is_none_or(JoinHandle::is_finished),
                #[cfg(test)]
                Kind::Inline { work, .. } => lock(work).is_none(),
            }
    }

    /// Waits for what was handed over and lets go of the journal: its file can be opened again.
    pub(crate) fn close(&self) {
        match &self.kind {
            Kind::Thread { queue, thread } => {
                lock(queue).take();
                if let Some(thread) = lock(thread).take() {
                    drop(thread.join());
                }
            }
            #[cfg(test)]
            Kind::Inline { work, .. } => drop(lock(work).take()),
        }
    }

    #[cfg_attr(not(test), expect(clippy::unused_async, reason = "a simulated disk takes its time"))]
    async fn hand_over(&self, job: Job) -> Result<(), JournalError> {
        match &self.kind {
            Kind::Thread { queue, .. } => {
                let sent = lock(queue).as_ref().is_some_and(|queue| queue.send(job).is_ok());
                if sent { Ok(()) } else { Err(JournalError::WriterStopped) }
            }
            #[cfg(test)]
            Kind::Inline { work, disk } => {
                tokio::time::sleep(disk()).await;
                lock(work).as_mut().ok_or(JournalError::WriterStopped)?.do_one(job);
                tokio::time::sleep(disk()).await;
                Ok(())
            }
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("gauges", &self.gauges).finish_non_exhaustive()
    }
}

// What the locks hold is replaced whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
