//! The contract, kept by the database or by what stands in for it.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Account, Chat, ChatId, DailyUsage, Import, ImportId, Ledger, Message, MessageId, Profile, Run, RunEvent,
    RunId, RunRecord, Settings, ToolWrite, ToolWriteId, Transaction, TransactionId, UserId,
};
use jiff::{Timestamp, civil::Date};

use super::{FailoverStore, Inner, Unanswered};
use crate::{
    Applied, Change, ChangeKind, ChatFilter, Fork, Page, PageRequest, SearchHit, SearchQuery, StorageStatus,
    Store, StoreError, ToolWriteFilter,
    memory::{MemoryStore, Ticket},
};

/// How often a change is tried where the circuit opens and closes again while it is on its way.
const ATTEMPTS: usize = 4;

/// Reads from the database and remembers the answer, or recalls what is remembered.
macro_rules! read {
    ($store:ident, $user:ident, $call:ident($($argument:expr),*),
     remember($memory:ident, $ticket:ident, $given:ident) $remember:block,
     recall $recall:expr) => {{
        let inner = &*$store.inner;
        if let Some(epoch) = inner.up() {
            let ticket = inner.ticket($user);
            match inner.ask(epoch, inner.options.call_timeout, inner.primary.$call($($argument),*)).await {
                Ok(given) => {
                    if let Some(($memory, $ticket)) = ticket {
                        let $given = &given;
                        $remember
                        $memory.trim(inner.options.remembered_bytes);
                    }
                    return Ok(given);
                }
                Err(Unanswered::Refused(error)) => return Err(error),
                Err(Unanswered::Away) => {}
            }
        }
        let Some(local) = inner.fallback() else { return Err(inner.away()) };
        let $memory = &*local.memory;
        $recall.await
    }};
}

impl Inner {
    /// Memory, and how the user's rows in it stand before a read.
    fn ticket(&self, user: &UserId) -> Option<(&MemoryStore, Ticket)> {
        let memory = &*self.local.as_ref()?.memory;
        Some((memory, memory.ticket(user)))
    }

    /// Gives a change to the database; what it takes is remembered.
    async fn apply_up(&self, epoch: u64, change: &Change) -> Result<Applied, Unanswered> {
        let applied = self.ask(epoch, self.limit(change), self.primary.apply(change)).await?;
        if let Some(local) = &self.local {
            match applied {
                Applied::Now => local.memory.remember_written(change),
                Applied::Before => local.memory.remember_written_before(change),
            }
            local.memory.trim(self.options.remembered_bytes);
            // A chat that the database keeps because something was said in it loses nothing here either.
            let stays = applied == Applied::Before && matches!(change.kind, ChangeKind::ChatExpired { .. });
            if !stays {
                self.expunge(local, change).await;
            }
        }
        Ok(applied)
    }
}

#[async_trait]
impl Store for FailoverStore {
    async fn apply(&self, change: &Change) -> Result<Applied, StoreError> {
        let inner = &*self.inner;
        for _ in 0..ATTEMPTS {
            if let Some(epoch) = inner.up() {
                match inner.apply_up(epoch, change).await {
                    Ok(applied) => return Ok(applied),
                    Err(Unanswered::Refused(error)) => return Err(error),
                    Err(Unanswered::Away) => {}
                }
            }
            let Some(local) = inner.fallback() else { break };
            // While it is held the circuit does not close, so that no change comes into the journal
            // behind one of its user's that went to the database.
            let _gate = inner.gate.read().await;
            if inner.up().is_none() {
                return local.writer.apply(change.clone()).await;
            }
        }
        Err(inner.away())
    }

    async fn find_profile(&self, user: &UserId) -> Result<Option<Profile>, StoreError> {
        read!(self, user, find_profile(user),
            remember(memory, ticket, given) { memory.remember_profile(user, ticket, given.as_ref()); },
            recall memory.recall_profile(user))
    }

    async fn list_chats(
        &self,
        user: &UserId,
        filter: &ChatFilter,
        page: &PageRequest,
    ) -> Result<Page<Chat>, StoreError> {
        read!(self, user, list_chats(user, filter, page),
            remember(memory, ticket, given) { memory.remember_chats(user, ticket, &given.items); },
            recall memory.list_chats(user, filter, page))
    }

    async fn find_chat(&self, user: &UserId, id: ChatId) -> Result<Option<Chat>, StoreError> {
        read!(self, user, find_chat(user, id),
            remember(memory, ticket, given) { memory.remember_chats(user, ticket, given.as_slice()); },
            recall memory.recall_chat(user, id))
    }

    async fn list_messages(
        &self,
        user: &UserId,
        chat: ChatId,
        page: &PageRequest,
    ) -> Result<Page<Message>, StoreError> {
        read!(self, user, list_messages(user, chat, page),
            remember(memory, ticket, given) { memory.remember_messages(user, ticket, chat, page, given); },
            recall memory.recall_messages(user, chat, page))
    }

    async fn find_message(&self, user: &UserId, id: MessageId) -> Result<Option<Message>, StoreError> {
        read!(self, user, find_message(user, id),
            remember(memory, ticket, given) {
                if let Some(given) = given {
                    memory.remember_message(user, ticket, given);
                }
            },
            recall memory.recall_message(user, id))
    }

    async fn list_forks(&self, user: &UserId, chat: ChatId) -> Result<Vec<Fork>, StoreError> {
        read!(self, user, list_forks(user, chat),
            remember(memory, _ticket, _given) {},
            recall memory.list_forks(user, chat))
    }

    async fn find_leaf(&self, user: &UserId, message: MessageId) -> Result<Option<MessageId>, StoreError> {
        read!(self, user, find_leaf(user, message),
            remember(memory, _ticket, _given) {},
            recall memory.recall_leaf(user, message))
    }

    async fn find_run(&self, user: &UserId, id: RunId) -> Result<Option<Run>, StoreError> {
        read!(self, user, find_run(user, id),
            remember(memory, ticket, given) {
                if let Some(given) = given {
                    memory.remember_run(user, ticket, given);
                }
            },
            recall memory.recall_run(user, id))
    }

    async fn list_run_events(
        &self,
        user: &UserId,
        id: RunId,
        after: u64,
    ) -> Result<Vec<RunEvent>, StoreError> {
        read!(self, user, list_run_events(user, id, after),
            remember(memory, ticket, given) { memory.remember_run_events(user, ticket, id, after, given); },
            recall memory.recall_run_events(user, id, after))
    }

    async fn find_run_record(&self, user: &UserId, id: RunId) -> Result<Option<RunRecord>, StoreError> {
        read!(self, user, find_run_record(user, id),
            remember(memory, ticket, given) {
                if let Some(given) = given {
                    memory.remember_run_record(user, ticket, id, given);
                }
            },
            recall memory.recall_run_record(user, id))
    }

    async fn list_accounts(&self, user: &UserId) -> Result<Vec<Account>, StoreError> {
        read!(self, user, list_accounts(user),
            remember(memory, ticket, given) { memory.remember_accounts(user, ticket, given); },
            recall memory.recall_accounts(user))
    }

    async fn find_transaction(
        &self,
        user: &UserId,
        id: TransactionId,
    ) -> Result<Option<Transaction>, StoreError> {
        read!(self, user, find_transaction(user, id),
            remember(memory, _ticket, _given) {},
            recall memory.recall_transaction(user, id))
    }

    async fn list_imports(&self, user: &UserId) -> Result<Vec<Import>, StoreError> {
        read!(self, user, list_imports(user),
            remember(memory, ticket, given) { memory.remember_all_imports(user, ticket, given); },
            recall memory.recall_imports(user))
    }

    async fn find_import(&self, user: &UserId, id: ImportId) -> Result<Option<Import>, StoreError> {
        read!(self, user, find_import(user, id),
            remember(memory, ticket, given) { memory.remember_imports(user, ticket, given.as_slice()); },
            recall memory.recall_import(user, id))
    }

    async fn ledger(&self, user: &UserId) -> Result<Arc<Ledger>, StoreError> {
        read!(self, user, ledger(user),
            remember(memory, ticket, given) { memory.remember_ledger(user, ticket, given); },
            recall memory.recall_ledger(user))
    }

    async fn settings(&self, user: &UserId) -> Result<Arc<Settings>, StoreError> {
        read!(self, user, settings(user),
            remember(memory, ticket, given) { memory.remember_settings(user, ticket, given); },
            recall memory.recall_settings(user))
    }

    async fn find_tool_write(&self, user: &UserId, id: ToolWriteId) -> Result<Option<ToolWrite>, StoreError> {
        read!(self, user, find_tool_write(user, id),
            remember(memory, ticket, given) { memory.remember_tool_writes(user, ticket, given.as_slice()); },
            recall memory.recall_tool_write(user, id))
    }

    async fn list_tool_writes(
        &self,
        user: &UserId,
        filter: &ToolWriteFilter,
        page: &PageRequest,
    ) -> Result<Page<ToolWrite>, StoreError> {
        read!(self, user, list_tool_writes(user, filter, page),
            remember(memory, ticket, given) { memory.remember_tool_writes(user, ticket, &given.items); },
            recall memory.list_tool_writes(user, filter, page))
    }

    async fn search(
        &self,
        user: &UserId,
        query: &SearchQuery,
        page: &PageRequest,
    ) -> Result<Page<SearchHit>, StoreError> {
        read!(self, user, search(user, query, page),
            remember(memory, _ticket, _given) {},
            recall memory.search(user, query, page))
    }

    async fn usage(&self, user: &UserId, from: Date) -> Result<Vec<DailyUsage>, StoreError> {
        read!(self, user, usage(user, from),
            remember(memory, ticket, given) { memory.remember_usage(user, ticket, from, given); },
            recall memory.usage(user, from))
    }

    async fn list_silent_runs(
        &self,
        heard_before: Timestamp,
        limit: u16,
    ) -> Result<Vec<(UserId, RunId)>, StoreError> {
        let inner = &*self.inner;
        if let Some(epoch) = inner.up() {
            let asked = inner.primary.list_silent_runs(heard_before, limit);
            match inner.ask(epoch, inner.options.call_timeout, asked).await {
                Ok(given) => return Ok(given),
                Err(Unanswered::Refused(error)) => return Err(error),
                Err(Unanswered::Away) => {}
            }
        }
        let local = inner.fallback().ok_or_else(|| inner.away())?;
        local.memory.list_silent_runs(heard_before, limit).await
    }

    async fn list_retaining_users(&self) -> Result<Vec<UserId>, StoreError> {
        let inner = &*self.inner;
        if let Some(epoch) = inner.up() {
            let asked = inner.primary.list_retaining_users();
            match inner.ask(epoch, inner.options.call_timeout, asked).await {
                Ok(given) => return Ok(given),
                Err(Unanswered::Refused(error)) => return Err(error),
                Err(Unanswered::Away) => {}
            }
        }
        // What is remembered of a few does not say who the others are.
        Err(inner.away())
    }

    fn status(&self) -> StorageStatus {
        self.inner.status()
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let inner = &*self.inner;
        if let Some(epoch) = inner.up() {
            match inner.ask(epoch, inner.options.call_timeout, inner.primary.ping()).await {
                Ok(()) => return Ok(()),
                Err(Unanswered::Refused(error)) => return Err(error),
                Err(Unanswered::Away) => {}
            }
        }
        match inner.fallback() {
            Some(local) if !local.writer.has_failed() => Ok(()),
            Some(_) | None => Err(inner.away()),
        }
    }
}
