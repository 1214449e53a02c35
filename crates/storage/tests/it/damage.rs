//! A journal that was damaged says so, names its file, and is left as it is.

use std::{fs, path::Path};

use domain::FixedClock;
use jiff::Timestamp;
use storage::{EmbeddedStore, JournalError, testing::Household, testing::snapshot};

use crate::contract::{journal_path, open, standing};

fn open_error(path: &Path) -> JournalError {
    EmbeddedStore::open(path, &FixedClock(Timestamp::UNIX_EPOCH), standing()).unwrap_err()
}

/// A journal of 30 chats; gives the file's bytes and what its user reads.
async fn written(path: &Path, ada: &Household) -> (Vec<u8>, String) {
    let store = open(path);
    for number in 0..30 {
        ada.write_chat(&store, &format!("A chat with a title to find in the file {number}")).await;
    }
    let read = snapshot(&store, &ada.user).await;
    drop(store);
    (fs::read(path).unwrap(), read)
}

#[test]
fn a_file_that_is_no_journal_is_refused_by_name() {
    let (folder, _) = journal_path();
    for (name, bytes) in
        [("text", b"not a journal".repeat(500)), ("zeros", vec![0; 8192]), ("short", vec![7])]
    {
        let path = folder.path().join(name);
        fs::write(&path, &bytes).unwrap();
        let error = open_error(&path);
        assert!(matches!(error, JournalError::Corrupt { .. }), "{error:?}");
        assert!(error.to_string().contains(&path.display().to_string()));
        assert_eq!(fs::read(&path).unwrap(), bytes, "it is left as it is");
    }
}

#[test]
fn a_journal_that_another_process_has_open_is_refused() {
    let (_folder, path) = journal_path();
    let _held = open(&path);
    assert!(matches!(open_error(&path), JournalError::InUse { .. }));
}

#[tokio::test]
async fn a_flipped_bit_in_a_change_is_found() {
    let (_folder, path) = journal_path();
    let (mut bytes, _) = written(&path, &Household::new("ada")).await;
    let needle = b"to find in the file 17";
    let found: Vec<usize> =
        bytes.windows(needle.len()).enumerate().filter(|(_, w)| w == needle).map(|(at, _)| at).collect();
    assert!(!found.is_empty());
    for at in found {
        bytes[at] ^= 1;
    }
    fs::write(&path, &bytes).unwrap();
    assert!(matches!(open_error(&path), JournalError::Corrupt { .. }));
}

#[tokio::test]
async fn wherever_a_journal_is_cut_or_overwritten_nothing_is_lost_in_silence() {
    let (_folder, path) = journal_path();
    let ada = Household::new("ada");
    let (whole, expected) = written(&path, &ada).await;
    let pages = whole.len() / 4096;
    let mut refused = 0;
    for step in 0..48 {
        let at = step * pages / 48 * 4096;
        let mut cut = whole.clone();
        cut.truncate(at.max(1));
        let mut blotted = whole.clone();
        blotted[at..at + 4096].fill(0xA5);
        for damaged in [cut, blotted] {
            fs::write(&path, &damaged).unwrap();
            match EmbeddedStore::open(&path, &FixedClock(Timestamp::UNIX_EPOCH), standing()) {
                Ok(store) => assert_eq!(snapshot(&store, &ada.user).await, expected, "page {at:#x}"),
                Err(error) => {
                    refused += 1;
                    assert!(error.to_string().contains("journal.redb"), "{error}");
                }
            }
        }
    }
    assert!(refused > 0);
}
