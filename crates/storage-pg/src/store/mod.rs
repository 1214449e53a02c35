//! The store: the contract's reads and writes as SQL.

mod apply;
mod chats;
mod imports;
mod transactions;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use domain::{
    Account, Chat, ChatId, Clock, Import, ImportId, Ledger, Message, MessageId, Profile, Run, RunEvent,
    RunId, Transaction, TransactionFilter, TransactionId, UserId,
};
use jiff::Timestamp;
use sqlx::{PgPool, Postgres, pool::PoolConnection};
use storage::{
    Applied, Change, ChatFilter, Page, PageRequest, StorageMode, StorageStatus, Store, StoreError,
    TransactionCount,
};

use crate::{PgConfig, PgError, ledger_cache::LedgerCache, pool::make_pool};

/// Does something with a connection of the pool, bounded in time.
macro_rules! bounded {
    ($store:expr, $limit:expr, $connection:ident => $work:expr) => {{
        let mut $connection = $store.acquire().await?;
        let limit = $limit;
        let outcome = tokio::time::timeout(limit, async { $work }).await;
        $crate::pool::settle(&mut $connection, limit, outcome)
    }};
}
use bounded;

/// Runs one query on a connection of the pool, bounded in time.
macro_rules! read {
    ($store:expr, $query:expr, $fetch:ident) => {
        $crate::store::bounded!($store, $store.config.statement_timeout, connection => {
            $query.$fetch(&mut *connection).await.map_err($crate::PgError::from)
        })?
    };
}
use read;

/// Keeps changes in `PostgreSQL`.
pub struct PgStore {
    pool: PgPool,
    config: PgConfig,
    ledgers: LedgerCache,
    since: Timestamp,
    /// Since when no connection could be had; none while they can.
    down: Mutex<Option<Timestamp>>,
    /// The schema is not yet what the queries expect.
    is_behind: AtomicBool,
    clock: Arc<dyn Clock>,
}

impl PgStore {
    /// A store on the database of `config`; connects when it is first used. The schema must be
    /// migrated: see [`migrate`](crate::migrate).
    pub fn new(config: PgConfig, clock: Arc<dyn Clock>) -> Result<Self, PgError> {
        Ok(Self {
            pool: make_pool(&config)?,
            config,
            ledgers: LedgerCache::default(),
            since: clock.now(),
            down: Mutex::default(),
            is_behind: AtomicBool::default(),
            clock,
        })
    }

    /// Says whether the schema still waits for its migrations: until it is told that it does not,
    /// the store's status is unavailable.
    pub fn set_schema_behind(&self, is_behind: bool) {
        self.is_behind.store(is_behind, Ordering::Relaxed);
    }

    /// Closes every connection once it is free.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn acquire(&self) -> Result<PoolConnection<Postgres>, PgError> {
        let connection = self.pool.acquire().await;
        let mut down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        match connection {
            Ok(connection) => {
                *down = None;
                Ok(connection)
            }
            Err(error) => {
                down.get_or_insert_with(|| self.clock.now());
                Err(error.into())
            }
        }
    }
}

impl std::fmt::Debug for PgStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PgStore").field("config", &self.config).finish_non_exhaustive()
    }
}

/// Cuts a list that is one longer than asked for, and names the place to go on.
fn cut<T>(mut items: Vec<T>, limit: u16, cursor: impl FnOnce(&T) -> String) -> Page<T> {
    let limit = usize::from(limit.max(1));
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(cursor);
    Page { items, next_cursor }
}

/// One row more than the page holds tells whether another page follows.
fn fetch_limit(page: &PageRequest) -> i64 {
    i64::from(page.limit.max(1)) + 1
}

fn all<R, T: TryFrom<R, Error = PgError>>(rows: Vec<R>) -> Result<Vec<T>, PgError> {
    rows.into_iter().map(T::try_from).collect()
}

fn one<R, T: TryFrom<R, Error = PgError>>(row: Option<R>) -> Result<Option<T>, PgError> {
    row.map(T::try_from).transpose()
}

#[async_trait]
impl Store for PgStore {
    async fn apply(&self, change: &Change) -> Result<Applied, StoreError> {
        self.apply_change(change).await
    }

    async fn find_profile(&self, user: &UserId) -> Result<Option<Profile>, StoreError> {
        Ok(self.select_profile(user).await?)
    }

    async fn list_chats(
        &self,
        user: &UserId,
        filter: &ChatFilter,
        page: &PageRequest,
    ) -> Result<Page<Chat>, StoreError> {
        self.select_chats(user, filter, page).await
    }

    async fn find_chat(&self, user: &UserId, id: ChatId) -> Result<Option<Chat>, StoreError> {
        Ok(self.select_chat(user, id).await?)
    }

    async fn list_messages(
        &self,
        user: &UserId,
        chat: ChatId,
        page: &PageRequest,
    ) -> Result<Page<Message>, StoreError> {
        self.select_messages(user, chat, page).await
    }

    async fn find_message(&self, user: &UserId, id: MessageId) -> Result<Option<Message>, StoreError> {
        Ok(self.select_message(user, id).await?)
    }

    async fn find_run(&self, user: &UserId, id: RunId) -> Result<Option<Run>, StoreError> {
        Ok(self.select_run(user, id).await?)
    }

    async fn list_run_events(
        &self,
        user: &UserId,
        id: RunId,
        after: u64,
    ) -> Result<Vec<RunEvent>, StoreError> {
        Ok(self.select_run_events(user, id, after).await?)
    }

    async fn list_accounts(&self, user: &UserId) -> Result<Vec<Account>, StoreError> {
        Ok(self.select_accounts(user).await?)
    }

    async fn list_transactions(
        &self,
        user: &UserId,
        filter: &TransactionFilter,
        page: &PageRequest,
    ) -> Result<Page<Transaction>, StoreError> {
        self.select_transactions(user, filter, page).await
    }

    async fn count_transactions(
        &self,
        user: &UserId,
        filter: &TransactionFilter,
    ) -> Result<TransactionCount, StoreError> {
        Ok(self.select_transaction_count(user, filter).await?)
    }

    async fn find_transaction(
        &self,
        user: &UserId,
        id: TransactionId,
    ) -> Result<Option<Transaction>, StoreError> {
        Ok(self.select_transaction(user, id).await?)
    }

    async fn list_imports(&self, user: &UserId) -> Result<Vec<Import>, StoreError> {
        Ok(self.select_imports(user).await?)
    }

    async fn find_import(&self, user: &UserId, id: ImportId) -> Result<Option<Import>, StoreError> {
        Ok(self.select_import(user, id).await?)
    }

    async fn ledger(&self, user: &UserId) -> Result<Arc<Ledger>, StoreError> {
        Ok(self.select_ledger(user).await?)
    }

    fn status(&self) -> StorageStatus {
        let down = *self.down.lock().unwrap_or_else(PoisonError::into_inner);
        let is_behind = self.is_behind.load(Ordering::Relaxed);
        let (mode, reason) = match (down, is_behind) {
            (Some(_), _) => (StorageMode::Unavailable, "The database cannot be reached."),
            (None, true) => (StorageMode::Unavailable, "The database is being brought up to date."),
            (None, false) => (StorageMode::Postgres, "Data is kept in PostgreSQL."),
        };
        StorageStatus {
            mode,
            degraded: mode != StorageMode::Postgres,
            pending_changes: 0,
            since: down.unwrap_or(self.since),
            reason: reason.to_owned(),
        }
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let one = read!(self, sqlx::query_scalar!(r#"select 1 as "one!""#), fetch_one);
        debug_assert_eq!(one, 1);
        Ok(())
    }
}
