//! Many changes in one transaction: what waited in a journal.

use sqlx::{Connection, PgConnection};
use storage::{Applied, BatchApplied, Change, Store, StoreError};

use super::{PgStore, bounded, guard, write_kind};
use crate::error::WriteError;

/// Why a batch was not written as a whole. Nothing of it was.
enum Undone {
    /// One of its changes is refused, or partly there already: one by one, each by itself.
    NotAtOnce,
    Failed(WriteError),
}

impl<E: Into<WriteError>> From<E> for Undone {
    fn from(error: E) -> Self {
        match error.into() {
            WriteError::Refused(_) => Self::NotAtOnce,
            error @ WriteError::Pg(_) => Self::Failed(error),
        }
    }
}

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
        let mut batch = BatchApplied::default();
        for change in changes {
            match self.apply(change).await {
                Ok(applied) => batch.applied.push(applied),
                Err(error) => {
                    batch.stopped = Some(error);
                    break;
                }
            }
        }
        batch
    }

    async fn apply_at_once(&self, changes: &[Change]) -> Result<Vec<Applied>, StoreError> {
        let limit = self.config.import_timeout;
        let limit_ms = limit.as_millis().to_string();
        let outcome: Result<Vec<Applied>, WriteError> = bounded!(self, limit, connection => {
            match write_all(connection, changes, &limit_ms).await {
                Ok(applied) => Ok(applied),
                Err(Undone::NotAtOnce) => Err(WriteError::Refused(StoreError::RowMissing)),
                Err(Undone::Failed(error)) => Err(error),
            }
        });
        outcome.map_err(|error| match error {
            WriteError::Refused(error) => error,
            WriteError::Pg(error) => error.into(),
        })
    }
}

async fn write_all(
    connection: &mut PgConnection,
    changes: &[Change],
    limit_ms: &str,
) -> Result<Vec<Applied>, Undone> {
    let mut work = connection.begin().await?;
    let mut applied = Vec::with_capacity(changes.len());
    for change in changes {
        if !guard(&mut work, change, limit_ms).await? {
            applied.push(Applied::Before);
            continue;
        }
        match write_kind(&mut work, change).await? {
            Applied::Now => applied.push(Applied::Now),
            // Its guard, and what it may have written beside what was there, has to be taken back.
            Applied::Before => return Err(Undone::NotAtOnce),
        }
    }
    work.commit().await?;
    Ok(applied)
}
