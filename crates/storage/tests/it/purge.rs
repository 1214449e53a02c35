//! What goes for good goes from the journal's bytes too.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use domain::{ChatId, Clock, FixedClock};
use jiff::Timestamp;
use storage::{
    Applied, ChangeKind, ChatFilter, FailoverOptions, FailoverStore, MemoryStore, Outage, Probe, StorageMode,
    Store,
    testing::{Household, snapshot, write_everything},
};

use crate::contract::{journal_path, open};

/// Whether a text stands anywhere in the journal's folder.
fn is_on_disk(path: &Path, text: &str) -> bool {
    let files = std::fs::read_dir(path.parent().unwrap()).unwrap();
    files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[tokio::test]
async fn of_an_erased_user_no_byte_stays_in_the_journal() {
    let (_folder, path) = journal_path();
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    let store = open(&path);
    write_everything(&store, &ada, "zebra-of-ada").await;
    write_everything(&store, &eve, "zebra-of-eve").await;
    ada.write_chat(&store, &"long zebra-of-ada ".repeat(6)).await;
    assert!(is_on_disk(&path, "zebra-of-ada"));
    let of_eve = snapshot(&store, &eve.user).await;
    ada.write(&store, ChangeKind::UserErased).await;
    assert!(!is_on_disk(&path, "zebra-of-ada"));
    assert!(is_on_disk(&path, "zebra-of-eve"));
    let nothing = snapshot(&store, &Household::new("nobody").user).await;
    assert_eq!(snapshot(&store, &ada.user).await, nothing);
    ada.write_chat(&store, "Back again").await;
    let again = snapshot(&store, &ada.user).await;
    drop(store);

    let store = open(&path);
    assert_eq!(snapshot(&store, &ada.user).await, again);
    assert_eq!(snapshot(&store, &eve.user).await, of_eve);
    assert!(!is_on_disk(&path, "zebra-of-ada"));
}

#[tokio::test]
async fn of_a_purged_chat_no_byte_stays_in_the_journal() {
    no_byte_stays_of_a_chat(|_, chat_id| ChangeKind::ChatPurged { chat_id }).await;
}

#[tokio::test]
async fn of_an_expired_chat_no_byte_stays_in_the_journal() {
    no_byte_stays_of_a_chat(|ada, chat_id| ChangeKind::ChatExpired { chat_id, until: ada.clock.now() }).await;
}

async fn no_byte_stays_of_a_chat(goes: impl Fn(&Household, ChatId) -> ChangeKind) {
    let (_folder, path) = journal_path();
    let ada = Household::new("ada");
    let store = open(&path);
    let kept = ada.write_chat(&store, "Kept lion").await;
    ada.write_question(&store, kept.id, "A lion?").await;
    let before = snapshot(&store, &ada.user).await;
    let chat = ada.write_chat(&store, "A zebra").await;
    ada.write_question(&store, chat.id, "One more zebra?").await;
    let mut write = ada.tool_write(chat.id);
    "Paint the zebra".clone_into(&mut write.preview);
    ada.write(&store, ChangeKind::ToolWriteProposed { write: Box::new(write) }).await;
    ada.write(&store, goes(&ada, chat.id)).await;
    assert!(!is_on_disk(&path, "zebra") && is_on_disk(&path, "lion"));
    assert_eq!(snapshot(&store, &ada.user).await, before);
    drop(store);
    assert_eq!(snapshot(&open(&path), &ada.user).await, before);
}

#[tokio::test]
async fn of_chats_that_go_at_once_no_byte_stays_in_the_journal() {
    let (_folder, path) = journal_path();
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    let store = open(&path);
    let kept = ada.write_chat(&store, "Kept lion").await;
    let before = snapshot(&store, &ada.user).await;
    let mut going = Vec::new();
    for number in 0..70 {
        let chat = ada.write_chat(&store, &format!("zebra {number}")).await;
        ada.write_question(&store, chat.id, &format!("One more zebra, number {number}?")).await;
        going.push(ada.change(match number % 2 {
            0 => ChangeKind::ChatPurged { chat_id: chat.id },
            _ => ChangeKind::ChatExpired { chat_id: chat.id, until: ada.clock.now() },
        }));
    }
    write_everything(&store, &eve, "crocodile").await;
    going.push(eve.change(ChangeKind::UserErased));
    going.push(ada.change(ChangeKind::ChatPurged { chat_id: kept.id }));
    let applied = futures::future::join_all(going[..71].iter().map(|change| store.apply(change))).await;
    assert!(applied.into_iter().all(|applied| applied.unwrap() == Applied::Now));
    assert!(!is_on_disk(&path, "zebra") && !is_on_disk(&path, "crocodile") && is_on_disk(&path, "lion"));
    assert_eq!(snapshot(&store, &ada.user).await, before);
    assert_eq!(store.apply(&going[71]).await.unwrap(), Applied::Now);
    assert!(!is_on_disk(&path, "lion"));
    drop(store);
    let reopened = open(&path);
    assert!(reopened.find_chat(&ada.user, kept.id).await.unwrap().is_none());
}

/// A database that is there when it is told to be.
struct Switch(std::sync::atomic::AtomicBool);

#[async_trait]
impl Probe for Switch {
    async fn check(&self) -> Result<(), Outage> {
        if self.0.load(std::sync::atomic::Ordering::Relaxed) { Ok(()) } else { Err(Outage::Unreachable) }
    }
}

#[tokio::test]
async fn what_is_erased_while_the_database_is_away_is_erased_there_when_it_is_back() {
    let (_folder, path) = journal_path();
    let primary = Arc::new(MemoryStore::default());
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    write_everything(primary.as_ref(), &ada, "zebra-in-database").await;
    write_everything(primary.as_ref(), &eve, "lion").await;
    let of_eve = snapshot(primary.as_ref(), &eve.user).await;
    let probe = Arc::new(Switch(false.into()));
    let clock = Arc::new(FixedClock(Timestamp::UNIX_EPOCH));
    let database: Arc<dyn Store> = Arc::<MemoryStore>::clone(&primary);
    let options = FailoverOptions::default();
    let store =
        FailoverStore::open(database, Arc::<Switch>::clone(&probe), Some(&path), options, clock).unwrap();
    // Written while it is away, and erased before it is back.
    ada.write_chat(&store, "zebra-in-journal").await;
    let kept = ada.change(ChangeKind::ChatCreated { chat: ada.chat("Made before") });
    ada.write(&store, ChangeKind::UserErased).await;
    assert!(!is_on_disk(&path, "zebra"));
    let chat = ada.write_chat(&store, "Back again").await;
    assert_eq!(store.status().mode, StorageMode::Memory);

    probe.0.store(true, std::sync::atomic::Ordering::Relaxed);
    store.connected().await;
    let fresh = Household { user: ada.user.clone(), clock: Household::new("clock").clock };
    let listed = primary
        .list_chats(&fresh.user, &ChatFilter::default(), &storage::PageRequest::first(9))
        .await
        .unwrap();
    assert_eq!(listed.items, [chat]);
    assert_eq!(primary.find_profile(&ada.user).await.unwrap(), None);
    assert_eq!(snapshot(primary.as_ref(), &eve.user).await, of_eve);
    assert_eq!(store.apply(&kept).await.unwrap(), storage::Applied::Before);
    assert!(!is_on_disk(&path, ada.user.as_str()), "what was settled is gone from the file too");
    store.close().await;
}
