//! One user's rows, and what each change does to them.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use domain::{
    Account, AccountId, ChangeId, Chat, ChatId, ChatSummary, Import, ImportId, Ledger, Message, MessageId,
    Run, RunEvent, RunId, RunRecord, Settings, ToolWrite, ToolWriteId, Usage,
};
use jiff::{Timestamp, civil::Date};

use crate::{
    Applied, Change, ChangeKind, ConfirmedRow, ReplacedAnchor, StoredProfile,
    text::{storable, storable_tool_write},
};

/// One user's rows.
#[derive(Debug, Default)]
pub(super) struct UserState {
    /// Counts up with every write, so that a read which began before a write is known by it.
    pub(super) version: u64,
    applied: HashSet<ChangeId>,
    pub(super) profile: Option<StoredProfile>,
    pub(super) chats: HashMap<ChatId, Chat>,
    pub(super) messages: BTreeMap<(ChatId, MessageId), Message>,
    pub(super) chat_of_message: HashMap<MessageId, ChatId>,
    pub(super) runs: HashMap<RunId, RunRows>,
    pub(super) imports: HashMap<ImportId, ImportRows>,
    pub(super) ledger: Arc<Ledger>,
    pub(super) settings: Arc<Settings>,
    pub(super) tool_writes: BTreeMap<ToolWriteId, ToolWrite>,
    /// Messages that follow others which are not known here.
    pub(super) unlinked: HashSet<MessageId>,
    /// What models took, by day and chat.
    pub(super) usage: BTreeMap<(Date, ChatId), Usage>,
    /// When everything of the user went for good: changes from before it write nothing any more.
    erased_at: Option<Timestamp>,
    /// What is all here.
    pub(super) known: Known,
}

/// What of a user's rows is here as the database has it, and not only in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each part is known or not, by itself")]
pub(super) struct Known {
    pub(super) ledger: bool,
    pub(super) imports: bool,
    pub(super) profile: bool,
    pub(super) settings: bool,
}

impl Known {
    const ALL: Self = Self { ledger: true, imports: true, profile: true, settings: true };
}

/// Why a change cannot be written here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It names a row that is not here.
    Absent,
    /// It contradicts itself or a row that is here.
    Wrong,
    /// It was planned on other rows than those that are here.
    Outdated,
}

/// A run and its events, in order.
#[derive(Debug)]
pub(super) struct RunRows {
    pub(super) run: Run,
    pub(super) events: Vec<RunEvent>,
    /// The events are here from the first one on; else there are none here.
    pub(super) events_are_known: bool,
    /// What the model saw, when it was told.
    pub(super) record: Option<Box<RunRecord>>,
}

/// An import, and what undoing it has to know.
#[derive(Debug)]
pub(super) struct ImportRows {
    pub(super) import: Import,
    pub(super) anchors: Vec<ReplacedAnchor>,
    pub(super) confirms: Vec<ConfirmedRow>,
}

impl ImportRows {
    /// An import that is known by its name only.
    pub(super) fn of(import: Import) -> Self {
        Self { import, anchors: Vec::new(), confirms: Vec::new() }
    }
}

impl RunRows {
    /// A run without events.
    pub(super) fn of(run: Run, events_are_known: bool) -> Self {
        Self { run, events: Vec::new(), events_are_known, record: None }
    }

    /// Whether these events leave no gap after those that are here.
    pub(super) fn is_followed_by(&self, events: &[RunEvent]) -> bool {
        let last = self.events.len() as u64;
        let new = events.iter().map(|event| event.number).filter(|number| *number > last);
        (last + 1..).zip(new).all(|(expected, number)| expected == number)
    }
}

pub(super) fn known(there: bool) -> Result<Applied, Refusal> {
    if there { Ok(Applied::Now) } else { Err(Refusal::Absent) }
}

pub(super) fn right(sound: bool) -> Result<Applied, Refusal> {
    if sound { Ok(Applied::Now) } else { Err(Refusal::Wrong) }
}

pub(super) fn unless_done(done: bool) -> Applied {
    if done { Applied::Before } else { Applied::Now }
}

impl UserState {
    /// No rows yet; versions count up from the one given.
    pub(super) fn at_version(version: u64) -> Self {
        Self { version, ..Self::default() }
    }

    /// Nothing, since `at`, by a change.
    pub(super) fn erased(version: u64, change: ChangeId, at: Timestamp) -> Self {
        Self {
            version,
            applied: HashSet::from([change]),
            erased_at: Some(at),
            known: Known::ALL,
            ..Self::default()
        }
    }

    /// What [`UserState::write`] would do.
    pub(super) fn check(&self, change: &Change) -> Result<Applied, Refusal> {
        let is_from_before = self.erased_at.is_some_and(|erased_at| change.at < erased_at);
        if self.applied.contains(&change.id) || is_from_before || change.is_nobodys() {
            return Ok(Applied::Before);
        }
        change.check_links().map_err(|_| Refusal::Wrong)?;
        match &change.kind {
            ChangeKind::ProfileSaved { .. }
            | ChangeKind::TransactionsCategorised { .. }
            | ChangeKind::RulesApplied { .. }
            | ChangeKind::SettingsSaved { .. }
            | ChangeKind::UsageCounted { .. }
            | ChangeKind::ChatPurged { .. }
            | ChangeKind::UserErased
            | ChangeKind::Removed => Ok(Applied::Now),
            ChangeKind::ChatExpired { chat_id, until } => {
                let stays = self.chats.get(chat_id).is_none_or(|chat| chat.updated_at >= *until);
                Ok(unless_done(stays))
            }
            ChangeKind::ChatCreated { chat } => Ok(unless_done(self.chats.contains_key(&chat.id))),
            ChangeKind::ChatRenamed { chat_id, .. }
            | ChangeKind::ChatPersonaChosen { chat_id, .. }
            | ChangeKind::ChatSummarised { chat_id, .. } => known(self.chats.contains_key(chat_id)),
            ChangeKind::ChatTitled { chat_id, .. } => {
                self.chat(*chat_id).map(|chat| unless_done(chat.titled_by_person))
            }
            ChangeKind::BranchChosen { chat_id, head_id } => self.check_branch(*chat_id, *head_id),
            ChangeKind::ChatDeleted { chat_id } => {
                self.chat(*chat_id).map(|chat| unless_done(chat.deleted_at.is_some()))
            }
            ChangeKind::ChatRestored { chat_id } => {
                self.chat(*chat_id).map(|chat| unless_done(chat.deleted_at.is_none()))
            }
            ChangeKind::MessageSent { chat, question, answer, run } => {
                self.check_message(chat.as_ref(), question, answer, run)
            }
            ChangeKind::AnswerStarted { answer, run } => self.check_answer(answer, run),
            ChangeKind::RunClaimed { run_id, epoch, .. } => self.check_claim(*run_id, *epoch),
            ChangeKind::RunReleased { run_id, epoch } => self.check_release(*run_id, *epoch),
            ChangeKind::RunEventsAppended { run_id, epoch, events } => {
                self.check_events(*run_id, *epoch, events)
            }
            ChangeKind::AnswerSealed { run_id, message_id, epoch, .. } => {
                self.check_seal(*run_id, *message_id, *epoch)
            }
            ChangeKind::AsideRecorded { run_id, .. } => {
                let is_kept = self.runs.get(run_id).is_some_and(|rows| rows.record.is_some());
                known(is_kept)
            }
            ChangeKind::ImportCommitted { import, accounts, transactions, planned_on, .. } => {
                if self.imports.contains_key(&import.id) {
                    return Ok(Applied::Before);
                }
                let accounts: HashSet<AccountId> =
                    accounts.iter().chain(&self.ledger.accounts).map(|account| account.id).collect();
                known(transactions.iter().all(|row| accounts.contains(&row.account_id)))?;
                if planned_on.is_some_and(|seen| seen != self.imports_seen()) {
                    return Err(Refusal::Outdated);
                }
                Ok(Applied::Now)
            }
            ChangeKind::ImportUndone { import_id } => {
                let rows = self.imports.get(import_id).ok_or(Refusal::Absent)?;
                Ok(unless_done(rows.import.undone_at.is_some()))
            }
            ChangeKind::AccountRenamed { account_id, .. } => {
                known(self.ledger.account(*account_id).is_some())
            }
            ChangeKind::TransactionEdited { transaction_id, .. } => {
                known(self.ledger.transactions.iter().any(|row| row.id == *transaction_id))
            }
            ChangeKind::SettingDeleted { setting_id } => known(self.settings.contains(*setting_id)),
            ChangeKind::FeedbackGiven { message_id, .. } => {
                known(self.chat_of_message.contains_key(message_id))
            }
            ChangeKind::ToolWriteProposed { write } => {
                Ok(unless_done(self.tool_writes.contains_key(&write.id)))
            }
            ChangeKind::ToolWriteDecided { tool_write_id, status, .. } => {
                let there = self.tool_writes.get(tool_write_id).ok_or(Refusal::Absent)?;
                Ok(unless_done(!there.status.may_become(*status)))
            }
        }
    }

    /// Writes a change that [`UserState::check`] has let pass. Of one that it found to name absent
    /// rows, it writes what can be written.
    pub(super) fn write(&mut self, change: Change) {
        let at = change.at;
        self.version += 1;
        self.applied.insert(change.id);
        match change.kind {
            ChangeKind::ProfileSaved { profile, based_on } => {
                let stored = self.profile.take().unwrap_or_default();
                self.known.profile |= based_on.is_none();
                self.profile = Some(stored.merge(&profile, based_on.as_deref(), at));
            }
            ChangeKind::ChatCreated { chat } => {
                self.chats.insert(chat.id, chat);
            }
            ChangeKind::ChatRenamed { chat_id, title } => self.with_chat(chat_id, |chat| {
                chat.title = title;
                chat.titled_by_person = true;
                chat.updated_at = chat.updated_at.max(at);
            }),
            ChangeKind::ChatTitled { chat_id, title } => self.with_chat(chat_id, |chat| {
                if !chat.titled_by_person {
                    chat.title = title;
                }
            }),
            ChangeKind::ChatPersonaChosen { chat_id, persona } => {
                self.with_chat(chat_id, |chat| chat.persona = persona);
            }
            ChangeKind::ChatSummarised { chat_id, summary } => {
                let storable = |summary: ChatSummary| ChatSummary { text: storable(summary.text), ..summary };
                self.with_chat(chat_id, |chat| chat.summary = summary.map(storable));
            }
            ChangeKind::BranchChosen { chat_id, head_id } => {
                self.with_chat(chat_id, |chat| chat.head_id = Some(head_id));
            }
            ChangeKind::ChatDeleted { chat_id } => {
                self.with_chat(chat_id, |chat| chat.deleted_at = Some(at));
            }
            ChangeKind::ChatRestored { chat_id } => self.with_chat(chat_id, |chat| chat.deleted_at = None),
            ChangeKind::MessageSent { chat, question, answer, run } => {
                self.send_message(chat, question, answer, run, at);
            }
            ChangeKind::AnswerStarted { answer, run } => self.start_answer(answer, run, at),
            ChangeKind::RunClaimed { run_id, owner, epoch } => self.claim(run_id, owner, epoch, at),
            ChangeKind::RunReleased { run_id, .. } => self.release(run_id),
            ChangeKind::RunEventsAppended { run_id, events, .. } => self.append(run_id, events, at),
            ChangeKind::AnswerSealed { run_id, message_id, parts, status, record, .. } => {
                self.seal(run_id, message_id, (parts, status), record, at);
            }
            ChangeKind::ImportCommitted { import, accounts, transactions, confirms, .. } => {
                self.commit_import(ImportRows { confirms, ..ImportRows::of(import) }, accounts, transactions);
            }
            ChangeKind::ImportUndone { import_id } => self.undo_import(import_id, at),
            ChangeKind::TransactionsCategorised { transaction_ids, category } => {
                self.categorise(transaction_ids, category, at);
            }
            ChangeKind::TransactionEdited { transaction_id, edit } => {
                self.edit_transaction(transaction_id, *edit, at);
            }
            ChangeKind::RulesApplied { results } => self.apply_rules(results, at),
            ChangeKind::SettingsSaved { settings } => Arc::make_mut(&mut self.settings).put(settings),
            ChangeKind::SettingDeleted { setting_id } => {
                Arc::make_mut(&mut self.settings).remove(setting_id);
            }
            ChangeKind::FeedbackGiven { message_id, feedback } => self.give_feedback(message_id, feedback),
            ChangeKind::ToolWriteProposed { write } => {
                self.tool_writes.insert(write.id, storable_tool_write(*write));
            }
            ChangeKind::ToolWriteDecided { tool_write_id, status, outcome } => {
                self.decide_tool_write(tool_write_id, status, outcome, at);
            }
            ChangeKind::UsageCounted { chat_id, usage } => self.count_usage(chat_id, usage, at),
            ChangeKind::AsideRecorded { run_id, chat_id, aside } => {
                self.record_aside(run_id, chat_id, *aside, at);
            }
            ChangeKind::ChatPurged { chat_id } | ChangeKind::ChatExpired { chat_id, .. } => {
                self.purge_chat(chat_id);
            }
            ChangeKind::UserErased => self.erase(change.id, at),
            ChangeKind::Removed => {}
            ChangeKind::AccountRenamed { account_id, name } => {
                let ledger = Arc::make_mut(&mut self.ledger);
                for account in ledger.accounts.iter_mut().filter(|account| account.id == account_id) {
                    account.name = storable(name.clone());
                }
                sort_accounts(&mut ledger.accounts);
            }
        }
    }

    pub(super) fn chat(&self, id: ChatId) -> Result<&Chat, Refusal> {
        self.chats.get(&id).ok_or(Refusal::Absent)
    }

    pub(super) fn with_chat(&mut self, id: ChatId, edit: impl FnOnce(&mut Chat)) {
        self.chats.get_mut(&id).map(edit);
    }
}

pub(super) fn sort_accounts(accounts: &mut [Account]) {
    accounts.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
}
