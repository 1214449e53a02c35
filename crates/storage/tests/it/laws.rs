use domain::UserId;
use proptest::prelude::*;
use storage::{
    Applied, Change, EmbeddedStore, MemoryLimits, MemoryStore, Store, StoreError,
    testing::{Household, random_changes, snapshot},
};

use crate::contract::{journal_path, open, standing};

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

async fn apply_all(store: &dyn Store, changes: &[Change]) -> Vec<Option<Applied>> {
    let mut outcomes = Vec::with_capacity(changes.len());
    for change in changes {
        match store.apply(change).await {
            Ok(applied) => outcomes.push(Some(applied)),
            Err(StoreError::RowMissing) => outcomes.push(None),
            Err(other) => panic!("{other} for {change:?}"),
        }
    }
    outcomes
}

async fn snapshots(store: &dyn Store, households: &[Household]) -> Vec<String> {
    let mut all = Vec::new();
    for household in households {
        all.push(snapshot(store, &household.user).await);
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_reopened_journal_reads_as_memory_does_and_replay_changes_nothing(seed: u64) {
        run(async {
            let households = [Household::new("ada"), Household::new("eve")];
            let changes = random_changes(&households, seed, 80);
            let memory = MemoryStore::default();
            let (_folder, path) = journal_path();
            let journaled = open(&path);
            let outcomes = apply_all(&memory, &changes).await;
            prop_assert_eq!(&apply_all(&journaled, &changes).await, &outcomes);
            let expected = snapshots(&memory, &households).await;
            prop_assert_eq!(&snapshots(&journaled, &households).await, &expected);
            drop(journaled);

            let reopened = open(&path);
            prop_assert_eq!(&snapshots(&reopened, &households).await, &expected);
            let written: Vec<Change> = changes
                .iter()
                .zip(&outcomes)
                .filter(|(_, outcome)| **outcome == Some(Applied::Now))
                .map(|(change, _)| change.clone())
                .collect();
            let again = apply_all(&reopened, &written).await;
            prop_assert!(again.iter().all(|outcome| *outcome == Some(Applied::Before)));
            prop_assert_eq!(&snapshots(&reopened, &households).await, &expected);
            Ok(())
        })?;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_of_many_users_at_once_all_survive_a_restart() {
    let (_folder, path) = journal_path();
    let store = std::sync::Arc::new(open(&path));
    let tasks: Vec<_> = (0..40)
        .map(|_| {
            let store = std::sync::Arc::clone(&store);
            tokio::spawn(async move {
                let household = Household::new("ada");
                for number in 0..5 {
                    household.write_chat(&*store, &format!("Chat {number}")).await;
                }
                household.user
            })
        })
        .collect();
    let mut users: Vec<UserId> = Vec::new();
    for task in tasks {
        users.push(task.await.unwrap());
    }
    drop(store);
    let reopened = open(&path);
    for user in users {
        let page = storage::PageRequest::first(10);
        let chats = reopened.list_chats(&user, &storage::ChatFilter::default(), &page).await.unwrap();
        assert_eq!(chats.items.len(), 5);
    }
}

#[tokio::test]
async fn a_full_store_refuses_and_keeps_what_it_has() {
    let (_folder, path) = journal_path();
    let limits = MemoryLimits { size_bytes: 2_000, users: 1 };
    let clock = domain::FixedClock(jiff::Timestamp::UNIX_EPOCH);
    let store = EmbeddedStore::open_with_limits(&path, &clock, standing(), limits).unwrap();
    let ada = Household::new("ada");
    let chat = ada.write_chat(&store, "First").await;
    let kept = snapshot(&store, &ada.user).await;
    let (account, rows) = {
        let account = ada.account("Checking", ada.import_id());
        let rows = vec![ada.transaction(&account, jiff::civil::date(2026, 5, 1), "Bakery", 1); 10];
        (account, rows)
    };
    let refused = ada.apply(&store, ada.import(account.import_id, vec![account], rows)).await;
    assert!(matches!(refused, Err(StoreError::Full)));
    let eve = Household::new("eve");
    let refused = eve.apply(&store, storage::ChangeKind::ChatCreated { chat }).await;
    assert!(matches!(refused, Err(StoreError::Full)), "one user more than it takes");
    assert_eq!(snapshot(&store, &ada.user).await, kept);

    drop(store);
    let lower = MemoryLimits { size_bytes: 1, users: 0 };
    let store = EmbeddedStore::open_with_limits(&path, &clock, standing(), lower).unwrap();
    assert_eq!(snapshot(&store, &ada.user).await, kept, "what was acknowledged has its place");
    let refused = ada.apply(&store, storage::ChangeKind::ChatCreated { chat: ada.chat("Second") }).await;
    assert!(matches!(refused, Err(StoreError::Full)));
}

#[tokio::test]
async fn a_degraded_store_counts_the_changes_that_wait() {
    let (_folder, path) = journal_path();
    let clock = domain::FixedClock(jiff::Timestamp::UNIX_EPOCH);
    let degraded = storage::Standing { degraded: true, reason: "The database did not answer.".to_owned() };
    let ada = Household::new("ada");
    let store = EmbeddedStore::open(&path, &clock, degraded.clone()).unwrap();
    ada.write_chat(&store, "One").await;
    ada.write_chat(&store, "Two").await;
    drop(store);
    let status = EmbeddedStore::open(&path, &clock, degraded).unwrap().status();
    assert_eq!((status.degraded, status.pending_changes), (true, 2));
    assert_eq!(open(&path).status().pending_changes, 0, "with no database configured nothing waits");
}
