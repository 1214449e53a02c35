//! One file, or the sample household, taken into the ledger.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AccountId, ImportId};

/// Where an import came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportSource {
    /// A bank's file.
    File,
    /// The built-in sample household.
    Sample,
}

/// A row of the file that was not imported, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedRow {
    /// The line in the file, from 1.
    pub line: u32,
    /// Where in the line, from 1: the field of a table, the character of other formats; none where
    /// the row as a whole is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Why, in words for the person.
    pub reason: String,
}

impl SkippedRow {
    /// A row that is left out as a whole.
    pub fn new(line: u32, reason: String) -> Self {
        Self { line, column: None, reason }
    }
}

impl fmt::Display for SkippedRow {
    /// `line 3, column 2: the date is empty`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(f, "line {}, column {column}: {}", self.line, self.reason),
            None => write!(f, "line {}: {}", self.line, self.reason),
        }
    }
}

/// One file, or the sample household, taken into the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// Where it came from.
    pub source: ImportSource,
    /// The file's own name, without folders.
    pub file_name: String,
    /// What was recognised: `CSV`, `OFX 1.x`, `OFX 2.x`, `QIF`, `XLSX`, `sample`.
    pub format: String,
    /// The accounts that it created or added to.
    pub account_ids: Vec<AccountId>,
    /// Rows added.
    pub imported: u32,
    /// Rows that the ledger held already.
    pub duplicates: u32,
    /// How many rows could not be read.
    pub skipped: u32,
    /// The first 100 of the rows that could not be read.
    pub skipped_rows: Vec<SkippedRow>,
    /// When it was taken in.
    pub created_at: Timestamp,
    /// When it was undone, if it was.
    pub undone_at: Option<Timestamp>,
}

impl Import {
    /// Orders imports as they were taken in.
    pub const fn age(&self) -> (Timestamp, ImportId) {
        (self.created_at, self.id)
    }
}
