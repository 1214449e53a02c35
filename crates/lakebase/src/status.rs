//! What a status page shows of a pool.

use jiff::Timestamp;
use serde::Serialize;

use crate::credential::MintFailure;
use crate::failure::ConnectFailure;

/// A pool at one moment, without secrets.
#[derive(Debug, Clone, Serialize)]
pub struct PoolStatus {
    /// [`Mode`](crate::Mode) in one line.
    pub mode: String,
    /// Where it connects to, once known. `None` for a URL.
    pub host: Option<String>,
    /// The limit.
    pub max_connections: usize,
    /// Open connections, and those being opened: never more than the limit.
    pub connections: usize,
    /// Open connections that nobody uses.
    pub idle: usize,
    /// Connections being opened.
    pub connecting: usize,
    /// Callers that wait, for a place or for a connect.
    pub waiting: usize,
    /// The endpoint says that it is waking up, or takes its time to answer.
    pub waking: bool,
    /// What keeps new connections back now.
    pub failure: Option<ConnectFailure>,
    /// The minted credential; `None` where the settings hold the password.
    pub credential: Option<CredentialStatus>,
}

/// The minted credential at one moment.
#[derive(Debug, Clone, Serialize)]
pub struct CredentialStatus {
    /// Counts the tokens from 1; 0 is none yet.
    pub generation: u64,
    /// Seconds since the token in use was received; `None` when there is none to use.
    pub age_seconds: Option<u64>,
    /// Seconds until it expires.
    pub expires_in_seconds: Option<u64>,
    /// The expiry as Databricks stated it.
    pub expires_at: Option<Timestamp>,
    /// A mint is under way.
    pub minting: bool,
    /// Mints that went well.
    pub mints: u64,
    /// Mints that failed.
    pub failed_mints: u64,
    /// What went wrong with the last one; `None` after one that went well.
    pub last_failure: Option<MintFailure>,
}
