//! Reads where a database holds more than what is here: a row that is not here is not known to be
//! missing. Lists of chats and of what is in them hold what is known. What others are computed from or
//! written over (the ledger, the profile, the settings) is given whole or not at all, once the database was
//! in reach; before, the process is on its own and takes what it has for the whole.

use std::sync::Arc;

use domain::{
    Account, Chat, ChatId, Import, ImportId, Ledger, Message, MessageId, Profile, Run, RunEvent, RunId,
    RunRecord, Settings, ToolWrite, ToolWriteId, Transaction, TransactionId, UserId,
};
use thiserror::Error;

use super::{
    MemoryStore,
    user::{Known, UserState},
};
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

    /// The page as far as it is known. Where the messages before it may lie in the database it says
    /// that there are more, and asking for those is unavailable.
    pub(crate) async fn recall_messages(
        &self,
        user: &UserId,
        chat: ChatId,
        request: &PageRequest,
    ) -> Result<Page<Message>, StoreError> {
        let mut page = self.list_messages(user, chat, request).await?;
        let is_whole = self.with(user, |state| match page.items.first() {
            Some(first) => first.parent_id.is_none() && !state.unlinked.contains(&first.id),
            // Nothing comes before the chat's first message, and an empty chat has none.
            None => match request.cursor.as_deref().map(MessageCursor::decode) {
                Some(Ok(MessageCursor(id))) => state.messages.get(&(chat, id)).is_some_and(|message| {
                    message.parent_id.is_none() && !state.unlinked.contains(&message.id)
                }),
                Some(Err(_)) => false,
                None => state.chats.get(&chat).is_some_and(|chat| chat.head_id.is_none()),
            },
        });
        if !is_whole {
            let first = page.items.first().ok_or(RowUnknown)?.id;
            page.next_cursor.get_or_insert_with(|| MessageCursor(first).encode());
        }
        Ok(page)
    }

    pub(crate) async fn recall_leaf(
        &self,
        user: &UserId,
        id: MessageId,
    ) -> Result<Option<MessageId>, StoreError> {
        known(self.find_leaf(user, id).await?)
    }

    pub(crate) async fn recall_run_record(
        &self,
        user: &UserId,
        id: RunId,
    ) -> Result<Option<RunRecord>, StoreError> {
        let record = self.find_run_record(user, id).await?;
        let is_known = self.with(user, |state| state.runs.get(&id).is_some_and(|rows| rows.events_are_known));
        if is_known { Ok(record) } else { known(record) }
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
        if self.is_whole(user, |known| known.ledger) { Ok(row) } else { known(row) }
    }

    #[expect(clippy::unused_async, reason = "read as the others are")]
    pub(crate) async fn recall_ledger(&self, user: &UserId) -> Result<Arc<Ledger>, StoreError> {
        let is_whole = self.is_whole(user, |known| known.ledger);
        let ledger = self.with(user, |state| Arc::clone(&state.ledger));
        is_whole.then_some(ledger).ok_or_else(|| RowUnknown.into())
    }

    pub(crate) async fn recall_accounts(&self, user: &UserId) -> Result<Vec<Account>, StoreError> {
        Ok(self.recall_ledger(user).await?.accounts.clone())
    }

    pub(crate) async fn recall_imports(&self, user: &UserId) -> Result<Vec<Import>, StoreError> {
        let is_whole = self.is_whole(user, |known| known.imports);
        let listed = self.list_imports(user).await?;
        is_whole.then_some(listed).ok_or_else(|| RowUnknown.into())
    }

    #[expect(clippy::unused_async, reason = "read as the others are")]
    pub(crate) async fn recall_profile(&self, user: &UserId) -> Result<Option<Profile>, StoreError> {
        let is_whole = self.is_whole(user, |known| known.profile);
        let profile = |state: &UserState| state.profile.as_ref().map(|stored| stored.profile.clone());
        let profile = self.with(user, profile);
        is_whole.then_some(profile).ok_or_else(|| RowUnknown.into())
    }

    #[expect(clippy::unused_async, reason = "read as the others are")]
    pub(crate) async fn recall_settings(&self, user: &UserId) -> Result<Arc<Settings>, StoreError> {
        let is_whole = self.is_whole(user, |known| known.settings);
        let settings = self.with(user, |state| Arc::clone(&state.settings));
        is_whole.then_some(settings).ok_or_else(|| RowUnknown.into())
    }

    pub(crate) async fn recall_import(
        &self,
        user: &UserId,
        id: ImportId,
    ) -> Result<Option<Import>, StoreError> {
        let row = self.find_import(user, id).await?;
        if self.is_whole(user, |known| known.imports) { Ok(row) } else { known(row) }
    }

    pub(crate) async fn recall_tool_write(
        &self,
        user: &UserId,
        id: ToolWriteId,
    ) -> Result<Option<ToolWrite>, StoreError> {
        known(self.find_tool_write(user, id).await?)
    }

    /// Whether a part of a user's rows may be taken for the whole. To be asked before the rows are read: the
    /// user may give way to another meanwhile.
    fn is_whole(&self, user: &UserId, part: impl Fn(&Known) -> bool) -> bool {
        !self.has_met_database() || self.with(user, |state| part(&state.known))
    }

    /// Whether `ledger` is the one that is remembered: then there is nothing to learn from it.
    pub(super) fn holds_ledger(&self, user: &UserId, ledger: &Arc<domain::Ledger>) -> bool {
        self.with(user, |state| state.known.ledger && Arc::ptr_eq(&state.ledger, ledger))
    }
}
