//! Runs: writing an answer down as it is made.

use domain::{MessageStatus, Part, Run, RunEvent, RunId, RunRecord, UserId};
use jiff::Timestamp;
use storage::{Applied, ChangeKind};

use crate::{OperationError, Operations};

/// What became of a write to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It was written.
    Now,
    /// It was passed over: the run has ended, or another instance has taken it on.
    NotOurs,
}

impl From<Applied> for Written {
    fn from(applied: Applied) -> Self {
        match applied {
            Applied::Now => Self::Now,
            Applied::Before => Self::NotOurs,
        }
    }
}

impl Operations {
    /// A run.
    pub async fn get_run(&self, user: &UserId, id: RunId) -> Result<Run, OperationError> {
        self.store.find_run(user, id).await?.ok_or(OperationError::NotFound)
    }

    /// Whose runs have not been heard of since, and which; the longest silence first. For the program's
    /// own use: what is in them is still read as the person they belong to.
    pub async fn list_silent_runs(
        &self,
        heard_before: Timestamp,
        limit: u16,
    ) -> Result<Vec<(UserId, RunId)>, OperationError> {
        Ok(self.store.list_silent_runs(heard_before, limit).await?)
    }

    /// What the model of a run was sent.
    pub async fn get_run_record(&self, user: &UserId, id: RunId) -> Result<RunRecord, OperationError> {
        self.store.find_run_record(user, id).await?.ok_or(OperationError::NotFound)
    }

    /// A run's stored events after a number.
    pub async fn list_run_events(
        &self,
        user: &UserId,
        id: RunId,
        after: u64,
    ) -> Result<Vec<RunEvent>, OperationError> {
        self.get_run(user, id).await?;
        Ok(self.store.list_run_events(user, id, after).await?)
    }

    /// Makes this instance the owner of a run, as it was read; none when another was faster.
    pub async fn claim_run(&self, user: &UserId, run: &Run) -> Result<Option<Run>, OperationError> {
        let epoch = run.epoch.saturating_add(1);
        let kind = ChangeKind::RunClaimed { run_id: run.id, owner: self.instance().to_owned(), epoch };
        match self.write_now(user, kind).await? {
            Written::Now => {
                let (owner, heartbeat_at) = (self.instance().to_owned(), self.clock.now());
                Ok(Some(Run { owner, epoch, heartbeat_at, ..run.clone() }))
            }
            Written::NotOurs => Ok(None),
        }
    }

    /// Lets go of a run whose events are all written down, so that another instance can take it on.
    pub async fn release_run(&self, user: &UserId, run: &Run) -> Result<Written, OperationError> {
        self.write_now(user, ChangeKind::RunReleased { run_id: run.id, epoch: run.epoch }).await
    }

    /// Writes a batch of events down; an empty one says that the owner lives.
    pub async fn append_run_events(
        &self,
        user: &UserId,
        run: &Run,
        events: Vec<RunEvent>,
    ) -> Result<Written, OperationError> {
        let kind = ChangeKind::RunEventsAppended { run_id: run.id, epoch: run.epoch, events };
        self.write_now(user, kind).await
    }

    /// Seals an answer: its parts and status are final.
    pub async fn seal_answer(
        &self,
        user: &UserId,
        run: &Run,
        parts: Vec<Part>,
        status: MessageStatus,
        record: Option<RunRecord>,
    ) -> Result<Written, OperationError> {
        let kind = ChangeKind::AnswerSealed {
            run_id: run.id,
            message_id: run.message_id,
            parts,
            status,
            epoch: run.epoch,
            record: record.map(|record| Box::new(record.bounded())),
        };
        self.write_now(user, kind).await
    }

    async fn write_now(&self, user: &UserId, kind: ChangeKind) -> Result<Written, OperationError> {
        let id = domain::ChangeId::generate(self.clock.as_ref());
        self.write_once(user, id, kind).await.map(Written::from)
    }
}
