//! A database in memory that fails as told.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::{
    Account, ChangeId, Chat, ChatId, DailyUsage, Import, ImportId, Ledger, Message, MessageId, Profile, Run,
    RunEvent, RunId, RunRecord, Settings, ToolWrite, ToolWriteId, Transaction, TransactionId, UserId,
};
use jiff::{Timestamp, civil::Date};

use super::World;
use crate::{
    Applied, Change, ChatFilter, Fork, MemoryStore, Page, PageRequest, SearchHit, SearchQuery, StorageStatus,
    Store, StoreError, ToolWriteFilter,
};

/// How the database fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::failover) enum Fault {
    None,
    /// Connections are refused.
    Refuse,
    /// Nothing answers; what was begun is committed later, or never.
    Hang,
    /// The connection is lost in `COMMIT`, before or after it counts.
    LoseAnswers,
    /// It became a read-only replica.
    ReadOnly,
    /// Its disk is full.
    Full,
}

impl Fault {
    /// No fault is as likely as two of the others.
    pub(super) const ALL: [Self; 7] =
        [Self::None, Self::None, Self::Refuse, Self::Hang, Self::LoseAnswers, Self::ReadOnly, Self::Full];
}

#[derive(Debug, thiserror::Error)]
#[error("simulated: {0:?}")]
struct Simulated(Fault);

pub(in crate::failover) struct SimulatedPrimary {
    rows: Arc<Rows>,
    world: Arc<World>,
    fault: Mutex<Fault>,
}

struct Rows {
    memory: MemoryStore,
    /// What was written, in order.
    log: Mutex<Vec<ChangeId>>,
}

impl Rows {
    fn apply(&self, change: &Change) -> Result<Applied, StoreError> {
        let applied = MemoryStore::apply(&self.memory, change.clone())?;
        if applied == Applied::Now {
            self.log.lock().unwrap().push(change.id);
        }
        Ok(applied)
    }
}

impl SimulatedPrimary {
    pub(in crate::failover) fn new(world: Arc<World>) -> Self {
        let rows = Rows { memory: MemoryStore::default(), log: Mutex::default() };
        Self { rows: Arc::new(rows), world, fault: Mutex::new(Fault::None) }
    }

    /// What it holds, whatever its fault.
    pub(in crate::failover) fn memory(&self) -> &MemoryStore {
        &self.rows.memory
    }

    pub(in crate::failover) fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }

    pub(in crate::failover) fn log(&self) -> Vec<ChangeId> {
        self.rows.log.lock().unwrap().clone()
    }

    fn fault(&self) -> Fault {
        *self.fault.lock().unwrap()
    }

    fn failed(&self) -> StoreError {
        StoreError::Unavailable(Box::new(Simulated(self.fault())))
    }

    /// The answer is on its way while others are served.
    async fn answer<T>(&self, answer: T) -> T {
        self.world.pause(8).await;
        answer
    }

    async fn read(&self) -> Result<&MemoryStore, StoreError> {
        self.world.pause(8).await;
        match self.fault() {
            Fault::None | Fault::LoseAnswers | Fault::ReadOnly | Fault::Full => Ok(&self.rows.memory),
            Fault::Refuse => Err(self.failed()),
            Fault::Hang => std::future::pending().await,
        }
    }
}

#[async_trait]
impl Store for SimulatedPrimary {
    async fn apply(&self, change: &Change) -> Result<Applied, StoreError> {
        self.world.pause(8).await;
        match self.fault() {
            Fault::None => {
                let applied = self.rows.apply(change);
                self.answer(applied).await
            }
            Fault::Refuse | Fault::ReadOnly => Err(self.failed()),
            Fault::Full => Err(StoreError::Full),
            Fault::LoseAnswers => {
                if self.world.below(2) == 0 {
                    drop(self.rows.apply(change));
                }
                Err(self.failed())
            }
            Fault::Hang => {
                if self.world.below(2) == 0 {
                    let (rows, world, change) =
                        (Arc::clone(&self.rows), Arc::clone(&self.world), change.clone());
                    tokio::spawn(async move {
                        world.pause(5_000).await;
                        drop(rows.apply(&change));
                    });
                }
                std::future::pending().await
            }
        }
    }

    async fn find_profile(&self, user: &UserId) -> Result<Option<Profile>, StoreError> {
        self.read().await?.find_profile(user).await
    }

    async fn list_chats(
        &self,
        user: &UserId,
        filter: &ChatFilter,
        page: &PageRequest,
    ) -> Result<Page<Chat>, StoreError> {
        let chats = self.read().await?.list_chats(user, filter, page).await;
        self.answer(chats).await
    }

    async fn find_chat(&self, user: &UserId, id: ChatId) -> Result<Option<Chat>, StoreError> {
        self.read().await?.find_chat(user, id).await
    }

    async fn list_messages(
        &self,
        user: &UserId,
        chat: ChatId,
        page: &PageRequest,
    ) -> Result<Page<Message>, StoreError> {
        let messages = self.read().await?.list_messages(user, chat, page).await;
        self.answer(messages).await
    }

    async fn find_message(&self, user: &UserId, id: MessageId) -> Result<Option<Message>, StoreError> {
        self.read().await?.find_message(user, id).await
    }

    async fn list_forks(&self, user: &UserId, chat: ChatId) -> Result<Vec<Fork>, StoreError> {
        self.read().await?.list_forks(user, chat).await
    }

    async fn find_leaf(&self, user: &UserId, message: MessageId) -> Result<Option<MessageId>, StoreError> {
        self.read().await?.find_leaf(user, message).await
    }

    async fn find_run(&self, user: &UserId, id: RunId) -> Result<Option<Run>, StoreError> {
        self.read().await?.find_run(user, id).await
    }

    async fn list_run_events(
        &self,
        user: &UserId,
        id: RunId,
        after: u64,
    ) -> Result<Vec<RunEvent>, StoreError> {
        let events = self.read().await?.list_run_events(user, id, after).await;
        self.answer(events).await
    }

    async fn find_run_record(&self, user: &UserId, id: RunId) -> Result<Option<RunRecord>, StoreError> {
        self.read().await?.find_run_record(user, id).await
    }

    async fn list_accounts(&self, user: &UserId) -> Result<Vec<Account>, StoreError> {
        self.read().await?.list_accounts(user).await
    }

    async fn find_transaction(
        &self,
        user: &UserId,
        id: TransactionId,
    ) -> Result<Option<Transaction>, StoreError> {
        self.read().await?.find_transaction(user, id).await
    }

    async fn list_imports(&self, user: &UserId) -> Result<Vec<Import>, StoreError> {
        self.read().await?.list_imports(user).await
    }

    async fn find_import(&self, user: &UserId, id: ImportId) -> Result<Option<Import>, StoreError> {
        self.read().await?.find_import(user, id).await
    }

    async fn ledger(&self, user: &UserId) -> Result<Arc<Ledger>, StoreError> {
        self.read().await?.ledger(user).await
    }

    async fn settings(&self, user: &UserId) -> Result<Arc<Settings>, StoreError> {
        self.read().await?.settings(user).await
    }

    async fn find_tool_write(&self, user: &UserId, id: ToolWriteId) -> Result<Option<ToolWrite>, StoreError> {
        self.read().await?.find_tool_write(user, id).await
    }

    async fn list_tool_writes(
        &self,
        user: &UserId,
        filter: &ToolWriteFilter,
        page: &PageRequest,
    ) -> Result<Page<ToolWrite>, StoreError> {
        self.read().await?.list_tool_writes(user, filter, page).await
    }

    async fn search(
        &self,
        user: &UserId,
        query: &SearchQuery,
        page: &PageRequest,
    ) -> Result<Page<SearchHit>, StoreError> {
        self.read().await?.search(user, query, page).await
    }

    async fn usage(&self, user: &UserId, from: Date) -> Result<Vec<DailyUsage>, StoreError> {
        let usage = self.read().await?.usage(user, from).await;
        self.answer(usage).await
    }

    async fn list_silent_runs(
        &self,
        heard_before: Timestamp,
        limit: u16,
    ) -> Result<Vec<(UserId, RunId)>, StoreError> {
        self.read().await?.list_silent_runs(heard_before, limit).await
    }

    async fn list_retaining_users(&self) -> Result<Vec<UserId>, StoreError> {
        self.read().await?.list_retaining_users().await
    }

    fn status(&self) -> StorageStatus {
        self.rows.memory.status()
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.read().await?.ping().await
    }
}
