//! Reads where a database holds more than what is here: a row that is not here is not known to be
//! missing, and a list holds what is known.

use std::sync::Arc;

use domain::{
    Chat, ChatId, Import, ImportId, Message, MessageId, Run, RunEvent, RunId, ToolWrite, ToolWriteId,
    Transaction, TransactionId, UserId,
};
use thiserror::Error;

use super::{MemoryStore, user::Seen};
use crate::{Page, PageRequest, Store, StoreError, cursor::MessageCursor};

/// A row is not known here, and the database that may have it is away.
#[derive(Debug, Error)]
#[error("the row is not known here, and the database is away")]
pub(crate) struct RowUnknown;

impl From<RowUnknown> for StoreError {
    fn from(error: RowUnknown) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

fn known<T>(row: Option<T>) -> Result<Option<T>, StoreError> {
    if row.is_some() { Ok(row) } else { Err(RowUnknown.into()) }
}

impl MemoryStore {
    pub(crate) async fn recall_chat(&self, user: &UserId, id: ChatId) -> Result<Option<Chat>, StoreError> {
        known(self.find_chat(user, id).await?)
    }

    /// The page as far as it is known. Where older messages may lie in the database it says that
    /// there are more, and asking for those is unavailable.
    pub(crate) async fn recall_messages(
        &self,
        user: &UserId,
        chat: ChatId,
        request: &PageRequest,
    ) -> Result<Page<Message>, StoreError> {
        let mut page = self.list_messages(user, chat, request).await?;
        let first = match self.with(user, |state| state.seen.get(&chat).copied()) {
            None => return Err(RowUnknown.into()),
            Some(Seen::Whole) => return Ok(page),
            Some(Seen::From(first)) => first,
        };
        if page.items.first().is_some_and(|oldest| oldest.id < first) {
            page.items.retain(|message| message.id >= first);
            page.next_cursor = None;
        }
        let oldest = page.items.first().ok_or(RowUnknown)?.id;
        page.next_cursor.get_or_insert_with(|| MessageCursor(oldest).encode());
        Ok(page)
    }

    pub(crate) async fn recall_message(
        &self,
        user: &UserId,
        id: MessageId,
    ) -> Result<Option<Message>, StoreError> {
        known(self.find_message(user, id).await?)
    }

    pub(crate) async fn recall_run(&self, user: &UserId, id: RunId) -> Result<Option<Run>, StoreError> {
        known(self.find_run(user, id).await?)
    }

    pub(crate) async fn recall_run_events(
        &self,
        user: &UserId,
        id: RunId,
        after: u64,
    ) -> Result<Vec<RunEvent>, StoreError> {
        if self.with(user, |state| state.runs.get(&id).is_some_and(|rows| rows.events_are_known)) {
            self.list_run_events(user, id, after).await
        } else {
            Err(RowUnknown.into())
        }
    }

    pub(crate) async fn recall_transaction(
        &self,
        user: &UserId,
        id: TransactionId,
    ) -> Result<Option<Transaction>, StoreError> {
        let row = self.find_transaction(user, id).await?;
        if self.with(user, |state| state.ledger_is_whole) { Ok(row) } else { known(row) }
    }

    pub(crate) async fn recall_import(
        &self,
        user: &UserId,
        id: ImportId,
    ) -> Result<Option<Import>, StoreError> {
        known(self.find_import(user, id).await?)
    }

    pub(crate) async fn recall_tool_write(
        &self,
        user: &UserId,
        id: ToolWriteId,
    ) -> Result<Option<ToolWrite>, StoreError> {
        known(self.find_tool_write(user, id).await?)
    }

    /// Whether `ledger` is the one that is remembered: then there is nothing to learn from it.
    pub(super) fn holds_ledger(&self, user: &UserId, ledger: &Arc<domain::Ledger>) -> bool {
        self.with(user, |state| state.ledger_is_whole && Arc::ptr_eq(&state.ledger, ledger))
    }
}
