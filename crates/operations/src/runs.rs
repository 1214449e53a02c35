//! Runs: writing an answer down as it is made.

use domain::{MessageStatus, Part, Run, RunEvent, RunId, UserId};
use storage::ChangeKind;

use crate::{OperationError, Operations};

impl Operations {
    /// A run.
    pub async fn get_run(&self, user: &UserId, id: RunId) -> Result<Run, OperationError> {
        self.store.find_run(user, id).await?.ok_or(OperationError::NotFound)
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

    /// Writes a batch of events down.
    pub async fn append_run_events(
        &self,
        user: &UserId,
        id: RunId,
        events: Vec<RunEvent>,
    ) -> Result<(), OperationError> {
        self.write(user, ChangeKind::RunEventsAppended { run_id: id, events }).await
    }

    /// Seals an answer: its parts and status are final.
    pub async fn seal_answer(
        &self,
        user: &UserId,
        run: &Run,
        parts: Vec<Part>,
        status: MessageStatus,
    ) -> Result<(), OperationError> {
        let kind = ChangeKind::AnswerSealed { run_id: run.id, message_id: run.message_id, parts, status };
        self.write(user, kind).await
    }
}
