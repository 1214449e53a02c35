//! Why an operation was refused or failed.

use domain::FieldError;
use finance::statement::StatementError;
use storage::StoreError;
use thiserror::Error;

/// Why an operation was refused or failed. Nothing was written in any of these situations.
#[derive(Debug, Error)]
pub enum OperationError {
    /// There is no such thing, or it is somebody else's.
    #[error("not found")]
    NotFound,
    /// Fields that were refused, each named.
    #[error("{}", Fields(.0))]
    Invalid(Vec<FieldError>),
    /// The file is no statement that can be read.
    #[error("{0}")]
    StatementUnreadable(#[from] StatementError),
    /// The same form was sent before; its change stands.
    #[error("this was already done")]
    AlreadyDone,
    /// Another instance changed what this was planned on, time and again.
    #[error("something else was changed at the same moment")]
    Outdated,
    /// The answer is still being written; what was asked for can be had once it has ended.
    #[error("the answer is still being written")]
    StillRunning,
    /// The person has too much staged or stored.
    #[error("there is no room for more")]
    Full,
    /// The store failed.
    #[error("the store failed")]
    Storage(#[source] StoreError),
}

impl OperationError {
    /// One refused field.
    pub(crate) fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }
}

/// What was read; none where it cannot be known while the database is away. What can do without shows
/// less then: nothing may be written over what is missing, or computed from it.
pub fn if_known<T>(read: Result<T, OperationError>) -> Result<Option<T>, OperationError> {
    match read {
        Ok(known) => Ok(Some(known)),
        Err(OperationError::Storage(StoreError::Unavailable(_) | StoreError::NotGranted(_))) => Ok(None),
        Err(error) => Err(error),
    }
}

impl From<StoreError> for OperationError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::RowMissing => Self::NotFound,
            StoreError::Outdated => Self::Outdated,
            StoreError::CursorMalformed => Self::field("cursor", "is not a cursor of this list"),
            StoreError::Full => Self::Full,
            StoreError::Rejected(_)
            | StoreError::Failed(_)
            | StoreError::NotGranted(_)
            | StoreError::Unavailable(_) => Self::Storage(error),
        }
    }
}

struct Fields<'a>(&'a [FieldError]);

impl std::fmt::Display for Fields<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{} {}", error.field, error.message)?;
        }
        Ok(())
    }
}
