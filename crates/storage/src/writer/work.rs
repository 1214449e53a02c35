//! What the writing thread does.
//!
//! While it waits for the disk, changes queue up; the next commit takes one of each user (a change
//! is checked against all that its user wrote before, so two of one user follow each other).

use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, atomic::Ordering, mpsc},
    time::{Duration, Instant},
};

use domain::UserId;
use tokio::sync::oneshot;

use super::Gauges;
use crate::{
    Applied, Change, Journal, JournalError, MemoryStore, StoreError,
    journal::{ChangeLog, Numbered, RefusedChange},
};

/// Most changes in one commit. More would only make the first of them wait longer.
const BATCH: usize = 256;

/// Changes that make others go, for which the journal is written anew together. More would make the first
/// of them wait longer.
const EXPUNGED_TOGETHER: usize = 32;

/// A journal that has failed takes nothing until it is opened again, which is tried this often.
const REOPENED_EVERY: Duration = Duration::from_secs(1);

type Reply = oneshot::Sender<Result<Applied, StoreError>>;

/// A change and who waits for it.
pub(super) struct Waiting {
    pub(super) change: Change,
    pub(super) reply: Reply,
}

/// What the thread is asked for.
pub(super) enum Job {
    Apply(Box<Waiting>),
    Read {
        after: u64,
        count: usize,
        reply: oneshot::Sender<Result<Vec<Numbered>, JournalError>>,
    },
    Expunge {
        by: Box<Change>,
        reply: oneshot::Sender<Result<(), JournalError>>,
    },
    Settle {
        through: u64,
        refused: Vec<(u64, RefusedChange)>,
        reply: oneshot::Sender<Result<(), JournalError>>,
    },
}

/// The journal, and the memory that it is applied to.
pub(super) struct Work {
    journal: Box<dyn ChangeLog>,
    memory: Arc<MemoryStore>,
    gauges: Arc<Gauges>,
    /// They are written; what they make go is still in the journal.
    expunging: Vec<Waiting>,
    broken: Option<Broken>,
}

/// The journal has failed.
struct Broken {
    /// When it did, or was last tried.
    at: Instant,
    refusal: Refusal,
}

/// What those are told whose change an error of the journal has stopped.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    Full,
    Broken,
}

impl Work {
    pub(super) fn new(journal: Box<dyn ChangeLog>, memory: Arc<MemoryStore>, gauges: Arc<Gauges>) -> Self {
        let mut work = Self { journal, memory, gauges, expunging: Vec::new(), broken: None };
        work.gauge();
        work.finish();
        work
    }

    /// Does what a process left undone that ended between a change and what it makes go.
    fn finish(&mut self) {
        let unfinished = self.journal.unfinished().unwrap_or_else(|error| {
            tracing::error!(error = %crate::causes(&error), "the journal cannot be read");
            Vec::new()
        });
        if !unfinished.is_empty() {
            // An error is logged there, and nothing more is taken.
            let _ = self.expunge(&unfinished);
        }
    }

    pub(super) fn run(mut self, jobs: &mpsc::Receiver<Job>) {
        let mut queue = VecDeque::new();
        loop {
            if queue.is_empty() {
                match self.next(jobs) {
                    Ok(job) => self.take(job, &mut queue),
                    Err(mpsc::RecvTimeoutError::Timeout) => {}
                    Err(mpsc::RecvTimeoutError::Disconnected) => return,
                }
            }
            for job in jobs.try_iter().take(BATCH.saturating_sub(queue.len())) {
                self.take(job, &mut queue);
            }
            self.reopen_if_due();
            queue = self.commit(queue);
            if queue.is_empty() || self.expunging.len() >= EXPUNGED_TOGETHER {
                self.expunge_written();
            }
        }
    }

    /// Waits for a job; while the journal has failed, only until it is to be tried again.
    fn next(&self, jobs: &mpsc::Receiver<Job>) -> Result<Job, mpsc::RecvTimeoutError> {
        match self.broken {
            None => jobs.recv().map_err(|mpsc::RecvError| mpsc::RecvTimeoutError::Disconnected),
            Some(_) => jobs.recv_timeout(REOPENED_EVERY),
        }
    }

    fn reopen_if_due(&mut self) {
        if self.broken.as_ref().is_none_or(|broken| broken.at.elapsed() < REOPENED_EVERY) {
            return;
        }
        match self.journal.reopen() {
            Ok(()) => {
                tracing::info!("the journal can be written again");
                self.broken = None;
                self.gauges.failed.store(false, Ordering::Relaxed);
                self.gauge();
                self.finish();
            }
            Err(error) => {
                tracing::debug!(error = %crate::causes(&error), "the journal still cannot be written");
                self.broken = Some(Broken { at: Instant::now(), refusal: Refusal::by(&error) });
            }
        }
    }

    /// Nothing more is written before it has been opened again.
    fn note_failure(&mut self, error: &JournalError) -> Refusal {
        let refusal = Refusal::by(error);
        self.gauges.failed.store(true, Ordering::Relaxed);
        self.broken.get_or_insert_with(|| Broken { at: Instant::now(), refusal }).refusal
    }

    /// Does one job, all of it.
    #[cfg(test)]
    pub(super) fn do_one(&mut self, job: Job) {
        let mut queue = VecDeque::new();
        self.take(job, &mut queue);
        self.commit_all(&mut queue);
    }

    /// Queues a change; does another job once the changes before it are in the journal.
    fn take(&mut self, job: Job, queue: &mut VecDeque<Waiting>) {
        match job {
            Job::Apply(waiting) => queue.push_back(*waiting),
            Job::Read { after, count, reply } => {
                self.commit_all(queue);
                drop(reply.send(self.journal.read_after(after, count)));
            }
            Job::Expunge { by, reply } => {
                self.commit_all(queue);
                drop(reply.send(self.expunge(std::slice::from_ref(&by))));
            }
            Job::Settle { through, refused, reply } => {
                let settled = self.journal.settle(through, &refused);
                if let Err(error) = &settled {
                    self.note_failure(error);
                }
                self.gauge();
                drop(reply.send(settled));
            }
        }
    }

    fn commit_all(&mut self, queue: &mut VecDeque<Waiting>) {
        while !queue.is_empty() {
            *queue = self.commit(std::mem::take(queue));
        }
        self.expunge_written();
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
            match self.check(&change) {
                Ok((Applied::Now, record)) => {
                    users.insert(change.user.clone());
                    records.push(record);
                    batch.push(Waiting { change, reply });
                }
                Ok((Applied::Before, _)) => answer(reply, Ok(Applied::Before)),
                Err(refused) => answer(reply, Err(refused)),
            }
        }
        if batch.is_empty() {
            return later;
        }
        match self.append(&records) {
            Ok(()) => {
                self.gauge();
                for Waiting { change, reply } in batch {
                    if change.expunges() {
                        self.memory.write(change.clone());
                        self.expunging.push(Waiting { change, reply });
                    } else {
                        self.memory.write(change);
                        answer(reply, Ok(Applied::Now));
                    }
                }
            }
            Err(refusal) => {
                for Waiting { change, reply } in batch {
                    self.memory.unpin(&change.user);
                    answer(reply, Err(refusal.error()));
                }
            }
        }
        later
    }

    fn append(&mut self, records: &[Vec<u8>]) -> Result<(), Refusal> {
        if let Some(broken) = &self.broken {
            return Err(broken.refusal);
        }
        self.journal.append(records).map_err(|error| {
            tracing::error!(error = %crate::causes(&error), "a change could not be journaled");
            self.note_failure(&error)
        })
    }

    /// Checks a change. One that is to be written pins its user: nothing else holds it.
    fn check(&self, change: &Change) -> Result<(Applied, Vec<u8>), StoreError> {
        self.memory.pin(&change.user)?;
        let checked = self.memory.check(change).and_then(|applied| match applied {
            Applied::Now => Ok((applied, Journal::encode(change)?)),
            Applied::Before => Ok((applied, Vec::new())),
        });
        if !matches!(checked, Ok((Applied::Now, _))) {
            self.memory.unpin(&change.user);
        }
        checked
    }

    /// Answers those whose changes make others go, once these are out of the journal.
    fn expunge_written(&mut self) {
        if self.expunging.is_empty() {
            return;
        }
        let (changes, replies): (Vec<Change>, Vec<Reply>) =
            self.expunging.drain(..).map(|it| (it.change, it.reply)).unzip();
        let expunged = self.expunge(&changes);
        for reply in replies {
            answer(
                reply,
                expunged.as_ref().map(|()| Applied::Now).map_err(|error| Refusal::by(error).error()),
            );
        }
    }

    /// Takes out of the journal what changes make go.
    fn expunge(&mut self, by: &[Change]) -> Result<(), JournalError> {
        let expunged = self.journal.expunge(by);
        if let Err(error) = &expunged {
            tracing::error!(error = %crate::causes(error), "the journal cannot be written anew");
            self.note_failure(error);
        }
        self.gauge();
        expunged.map(|owners| self.memory.unpin_removed(&owners))
    }

    fn gauge(&self) {
        self.gauges.journaled.store(self.journal.len(), Ordering::Relaxed);
        self.gauges.refused.store(self.journal.refused(), Ordering::Relaxed);
    }
}

impl Refusal {
    fn by(error: &JournalError) -> Self {
        match error {
            JournalError::DiskFull { .. } => Self::Full,
            _ => Self::Broken,
        }
    }

    fn error(self) -> StoreError {
        match self {
            Self::Full => StoreError::Full,
            Self::Broken => JournalError::WriterStopped.into(),
        }
    }
}

/// The caller may have gone away; the change counts all the same.
fn answer(reply: Reply, outcome: Result<Applied, StoreError>) {
    drop(reply.send(outcome));
}
