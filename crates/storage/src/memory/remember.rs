//! What a store in memory learns from a database's answers.
//!
//! A read tells how the rows stood at some moment since it began. A write that was made meanwhile
//! may be newer: a [`Ticket`] is taken before the read, and what the read told is remembered only
//! if nothing was written since.

use std::sync::Arc;

use domain::{
    Account, Chat, ChatId, Import, Ledger, Message, MessageStatus, Profile, Run, RunEvent, RunId, RunRecord,
    Settings, ToolWrite, UserId,
};

use super::{
    MemoryStore, read,
    user::{ImportRows, RunRows, UserState, sort_accounts},
    weight::{self, ROW},
    write,
};
use crate::{Applied, Change, ChangeKind, Page, PageRequest, StoredProfile};

/// How a user's rows stood when a read began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket(Option<u64>);

impl MemoryStore {
    /// To be taken before the database is read.
    pub(crate) fn ticket(&self, user: &UserId) -> Ticket {
        let entry = self.entry_or_new(user).ok();
        Ticket(entry.map(|entry| read(&entry.state).version))
    }

    /// Remembers a change that the database has taken, as far as its rows are here.
    pub(crate) fn remember_written(&self, change: &Change) {
        if self.write_again(change.clone()).is_err() {
            // Rows without their newest change would contradict the next one.
            self.forget(&change.user);
        }
    }

    /// Remembers a change that the database had taken before, perhaps from a process that ended. If
    /// it is not known here, what is here is older: an edit is made up for, and where rows would
    /// have to be made that may not be the ones in the database, the user is forgotten.
    pub(crate) fn remember_written_before(&self, change: &Change) {
        let Some(entry) = self.entry(&change.user) else { return };
        if read(&entry.state).check(change) == Ok(Applied::Before) {
            return;
        }
        match &change.kind {
            ChangeKind::ChatCreated { .. }
            | ChangeKind::MessageSent { .. }
            | ChangeKind::AnswerStarted { .. }
            | ChangeKind::ImportCommitted { .. }
            | ChangeKind::ToolWriteProposed { .. }
            | ChangeKind::ChatExpired { .. }
            | ChangeKind::UserErased => self.forget(&change.user),
            ChangeKind::Removed => {}
            // Another instance may have taken the run on.
            ChangeKind::RunClaimed { run_id, .. }
            | ChangeKind::RunReleased { run_id, .. }
            | ChangeKind::RunEventsAppended { run_id, .. }
            | ChangeKind::AnswerSealed { run_id, .. } => {
                let mut state = write(&entry.state);
                state.version += 1;
                state.runs.remove(run_id);
            }
            ChangeKind::ProfileSaved { .. }
            | ChangeKind::ChatRenamed { .. }
            | ChangeKind::ChatDeleted { .. }
            | ChangeKind::ChatRestored { .. }
            | ChangeKind::ChatTitled { .. }
            | ChangeKind::ChatPersonaChosen { .. }
            | ChangeKind::ChatSummarised { .. }
            | ChangeKind::BranchChosen { .. }
            | ChangeKind::ImportUndone { .. }
            | ChangeKind::TransactionsCategorised { .. }
            | ChangeKind::TransactionEdited { .. }
            | ChangeKind::RulesApplied { .. }
            | ChangeKind::AccountRenamed { .. }
            | ChangeKind::SettingsSaved { .. }
            | ChangeKind::SettingDeleted { .. }
            | ChangeKind::FeedbackGiven { .. }
            | ChangeKind::ToolWriteDecided { .. }
            | ChangeKind::UsageCounted { .. }
            | ChangeKind::AsideRecorded { .. }
            | ChangeKind::ChatPurged { .. } => self.remember_written(change),
        }
    }

    pub(crate) fn remember_profile(&self, user: &UserId, ticket: Ticket, profile: Option<&Profile>) {
        self.remember(user, ticket, |state| {
            state.known.profile = true;
            if state.profile.as_ref().map(|stored| &stored.profile) == profile {
                return 0;
            }
            let before = state.profile.take().map_or(0, |stored| weight::json_size(&stored.profile));
            state.profile =
                profile.map(|profile| StoredProfile { profile: profile.clone(), ..StoredProfile::default() });
            profile.map_or(0, weight::json_size) as i64 - before as i64
        });
    }

    pub(crate) fn remember_chats(&self, user: &UserId, ticket: Ticket, chats: &[Chat]) {
        self.remember(user, ticket, |state| {
            let news = chats.iter().filter(|chat| state.chats.get(&chat.id) != Some(chat));
            let news: Vec<Chat> = news.cloned().collect();
            let new =
                news.into_iter().filter_map(|chat| state.chats.insert(chat.id, chat).is_none().then_some(()));
            (new.count() * ROW) as i64
        });
    }

    pub(crate) fn remember_messages(
        &self,
        user: &UserId,
        ticket: Ticket,
        chat: ChatId,
        request: &PageRequest,
        page: &Page<Message>,
    ) {
        self.remember(user, ticket, |state| state.remember_messages(chat, request, page));
    }

    pub(crate) fn remember_message(&self, user: &UserId, ticket: Ticket, message: &Message) {
        self.remember(user, ticket, |state| state.remember_message(message));
    }

    pub(crate) fn remember_run(&self, user: &UserId, ticket: Ticket, run: &Run) {
        self.remember(user, ticket, |state| {
            if let Some(rows) = state.runs.get_mut(&run.id) {
                rows.run.clone_from(run);
                return 0;
            }
            state.runs.insert(run.id, RunRows::of(run.clone(), false));
            ROW as i64
        });
    }

    pub(crate) fn remember_run_events(
        &self,
        user: &UserId,
        ticket: Ticket,
        run: RunId,
        after: u64,
        events: &[RunEvent],
    ) {
        self.remember(user, ticket, |state| {
            let Some(rows) = state.runs.get_mut(&run) else { return 0 };
            rows.events_are_known |= after == 0;
            let last = rows.events.len() as u64;
            if !rows.events_are_known || after > last {
                return 0;
            }
            let new: Vec<_> = events.iter().filter(|event| event.number > last).cloned().collect();
            let added: usize = new.iter().map(weight::event).sum();
            rows.events.extend(new);
            added as i64
        });
    }

    pub(crate) fn remember_run_record(&self, user: &UserId, ticket: Ticket, run: RunId, record: &RunRecord) {
        self.remember(user, ticket, |state| {
            let Some(rows) = state.runs.get_mut(&run).filter(|rows| rows.record.is_none()) else { return 0 };
            rows.record = Some(Box::new(record.clone()));
            weight::json_size(record) as i64
        });
    }

    pub(crate) fn remember_accounts(&self, user: &UserId, ticket: Ticket, accounts: &[Account]) {
        self.remember(user, ticket, |state| {
            // Every transaction has an account.
            if accounts.is_empty() && !state.known.ledger {
                state.known.ledger = true;
                let before = std::mem::take(&mut state.ledger);
                return -ledger_weight(&before);
            }
            if state.ledger.accounts == accounts {
                return 0;
            }
            let before = state.ledger.accounts.len();
            let known = &mut Arc::make_mut(&mut state.ledger).accounts;
            known.clear();
            known.extend_from_slice(accounts);
            sort_accounts(known);
            (accounts.len() as i64 - before as i64) * ROW as i64
        });
    }

    /// Every import of the user.
    pub(crate) fn remember_all_imports(&self, user: &UserId, ticket: Ticket, imports: &[Import]) {
        self.remember_imports(user, ticket, imports);
        self.remember(user, ticket, |state| {
            state.known.imports = true;
            0
        });
    }

    pub(crate) fn remember_imports(&self, user: &UserId, ticket: Ticket, imports: &[Import]) {
        self.remember(user, ticket, |state| {
            let before = state.imports.len();
            for import in imports {
                let rows = state.imports.entry(import.id).or_insert_with(|| ImportRows::of(import.clone()));
                rows.import.clone_from(import);
            }
            ((state.imports.len() - before) * ROW) as i64
        });
    }

    pub(crate) fn remember_ledger(&self, user: &UserId, ticket: Ticket, ledger: &Arc<Ledger>) {
        if self.holds_ledger(user, ledger) {
            return;
        }
        let added = ledger_weight(ledger);
        self.remember(user, ticket, |state| {
            let before = ledger_weight(&state.ledger);
            state.ledger = Arc::clone(ledger);
            state.known.ledger = true;
            added - before
        });
    }

    pub(crate) fn remember_settings(&self, user: &UserId, ticket: Ticket, settings: &Arc<Settings>) {
        self.remember(user, ticket, |state| {
            state.known.settings = true;
            if state.settings == *settings {
                return 0;
            }
            let before = weight::settings(state.settings.len());
            state.settings = Arc::clone(settings);
            weight::settings(settings.len()) as i64 - before as i64
        });
    }

    pub(crate) fn remember_tool_writes(&self, user: &UserId, ticket: Ticket, writes: &[ToolWrite]) {
        self.remember(user, ticket, |state| {
            let mut added = 0;
            for write in writes {
                let before = state.tool_writes.insert(write.id, write.clone());
                added += weight::tool_write(write) as i64;
                added -= before.as_ref().map_or(0, weight::tool_write) as i64;
            }
            added
        });
    }

    /// Lets `learn` write, unless something was written since the ticket was taken; it gives the
    /// bytes that came or went.
    pub(super) fn remember(&self, user: &UserId, ticket: Ticket, learn: impl FnOnce(&mut UserState) -> i64) {
        let Some(entry) = self.entry(user) else { return };
        let mut state = write(&entry.state);
        if ticket == Ticket(Some(state.version)) {
            let bytes = learn(&mut state);
            self.count(&entry, bytes);
        }
    }
}

fn ledger_weight(ledger: &Ledger) -> i64 {
    let rows: usize = ledger.transactions.iter().map(weight::transaction).sum();
    (rows + ledger.accounts.len() * ROW) as i64
}

impl UserState {
    fn remember_message(&mut self, message: &Message) -> i64 {
        self.unlinked.remove(&message.id);
        // What a finished message says never changes, and pages are read far more often than they grow.
        let known = self.messages.get(&(message.chat_id, message.id));
        if known.is_some_and(|known| {
            known.status != MessageStatus::Streaming
                && known.status == message.status
                && known.feedback == message.feedback
                && known.parent_id == message.parent_id
        }) {
            return 0;
        }
        self.chat_of_message.insert(message.id, message.chat_id);
        let before = self.messages.insert((message.chat_id, message.id), message.clone());
        weight::message(message) as i64 - before.as_ref().map_or(0, weight::message) as i64
    }

    fn remember_messages(&mut self, chat: ChatId, request: &PageRequest, page: &Page<Message>) -> i64 {
        if request.cursor.is_none() {
            self.with_chat(chat, |chat| chat.head_id = page.items.last().map(|message| message.id));
        }
        page.items.iter().map(|message| self.remember_message(message)).sum()
    }
}
