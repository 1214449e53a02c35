//! Where the store stands, in words for the person.

use std::sync::atomic::Ordering;

use super::{
    Inner,
    circuit::{Circuit, Phase},
    lock,
};
use crate::{StorageMode, StorageStatus};

/// Said while nothing is wrong yet.
const UNREADY: &str = " The journal cannot be written: an outage would refuse changes until it can be.";

impl Inner {
    pub(super) fn status(&self) -> StorageStatus {
        let circuit = lock(&self.circuit);
        let (phase, since) = (circuit.phase(), circuit.since());
        let mode = self.mode(&circuit);
        drop(circuit);
        let pending_changes = self.pending();
        StorageStatus {
            mode,
            degraded: mode != StorageMode::Postgres,
            pending_changes,
            since,
            reason: reason(mode, phase, pending_changes, self.refused(), self.local.is_some())
                + if mode == StorageMode::Postgres && self.has_failed() { UNREADY } else { "" },
        }
    }

    fn mode(&self, circuit: &Circuit) -> StorageMode {
        let takes_changes = self.local.is_some() && !self.has_failed();
        match circuit.phase() {
            Phase::Up => StorageMode::Postgres,
            _ if !takes_changes => StorageMode::Unavailable,
            // One that answers probes and takes no change (read-only, full) is not yet back.
            Phase::Recovering { .. } if circuit.failures() <= 1 => StorageMode::Recovering,
            Phase::Down { .. } | Phase::Probing { .. } | Phase::Recovering { .. } => StorageMode::Memory,
        }
    }

    fn has_failed(&self) -> bool {
        self.local.as_ref().is_some_and(|local| local.writer.has_failed())
    }

    pub(super) fn pending(&self) -> u64 {
        self.local.as_ref().map_or(0, |local| local.writer.gauges().journaled.load(Ordering::Relaxed))
    }

    pub(super) fn refused(&self) -> u64 {
        self.local.as_ref().map_or(0, |local| local.writer.gauges().refused.load(Ordering::Relaxed))
    }
}

fn reason(mode: StorageMode, phase: Phase, pending: u64, refused: u64, has_journal: bool) -> String {
    let outage = match phase {
        Phase::Up => String::new(),
        Phase::Down { outage, .. } | Phase::Probing { outage } | Phase::Recovering { outage } => {
            outage.to_string()
        }
    };
    let standing = match mode {
        StorageMode::Postgres => "Data is kept in PostgreSQL.".to_owned(),
        StorageMode::Memory => format!("Saving locally: {outage}."),
        StorageMode::Recovering => "The database is back.".to_owned(),
        StorageMode::Unavailable if has_journal => {
            format!("Changes are refused: {outage}, and the journal cannot be written.")
        }
        StorageMode::Unavailable => format!("Changes are refused: {outage}."),
    };
    let waiting = match pending {
        0 => String::new(),
        1 => " 1 change waits for it.".to_owned(),
        more => format!(" {more} changes wait for it."),
    };
    let lost = match refused {
        0 => String::new(),
        1 => " 1 change made while it was away could not be moved there.".to_owned(),
        more => format!(" {more} changes made while it was away could not be moved there."),
    };
    [standing, waiting, lost].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outage;

    #[test]
    fn the_reason_is_words_for_a_person() {
        let down = Phase::Probing { outage: Outage::Unreachable };
        assert_eq!(
            reason(StorageMode::Memory, down, 3, 0, true),
            "Saving locally: the database cannot be reached. 3 changes wait for it."
        );
        assert_eq!(
            reason(StorageMode::Unavailable, down, 0, 0, false),
            "Changes are refused: the database cannot be reached."
        );
        assert_eq!(
            reason(StorageMode::Postgres, Phase::Up, 0, 1, true),
            "Data is kept in PostgreSQL. 1 change made while it was away could not be moved there."
        );
    }
}
