//! Many changes in one transaction: what waited in a journal.

use sqlx::{Connection, PgConnection};
use storage::{Applied, BatchApplied, Change, StoreError, apply_one_by_one};

use super::{PgStore, bounded, guard, write_kind};
use crate::error::WriteError;

impl PgStore {
    /// Applies them in one transaction, which saves each of them a commit; when that cannot be, one
    /// by one.
    pub(in crate::store) async fn apply_changes(&self, changes: &[Change]) -> BatchApplied {
        if changes.len() > 1
            && changes.iter().all(|change| change.check_links().is_ok())
            && let Ok(applied) = self.apply_at_once(changes).await
        {
            return BatchApplied { applied, stopped: None };
        }
        apply_one_by_one(self, changes).await
    }

    async fn apply_at_once(&self, changes: &[Change]) -> Result<Vec<Applied>, WriteError> {
        let limit = self.config.import_timeout;
        let limit_ms = limit.as_millis().to_string();
        bounded!(self, limit, connection => write_all(connection, changes, &limit_ms).await)
    }
}

/// All of them or none: an error says that one is refused, or partly there already.
async fn write_all(
    connection: &mut PgConnection,
    changes: &[Change],
    limit_ms: &str,
) -> Result<Vec<Applied>, WriteError> {
    let mut work = connection.begin().await?;
    let mut applied = Vec::with_capacity(changes.len());
    for change in changes {
        if change.is_nobodys() || !guard(&mut work, change, limit_ms).await? {
            applied.push(Applied::Before);
            continue;
        }
        match write_kind(&mut work, change).await? {
            Applied::Now => applied.push(Applied::Now),
            // Its guard, and what it may have written beside what was there, has to be taken back.
            Applied::Before => return Err(StoreError::RowMissing.into()),
        }
    }
    work.commit().await?;
    Ok(applied)
}
