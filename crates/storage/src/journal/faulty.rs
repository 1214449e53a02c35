//! A disk that has no room while a test says so.

use std::{
    collections::BTreeSet,
    fs::File,
    io,
    ops::Bound,
    path::{Path, PathBuf},
    sync::Mutex,
};

use redb::{BackendError, StorageBackend, backends::FileBackend};

static FULL: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Lets commits to a file fail, or no more.
pub(crate) fn set_full(path: &Path, is_full: bool) {
    let mut full = FULL.lock().unwrap();
    if is_full {
        full.insert(path.to_owned())
    } else {
        full.remove(path)
    };
}

#[derive(Debug)]
pub(super) struct Backend {
    path: PathBuf,
    file: FileBackend,
}

impl Backend {
    pub(super) fn new(path: &Path, file: File) -> Result<Self, redb::DatabaseError> {
        Ok(Self { path: path.to_owned(), file: FileBackend::new(file)? })
    }

    fn room(&self) -> io::Result<()> {
        let is_full = FULL.lock().unwrap().contains(&self.path);
        if is_full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl StorageBackend for Backend {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.room()?;
        self.file.set_len(len)
    }

    /// What was written before may be on the disk all the same.
    fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()?;
        self.room()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.file.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.query_lock_range(start, end)
    }
}
