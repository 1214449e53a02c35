//! Reading the journal's changes back, in order, each checked.

use redb::{ReadableDatabase, ReadableTable};

use super::{CHANGES, FORMAT, Journal, JournalError, META, PART_BYTES, RefusedChange, log::REFUSED};
use crate::Change;

/// What the journal's last commit says it holds.
pub(super) struct Meta {
    /// The number of the last change.
    pub(super) last: u64,
    /// The number of the last change that was removed.
    pub(super) removed: u64,
    /// How many changes were set aside as refused.
    pub(super) refused: u64,
}

/// What to do after a record.
pub(super) enum Next {
    Read,
    Stop,
}

type Visit<'a> = &'a mut dyn FnMut(u64, Change) -> Result<Next, JournalError>;

impl Journal {
    /// Hands the changes after a number to `visit`, and gives the number of the last one read.
    pub(super) fn visit(&self, after: u64, visit: Visit<'_>) -> Result<u64, JournalError> {
        let failed = |error: redb::Error| JournalError::unread(&self.path, error);
        let reading = self.database()?.begin_read().map_err(|error| failed(error.into()))?;
        let changes = reading.open_table(CHANGES).map_err(|error| failed(error.into()))?;
        let mut record = Vec::new();
        let mut last = after;
        let range = (after.saturating_add(1), 0)..;
        for entry in changes.range(range).map_err(|error| failed(error.into()))? {
            let (key, bytes) = entry.map_err(|error| failed(error.into()))?;
            let (number, part) = key.value();
            if number == last + 1 && part == 0 {
                if last > after && matches!(self.visit_record(last, &record, visit)?, Next::Stop) {
                    return Ok(last);
                }
                record.clear();
                last = number;
            } else if number != last || last == after || record.len() != part as usize * PART_BYTES {
                let detail = format!("record {number} does not follow the one before");
                return Err(JournalError::corrupt(&self.path, &detail));
            }
            record.extend_from_slice(bytes.value());
        }
        if last > after {
            self.visit_record(last, &record, visit)?;
        }
        Ok(last)
    }

    /// The changes that were set aside, with the numbers that they had. One that cannot be read is left out.
    pub fn refused_changes(&self) -> Result<Vec<(u64, RefusedChange)>, JournalError> {
        let failed = |error: redb::Error| JournalError::unread(&self.path, error);
        let reading = self.database()?.begin_read().map_err(|error| failed(error.into()))?;
        let aside = match reading.open_table(REFUSED) {
            Ok(aside) => aside,
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
            Err(error) => return Err(failed(error.into())),
        };
        let mut records: Vec<(u64, Vec<u8>)> = Vec::new();
        for entry in aside.iter().map_err(|error| failed(error.into()))? {
            let (key, bytes) = entry.map_err(|error| failed(error.into()))?;
            let (number, _) = key.value();
            match records.last_mut().filter(|(last, _)| *last == number) {
                Some((_, record)) => record.extend_from_slice(bytes.value()),
                None => records.push((number, bytes.value().to_vec())),
            }
        }
        let read = |(number, record): (u64, Vec<u8>)| {
            let refused: RefusedChange = serde_json::from_slice(record.get(4..)?).ok()?;
            Some((number, refused))
        };
        Ok(records.into_iter().filter_map(read).collect())
    }

    /// What there must be; none when nothing has been written yet.
    pub(super) fn read_meta(&self) -> Result<Option<Meta>, JournalError> {
        let failed = |error: redb::Error| JournalError::unread(&self.path, error);
        let reading = self.database()?.begin_read().map_err(|error| failed(error.into()))?;
        let meta = match reading.open_table(META) {
            Ok(meta) => meta,
            // It is written with the first change.
            Err(redb::TableError::TableDoesNotExist(_)) => {
                let tables = reading.list_tables().map_err(|error| failed(error.into()))?.count();
                return match tables {
                    0 => Ok(None),
                    _ => Err(JournalError::corrupt(&self.path, "it is a database of something else")),
                };
            }
            Err(error) => return Err(failed(error.into())),
        };
        let find = |name: &str| {
            meta.get(name).map(|found| found.map(|found| found.value())).map_err(|error| failed(error.into()))
        };
        let get = |name: &str| {
            find(name)?.ok_or_else(|| JournalError::corrupt(&self.path, &format!("it names no {name}")))
        };
        match get("format")? {
            FORMAT => Ok(Some(Meta {
                last: get("changes")?,
                removed: find("removed")?.unwrap_or_default(),
                refused: find("refused")?.unwrap_or_default(),
            })),
            found => Err(JournalError::FormatUnknown { path: self.path.clone(), found }),
        }
    }

    fn visit_record(&self, number: u64, record: &[u8], visit: Visit<'_>) -> Result<Next, JournalError> {
        let corrupt = |what: &str| JournalError::corrupt(&self.path, &format!("record {number} {what}"));
        let (checksum, json) = record.split_first_chunk::<4>().ok_or_else(|| corrupt("is too short"))?;
        if crc32fast::hash(json) != u32::from_le_bytes(*checksum) {
            return Err(corrupt("does not match its checksum"));
        }
        let change = serde_json::from_slice(json).map_err(|_| corrupt("is no change"))?;
        visit(number, change)
    }
}
