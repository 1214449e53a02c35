use proptest::prelude::*;
use storage::{
    Applied, Change, MemoryStore, Store, StoreError,
    testing::{Household, random_changes, snapshot},
};

use crate::database::store;

async fn apply_all(store: &dyn Store, changes: &[Change]) -> Vec<Option<Applied>> {
    let mut outcomes = Vec::with_capacity(changes.len());
    for change in changes {
        match store.apply(change).await {
            Ok(applied) => outcomes.push(Some(applied)),
            Err(StoreError::RowMissing) => outcomes.push(None),
            Err(other) => panic!("{other:?} for {change:?}"),
        }
    }
    outcomes
}

/// The same in batches, as a journal is replayed: a change that is refused is left out.
async fn apply_in_batches(store: &dyn Store, changes: &[Change], size: usize) -> Vec<Option<Applied>> {
    let mut outcomes = Vec::with_capacity(changes.len());
    while outcomes.len() < changes.len() {
        let left = &changes[outcomes.len()..];
        let batch = store.apply_all(&left[..size.min(left.len())]).await;
        outcomes.extend(batch.applied.into_iter().map(Some));
        match batch.stopped {
            None => {}
            Some(StoreError::RowMissing) => outcomes.push(None),
            Some(other) => panic!("{other:?}"),
        }
    }
    outcomes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_database_reads_as_memory_does_and_replay_changes_nothing(seed: u64) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = store().await;
            let memory = MemoryStore::default();
            let households = [Household::new("ada"), Household::new("eve")];
            let changes = random_changes(&households, seed, 60);
            let outcomes = apply_all(&memory, &changes).await;
            prop_assert_eq!(&apply_all(&*store, &changes).await, &outcomes);
            for _ in 0..2 {
                for household in &households {
                    let expected = snapshot(&memory, &household.user).await;
                    prop_assert_eq!(snapshot(&*store, &household.user).await, expected);
                }
                let written = changes.iter().zip(&outcomes).filter(|(_, outcome)| outcome == &&Some(Applied::Now));
                for (change, _) in written {
                    prop_assert_eq!(store.apply(change).await.unwrap(), Applied::Before);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn changes_in_batches_do_what_they_do_one_by_one(seed: u64, size in 1..40_usize) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = store().await;
            let memory = MemoryStore::default();
            let households = [Household::new("ada"), Household::new("eve")];
            let changes = random_changes(&households, seed, 60);
            let outcomes = apply_all(&memory, &changes).await;
            prop_assert_eq!(&apply_in_batches(&*store, &changes, size).await, &outcomes);
            for household in &households {
                let expected = snapshot(&memory, &household.user).await;
                prop_assert_eq!(snapshot(&*store, &household.user).await, expected);
            }
            Ok(())
        })?;
    }
}
