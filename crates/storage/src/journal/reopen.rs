//! Opening the file again after a commit that failed: the disk had no room and has some now, or was away.
//!
//! redb takes nothing more once its file has failed. What was acknowledged must be in the file; what was
//! not, and reached it all the same, is taken out: whoever wrote it was told that it does not count.

use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use redb::Database;

use super::{CACHE_BYTES, CHANGES, FORMAT, Journal, JournalError, META};

/// redb on the journal's file.
pub(super) fn database(path: &Path, file: File) -> Result<Database, redb::DatabaseError> {
    let mut builder = redb::Builder::new();
    builder.set_cache_size(CACHE_BYTES);
    #[cfg(test)]
    return builder.create_with_backend(super::faulty::Backend::new(path, file)?);
    #[cfg(not(test))]
    {
        let _ = path;
        builder.create_file(file)
    }
}

impl Journal {
    /// Opens the file again and commits to it. After an error it is closed, and this may be tried again.
    pub fn reopen(&mut self) -> Result<(), JournalError> {
        // Its lock on the file goes with it.
        self.database = None;
        let path = self.path.clone();
        // As when it is opened first: a corrupt file can make redb panic.
        let reopened = catch_unwind(AssertUnwindSafe(|| self.reopen_file()));
        let reopened =
            reopened.unwrap_or_else(|_| Err(JournalError::corrupt(&path, "its pages contradict each other")));
        if reopened.is_err() {
            self.database = None;
        }
        reopened
    }

    fn reopen_file(&mut self) -> Result<(), JournalError> {
        // Not made anew: an empty file would pass for a journal without changes.
        let file = File::options().read(true).write(true).open(&self.path);
        let file = file.map_err(|error| JournalError::unread(&self.path, error.into()))?;
        let database =
            database(&self.path, file).map_err(|error| JournalError::unopened(&self.path, error))?;
        self.database = Some(database);
        match self.read_meta()? {
            Some(meta) if meta.last < self.last || meta.removed < self.removed => {
                return Err(JournalError::corrupt(&self.path, "changes that were in it are not"));
            }
            None if self.last > 0 => {
                return Err(JournalError::corrupt(&self.path, "changes that were in it are not"));
            }
            Some(meta) => (self.removed, self.refused) = (meta.removed, meta.refused),
            None => {}
        }
        self.forget_unacknowledged()
    }

    fn forget_unacknowledged(&self) -> Result<(), JournalError> {
        let failed = |error: redb::Error| JournalError::unwritten(&self.path, error);
        let transaction = self.database()?.begin_write().map_err(|error| failed(error.into()))?;
        {
            let mut meta = transaction.open_table(META).map_err(|error| failed(error.into()))?;
            meta.insert("format", FORMAT).map_err(|error| failed(error.into()))?;
            meta.insert("changes", self.last).map_err(|error| failed(error.into()))?;
            let mut changes = transaction.open_table(CHANGES).map_err(|error| failed(error.into()))?;
            changes.retain_in((self.last + 1, 0).., |_, _| false).map_err(|error| failed(error.into()))?;
        }
        transaction.commit().map_err(|error| failed(error.into()))
    }

    /// redb, unless the last try to open the file again has failed.
    pub(super) fn database(&self) -> Result<&Database, JournalError> {
        self.database.as_ref().ok_or_else(|| JournalError::Closed { path: self.path.clone() })
    }
}
