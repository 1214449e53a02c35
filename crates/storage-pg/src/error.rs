//! What can go wrong with the database, and what that means for a store.

use std::time::Duration;

use sqlx::{
    migrate::MigrateError,
    postgres::{PgDatabaseError, PgSeverity},
};
use storage::{Outage, StoreError};
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
    MigrationFailed(#[source] MigrateError),
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
                // After such an error the server closes the connection.
                let is_fatal = database
                    .try_downcast_ref::<PgDatabaseError>()
                    .is_some_and(|error| matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic));
                is_fatal
                    || database.code().is_some_and(|code| code.starts_with("08") || LOST.contains(&&*code))
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
    /// Why a migration failed, when the next try fails as well until somebody acts; none when it may not.
    pub fn lasting_outage(&self) -> Option<Outage> {
        match self {
            Self::Failed(error)
            | Self::MigrationFailed(
                MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _),
            ) => error.as_database_error().and_then(|error| outage_of_code(error.code().as_deref())),
            Self::MigrationFailed(_) => Some(Outage::MigrationFailed),
            Self::Unconnected(_)
            | Self::TimedOut { .. }
            | Self::RowMalformed { .. }
            | Self::ValueUnwritable(_) => None,
        }
    }
}

/// Classes 22, 23 and 42: what a migration or the database holds is wrong. All else, a lock or a shutdown, may
/// pass.
fn outage_of_code(code: Option<&str>) -> Option<Outage> {
    match code? {
        NOT_GRANTED | "3F000" => Some(Outage::NotGranted),
        code if ["22", "23", "42"].iter().any(|class| code.starts_with(class)) => {
            Some(Outage::MigrationFailed)
        }
        _ => None,
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

/// `admin_shutdown`, `crash_shutdown`, `cannot_connect_now`, `idle_session_timeout`,
/// `idle_in_transaction_session_timeout`, and `read_only_sql_transaction`: a failover has left the connection on
/// a server that only reads. As in lakebase.
const LOST: [&str; 6] = ["57P01", "57P02", "57P03", "57P05", "25P03", "25006"];

/// `insufficient_privilege`
const NOT_GRANTED: &str = "42501";

/// `disk_full` and `out_of_memory` (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
const FULL: [&str; 2] = ["53100", "53200"];

impl From<PgError> for StoreError {
    fn from(error: PgError) -> Self {
        if let PgError::Failed(sqlx::Error::Database(database)) = &error
            && database.code().is_some_and(|code| FULL.contains(&&*code))
        {
            return Self::Full;
        }
        if let PgError::Failed(sqlx::Error::Database(database)) = &error
            && database.code().is_some_and(|code| code == NOT_GRANTED)
        {
            return Self::NotGranted(Box::new(error));
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
            Self::Unavailable(source) | Self::NotGranted(source) => source.downcast_ref(),
            Self::Rejected(source) | Self::Failed(source) => source.downcast_ref(),
            Self::RowMissing | Self::Outdated | Self::CursorMalformed | Self::Full => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_fails_until_somebody_acts_or_for_a_moment() {
        for (code, expected) in [
            (Some("42501"), Some(Outage::NotGranted)),
            (Some("3F000"), Some(Outage::NotGranted)),
            (Some("42P07"), Some(Outage::MigrationFailed)),
            (Some("22P02"), Some(Outage::MigrationFailed)),
            (Some("23505"), Some(Outage::MigrationFailed)),
            (Some("55P03"), None),
            (Some("57014"), None),
            (Some("57P01"), None),
            (Some("25006"), None),
            (None, None),
        ] {
            assert_eq!(outage_of_code(code), expected, "{code:?}");
        }
        let missing = PgError::MigrationFailed(MigrateError::VersionMissing(1));
        assert_eq!(missing.lasting_outage(), Some(Outage::MigrationFailed));
        let lost = || sqlx::Error::Io(std::io::ErrorKind::UnexpectedEof.into());
        for error in [
            PgError::Failed(lost()),
            PgError::MigrationFailed(MigrateError::Execute(lost())),
            PgError::MigrationFailed(MigrateError::ExecuteMigration(lost(), 1)),
            PgError::TimedOut { waited: Duration::from_secs(1) },
        ] {
            assert_eq!(error.lasting_outage(), None, "{error:?}");
        }
    }
}
