//! The embedded store: memory that reads come from, and a journal that changes go to first.

use std::{
    path::Path,
    sync::{Arc, atomic::Ordering},
};

use async_trait::async_trait;
use domain::{
    Account, Chat, ChatId, Clock, DailyUsage, Import, ImportId, Ledger, Message, MessageId, Profile, Run,
    RunEvent, RunId, RunRecord, Settings, ToolWrite, ToolWriteId, Transaction, TransactionId, UserId,
};
use jiff::{Timestamp, civil::Date};

use crate::{
    Applied, Change, ChatFilter, Fork, Journal, JournalError, MemoryLimits, MemoryStore, Page, PageRequest,
    SearchHit, SearchQuery, StorageMode, StorageStatus, Store, StoreError, ToolWriteFilter, writer::Writer,
};

/// Why data is kept here, for the banner and the status page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// PostgreSQL is configured but could not be reached, so that the journal's changes wait for it.
    pub degraded: bool,
    /// Why, in words for the person.
    pub reason: String,
}

/// Memory with a journal: a change is checked, written to the journal and fsynced, applied to
/// memory, and only then acknowledged. Without a journal it lasts as long as the process.
#[derive(Debug)]
pub struct EmbeddedStore {
    memory: Arc<MemoryStore>,
    writer: Option<Writer>,
    since: Timestamp,
    standing: Standing,
}

impl EmbeddedStore {
    /// Opens the journal at `path`, or makes it, and replays it.
    pub fn open(path: &Path, clock: &dyn Clock, standing: Standing) -> Result<Self, JournalError> {
        Self::open_with_limits(path, clock, standing, MemoryLimits::default())
    }

    /// [`EmbeddedStore::open`] with other bounds than the default ones.
    pub fn open_with_limits(
        path: &Path,
        clock: &dyn Clock,
        standing: Standing,
        limits: MemoryLimits,
    ) -> Result<Self, JournalError> {
        // What was acknowledged once has its place, whatever the bounds are now.
        let mut memory = MemoryStore::new(MemoryLimits::NONE);
        let mut is_whole = true;
        let mut next = 1;
        let journal = Journal::open(path, |number, change| {
            // Once a database has taken changes from the front, those left may name its rows.
            is_whole &= number == next;
            next = number + 1;
            if is_whole { MemoryStore::apply(&memory, change).map(drop) } else { memory.write_again(change) }
        })?;
        memory.keep_to(limits);
        let memory = Arc::new(memory);
        let writer = Writer::start(Box::new(journal), Arc::clone(&memory))?;
        Ok(Self { memory, writer: Some(writer), since: clock.now(), standing })
    }

    /// A store without a journal.
    pub fn in_memory(clock: &dyn Clock, standing: Standing) -> Self {
        let memory = Arc::new(MemoryStore::default());
        Self { memory, writer: None, since: clock.now(), standing }
    }
}

#[async_trait]
impl Store for EmbeddedStore {
    async fn apply(&self, change: &Change) -> Result<Applied, StoreError> {
        match &self.writer {
            Some(writer) => writer.apply(change.clone()).await,
            None => MemoryStore::apply(&self.memory, change.clone()),
        }
    }

    async fn find_profile(&self, user: &UserId) -> Result<Option<Profile>, StoreError> {
        self.memory.find_profile(user).await
    }

    async fn list_chats(
        &self,
        user: &UserId,
        filter: &ChatFilter,
        page: &PageRequest,
    ) -> Result<Page<Chat>, StoreError> {
        self.memory.list_chats(user, filter, page).await
    }

    async fn find_chat(&self, user: &UserId, id: ChatId) -> Result<Option<Chat>, StoreError> {
        self.memory.find_chat(user, id).await
    }

    async fn list_messages(
        &self,
        user: &UserId,
        chat: ChatId,
        page: &PageRequest,
    ) -> Result<Page<Message>, StoreError> {
        self.memory.list_messages(user, chat, page).await
    }

    async fn find_message(&self, user: &UserId, id: MessageId) -> Result<Option<Message>, StoreError> {
        self.memory.find_message(user, id).await
    }

    async fn list_forks(&self, user: &UserId, chat: ChatId) -> Result<Vec<Fork>, StoreError> {
        self.memory.list_forks(user, chat).await
    }

    async fn find_leaf(&self, user: &UserId, message: MessageId) -> Result<Option<MessageId>, StoreError> {
        self.memory.find_leaf(user, message).await
    }

    async fn find_run(&self, user: &UserId, id: RunId) -> Result<Option<Run>, StoreError> {
        self.memory.find_run(user, id).await
    }

    async fn list_run_events(
        &self,
        user: &UserId,
        id: RunId,
        after: u64,
    ) -> Result<Vec<RunEvent>, StoreError> {
        self.memory.list_run_events(user, id, after).await
    }

    async fn find_run_record(&self, user: &UserId, id: RunId) -> Result<Option<RunRecord>, StoreError> {
        self.memory.find_run_record(user, id).await
    }

    async fn list_accounts(&self, user: &UserId) -> Result<Vec<Account>, StoreError> {
        self.memory.list_accounts(user).await
    }

    async fn find_transaction(
        &self,
        user: &UserId,
        id: TransactionId,
    ) -> Result<Option<Transaction>, StoreError> {
        self.memory.find_transaction(user, id).await
    }

    async fn list_imports(&self, user: &UserId) -> Result<Vec<Import>, StoreError> {
        self.memory.list_imports(user).await
    }

    async fn find_import(&self, user: &UserId, id: ImportId) -> Result<Option<Import>, StoreError> {
        self.memory.find_import(user, id).await
    }

    async fn ledger(&self, user: &UserId) -> Result<Arc<Ledger>, StoreError> {
        self.memory.ledger(user).await
    }

    async fn settings(&self, user: &UserId) -> Result<Arc<Settings>, StoreError> {
        self.memory.settings(user).await
    }

    async fn find_tool_write(&self, user: &UserId, id: ToolWriteId) -> Result<Option<ToolWrite>, StoreError> {
        self.memory.find_tool_write(user, id).await
    }

    async fn list_tool_writes(
        &self,
        user: &UserId,
        filter: &ToolWriteFilter,
        page: &PageRequest,
    ) -> Result<Page<ToolWrite>, StoreError> {
        self.memory.list_tool_writes(user, filter, page).await
    }

    async fn search(
        &self,
        user: &UserId,
        query: &SearchQuery,
        page: &PageRequest,
    ) -> Result<Page<SearchHit>, StoreError> {
        self.memory.search(user, query, page).await
    }

    async fn usage(&self, user: &UserId, from: Date) -> Result<Vec<DailyUsage>, StoreError> {
        self.memory.usage(user, from).await
    }

    async fn list_silent_runs(
        &self,
        heard_before: Timestamp,
        limit: u16,
    ) -> Result<Vec<(UserId, RunId)>, StoreError> {
        self.memory.list_silent_runs(heard_before, limit).await
    }

    async fn list_retaining_users(&self) -> Result<Vec<UserId>, StoreError> {
        self.memory.list_retaining_users().await
    }

    fn status(&self) -> StorageStatus {
        let journaled =
            self.writer.as_ref().map_or(0, |writer| writer.gauges().journaled.load(Ordering::Relaxed));
        let waiting = if self.standing.degraded { journaled } else { 0 };
        let failed = self.writer.as_ref().is_some_and(Writer::has_failed);
        StorageStatus {
            mode: if failed { StorageMode::Unavailable } else { StorageMode::Memory },
            degraded: self.standing.degraded,
            pending_changes: waiting,
            since: self.since,
            reason: if failed {
                "The journal cannot be written, so changes are refused.".to_owned()
            } else {
                self.standing.reason.clone()
            },
        }
    }

    async fn ping(&self) -> Result<(), StoreError> {
        match &self.writer {
            Some(writer) if writer.has_failed() => Err(JournalError::WriterStopped.into()),
            Some(_) | None => Ok(()),
        }
    }
}
