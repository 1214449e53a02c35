//! The journal: every change that was acknowledged, on disk, in order.
//!
//! One redb file, one record per change under a number that counts up without gaps. With a database
//! configured the changes are a queue: what the database has is taken out from the front, what it
//! refuses is set aside, and the numbers go on counting. A record is the CRC-32 of the change's JSON, then the JSON: it reads back after a field was added
//! (JSON is self-describing), and a flipped bit is found although redb checks its pages only after
//! a crash. Long records lie in parts. redb commits with an fsync and a root that is switched
//! whole, so a torn write is as if it had not been made.

mod error;
mod expunge;
#[cfg(test)]
pub(crate) mod faulty;
mod log;
mod read;
mod reopen;
#[cfg(test)]
mod tests;

use std::{
    fs::{DirBuilder, File, OpenOptions},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use redb::{Database, TableDefinition};
use serde::Serialize;

#[cfg(test)]
pub(crate) use self::expunge::{Expunged, taken_by};
pub(crate) use self::log::{ChangeLog, Numbered};
use self::read::Next;
pub use self::{error::JournalError, log::RefusedChange};
use crate::{Change, StoreError};

/// The file's format. A higher number is a journal of a newer Lakeledger.
const FORMAT: u64 = 1;
const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
/// Keyed by the record's number and the part's, which counts up from 0.
const CHANGES: TableDefinition<(u64, u32), &[u8]> = TableDefinition::new("changes");

/// Longest part of a record: with its key it fills a page of 64 kiB. redb gives each value a power of
/// two of bytes in one piece; in one part, an import of 100,000 rows would take four times its size.
const PART_BYTES: usize = 63 << 10;

/// Pages that redb keeps in memory. Reads happen at open only, in order; more is wasted, less
/// makes large commits write their branch pages twice.
const CACHE_BYTES: usize = 4 << 20;

/// The journal's file, open and locked for this process.
pub struct Journal {
    path: PathBuf,
    /// None when the file failed and could not be opened again.
    database: Option<Database>,
    /// The number of the last change.
    last: u64,
    /// The number of the last change that was taken out.
    removed: u64,
    /// How many changes were set aside.
    refused: u64,
    /// The folder of a new file, until the file's name in it is on disk.
    unsynced_folder: Option<File>,
}

impl Journal {
    /// Opens or makes the file and hands every change of it to `replay` with its number, in order. A change that
    /// `replay` refuses makes the journal [`JournalError::Corrupt`]: it was acknowledged once.
    pub fn open(
        path: &Path,
        mut replay: impl FnMut(u64, Change) -> Result<(), StoreError>,
    ) -> Result<Self, JournalError> {
        let (file, unsynced_folder) =
            open_file(path).map_err(|error| JournalError::unopened(path, error.into()))?;
        // redb asserts what its file must hold; on a corrupt one an assertion can fail before an
        // error is returned.
        let opened = catch_unwind(AssertUnwindSafe(|| {
            let database =
                reopen::database(path, file).map_err(|error| JournalError::unopened(path, error))?;
            let (path, database) = (path.to_owned(), Some(database));
            let mut journal = Self { path, database, last: 0, removed: 0, refused: 0, unsynced_folder };
            journal.replay(&mut replay)?;
            Ok(journal)
        }));
        opened.unwrap_or_else(|_| Err(JournalError::corrupt(path, "its pages contradict each other")))
    }

    /// How many changes it holds.
    pub fn len(&self) -> u64 {
        self.last - self.removed
    }

    /// Whether it holds no change.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether changes were taken out from its front: those that it holds may name rows that only
    /// the database knows.
    pub fn is_partial(&self) -> bool {
        self.removed > 0
    }

    /// A change as a record.
    pub fn encode(change: &Change) -> Result<Vec<u8>, JournalError> {
        // An import's record that had to grow would be in memory twice.
        encode_into(Vec::with_capacity(crate::memory::weight(change) as usize), change)
    }

    /// Appends records as one commit; they are on disk when it returns. After an error none of
    /// them counts, and the journal takes no more until it is [opened again](Self::reopen).
    pub fn append(&mut self, records: &[Vec<u8>]) -> Result<(), JournalError> {
        let failed = |error: redb::Error| JournalError::unwritten(&self.path, error);
        if let Some(folder) = &self.unsynced_folder {
            folder.sync_all().map_err(|error| failed(error.into()))?;
            self.unsynced_folder = None;
        }
        let transaction = self.database()?.begin_write().map_err(|error| failed(error.into()))?;
        let last = self.last + records.len() as u64;
        {
            let mut meta = transaction.open_table(META).map_err(|error| failed(error.into()))?;
            meta.insert("format", FORMAT).map_err(|error| failed(error.into()))?;
            meta.insert("changes", last).map_err(|error| failed(error.into()))?;
            let mut changes = transaction.open_table(CHANGES).map_err(|error| failed(error.into()))?;
            for (number, record) in (self.last + 1..).zip(records) {
                for (part, bytes) in (0..).zip(record.chunks(PART_BYTES)) {
                    changes.insert((number, part), bytes).map_err(|error| failed(error.into()))?;
                }
            }
        }
        transaction.commit().map_err(|error| failed(error.into()))?;
        self.last = last;
        Ok(())
    }

    fn replay(
        &mut self,
        replay: &mut dyn FnMut(u64, Change) -> Result<(), StoreError>,
    ) -> Result<(), JournalError> {
        let Some(meta) = self.read_meta()? else {
            return Ok(());
        };
        (self.removed, self.refused) = (meta.removed, meta.refused);
        // What lies before the first number was taken out; a record left there would not follow.
        let last = self.visit(meta.removed, &mut |number, change| {
            replay(number, change)
                .map(|()| Next::Read)
                .map_err(|_| JournalError::corrupt(&self.path, &format!("record {number} cannot be applied")))
        })?;
        if last != meta.last {
            return Err(JournalError::corrupt(&self.path, "records are missing at its end"));
        }
        self.last = last;
        Ok(())
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("path", &self.path).field("last", &self.last).finish_non_exhaustive()
    }
}

/// A value as a record: the checksum of its JSON, then the JSON.
fn encode(value: &impl Serialize) -> Result<Vec<u8>, JournalError> {
    encode_into(Vec::new(), value)
}

fn encode_into(mut record: Vec<u8>, value: &impl Serialize) -> Result<Vec<u8>, JournalError> {
    record.extend([0; 4]);
    serde_json::to_writer(&mut record, value).map_err(|_| JournalError::ChangeUnwritable)?;
    let checksum = crc32fast::hash(&record[4..]).to_le_bytes();
    record[..4].copy_from_slice(&checksum);
    Ok(record)
}

/// Opens the file, making it and its folder readable to this user alone. Gives the folder too when
/// the file is new: open, because no file may be left to open when it is synced.
fn open_file(path: &Path) -> Result<(File, Option<File>), std::io::Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let is_new = !path.exists();
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    let folder = is_new.then(|| File::open(folder.unwrap_or(Path::new(".")))).transpose()?;
    Ok((file, folder))
}
