//! What can go wrong with the database, and what that means for a store.

use std::time::Duration;

use storage::StoreError;
use thiserror::Error;

/// What went wrong with the database.
#[derive(Debug, Error)]
pub enum PgError {
    /// The URL is malformed.
    #[error("the database URL is malformed")]
    UrlMalformed(#[source] sqlx::Error),
    /// It did not answer in time.
    #[error("the database did not answer within {} ms", waited.as_millis())]
    TimedOut {
        /// How long was waited.
        waited: Duration,
    },
    /// It could not be reached, refused, or failed.
    #[error("the database failed")]
    Failed(#[source] sqlx::Error),
    /// A migration failed; the ones before it stand.
    #[error("a migration failed")]
    MigrationFailed(#[source] sqlx::migrate::MigrateError),
    /// A row holds what no valid value has.
    #[error("the {table} row cannot be read: its {column} is malformed")]
    RowMalformed {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A value has no JSON form.
    #[error("the value cannot be written as JSON")]
    ValueUnwritable(#[source] serde_json::Error),
}

impl From<sqlx::Error> for PgError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error)
    }
}

/// `disk_full` and `out_of_memory` (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
const FULL: [&str; 2] = ["53100", "53200"];

impl From<PgError> for StoreError {
    fn from(error: PgError) -> Self {
        if let PgError::Failed(sqlx::Error::Database(database)) = &error
            && database.code().is_some_and(|code| FULL.contains(&&*code))
        {
            return Self::Full;
        }
        Self::Unavailable(Box::new(error))
    }
}

/// Why a change was not written.
pub(crate) enum WriteError {
    /// The contract's answer.
    Refused(StoreError),
    /// The database's.
    Pg(PgError),
}

impl From<sqlx::Error> for WriteError {
    fn from(error: sqlx::Error) -> Self {
        Self::Pg(error.into())
    }
}

impl From<PgError> for WriteError {
    fn from(error: PgError) -> Self {
        Self::Pg(error)
    }
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        Self::Refused(error)
    }
}
