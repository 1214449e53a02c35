//! What can go wrong with the database, and what that means for a store.

use std::time::Duration;

use storage::StoreError;
use thiserror::Error;

use crate::ConnectError;

/// What went wrong with the database.
#[derive(Debug, Error)]
pub enum PgError {
    /// No connection could be had.
    #[error("no connection to the database could be had")]
    Unconnected(#[source] ConnectError),
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

impl PgError {
    /// The connection was lost in mid-work, by no fault of the work: on another one it may succeed.
    /// Whether the work was done is unknown.
    pub(crate) fn is_connection_lost(&self) -> bool {
        match self {
            Self::Failed(sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed | sqlx::Error::Tls(_)) => true,
            Self::Failed(sqlx::Error::Protocol(text)) => {
                text.contains("unexpected end of file") || text.contains("EOF")
            }
            Self::Failed(sqlx::Error::Database(database)) => {
                database.code().is_some_and(|code| code.starts_with("08") || LOST.contains(&&*code))
            }
            Self::Failed(_)
            | Self::Unconnected(_)
            | Self::TimedOut { .. }
            | Self::MigrationFailed(_)
            | Self::RowMalformed { .. }
            | Self::ValueUnwritable(_) => false,
        }
    }
}

impl PgError {
    /// What the database holds, or was asked for, is beyond this version or beyond a limit of the database:
    /// it answers, and the same request fails again.
    fn is_of_the_data(&self) -> bool {
        match self {
            Self::RowMalformed { .. } | Self::ValueUnwritable(_) => true,
            Self::Failed(
                sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::Encode(_),
            ) => true,
            // Program limits: a statement or a row that is too large for the server.
            Self::Failed(sqlx::Error::Database(database)) => {
                database.code().is_some_and(|code| code.starts_with("54"))
            }
            Self::Failed(_) | Self::Unconnected(_) | Self::TimedOut { .. } | Self::MigrationFailed(_) => {
                false
            }
        }
    }
}

impl From<sqlx::Error> for PgError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error)
    }
}

/// `admin_shutdown`, `crash_shutdown`, `cannot_connect_now`, `idle_session_timeout`, and
/// `read_only_sql_transaction`: a failover has left the connection on a server that only reads.
const LOST: [&str; 5] = ["57P01", "57P02", "57P03", "57P05", "25006"];

/// `disk_full` and `out_of_memory` (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
const FULL: [&str; 2] = ["53100", "53200"];

impl From<PgError> for StoreError {
    fn from(error: PgError) -> Self {
        if let PgError::Failed(sqlx::Error::Database(database)) = &error
            && database.code().is_some_and(|code| FULL.contains(&&*code))
        {
            return Self::Full;
        }
        // Data exceptions and violated constraints: the same data fails again.
        if let PgError::Failed(sqlx::Error::Database(database)) = &error
            && database.code().is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
        {
            return Self::Rejected(Box::new(error));
        }
        if error.is_of_the_data() {
            Self::Failed(Box::new(error))
        } else {
            Self::Unavailable(Box::new(error))
        }
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

/// An error that may be the database's.
pub(crate) trait AsPgError {
    fn as_pg_error(&self) -> Option<&PgError>;
}

impl AsPgError for PgError {
    fn as_pg_error(&self) -> Option<&PgError> {
        Some(self)
    }
}

impl AsPgError for WriteError {
    fn as_pg_error(&self) -> Option<&PgError> {
        match self {
            Self::Refused(_) => None,
            Self::Pg(error) => Some(error),
        }
    }
}

impl AsPgError for StoreError {
    fn as_pg_error(&self) -> Option<&PgError> {
        match self {
            Self::Unavailable(source) => source.downcast_ref(),
            Self::Rejected(source) | Self::Failed(source) => source.downcast_ref(),
            Self::RowMissing | Self::Outdated | Self::CursorMalformed | Self::Full => None,
        }
    }
}
