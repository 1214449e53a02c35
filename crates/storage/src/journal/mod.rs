//! The journal: every change that was acknowledged, on disk, in order.
//!
//! One redb file, one record per change under a number that counts up from 1 without gaps. A
//! record is the CRC-32 of the change's JSON, then the JSON: it reads back after a field was added
//! (JSON is self-describing), and a flipped bit is found although redb checks its pages only after
//! a crash. redb commits with an fsync and a root that is switched whole, so a torn write is as if
//! it had not been made.

mod error;

use std::{
    fs::{self, File, OpenOptions},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition};

pub use self::error::JournalError;
use crate::{Change, StoreError};

/// The file's format. A higher number is a journal of a newer Lakeledger.
const FORMAT: u64 = 1;
const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
const CHANGES: TableDefinition<u64, &[u8]> = TableDefinition::new("changes");

/// Pages that redb keeps in memory. Reads happen at open only, in order; more is wasted, less
/// makes large commits write their branch pages twice.
const CACHE_BYTES: usize = 4 << 20;

/// The journal's file, open and locked for this process.
pub struct Journal {
    path: PathBuf,
    database: Database,
    last: u64,
}

impl Journal {
    /// Opens or makes the file and hands every change of it to `replay`, in order. A change that
    /// `replay` refuses makes the journal [`JournalError::Corrupt`]: it was acknowledged once.
    pub fn open(
        path: &Path,
        mut replay: impl FnMut(Change) -> Result<(), StoreError>,
    ) -> Result<Self, JournalError> {
        let file = open_file(path).map_err(|error| JournalError::unopened(path, error.into()))?;
        // redb asserts what its file must hold; on a corrupt one an assertion can fail before an
        // error is returned.
        let opened = catch_unwind(AssertUnwindSafe(|| {
            let database = redb::Builder::new()
                .set_cache_size(CACHE_BYTES)
                .create_file(file)
                .map_err(|error| JournalError::unopened(path, error))?;
            let mut journal = Self { path: path.to_owned(), database, last: 0 };
            journal.claim_format()?;
            journal.last = journal.replay(&mut replay)?;
            Ok(journal)
        }));
        opened.unwrap_or_else(|_| Err(JournalError::corrupt(path, "its pages contradict each other")))
    }

    /// How many changes it holds.
    pub fn len(&self) -> u64 {
        self.last
    }

    /// Whether it holds no change.
    pub fn is_empty(&self) -> bool {
        self.last == 0
    }

    /// A change as a record.
    pub fn encode(change: &Change) -> Result<Vec<u8>, JournalError> {
        let mut record = vec![0; 4];
        serde_json::to_writer(&mut record, change).map_err(|_| JournalError::ChangeUnwritable)?;
        let checksum = crc32fast::hash(&record[4..]).to_le_bytes();
        record[..4].copy_from_slice(&checksum);
        Ok(record)
    }

    /// Appends records as one commit; they are on disk when it returns. After an error none of
    /// them counts, and the journal takes no more until it is opened again.
    pub fn append(&mut self, records: &[Vec<u8>]) -> Result<(), JournalError> {
        let failed = |error: redb::Error| JournalError::unwritten(&self.path, error);
        let transaction = self.database.begin_write().map_err(|error| failed(error.into()))?;
        {
            let mut changes = transaction.open_table(CHANGES).map_err(|error| failed(error.into()))?;
            for (number, record) in (self.last + 1..).zip(records) {
                changes.insert(number, record.as_slice()).map_err(|error| failed(error.into()))?;
            }
        }
        transaction.commit().map_err(|error| failed(error.into()))?;
        self.last += records.len() as u64;
        Ok(())
    }

    fn claim_format(&self) -> Result<(), JournalError> {
        let failed = |error: redb::Error| JournalError::unread(&self.path, error);
        let reading = self.database.begin_read().map_err(|error| failed(error.into()))?;
        match reading.open_table(META) {
            Ok(meta) => {
                let found = meta.get("format").map_err(|error| failed(error.into()))?;
                match found.map(|found| found.value()) {
                    Some(FORMAT) => Ok(()),
                    Some(found) => Err(JournalError::FormatUnknown { path: self.path.clone(), found }),
                    None => Err(JournalError::corrupt(&self.path, "it names no format")),
                }
            }
            Err(redb::TableError::TableDoesNotExist(_)) => {
                let transaction = self.database.begin_write().map_err(|error| failed(error.into()))?;
                {
                    let mut meta = transaction.open_table(META).map_err(|error| failed(error.into()))?;
                    meta.insert("format", FORMAT).map_err(|error| failed(error.into()))?;
                    transaction.open_table(CHANGES).map_err(|error| failed(error.into()))?;
                }
                transaction.commit().map_err(|error| failed(error.into()))
            }
            Err(error) => Err(failed(error.into())),
        }
    }

    fn replay(&self, replay: &mut dyn FnMut(Change) -> Result<(), StoreError>) -> Result<u64, JournalError> {
        let failed = |error: redb::Error| JournalError::unread(&self.path, error);
        let reading = self.database.begin_read().map_err(|error| failed(error.into()))?;
        let changes = reading.open_table(CHANGES).map_err(|error| failed(error.into()))?;
        let mut last = 0;
        for entry in changes.iter().map_err(|error| failed(error.into()))? {
            let (number, record) = entry.map_err(|error| failed(error.into()))?;
            let number = number.value();
            let corrupt = |what: &str| JournalError::corrupt(&self.path, &format!("record {number} {what}"));
            if number != last + 1 {
                return Err(corrupt("does not follow the one before"));
            }
            let (checksum, json) =
                record.value().split_first_chunk::<4>().ok_or_else(|| corrupt("is too short"))?;
            if crc32fast::hash(json) != u32::from_le_bytes(*checksum) {
                return Err(corrupt("does not match its checksum"));
            }
            let change = serde_json::from_slice(json).map_err(|_| corrupt("is no change"))?;
            replay(change).map_err(|_| corrupt("cannot be applied"))?;
            last = number;
        }
        let counted = changes.len().map_err(|error| failed(error.into()))?;
        if counted != last {
            return Err(JournalError::corrupt(&self.path, "its last records are missing"));
        }
        Ok(last)
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("path", &self.path).field("last", &self.last).finish_non_exhaustive()
    }
}

/// Opens the file, making it and its folder readable to this user alone. A new file's name is on
/// disk before any change is.
fn open_file(path: &Path) -> Result<File, std::io::Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::create_dir_all(folder)?;
    }
    let is_new = !path.exists();
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    if is_new {
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(file)
}
