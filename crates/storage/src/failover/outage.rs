//! Why the database is not in use, and how it is asked whether it can be again.

use std::sync::Arc;

use async_trait::async_trait;
use thiserror::Error;

use crate::{Store, StoreError};

/// Why the database is not in use; its text is for the person, after "Saving locally:".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Outage {
    /// It has not been asked yet.
    #[error("the database is being connected")]
    Connecting,
    /// It cannot be reached, or fails.
    #[error("the database cannot be reached")]
    Unreachable,
    /// It did not answer in time.
    #[error("the database does not answer")]
    Silent,
    /// It was asleep and starts.
    #[error("the database is waking up")]
    Waking,
    /// Its tables are not yet what this version needs.
    #[error("the database is being brought up to date")]
    SchemaBehind,
    /// It does not let the app in.
    #[error("the database does not let the app in")]
    NotAllowed,
    /// The app may not make its tables there, or not use them.
    #[error("the app lacks permissions in the database")]
    NotGranted,
    /// Its tables cannot be made what this version needs.
    #[error("bringing the database up to date has failed")]
    MigrationFailed,
    /// It has no room left.
    #[error("the database is full")]
    Full,
    /// The store was closed.
    #[error("the program is ending")]
    Closed,
}

/// Asks whether the database can be used: that it answers *and* has the tables which this version
/// needs. Only one call runs at a time; it is dropped when it takes too long.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Asks once.
    async fn check(&self) -> Result<(), Outage>;
}

/// A probe that asks nothing but [`Store::ping`].
pub struct PingProbe(pub Arc<dyn Store>);

#[async_trait]
impl Probe for PingProbe {
    async fn check(&self) -> Result<(), Outage> {
        self.0.ping().await.map_err(|error| Outage::of(&error))
    }
}

impl Outage {
    /// What an error of the database says of it.
    pub(super) fn of(error: &StoreError) -> Self {
        match error {
            StoreError::Full => Self::Full,
            StoreError::NotGranted(_) => Self::NotGranted,
            StoreError::Unavailable(_)
            | StoreError::RowMissing
            | StoreError::Outdated
            | StoreError::Rejected(_)
            | StoreError::Failed(_)
            | StoreError::CursorMalformed => Self::Unreachable,
        }
    }
}
