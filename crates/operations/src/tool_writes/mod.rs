//! What tools want to change: proposed, shown to the person, and made exactly once when they say yes.
//!
//! A model can only propose. The change itself carries the id of the write, so that however often it
//! is tried, and wherever the program stops in between, stores make it once.

mod input;
mod plan;
mod remote;
mod tools;

use domain::{
    Category, ChangeId, RememberedSource, ToolWrite, ToolWriteId, ToolWriteOrigin, ToolWriteStatus, UserId,
};
use jiff::SignedDuration;
use serde_json::Value;
use storage::{Applied, ChangeKind, Page, PageRequest, ToolWriteFilter};

pub use remote::RemoteWrites;
pub use tools::{WRITING_TOOLS, WritingTool};

use crate::{OperationError, Operations};

/// How long a person has to decide.
const DECIDE_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// How long one who decided is taken to be still at it. Shorter might declare a change failed that a
/// slow database is about to make; longer leaves one that broke off unsettled.
const DONE_WITHIN: SignedDuration = SignedDuration::from_secs(60);
/// Undecided writes that one person may have: more is a model run wild.
const PENDING_MAX: u16 = 50;

impl Operations {
    /// What a tool would change, in words for the person, or why it cannot. Changes nothing.
    pub async fn preview_tool_write(
        &self,
        user: &UserId,
        tool: &str,
        input: &Value,
    ) -> Result<String, OperationError> {
        let id = ToolWriteId::generate(self.clock.as_ref());
        if remote::is_remote(tool) {
            return self.plan_remote_write(user, tool, input).await;
        }
        Ok(self.plan_tool_write(user, id, tool, input, None).await?.preview)
    }

    /// Writes down what a tool wants to change; nothing happens before the person says yes.
    pub async fn propose_tool_write(
        &self,
        user: &UserId,
        tool: &str,
        input: &Value,
        origin: ToolWriteOrigin,
    ) -> Result<ToolWrite, OperationError> {
        let id = ToolWriteId::generate(self.clock.as_ref());
        let preview = if remote::is_remote(tool) {
            self.plan_remote_write(user, tool, input).await?
        } else {
            self.plan_tool_write(user, id, tool, input, Some(&origin)).await?.preview
        };
        let pending = ToolWriteFilter { status: Some(ToolWriteStatus::Pending), chat_id: None };
        let undecided = self.list_tool_writes(user, &pending, &PageRequest::first(PENDING_MAX)).await?;
        if undecided.items.len() >= usize::from(PENDING_MAX) {
            return Err(OperationError::Full);
        }
        let write = ToolWrite {
            id,
            tool: tool.to_owned(),
            input: input.to_string(),
            preview,
            origin,
            status: ToolWriteStatus::Pending,
            outcome: None,
            created_at: self.clock.now(),
            decided_at: None,
        };
        self.write(user, ChangeKind::ToolWriteProposed { write: Box::new(write.clone()) }).await?;
        Ok(write)
    }

    /// The person's decision. What they agree to is made, once; the write tells what came of it.
    /// [`OperationError::AlreadyDone`]: it was decided before.
    pub async fn decide_tool_write(
        &self,
        user: &UserId,
        id: ToolWriteId,
        approve: bool,
    ) -> Result<ToolWrite, OperationError> {
        let write = self.get_tool_write(user, id).await?;
        let age = |since| self.clock.now().duration_since(since);
        match write.status {
            ToolWriteStatus::Pending => {
                let status = if approve { ToolWriteStatus::Approved } else { ToolWriteStatus::Refused };
                if self.move_tool_write(user, id, status, None).await? == Applied::Before {
                    return Err(OperationError::AlreadyDone);
                }
                if approve {
                    self.make_tool_write(user, &write, false).await?;
                }
            }
            // The program ended between the person's yes and what came of it.
            ToolWriteStatus::Approved
                if approve && write.decided_at.is_none_or(|at| age(at) > DONE_WITHIN) =>
            {
                self.make_tool_write(user, &write, true).await?;
            }
            ToolWriteStatus::Approved
            | ToolWriteStatus::Done
            | ToolWriteStatus::Refused
            | ToolWriteStatus::Failed
            | ToolWriteStatus::Expired => return Err(OperationError::AlreadyDone),
        }
        self.get_tool_write(user, id).await
    }

    /// One write of a tool.
    pub async fn get_tool_write(&self, user: &UserId, id: ToolWriteId) -> Result<ToolWrite, OperationError> {
        let write = self.store.find_tool_write(user, id).await?.ok_or(OperationError::NotFound)?;
        self.expired(user, write).await
    }

    /// What tools wanted to change, newest first: undecided ones, and the record of the others.
    pub async fn list_tool_writes(
        &self,
        user: &UserId,
        filter: &ToolWriteFilter,
        page: &PageRequest,
    ) -> Result<Page<ToolWrite>, OperationError> {
        let mut listed = self.store.list_tool_writes(user, filter, page).await?;
        for write in &mut listed.items {
            *write = self.expired(user, write.clone()).await?;
        }
        listed.items.retain(|write| filter.matches(write));
        Ok(listed)
    }

    /// The write, expired if its time has come.
    async fn expired(&self, user: &UserId, write: ToolWrite) -> Result<ToolWrite, OperationError> {
        let is_late = self.clock.now().duration_since(write.created_at) > DECIDE_WITHIN;
        if write.status != ToolWriteStatus::Pending || !is_late {
            return Ok(write);
        }
        self.move_tool_write(user, write.id, ToolWriteStatus::Expired, None).await?;
        self.store.find_tool_write(user, write.id).await?.ok_or(OperationError::NotFound)
    }

    async fn move_tool_write(
        &self,
        user: &UserId,
        tool_write_id: ToolWriteId,
        status: ToolWriteStatus,
        outcome: Option<String>,
    ) -> Result<Applied, OperationError> {
        let id = ChangeId::generate(self.clock.as_ref());
        self.write_once(user, id, ChangeKind::ToolWriteDecided { tool_write_id, status, outcome }).await
    }

    /// Makes what the person agreed to, and writes down what came of it. What they were shown is what
    /// is made: where it would be something else by now, nothing is. `again`: it may have been made.
    async fn make_tool_write(
        &self,
        user: &UserId,
        write: &ToolWrite,
        again: bool,
    ) -> Result<(), OperationError> {
        if remote::is_remote(&write.tool) {
            let made = self.make_remote_write(user, write, again).await;
            return self.record_tool_write(user, write.id, made).await;
        }
        let input: Value = serde_json::from_str(&write.input).unwrap_or_default();
        let planned = self.plan_tool_write(user, write.id, &write.tool, &input, Some(&write.origin)).await;
        let change = ChangeId::from(write.id.as_uuid());
        let made = match planned {
            Ok(plan) if plan.preview == write.preview => {
                self.write_once(user, change, plan.kind).await.map(|_| plan.outcome)
            }
            Ok(_) | Err(_) if again && self.is_made(user, change).await? => Ok(DONE.to_owned()),
            Ok(_) => Err(OperationError::field("input", "would change something else by now; ask again")),
            Err(error) => Err(error),
        };
        self.record_tool_write(user, write.id, made).await
    }

    /// Writes down what came of a write.
    async fn record_tool_write(
        &self,
        user: &UserId,
        id: ToolWriteId,
        made: Result<String, OperationError>,
    ) -> Result<(), OperationError> {
        let (status, outcome) = match made {
            Ok(outcome) => (ToolWriteStatus::Done, outcome),
            // The store may have made it or not; who decides again will know.
            Err(error @ OperationError::Storage(_)) => return Err(error),
            Err(error) => (ToolWriteStatus::Failed, error.to_string()),
        };
        self.move_tool_write(user, id, status, Some(outcome)).await.map(drop)
    }

    /// Whether a change was made. If it was not, it cannot be any more: its id is taken.
    async fn is_made(&self, user: &UserId, change: ChangeId) -> Result<bool, OperationError> {
        let nothing = ChangeKind::TransactionsCategorised {
            transaction_ids: Vec::new(),
            category: Category::UNCATEGORISED,
        };
        Ok(self.write_once(user, change, nothing).await? == Applied::Before)
    }
}

/// The answer that a tool was called for.
fn source(origin: &ToolWriteOrigin) -> Option<RememberedSource> {
    match origin {
        ToolWriteOrigin::Chat { chat_id, message_id } => {
            Some(RememberedSource { chat_id: *chat_id, message_id: *message_id })
        }
        ToolWriteOrigin::Mcp { .. } => None,
    }
}

/// The outcome where only a later look found that it was done.
const DONE: &str = "Done.";
