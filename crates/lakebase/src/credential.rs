//! Credentials that are minted, refreshed before they expire, and thrown away once they are refused.

mod jwt;
mod machine;
#[cfg(test)]
mod machine_tests;
mod shell;
#[cfg(test)]
mod shell_tests;

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

pub(crate) use jwt::Claims;
pub use machine::{Answer, CredentialMachine, Lease, Policy};
pub(crate) use shell::Credentials;

/// A password that was minted, and how long it is good for.
#[derive(Clone)]
pub struct Credential {
    /// What is sent as the password.
    pub token: SecretString,
    /// How long it is good from the moment it was received. A difference of two instants of one clock, so
    /// that a wrong clock on this machine does not matter.
    pub lifetime: Duration,
    /// The expiry as the issuer stated it; shown, never compared.
    pub expires_at: Option<Timestamp>,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("token", &format_args!("len:{}", self.token.expose_secret().len()))
            .field("lifetime", &self.lifetime)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

/// Why a mint failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum MintFailure {
    /// 401 or 403: the workspace knows us and says no, or does not know us.
    #[error("the workspace refuses to mint a credential for this identity")]
    Forbidden,
    /// 429.
    #[error("the workspace asks for fewer credential calls")]
    Throttled,
    /// A 5xx, or the workspace cannot be reached.
    #[error("the workspace's credential service is unavailable")]
    Unavailable,
    /// No answer in time.
    #[error("the workspace's credential service does not answer")]
    Timeout,
    /// An answer that holds no usable credential.
    #[error("the workspace's answer holds no usable credential")]
    Malformed,
    /// The endpoint or instance that the credential is for is not there.
    #[error("the Lakebase endpoint or instance is not known to the workspace")]
    TargetMissing,
}

impl MintFailure {
    /// Whether somebody has to change a permission or a name first: waiting for it is pointless.
    pub const fn is_permanent(self) -> bool {
        match self {
            Self::Forbidden | Self::TargetMissing => true,
            Self::Throttled | Self::Unavailable | Self::Timeout | Self::Malformed => false,
        }
    }
}

/// A mint that failed, and when the workspace wants to be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{failure}")]
pub struct MintError {
    /// The situation.
    pub failure: MintFailure,
    /// The answer's `Retry-After`.
    pub retry_after: Option<Duration>,
}

impl MintError {
    /// A failure without a `Retry-After`.
    pub const fn new(failure: MintFailure) -> Self {
        Self { failure, retry_after: None }
    }
}

/// Mints credentials. Called by one task at a time.
pub trait Minter: Send + Sync + 'static {
    /// One call, without retries of its own: when the next one may be made is the machine's decision.
    fn mint(&self) -> impl Future<Output = Result<Credential, MintError>> + Send;
}
