//! The store: the contract's reads and writes as SQL.

mod apply;
mod branches;
mod chats;
mod imports;
mod ledger;
mod search;
mod settings;
mod tool_writes;
mod transactions;
mod usage;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    Account, Chat, ChatId, Clock, DailyUsage, Import, ImportId, Ledger, Message, MessageId, Profile, Run,
    RunEvent, RunId, RunRecord, Settings, ToolWrite, ToolWriteId, Transaction, TransactionId, UserId,
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use sqlx::PgConnection;
use storage::{
    Applied, BatchApplied, Change, ChangeKind, ChatFilter, Fork, Page, PageRequest, SearchHit, SearchQuery,
    StorageMode, StorageStatus, Store, StoreError, ToolWriteFilter,
};
use tokio::time::error::Elapsed;

use crate::{
    Connections, Leased, PgConfig, PgError,
    error::AsPgError,
    ledger_cache::LedgerCache,
    read_cache::{Read, ReadCache},
    versions::Versions,
};

/// Does something with a connection of the pool, bounded in time.
macro_rules! bounded {
    ($store:expr, $limit:expr, $connection:ident => $work:expr) => {{
        let mut in_use = $crate::store::InUse::of($store.acquire().await?);
        let limit = $limit;
        let $connection: &mut sqlx::PgConnection = in_use.connection();
        let outcome = tokio::time::timeout(limit, async { $work }).await;
        $crate::store::settle(in_use, limit, outcome)
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
    connections: Arc<dyn Connections>,
    config: PgConfig,
    versions: Versions,
    reads: ReadCache,
    ledgers: LedgerCache,
    since: Timestamp,
}

impl PgStore {
    /// A store on the database that `connections` lead to; connects when it is first used. The schema
    /// must be migrated: see [`migrate`](crate::migrate).
    pub fn new(connections: Arc<dyn Connections>, config: PgConfig, clock: &dyn Clock) -> Self {
        Self {
            connections,
            config,
            versions: Versions::default(),
            reads: ReadCache::default(),
            ledgers: LedgerCache::default(),
            since: clock.now(),
        }
    }

    /// Closes every connection once it is free.
    pub async fn close(&self) {
        self.connections.close().await;
    }

    /// What `read` finds, kept while the user's version stays as it is.
    async fn cached<T, E>(
        &self,
        user: &UserId,
        key: Read,
        read: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        T: Clone + Serialize + Send + Sync + 'static,
        E: From<PgError>,
    {
        let version = self.versions.current(user, self.select_version(user)).await?;
        if let Some(kept) = self.reads.find(user, version, key) {
            return Ok(kept);
        }
        let value = read.await?;
        self.reads.keep(user, version, key, &value);
        Ok(value)
    }

    /// Forgets what was read of a user.
    fn forget(&self, user: &UserId) {
        self.reads.forget(user);
        self.ledgers.forget(user);
    }

    /// How often the user's rows have changed.
    async fn select_version(&self, user: &UserId) -> Result<i64, PgError> {
        let query = sqlx::query_scalar!(
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select found.version
            from me cross join lateral (
                select version from user_version where user_id = me.user_id limit 1
            ) as found
            "#,
            user.as_str()
        );
        Ok(read!(self, query, fetch_optional).unwrap_or_default())
    }

    async fn acquire(&self) -> Result<Box<dyn Leased>, PgError> {
        self.connections.acquire().await.map_err(PgError::Unconnected)
    }
}

/// A connection at work. It is closed when the work is given up: it would be in the middle of an answer.
struct InUse(Option<Box<dyn Leased>>);

impl InUse {
    fn of(connection: Box<dyn Leased>) -> Self {
        Self(Some(connection))
    }

    fn connection(&mut self) -> &mut PgConnection {
        self.0.as_mut().expect("the connection stays until the work has ended")
    }

    /// The connection is lost, as the error told.
    fn lost(mut self, error: Option<&sqlx::Error>) {
        if let Some(connection) = self.0.take() {
            connection.discard(error);
        }
    }

    /// The work has ended by itself, so the connection can be used again.
    fn give_back(mut self) {
        self.0 = None;
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            connection.discard(None);
        }
    }
}

/// Sorts out how a bounded use of a connection ended. One that timed out is in the middle of an
/// answer, and one that was lost is of no more use: both are closed.
fn settle<T, E: AsPgError + From<PgError>>(
    in_use: InUse,
    waited: Duration,
    outcome: Result<Result<T, E>, Elapsed>,
) -> Result<T, E> {
    let outcome = outcome.unwrap_or_else(|Elapsed { .. }| Err(PgError::TimedOut { waited }.into()));
    let spoiled = |error: &PgError| matches!(error, PgError::TimedOut { .. }) || error.is_connection_lost();
    match outcome.as_ref().err().and_then(AsPgError::as_pg_error).filter(|error| spoiled(error)) {
        Some(PgError::Failed(error)) => in_use.lost(Some(error)),
        Some(_) => in_use.lost(None),
        None => in_use.give_back(),
    }
    outcome
}

/// Does work that may be done twice, and does it again on another connection when the one that it
/// had was lost: a restarted or failed-over database costs no request. Reads are such work, and
/// changes, which the database knows by their ids.
async fn again_if_lost<T, E: AsPgError, F: Future<Output = Result<T, E>>>(
    work: impl Fn() -> F,
) -> Result<T, E> {
    match work().await {
        Err(error) if error.as_pg_error().is_some_and(PgError::is_connection_lost) => work().await,
        outcome => outcome,
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
        let applied = self.apply_surely(change).await?;
        if matches!(change.kind, ChangeKind::UserErased) {
            self.forget(&change.user);
        }
        if applied == Applied::Now && ledger::is_large(&change.kind) {
            self.prepare_ledger(&change.user).await;
        }
        if matches!(change.kind, ChangeKind::AnswerSealed { .. }) && applied == Applied::Now {
            // A search cuts what is left; done now, it has less to do.
            if let Err(error) = self.cut_some(&change.user).await {
                tracing::warn!(error = %storage::causes(&error), "an answer is not searched yet");
            }
        }
        Ok(applied)
    }

    async fn apply_all(&self, changes: &[Change]) -> BatchApplied {
        let batch = self.apply_changes(changes).await;
        for change in changes.iter().filter(|change| matches!(change.kind, ChangeKind::UserErased)) {
            self.forget(&change.user);
        }
        batch
    }

    async fn find_profile(&self, user: &UserId) -> Result<Option<Profile>, StoreError> {
        Ok(again_if_lost(|| self.cached(user, Read::Profile, self.select_profile(user))).await?)
    }

    async fn list_chats(
        &self,
        user: &UserId,
        filter: &ChatFilter,
        page: &PageRequest,
    ) -> Result<Page<Chat>, StoreError> {
        if *filter != ChatFilter::default() || page.cursor.is_some() {
            return again_if_lost(|| self.select_chats(user, filter, page)).await;
        }
        let key = Read::Chats { limit: page.limit };
        again_if_lost(|| self.cached(user, key, self.select_chats(user, filter, page))).await
    }

    async fn find_chat(&self, user: &UserId, id: ChatId) -> Result<Option<Chat>, StoreError> {
        Ok(again_if_lost(|| self.cached(user, Read::Chat(id), self.select_chat(user, id))).await?)
    }

    async fn list_messages(
        &self,
        user: &UserId,
        chat: ChatId,
        page: &PageRequest,
    ) -> Result<Page<Message>, StoreError> {
        if page.cursor.is_some() {
            return again_if_lost(|| self.select_messages(user, chat, page)).await;
        }
        let key = Read::Messages { chat, limit: page.limit };
        again_if_lost(|| self.cached(user, key, self.select_messages(user, chat, page))).await
    }

    async fn find_message(&self, user: &UserId, id: MessageId) -> Result<Option<Message>, StoreError> {
        Ok(again_if_lost(|| self.select_message(user, id)).await?)
    }

    async fn list_forks(&self, user: &UserId, chat: ChatId) -> Result<Vec<Fork>, StoreError> {
        let key = Read::Forks(chat);
        Ok(again_if_lost(|| self.cached(user, key, self.select_forks(user, chat))).await?)
    }

    async fn find_leaf(&self, user: &UserId, message: MessageId) -> Result<Option<MessageId>, StoreError> {
        Ok(again_if_lost(|| self.select_leaf(user, message)).await?)
    }

    async fn find_run(&self, user: &UserId, id: RunId) -> Result<Option<Run>, StoreError> {
        Ok(again_if_lost(|| self.select_run(user, id)).await?)
    }

    async fn list_run_events(
        &self,
        user: &UserId,
        id: RunId,
        after: u64,
    ) -> Result<Vec<RunEvent>, StoreError> {
        Ok(again_if_lost(|| self.select_run_events(user, id, after)).await?)
    }

    async fn find_run_record(&self, user: &UserId, id: RunId) -> Result<Option<RunRecord>, StoreError> {
        Ok(again_if_lost(|| self.select_run_record(user, id)).await?)
    }

    async fn list_accounts(&self, user: &UserId) -> Result<Vec<Account>, StoreError> {
        Ok(again_if_lost(|| self.select_accounts(user)).await?)
    }

    async fn find_transaction(
        &self,
        user: &UserId,
        id: TransactionId,
    ) -> Result<Option<Transaction>, StoreError> {
        Ok(again_if_lost(|| self.select_transaction(user, id)).await?)
    }

    async fn list_imports(&self, user: &UserId) -> Result<Vec<Import>, StoreError> {
        Ok(again_if_lost(|| self.select_imports(user)).await?)
    }

    async fn find_import(&self, user: &UserId, id: ImportId) -> Result<Option<Import>, StoreError> {
        Ok(again_if_lost(|| self.select_import(user, id)).await?)
    }

    async fn ledger(&self, user: &UserId) -> Result<Arc<Ledger>, StoreError> {
        Ok(again_if_lost(|| self.select_ledger(user)).await?)
    }

    async fn settings(&self, user: &UserId) -> Result<Arc<Settings>, StoreError> {
        Ok(again_if_lost(|| self.cached(user, Read::Settings, self.select_settings(user))).await?)
    }

    async fn find_tool_write(&self, user: &UserId, id: ToolWriteId) -> Result<Option<ToolWrite>, StoreError> {
        Ok(again_if_lost(|| self.select_tool_write(user, id)).await?)
    }

    async fn list_tool_writes(
        &self,
        user: &UserId,
        filter: &ToolWriteFilter,
        page: &PageRequest,
    ) -> Result<Page<ToolWrite>, StoreError> {
        again_if_lost(|| self.select_tool_writes(user, filter, page)).await
    }

    async fn search(
        &self,
        user: &UserId,
        query: &SearchQuery,
        page: &PageRequest,
    ) -> Result<Page<SearchHit>, StoreError> {
        again_if_lost(|| self.select_hits(user, query, page)).await
    }

    async fn usage(&self, user: &UserId, from: Date) -> Result<Vec<DailyUsage>, StoreError> {
        Ok(again_if_lost(|| self.select_usage(user, from)).await?)
    }

    async fn list_silent_runs(
        &self,
        heard_before: Timestamp,
        limit: u16,
    ) -> Result<Vec<(UserId, RunId)>, StoreError> {
        Ok(again_if_lost(|| self.select_silent_runs(heard_before, limit)).await?)
    }

    async fn list_retaining_users(&self) -> Result<Vec<UserId>, StoreError> {
        Ok(again_if_lost(|| self.select_retaining_users()).await?)
    }

    fn status(&self) -> StorageStatus {
        StorageStatus {
            mode: StorageMode::Postgres,
            degraded: false,
            pending_changes: 0,
            since: self.since,
            reason: "Data is kept in PostgreSQL.".to_owned(),
        }
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let one = read!(self, sqlx::query_scalar!(r#"select 1 as "one!""#), fetch_one);
        debug_assert_eq!(one, 1);
        Ok(())
    }
}
