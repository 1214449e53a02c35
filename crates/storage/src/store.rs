//! The contract that every store keeps.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Account, Chat, ChatId, DailyUsage, Import, ImportId, Ledger, Message, MessageId, Profile, Run, RunEvent,
    RunId, RunRecord, Settings, ToolWrite, ToolWriteId, ToolWriteOrigin, ToolWriteStatus, Transaction,
    TransactionId, UserId,
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use thiserror::Error;

use crate::{Change, SearchHit, SearchQuery, cursor::MessageCursor};

/// Why a store could not answer.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The change names a row that is not there, or is another user's. Nothing was written.
    #[error("the row does not exist")]
    RowMissing,
    /// The change was planned on rows that are not what they were. Nothing was written; planned anew, it
    /// may be.
    #[error("what the change was planned on has changed")]
    Outdated,
    /// The cursor was not made by this store.
    #[error("the cursor is malformed")]
    CursorMalformed,
    /// The change holds a value that this store cannot keep, and never will. Nothing was written.
    #[error("the store cannot keep the change's data")]
    Rejected(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store is full: the in-memory bound or the disk. Nothing was written.
    #[error("the store is full")]
    Full,
    /// The store answered, and could not do this one thing: a row of it cannot be read by this version,
    /// say. The same request will fail again; others go on.
    #[error("the store cannot answer this")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database lacks permissions for the app. It counts as unavailable: somebody can grant them, and the
    /// change may be applied again.
    #[error("the store lacks permissions in the database")]
    NotGranted(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store cannot be reached or has failed; the change may be applied again.
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It was written now.
    Now,
    /// It had been written before; nothing was done.
    Before,
}

/// What became of changes that were applied together.
#[derive(Debug, Default)]
pub struct BatchApplied {
    /// What became of the first changes; those are durable. One for each change when all were.
    pub applied: Vec<Applied>,
    /// Why the change after these was not applied, if one was not.
    pub stopped: Option<StoreError>,
}

/// Which part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// Most items wanted, 1 to 500.
    pub limit: u16,
    /// Where to go on: `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl PageRequest {
    /// The first `limit` items.
    pub const fn first(limit: u16) -> Self {
        Self { limit, cursor: None }
    }

    /// The `limit` messages that lead to one, without it; for [`Store::list_messages`].
    pub fn leading_to(message: MessageId, limit: u16) -> Self {
        Self { limit, cursor: Some(MessageCursor(message).encode()) }
    }
}

/// One part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next part starts; none at the end.
    pub next_cursor: Option<String>,
}

/// Which chats: newest `updated_at` first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChatFilter {
    /// Text in the title, whatever its case.
    pub search: Option<String>,
    /// Only those in the trash; else only those that are not.
    pub deleted: bool,
    /// Only those of which a summary is kept.
    pub summarised: bool,
}

/// Which writes of tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ToolWriteFilter {
    /// Only those of this status.
    pub status: Option<ToolWriteStatus>,
    /// Only those asked for in this chat.
    pub chat_id: Option<ChatId>,
}

impl ToolWriteFilter {
    /// Whether a write is one of those.
    pub fn matches(&self, write: &ToolWrite) -> bool {
        let chat = match &write.origin {
            ToolWriteOrigin::Chat { chat_id, .. } => Some(*chat_id),
            ToolWriteOrigin::Mcp { .. } => None,
        };
        self.status.is_none_or(|status| write.status == status)
            && (self.chat_id.is_none() || self.chat_id == chat)
    }
}

/// Two or more messages that follow the same one, or begin the same chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fork {
    /// The messages, oldest first.
    pub ids: Vec<MessageId>,
}

/// Where the store stands, for the banner and the status page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StorageMode {
    /// Changes go to PostgreSQL.
    Postgres,
    /// Changes go to memory and the journal.
    Memory,
    /// PostgreSQL is back and takes the changes that waited.
    Recovering,
    /// Changes are refused.
    Unavailable,
}

/// Where the store stands, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StorageStatus {
    /// Where it stands.
    pub mode: StorageMode,
    /// PostgreSQL is configured but not in use: the person is told that changes wait here.
    pub degraded: bool,
    /// Changes that wait for PostgreSQL.
    pub pending_changes: u64,
    /// Since when it stands there.
    pub since: Timestamp,
    /// Why, in words for the person.
    pub reason: String,
}

/// [`Store::apply_all`] for a store that knows no better way, or whose better way did not do.
pub async fn apply_one_by_one<S: Store + ?Sized>(store: &S, changes: &[Change]) -> BatchApplied {
    let mut batch = BatchApplied::default();
    for change in changes {
        match store.apply(change).await {
            Ok(applied) => batch.applied.push(applied),
            Err(error) => {
                batch.stopped = Some(error);
                break;
            }
        }
    }
    batch
}

/// Where changes are kept. Reads see every change that `apply` has acknowledged; every call is
/// confined to the user given, and a row of another user is as if it were not there.
///
/// `find_` returns `None` for what is not there. Lists are seek-paginated. Stores keep times to the
/// microsecond, and `U+FFFD` in place of `U+0000`, which PostgreSQL's text cannot hold.
#[async_trait]
#[expect(missing_docs, reason = "each query is named by its signature; the rules stand above")]
pub trait Store: Send + Sync {
    /// Writes a change as a whole or not at all, durably as the store knows it.
    async fn apply(&self, change: &Change) -> Result<Applied, StoreError>;

    /// Applies changes in order, each as [`Store::apply`] would, with fewer round trips where the
    /// store knows how. They may be of several users.
    ///
    /// It stops at the first change that cannot be applied: the changes before it are durable, it
    /// and those after it are not written. When `stopped` is [`StoreError::RowMissing`], [`StoreError::Rejected`] or [`StoreError::Failed`], that one
    /// change is refused for good and the caller may go on with the next. When it is
    /// [`StoreError::Unavailable`], more may have been written than is told (the connection was
    /// lost in `COMMIT`); all of them may be applied again.
    async fn apply_all(&self, changes: &[Change]) -> BatchApplied {
        apply_one_by_one(self, changes).await
    }

    async fn find_profile(&self, user: &UserId) -> Result<Option<Profile>, StoreError>;

    async fn list_chats(
        &self,
        user: &UserId,
        filter: &ChatFilter,
        page: &PageRequest,
    ) -> Result<Page<Chat>, StoreError>;
    /// Finds chats in the trash too.
    async fn find_chat(&self, user: &UserId, id: ChatId) -> Result<Option<Chat>, StoreError>;

    /// The last `limit` messages of the branch that is shown, in order; `next_cursor` leads to the
    /// ones before them.
    async fn list_messages(
        &self,
        user: &UserId,
        chat: ChatId,
        page: &PageRequest,
    ) -> Result<Page<Message>, StoreError>;
    async fn find_message(&self, user: &UserId, id: MessageId) -> Result<Option<Message>, StoreError>;
    /// Where a chat's messages part, by the messages that follow.
    async fn list_forks(&self, user: &UserId, chat: ChatId) -> Result<Vec<Fork>, StoreError>;
    /// The last message of the branch that a message is on: of those that part behind it, the newest.
    async fn find_leaf(&self, user: &UserId, message: MessageId) -> Result<Option<MessageId>, StoreError>;

    async fn find_run(&self, user: &UserId, id: RunId) -> Result<Option<Run>, StoreError>;
    /// Events with a number greater than `after`, in order.
    async fn list_run_events(
        &self,
        user: &UserId,
        id: RunId,
        after: u64,
    ) -> Result<Vec<RunEvent>, StoreError>;
    /// Kept of runs that have ended and whose model gave one.
    async fn find_run_record(&self, user: &UserId, id: RunId) -> Result<Option<RunRecord>, StoreError>;

    /// By name.
    async fn list_accounts(&self, user: &UserId) -> Result<Vec<Account>, StoreError>;
    async fn find_transaction(
        &self,
        user: &UserId,
        id: TransactionId,
    ) -> Result<Option<Transaction>, StoreError>;
    /// Newest first.
    async fn list_imports(&self, user: &UserId) -> Result<Vec<Import>, StoreError>;
    async fn find_import(&self, user: &UserId, id: ImportId) -> Result<Option<Import>, StoreError>;

    async fn ledger(&self, user: &UserId) -> Result<Arc<Ledger>, StoreError>;

    /// Everything that the user has set beside the profile.
    async fn settings(&self, user: &UserId) -> Result<Arc<Settings>, StoreError>;

    async fn find_tool_write(&self, user: &UserId, id: ToolWriteId) -> Result<Option<ToolWrite>, StoreError>;
    /// The greatest id first: the newest.
    async fn list_tool_writes(
        &self,
        user: &UserId,
        filter: &ToolWriteFilter,
        page: &PageRequest,
    ) -> Result<Page<ToolWrite>, StoreError>;

    /// The best hits first; chats in the trash and answers that are being written are left out. A query
    /// without words finds nothing.
    async fn search(
        &self,
        user: &UserId,
        query: &SearchQuery,
        page: &PageRequest,
    ) -> Result<Page<SearchHit>, StoreError>;

    /// What was used since a day (in UTC), by day, then by chat.
    async fn usage(&self, user: &UserId, from: Date) -> Result<Vec<DailyUsage>, StoreError>;

    /// Runs that have not ended and whose owners were last heard of before this, the longest silence
    /// first, `limit` at most. This read and the next are not confined to a user: they tell whose run it
    /// is, and who it is, and nothing more.
    async fn list_silent_runs(
        &self,
        heard_before: Timestamp,
        limit: u16,
    ) -> Result<Vec<(UserId, RunId)>, StoreError>;
    /// Who has set how long their chats stay.
    async fn list_retaining_users(&self) -> Result<Vec<UserId>, StoreError>;

    /// Where the store stands; no I/O.
    fn status(&self) -> StorageStatus;

    /// A round trip that shows the store can be reached.
    async fn ping(&self) -> Result<(), StoreError>;
}
