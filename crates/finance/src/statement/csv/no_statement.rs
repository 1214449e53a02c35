//! Exports with days and amounts that are no account's statement: read as one they would be wrong without a word.

use super::{super::StatementError, sample::Column};

/// Headers that only such an export has together, folded, and what it is.
const EXPORTS: [(&[&str], &str); 2] = [
    (
        &["journal id", "source name", "source type", "destination name", "destination type"],
        "each row names two accounts, as exports of Firefly III do; import the banks' own files instead",
    ),
    (
        &["quantity transacted", "asset"],
        "the rows are trades, whose amounts do not tell money in from money out; import the bank's own file instead",
    ),
];

/// Refuses them by their header.
pub(super) fn refuse(columns: &[Column], line: u32) -> Result<(), StatementError> {
    let has = |header: &&str| columns.iter().any(|column| column.header == *header);
    match EXPORTS.iter().find(|(headers, _)| headers.iter().all(has)) {
        Some((_, what)) => Err(StatementError::NoStatement { line, what }),
        None => Ok(()),
    }
}
