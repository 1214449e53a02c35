//! Why a journal cannot be opened or written.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::StoreError;

/// Why a journal cannot be opened or written. Each names the file.
#[derive(Debug, Error)]
pub enum JournalError {
    /// Another process has it open.
    #[error("the journal {} is in use by another process: is the app already running?", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The file system refused: no such folder, no permission, an I/O error.
    #[error("the journal {} cannot be opened", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        #[source]
        source: Box<redb::Error>,
    },
    /// The file is not a journal, or is damaged. It is left as it is: a copy of it may be mended.
    #[error("the journal {} is damaged ({detail}); move it away to start empty", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A newer Lakeledger wrote it.
    #[error("the journal {} has format {found}, which this version cannot read", path.display())]
    FormatUnknown {
        /// The file.
        path: PathBuf,
        /// The format that it names.
        found: u64,
    },
    /// There is no room on its disk.
    #[error("the disk of the journal {} is full", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// A commit failed; the journal must be opened again.
    #[error("the journal {} cannot be written", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What redb or the file system said.
        #[source]
        source: Box<redb::Error>,
    },
    /// It failed, and could not be opened again yet.
    #[error("the journal {} has failed and is not open", path.display())]
    Closed {
        /// The file.
        path: PathBuf,
    },
    /// A change has no JSON form.
    #[error("the change cannot be written as JSON")]
    ChangeUnwritable,
    /// The thread that writes it has ended.
    #[error("the journal's writer has stopped")]
    WriterStopped,
}

impl JournalError {
    pub(super) fn corrupt(path: &Path, detail: &str) -> Self {
        Self::Corrupt { path: path.to_owned(), detail: detail.to_owned() }
    }

    pub(super) fn unopened(path: &Path, error: redb::DatabaseError) -> Self {
        match error {
            redb::DatabaseError::DatabaseAlreadyOpen => Self::InUse { path: path.to_owned() },
            redb::DatabaseError::UpgradeRequired(found) => {
                Self::FormatUnknown { path: path.to_owned(), found: found.into() }
            }
            other => Self::unread(path, other.into()),
        }
    }

    pub(super) fn unread(path: &Path, error: redb::Error) -> Self {
        match error {
            // redb answers a file that is no database of its own with this kind.
            redb::Error::Io(io) if matches!(io.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) => {
                Self::corrupt(path, "it is cut short or no journal")
            }
            redb::Error::Io(_) => Self::Unreadable { path: path.to_owned(), source: Box::new(error) },
            other => Self::corrupt(path, &other.to_string()),
        }
    }

    pub(super) fn unwritten(path: &Path, error: redb::Error) -> Self {
        match error {
            redb::Error::Io(io) if is_full(io.kind()) => Self::DiskFull { path: path.to_owned() },
            other => Self::Unwritable { path: path.to_owned(), source: Box::new(other) },
        }
    }
}

/// No room: on the disk, in the user's quota, or in the size that a file may have.
fn is_full(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

impl From<JournalError> for StoreError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::DiskFull { .. } => Self::Full,
            other => Self::Unavailable(Box::new(other)),
        }
    }
}
