//! A journal in memory that outlives the store, as a file outlives a process.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex},
};

use domain::UserId;

use crate::{
    Change, JournalError, RefusedChange,
    journal::{ChangeLog, Expunged, Numbered, taken_by},
};

#[derive(Debug, Clone, Default)]
pub(in crate::failover) struct SimulatedJournal(Arc<Mutex<Rows>>);

#[derive(Debug, Default)]
struct Rows {
    records: BTreeMap<u64, Vec<u8>>,
    last: u64,
    refused: u64,
}

impl SimulatedJournal {
    pub(super) fn is_empty(&self) -> bool {
        self.0.lock().unwrap().records.is_empty()
    }
}

impl ChangeLog for SimulatedJournal {
    fn len(&self) -> u64 {
        self.0.lock().unwrap().records.len() as u64
    }

    fn refused(&self) -> u64 {
        self.0.lock().unwrap().refused
    }

    fn reopen(&mut self) -> Result<(), JournalError> {
        Ok(())
    }

    fn append(&mut self, records: &[Vec<u8>]) -> Result<(), JournalError> {
        let mut rows = self.0.lock().unwrap();
        for record in records {
            rows.last += 1;
            let number = rows.last;
            rows.records.insert(number, record.clone());
        }
        Ok(())
    }

    fn read_after(&self, after: u64, count: usize) -> Result<Vec<Numbered>, JournalError> {
        let rows = self.0.lock().unwrap();
        let read = |(number, record): (&u64, &Vec<u8>)| {
            (*number, serde_json::from_slice(&record[4..]).expect("it was written as JSON"))
        };
        Ok(rows.records.range(after + 1..).take(count).map(read).collect())
    }

    fn settle(&mut self, through: u64, refused: &[(u64, RefusedChange)]) -> Result<(), JournalError> {
        let mut rows = self.0.lock().unwrap();
        rows.records.retain(|number, _| *number > through);
        rows.refused += refused.len() as u64;
        Ok(())
    }

    fn expunge(&mut self, by: &[Change]) -> Result<Vec<UserId>, JournalError> {
        let mut owners = Vec::new();
        let mut rows = self.0.lock().unwrap();
        let read = |record: &[u8]| -> Change {
            serde_json::from_slice(&record[4..]).expect("it was written as JSON")
        };
        let queued: HashSet<_> = rows.records.values().map(|record| read(record).id).collect();
        let mut expunged: Vec<_> =
            by.iter().filter_map(|by| Expunged::by(by, queued.contains(&by.id))).collect();
        for record in rows.records.values_mut() {
            let change = read(record);
            if let Some(by) = taken_by(&mut expunged, &change) {
                let removed = change.removed(by);
                *record = crate::Journal::encode(&removed)?;
                if removed.is_nobodys() {
                    owners.push(change.user);
                }
            }
        }
        Ok(owners)
    }

    fn unfinished(&self) -> Result<Vec<Change>, JournalError> {
        Ok(Vec::new())
    }
}
