use std::{ops::Deref, path::PathBuf};

use domain::FixedClock;
use jiff::Timestamp;
use storage::{EmbeddedStore, MemoryStore, Standing, Store};
use tempfile::TempDir;

pub fn standing() -> Standing {
    Standing { degraded: false, reason: "No database is configured.".to_owned() }
}

pub fn open(path: &std::path::Path) -> EmbeddedStore {
    EmbeddedStore::open(path, &FixedClock(Timestamp::UNIX_EPOCH), standing()).unwrap()
}

pub struct Journaled {
    pub store: EmbeddedStore,
    _folder: TempDir,
}

impl Deref for Journaled {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        &self.store
    }
}

pub fn journal_path() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data/journal.redb");
    (folder, path)
}

fn journaled() -> Journaled {
    let (folder, path) = journal_path();
    Journaled { store: open(&path), _folder: folder }
}

mod memory {
    use super::*;
    storage::contract_tests!(Box::new(MemoryStore::default()));
}

mod journal {
    use super::*;
    storage::contract_tests!(journaled());
}
