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
}
