//! Files between preview and import: kept in memory for a while, never on disk.

use std::{
    collections::HashMap,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{AccountId, ImportId, InvalidId, UserId};
use finance::statement::CsvMapping;
use jiff::{SignedDuration, Timestamp};

use crate::{OperationError, Operations};

/// How long a file waits for its import. Shorter and a person who reads the preview loses it;
/// longer and memory is held for pages that were closed.
const KEPT_FOR: SignedDuration = SignedDuration::from_mins(30);
/// Files that one person can have waiting; the oldest goes first.
const FILES_PER_USER: usize = 4;
/// Bytes that all waiting files may take together.
const BYTES_MAX: usize = 256 * 1024 * 1024;

/// A file to import.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The id that its import will have; importing it twice changes nothing.
    pub id: ImportId,
    /// The file's own name, without folders.
    pub file_name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// The account to book a file on that names none.
    pub account: AccountChoice,
    /// A person's correction of how a CSV is understood.
    pub mapping: Option<CsvMapping>,
    /// Numbers of rows that the ledger seems to hold already, and that are to be added nevertheless.
    pub keep: Vec<u32>,
}

/// Where a file is booked that names no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccountChoice {
    /// The account that has the file's name or holds its rows, else a new one.
    #[default]
    Found,
    /// A new account, whatever could be found.
    New,
    /// This account, where it has the file's currency.
    Existing(AccountId),
}

impl FromStr for AccountChoice {
    type Err = InvalidId;

    /// `new` or an account's id.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text == "new" { Ok(Self::New) } else { text.parse().map(Self::Existing) }
    }
}

impl Upload {
    /// An upload under a new id. Folders and control characters in the name are dropped.
    pub fn new(clock: &dyn domain::Clock, file_name: &str, bytes: Vec<u8>) -> Self {
        let base = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
        let file_name: String = base.chars().filter(|c| !c.is_control()).take(120).collect();
        let file_name = if file_name.trim().is_empty() { "statement".to_owned() } else { file_name };
        Self {
            id: ImportId::generate(clock),
            file_name,
            bytes,
            account: AccountChoice::Found,
            mapping: None,
            keep: Vec::new(),
        }
    }
}

#[derive(Default)]
pub(crate) struct Uploads {
    waiting: Mutex<HashMap<(UserId, ImportId), Waiting>>,
}

struct Waiting {
    upload: Arc<Upload>,
    since: Timestamp,
}

impl Uploads {
    fn insert(&self, user: &UserId, upload: Upload, now: Timestamp) -> Result<(), OperationError> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, file| now.duration_since(file.since) < KEPT_FOR);
        let mut own: Vec<_> = waiting
            .iter()
            .filter(|((owner, _), _)| owner == user)
            .map(|(key, file)| (file.since, key.clone()))
            .collect();
        own.sort();
        let surplus = (own.len() + 1).saturating_sub(FILES_PER_USER);
        for (_, key) in own.into_iter().take(surplus) {
            waiting.remove(&key);
        }
        let held: usize = waiting.values().map(|file| file.upload.bytes.len()).sum();
        if held + upload.bytes.len() > BYTES_MAX {
            return Err(OperationError::Full);
        }
        waiting.insert((user.clone(), upload.id), Waiting { upload: Arc::new(upload), since: now });
        Ok(())
    }

    fn find(&self, user: &UserId, id: ImportId, now: Timestamp) -> Option<Arc<Upload>> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let file = waiting.get(&(user.clone(), id))?;
        (now.duration_since(file.since) < KEPT_FOR).then(|| Arc::clone(&file.upload))
    }

    /// Forgets every file of a person.
    pub(crate) fn forget(&self, user: &UserId) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).retain(|(owner, _), _| owner != user);
    }

    fn remove(&self, user: &UserId, id: ImportId) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&(user.clone(), id));
    }
}

impl Operations {
    /// Keeps a file in memory until its import, 30 minutes at most.
    pub fn stage_upload(&self, user: &UserId, upload: Upload) -> Result<ImportId, OperationError> {
        let id = upload.id;
        self.uploads.insert(user, upload, self.clock.now())?;
        Ok(id)
    }

    /// A file that waits for its import.
    pub fn staged_upload(&self, user: &UserId, id: ImportId) -> Result<Arc<Upload>, OperationError> {
        self.uploads.find(user, id, self.clock.now()).ok_or(OperationError::NotFound)
    }

    /// Forgets a file that waits for its import.
    pub fn discard_upload(&self, user: &UserId, id: ImportId) {
        self.uploads.remove(user, id);
    }
}
