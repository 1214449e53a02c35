//! The reads of a store in memory.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
    sync::Arc,
};

use async_trait::async_trait;
use domain::{
    Account, Chat, ChatId, DailyUsage, Import, ImportId, Ledger, Message, MessageId, Profile, Run, RunEvent,
    RunId, RunRecord, Settings, ToolWrite, ToolWriteId, Transaction, TransactionId, UserId,
};
use jiff::{Timestamp, civil::Date};

use super::{MemoryStore, read, user::UserState};
use crate::{
    Applied, Change, ChatFilter, Fork, Page, PageRequest, SearchHit, SearchQuery, StorageMode, StorageStatus,
    Store, StoreError, ToolWriteFilter,
    cursor::{ChatCursor, MessageCursor, ToolWriteCursor},
};

impl MemoryStore {
    pub(super) fn with<T: Default>(&self, user: &UserId, query: impl FnOnce(&UserState) -> T) -> T {
        self.entry(user).map(|entry| query(&read(&entry.state))).unwrap_or_default()
    }

    fn ledger_of(&self, user: &UserId) -> Arc<Ledger> {
        self.with(user, |state| Arc::clone(&state.ledger))
    }
}

/// Cuts a list that is one longer than asked for, and names the place to go on.
pub(super) fn cut<T>(mut items: Vec<T>, limit: u16, cursor: impl FnOnce(&T) -> String) -> Page<T> {
    let limit = usize::from(limit.max(1));
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(cursor);
    Page { items, next_cursor }
}

#[async_trait]
impl Store for MemoryStore {
    async fn apply(&self, change: &Change) -> Result<Applied, StoreError> {
        self.apply(change.clone())
    }

    async fn find_profile(&self, user: &UserId) -> Result<Option<Profile>, StoreError> {
        Ok(self.with(user, |state| state.profile.as_ref().map(|stored| stored.profile.clone())))
    }

    async fn list_chats(
        &self,
        user: &UserId,
        filter: &ChatFilter,
        page: &PageRequest,
    ) -> Result<Page<Chat>, StoreError> {
        let after = page.cursor.as_deref().map(ChatCursor::decode).transpose()?;
        let search = filter.search.as_ref().map(|text| text.to_lowercase());
        let mut chats = self.with(user, |state| {
            state
                .chats
                .values()
                .filter(|chat| {
                    chat.deleted_at.is_some() == filter.deleted
                        && (chat.summary.is_some() || !filter.summarised)
                        && after.is_none_or(|after| (chat.updated_at, chat.id) < (after.updated_at, after.id))
                        && search
                            .as_ref()
                            .is_none_or(|text| chat.title.as_str().to_lowercase().contains(text))
                })
                .cloned()
                .collect::<Vec<_>>()
        });
        chats.sort_unstable_by_key(|chat| std::cmp::Reverse((chat.updated_at, chat.id)));
        Ok(cut(chats, page.limit, |chat| ChatCursor::after(chat).encode()))
    }

    async fn find_chat(&self, user: &UserId, id: ChatId) -> Result<Option<Chat>, StoreError> {
        Ok(self.with(user, |state| state.chats.get(&id).cloned()))
    }

    async fn list_messages(
        &self,
        user: &UserId,
        chat: ChatId,
        page: &PageRequest,
    ) -> Result<Page<Message>, StoreError> {
        let before = page.cursor.as_deref().map(MessageCursor::decode).transpose()?;
        let last_first = self.with(user, |state| {
            let last = match before {
                Some(MessageCursor(id)) => {
                    state.messages.get(&(chat, id)).and_then(|message| message.parent_id)
                }
                None => state.chats.get(&chat).and_then(|chat| chat.head_id),
            };
            let branch = state.branch(chat, last);
            branch.take(usize::from(page.limit.max(1)) + 1).cloned().collect::<Vec<_>>()
        });
        let mut page = cut(last_first, page.limit, |message| MessageCursor(message.id).encode());
        page.items.reverse();
        Ok(page)
    }

    async fn find_message(&self, user: &UserId, id: MessageId) -> Result<Option<Message>, StoreError> {
        Ok(self.with(user, |state| {
            let chat = state.chat_of_message.get(&id)?;
            state.messages.get(&(*chat, id)).cloned()
        }))
    }

    async fn list_forks(&self, user: &UserId, chat: ChatId) -> Result<Vec<Fork>, StoreError> {
        let mut following: BTreeMap<Option<MessageId>, Vec<MessageId>> = BTreeMap::new();
        self.with(user, |state| {
            for message in state.messages_of(chat).filter(|message| !state.unlinked.contains(&message.id)) {
                following.entry(message.parent_id).or_default().push(message.id);
            }
        });
        let mut forks: Vec<Fork> =
            following.into_values().filter(|ids| ids.len() > 1).map(|ids| Fork { ids }).collect();
        forks.sort_unstable_by_key(|fork| fork.ids[0]);
        Ok(forks)
    }

    async fn find_leaf(&self, user: &UserId, message: MessageId) -> Result<Option<MessageId>, StoreError> {
        Ok(self.with(user, |state| {
            let chat = *state.chat_of_message.get(&message)?;
            let newest: HashMap<MessageId, MessageId> = state
                .messages_of(chat)
                .filter_map(|message| message.parent_id.map(|parent| (parent, message.id)))
                .collect();
            let path = std::iter::successors(Some(message), |id| newest.get(id).copied());
            path.last()
        }))
    }

    async fn find_run(&self, user: &UserId, id: RunId) -> Result<Option<Run>, StoreError> {
        Ok(self.with(user, |state| state.runs.get(&id).map(|rows| rows.run.clone())))
    }

    async fn list_run_events(
        &self,
        user: &UserId,
        id: RunId,
        after: u64,
    ) -> Result<Vec<RunEvent>, StoreError> {
        Ok(self.with(user, |state| {
            let events = state.runs.get(&id).map_or(&[][..], |rows| &rows.events);
            let start = usize::try_from(after).unwrap_or(usize::MAX).min(events.len());
            events[start..].to_vec()
        }))
    }

    async fn find_run_record(&self, user: &UserId, id: RunId) -> Result<Option<RunRecord>, StoreError> {
        Ok(self.with(user, |state| state.runs.get(&id).and_then(|rows| rows.record.as_deref().cloned())))
    }

    async fn list_accounts(&self, user: &UserId) -> Result<Vec<Account>, StoreError> {
        Ok(self.ledger_of(user).accounts.clone())
    }

    async fn find_transaction(
        &self,
        user: &UserId,
        id: TransactionId,
    ) -> Result<Option<Transaction>, StoreError> {
        Ok(self.ledger_of(user).transactions.iter().find(|row| row.id == id).cloned())
    }

    async fn list_imports(&self, user: &UserId) -> Result<Vec<Import>, StoreError> {
        let mut imports: Vec<Import> =
            self.with(user, |state| state.imports.values().map(|rows| rows.import.clone()).collect());
        imports.sort_unstable_by_key(|import| std::cmp::Reverse(import.age()));
        Ok(imports)
    }

    async fn find_import(&self, user: &UserId, id: ImportId) -> Result<Option<Import>, StoreError> {
        Ok(self.with(user, |state| state.imports.get(&id).map(|rows| rows.import.clone())))
    }

    async fn ledger(&self, user: &UserId) -> Result<Arc<Ledger>, StoreError> {
        Ok(self.ledger_of(user))
    }

    async fn settings(&self, user: &UserId) -> Result<Arc<Settings>, StoreError> {
        Ok(self.with(user, |state| Arc::clone(&state.settings)))
    }

    async fn find_tool_write(&self, user: &UserId, id: ToolWriteId) -> Result<Option<ToolWrite>, StoreError> {
        Ok(self.with(user, |state| state.tool_writes.get(&id).cloned()))
    }

    async fn list_tool_writes(
        &self,
        user: &UserId,
        filter: &ToolWriteFilter,
        page: &PageRequest,
    ) -> Result<Page<ToolWrite>, StoreError> {
        let before = page.cursor.as_deref().map(ToolWriteCursor::decode).transpose()?;
        let end = before.map_or(Bound::Unbounded, |ToolWriteCursor(id)| Bound::Excluded(id));
        let writes = self.with(user, |state| {
            let older = state.tool_writes.range((Bound::Unbounded, end)).rev();
            let listed = older.map(|(_, write)| write).filter(|write| filter.matches(write));
            listed.take(usize::from(page.limit.max(1)) + 1).cloned().collect::<Vec<_>>()
        });
        Ok(cut(writes, page.limit, |write| ToolWriteCursor(write.id).encode()))
    }

    async fn search(
        &self,
        user: &UserId,
        query: &SearchQuery,
        page: &PageRequest,
    ) -> Result<Page<SearchHit>, StoreError> {
        self.find_hits(user, query, page)
    }

    async fn usage(&self, user: &UserId, from: Date) -> Result<Vec<DailyUsage>, StoreError> {
        Ok(self.with(user, |state| state.usage_since(from)))
    }

    async fn list_silent_runs(
        &self,
        heard_before: Timestamp,
        limit: u16,
    ) -> Result<Vec<(UserId, RunId)>, StoreError> {
        Ok(self.silent_runs(heard_before, limit))
    }

    async fn list_retaining_users(&self) -> Result<Vec<UserId>, StoreError> {
        Ok(self.retaining_users())
    }

    fn status(&self) -> StorageStatus {
        StorageStatus {
            mode: StorageMode::Memory,
            degraded: false,
            pending_changes: 0,
            since: Timestamp::UNIX_EPOCH,
            reason: "Data is kept in memory and goes when the program ends.".to_owned(),
        }
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
