//! Taking out of the journal's file what goes for good, with the bytes of it.
//!
//! A database file keeps the bytes of what was removed until something is written over them, so the
//! journal is written anew, without them, and takes the old file's place. Where a change stood there is one
//! that says so: numbers go on without a gap.

use std::{
    collections::HashSet,
    fs::{self, File},
    path::Path,
};

use domain::{ChatId, MessageId, RunId, ToolWriteId, ToolWriteOrigin, UserId};
use redb::Database;

use super::{
    CHANGES, FORMAT, Journal, JournalError, META, PART_BYTES, encode, log::REFUSED, open_file, read::Next,
    reopen,
};
use crate::{Change, ChangeKind, RefusedChange};

/// What an expunging change makes go: a user, or a chat of theirs.
pub(crate) struct Expunged<'a> {
    by: &'a Change,
    /// It stands in the queue itself: what stands before it there goes.
    is_queued: bool,
    is_behind: bool,
    chat: Option<ChatId>,
    messages: HashSet<MessageId>,
    runs: HashSet<RunId>,
    tool_writes: HashSet<ToolWriteId>,
}

impl<'a> Expunged<'a> {
    /// None where the change makes nothing go.
    pub(crate) fn by(by: &'a Change, is_queued: bool) -> Option<Self> {
        if !by.expunges() {
            return None;
        }
        let chat = match by.kind {
            ChangeKind::ChatPurged { chat_id } | ChangeKind::ChatExpired { chat_id, .. } => Some(chat_id),
            _ => None,
        };
        let (messages, runs, tool_writes) = Default::default();
        Some(Self { by, is_queued, is_behind: false, chat, messages, runs, tool_writes })
    }

    /// Whether a change of the queue goes; to be asked of all in their order.
    ///
    /// When the database has taken the one that makes others go, it stands in the queue no more, and what
    /// does was acknowledged behind it: that stays, save what the database itself will pass over as from
    /// before an erasure.
    pub(crate) fn takes(&mut self, change: &Change) -> bool {
        self.is_behind |= change.id == self.by.id;
        let is_before = if self.is_queued { !self.is_behind } else { self.is_erased_before(change) };
        is_before && self.names(change)
    }

    /// Whether a change that was set aside goes.
    fn takes_aside(&mut self, change: &Change) -> bool {
        let is_before = self.chat.is_some() || change.at == self.by.at || self.is_erased_before(change);
        is_before && self.names(change)
    }

    fn is_erased_before(&self, change: &Change) -> bool {
        self.chat.is_none() && change.at < self.by.at
    }

    fn names(&mut self, change: &Change) -> bool {
        if change.user != self.by.user || change.id == self.by.id || change.is_nobodys() {
            return false;
        }
        let Some(chat) = self.chat else { return true };
        match &change.kind {
            ChangeKind::ChatCreated { chat: created } => created.id == chat,
            ChangeKind::ChatRenamed { chat_id, .. }
            | ChangeKind::ChatTitled { chat_id, .. }
            | ChangeKind::ChatPersonaChosen { chat_id, .. }
            | ChangeKind::ChatSummarised { chat_id, .. }
            | ChangeKind::BranchChosen { chat_id, .. }
            | ChangeKind::AsideRecorded { chat_id, .. }
            | ChangeKind::ChatDeleted { chat_id }
            | ChangeKind::ChatRestored { chat_id } => *chat_id == chat,
            ChangeKind::MessageSent { question, answer, run, .. } => {
                let goes = question.chat_id == chat;
                if goes {
                    self.messages.extend([question.id, answer.id]);
                    self.runs.insert(run.id);
                }
                goes
            }
            ChangeKind::AnswerStarted { answer, run } => {
                let goes = answer.chat_id == chat;
                if goes {
                    self.messages.insert(answer.id);
                    self.runs.insert(run.id);
                }
                goes
            }
            ChangeKind::RunClaimed { run_id, .. }
            | ChangeKind::RunReleased { run_id, .. }
            | ChangeKind::RunEventsAppended { run_id, .. } => self.runs.contains(run_id),
            ChangeKind::AnswerSealed { run_id, message_id, .. } => {
                self.runs.contains(run_id) || self.messages.contains(message_id)
            }
            ChangeKind::FeedbackGiven { message_id, .. } => self.messages.contains(message_id),
            ChangeKind::ToolWriteProposed { write } => {
                let goes = matches!(&write.origin, ToolWriteOrigin::Chat { chat_id, .. } if *chat_id == chat);
                if goes {
                    self.tool_writes.insert(write.id);
                }
                goes
            }
            ChangeKind::ToolWriteDecided { tool_write_id, .. } => self.tool_writes.contains(tool_write_id),
            ChangeKind::ProfileSaved { .. }
            | ChangeKind::ImportCommitted { .. }
            | ChangeKind::ImportUndone { .. }
            | ChangeKind::TransactionsCategorised { .. }
            | ChangeKind::TransactionEdited { .. }
            | ChangeKind::RulesApplied { .. }
            | ChangeKind::AccountRenamed { .. }
            | ChangeKind::SettingsSaved { .. }
            | ChangeKind::SettingDeleted { .. }
            | ChangeKind::UsageCounted { .. }
            | ChangeKind::ChatPurged { .. }
            | ChangeKind::ChatExpired { .. }
            | ChangeKind::UserErased
            | ChangeKind::Removed => false,
        }
    }
}

/// What makes a change of the queue go; to be asked of all in their order. An erasure leaves less than what
/// makes a chat go.
pub(crate) fn taken_by<'a>(expunged: &mut [Expunged<'a>], change: &Change) -> Option<&'a Change> {
    let taking = expunged.iter_mut().filter_map(|it| it.takes(change).then_some(it.by));
    taking.max_by_key(|by| by.kind == ChangeKind::UserErased)
}

/// Whether a change that makes others go stands behind such.
struct Watched<'a> {
    expunged: Expunged<'a>,
    takes_any: bool,
}

impl<'a> Watched<'a> {
    fn of(by: &'a Change) -> Option<Self> {
        Expunged::by(by, true).map(|expunged| Self { expunged, takes_any: false })
    }

    fn see(&mut self, change: &Change) {
        self.takes_any |= self.expunged.takes(change);
    }
}

impl Journal {
    /// The changes in it that make others go, whose work a process may not have finished: others that
    /// they would take are still there.
    pub(crate) fn unfinished(&self) -> Result<Vec<Change>, JournalError> {
        let mut expunging = Vec::new();
        self.visit_all(&mut |change| {
            if change.expunges() {
                expunging.push(change.clone());
            }
        })?;
        let mut watched: Vec<Watched<'_>> = expunging.iter().filter_map(Watched::of).collect();
        if !watched.is_empty() {
            self.visit_all(&mut |change| watched.iter_mut().for_each(|it| it.see(change)))?;
        }
        Ok(watched.into_iter().filter(|it| it.takes_any).map(|it| it.expunged.by.clone()).collect())
    }

    fn visit_all(&self, visit: &mut dyn FnMut(&Change)) -> Result<(), JournalError> {
        if self.last == self.removed {
            return Ok(());
        }
        self.visit(self.removed, &mut |_, change| {
            visit(&change);
            Ok(Next::Read)
        })
        .map(drop)
    }

    /// Takes out every change that one of these makes go, and writes the file anew. Gives whose
    /// changes these were that are now nobody's.
    pub(crate) fn take_out(&mut self, by: &[Change]) -> Result<Vec<UserId>, JournalError> {
        let mut queued = HashSet::new();
        self.visit_all(&mut |change| queued.extend(change.expunges().then_some(change.id)))?;
        let mut expunged: Vec<Expunged<'_>> =
            by.iter().filter_map(|by| Expunged::by(by, queued.contains(&by.id))).collect();
        if expunged.is_empty() {
            return Ok(Vec::new());
        }
        let fresh_path = self.path.with_extension("fresh");
        match fs::remove_file(&fresh_path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(JournalError::unwritten(&self.path, error.into()));
            }
            Ok(()) | Err(_) => {}
        }
        let (fresh, owners, refused) = self.write_without(&fresh_path, &mut expunged)?;
        let failed = |error: std::io::Error| JournalError::unwritten(&self.path, error.into());
        fs::rename(&fresh_path, &self.path).map_err(failed)?;
        // What was open is no file with a name any more; nothing may be written there.
        self.database = None;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        self.database = Some(fresh);
        self.refused = refused;
        self.unsynced_folder = None;
        Ok(owners)
    }

    fn write_without(
        &self,
        path: &Path,
        expunged: &mut [Expunged<'_>],
    ) -> Result<(Database, Vec<UserId>, u64), JournalError> {
        let failed = |error: redb::Error| JournalError::unwritten(&self.path, error);
        let (file, _) = open_file(path).map_err(|error| failed(error.into()))?;
        let fresh = reopen::database(path, file).map_err(|error| failed(error.into()))?;
        let mut owners = Vec::new();
        let kept_aside = self.refused_without(expunged)?;
        let transaction = fresh.begin_write().map_err(|error| failed(error.into()))?;
        {
            let mut meta = transaction.open_table(META).map_err(|error| failed(error.into()))?;
            for (name, value) in [
                ("format", FORMAT),
                ("changes", self.last),
                ("removed", self.removed),
                ("refused", kept_aside.len() as u64),
            ] {
                meta.insert(name, value).map_err(|error| failed(error.into()))?;
            }
            let mut changes = transaction.open_table(CHANGES).map_err(|error| failed(error.into()))?;
            if self.last > self.removed {
                self.visit(self.removed, &mut |number, change| {
                    let record = if let Some(by) = taken_by(expunged, &change) {
                        let removed = change.removed(by);
                        if removed.is_nobodys() {
                            owners.push(change.user.clone());
                        }
                        encode(&removed)?
                    } else {
                        encode(&change)?
                    };
                    for (part, bytes) in (0..).zip(record.chunks(PART_BYTES)) {
                        changes.insert((number, part), bytes).map_err(|error| failed(error.into()))?;
                    }
                    Ok(Next::Read)
                })?;
            }
            let mut aside = transaction.open_table(REFUSED).map_err(|error| failed(error.into()))?;
            for (number, refused) in &kept_aside {
                for (part, bytes) in (0..).zip(encode(refused)?.chunks(PART_BYTES)) {
                    aside.insert((*number, part), bytes).map_err(|error| failed(error.into()))?;
                }
            }
        }
        transaction.commit().map_err(|error| failed(error.into()))?;
        Ok((fresh, owners, kept_aside.len() as u64))
    }

    /// The changes that were set aside, without those that go.
    fn refused_without(
        &self,
        expunged: &mut [Expunged<'_>],
    ) -> Result<Vec<(u64, RefusedChange)>, JournalError> {
        let mut kept = self.refused_changes()?;
        for it in expunged {
            kept.retain(|(_, refused)| !it.takes_aside(&refused.change));
        }
        Ok(kept)
    }
}
