//! The journal as a queue: what waits for a database, and what becomes of it.

use domain::{ChangeId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CHANGES, Journal, JournalError, META, PART_BYTES, read::Next};
use crate::Change;

/// Keyed as the changes are; kept until a person looks into it.
pub(super) const REFUSED: redb::TableDefinition<(u64, u32), &[u8]> = redb::TableDefinition::new("refused");

/// About how much is read from the journal at once. More takes memory; less takes round trips.
const READ_BYTES: usize = 4 << 20;

/// A change that waits, with its number in the journal.
pub(crate) type Numbered = (u64, Change);

/// A change that was acknowledged here and that the database has refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefusedChange {
    /// The change.
    pub change: Change,
    /// What the database said.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// A queue of changes that outlasts the process: the journal's file, or what a simulation puts in
/// its place.
pub(crate) trait ChangeLog: Send {
    /// How many changes wait.
    fn len(&self) -> u64;
    /// How many changes were refused.
    fn refused(&self) -> u64;
    /// Opens it again after an error.
    fn reopen(&mut self) -> Result<(), JournalError>;
    /// Appends records as one commit.
    fn append(&mut self, records: &[Vec<u8>]) -> Result<(), JournalError>;
    /// Reads some changes after a number, in order; none when there are none.
    fn read_after(&self, after: u64, count: usize) -> Result<Vec<Numbered>, JournalError>;
    /// Takes the changes through a number out, and sets the refused ones of them aside, as one commit.
    fn settle(&mut self, through: u64, refused: &[(u64, RefusedChange)]) -> Result<(), JournalError>;
    /// Takes out what changes make go, with its bytes; gives whose changes these were that are now nobody's.
    fn expunge(&mut self, by: &[Change]) -> Result<Vec<UserId>, JournalError>;
    /// The changes whose work of this kind is not done.
    fn unfinished(&self) -> Result<Vec<Change>, JournalError>;
}

impl ChangeLog for Journal {
    fn len(&self) -> u64 {
        Self::len(self)
    }

    fn refused(&self) -> u64 {
        self.refused
    }

    fn reopen(&mut self) -> Result<(), JournalError> {
        Self::reopen(self)
    }

    fn append(&mut self, records: &[Vec<u8>]) -> Result<(), JournalError> {
        Self::append(self, records)
    }

    fn read_after(&self, after: u64, count: usize) -> Result<Vec<Numbered>, JournalError> {
        let mut changes = Vec::new();
        let mut bytes = 0;
        let after = after.max(self.removed);
        if count == 0 || after >= self.last {
            return Ok(changes);
        }
        self.visit(after, &mut |number, change| {
            bytes += crate::memory::weight(&change) as usize;
            changes.push((number, change));
            Ok(if changes.len() < count && bytes < READ_BYTES { Next::Read } else { Next::Stop })
        })?;
        Ok(changes)
    }

    fn settle(&mut self, through: u64, refused: &[(u64, RefusedChange)]) -> Result<(), JournalError> {
        let through = through.min(self.last);
        if through <= self.removed {
            return Ok(());
        }
        let failed = |error: redb::Error| JournalError::unwritten(&self.path, error);
        let count = self.refused + refused.len() as u64;
        let transaction = self.database()?.begin_write().map_err(|error| failed(error.into()))?;
        {
            let mut meta = transaction.open_table(META).map_err(|error| failed(error.into()))?;
            meta.insert("removed", through).map_err(|error| failed(error.into()))?;
            meta.insert("refused", count).map_err(|error| failed(error.into()))?;
            let mut changes = transaction.open_table(CHANGES).map_err(|error| failed(error.into()))?;
            changes
                .retain_in((0, 0)..=(through, u32::MAX), |_, _| false)
                .map_err(|error| failed(error.into()))?;
            let mut aside = transaction.open_table(REFUSED).map_err(|error| failed(error.into()))?;
            for (number, change) in refused {
                let record = super::encode(change)?;
                for (part, bytes) in (0..).zip(record.chunks(PART_BYTES)) {
                    aside.insert((*number, part), bytes).map_err(|error| failed(error.into()))?;
                }
            }
        }
        transaction.commit().map_err(|error| failed(error.into()))?;
        self.removed = through;
        self.refused = count;
        Ok(())
    }

    fn expunge(&mut self, by: &[Change]) -> Result<Vec<UserId>, JournalError> {
        self.take_out(by)
    }

    fn unfinished(&self) -> Result<Vec<Change>, JournalError> {
        Self::unfinished(self)
    }
}

impl RefusedChange {
    /// The refused change's id.
    pub fn id(&self) -> ChangeId {
        self.change.id
    }
}
