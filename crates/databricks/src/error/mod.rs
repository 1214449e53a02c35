//! What can go wrong with a call, and what the caller may do about it.

mod body;
mod redact;

pub use self::redact::without_tokens;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use body::{api_error, error_in_success};

/// Why a call failed. It holds no secret, never a body, and can be cloned: callers that wait for the same token share
/// one failure.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Databricks answered with an error.
    #[error("{0}")]
    Api(Box<ApiError>),
    /// The workspace refused to log the client in: a wrong client id or secret, or one that has been deleted.
    #[error("{0}")]
    Login(Box<ApiError>),
    /// No connection, or one that broke before the answer was complete.
    #[error("could not {operation}: {failure}")]
    Connect {
        /// What was tried.
        operation: &'static str,
        /// What kind of failure it was.
        failure: ConnectFailure,
        /// What the HTTP client said.
        #[source]
        source: Arc<reqwest::Error>,
    },
    /// No complete answer in time.
    #[error("could not {operation}: no answer within {} s", limit.as_secs_f32())]
    Timeout {
        /// What was tried.
        operation: &'static str,
        /// The time that it had.
        limit: Duration,
    },
    /// The answer is larger than any that Databricks gives here.
    #[error("could not {operation}: the answer is larger than {limit_bytes} bytes")]
    TooLarge {
        /// What was tried.
        operation: &'static str,
        /// The largest answer that is read.
        limit_bytes: usize,
    },
    /// A success whose body is not what the API promises: a proxy's page, an empty body, other JSON.
    #[error("could not {operation}: {reason}")]
    Unreadable {
        /// What was tried.
        operation: &'static str,
        /// What is wrong with the answer.
        reason: String,
    },
    /// An answer that points elsewhere. It is not followed: the request carries a secret.
    #[error(
        "could not {operation}: the host answered with a redirect (HTTP {status}); is it the workspace's own address?"
    )]
    Redirect {
        /// What was tried.
        operation: &'static str,
        /// The HTTP status.
        status: u16,
    },
    /// The workspace takes calls only through its private link.
    #[error(
        "could not {operation}: the workspace has private link enabled and this network has no access to it"
    )]
    PrivateLink {
        /// What was tried.
        operation: &'static str,
    },
    /// A name that cannot be part of an address: empty, or with an empty part.
    #[error("could not {operation}: {name:?} is not a resource name")]
    InvalidName {
        /// What was tried.
        operation: &'static str,
        /// The name that was given.
        name: String,
    },
}

/// An error that Databricks sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    /// What was tried.
    pub operation: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// Databricks' code, such as `RESOURCE_DOES_NOT_EXIST`, where the answer has one.
    pub error_code: Option<String>,
    /// Databricks' words, at most 500 characters on one line, without anything that looks like a token.
    pub message: String,
    /// What Databricks' support asks for.
    pub request_id: Option<String>,
    /// How long to wait before another attempt, where the answer says so.
    pub retry_after: Option<Duration>,
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {}: {} (HTTP {}", self.operation, self.message, self.status)?;
        if let Some(code) = &self.error_code {
            write!(f, ", {code}")?;
        }
        if let Some(request_id) = &self.request_id {
            write!(f, ", request {request_id}")?;
        }
        f.write_str(")")
    }
}

/// Why there is no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectFailure {
    /// The host's name is not known.
    Dns,
    /// Nobody listens there.
    Refused,
    /// The TLS handshake failed, mostly for the certificate.
    Tls,
    /// It did not come about, or it broke.
    Broken,
}

impl fmt::Display for ConnectFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dns => "the host's name is not known",
            Self::Refused => "the connection was refused",
            Self::Tls => "the TLS handshake failed",
            Self::Broken => "the connection broke",
        })
    }
}

/// Texts that mark an error as passing, whatever its status (the Python SDK's `_is_retryable`).
const PASSING_TEXTS: [&str; 8] = [
    "com.databricks.backend.manager.util.UnknownWorkerEnvironmentException",
    "does not have any associated worker environments",
    "There is no worker environment with id",
    "Unknown worker environment",
    "ClusterNotReadyException",
    "Unexpected error",
    "Please try again later or try a faster operation.",
    "RPC token bucket limit has been exceeded",
];

impl Error {
    pub(crate) fn from_reqwest(operation: &'static str, limit: Duration, error: reqwest::Error) -> Self {
        // The address is known, and an address may hold what should not be logged.
        let error = error.without_url();
        if error.is_timeout() {
            return Self::Timeout { operation, limit };
        }
        Self::Connect { operation, failure: connect_failure(&error), source: Arc::new(error) }
    }

    pub(crate) fn into_login(self) -> Self {
        match self {
            Self::Api(api) => Self::Login(api),
            other => other,
        }
    }

    fn answer(&self) -> Option<&ApiError> {
        match self {
            Self::Api(api) | Self::Login(api) => Some(api),
            Self::Connect { .. }
            | Self::Timeout { .. }
            | Self::TooLarge { .. }
            | Self::Unreadable { .. }
            | Self::Redirect { .. }
            | Self::PrivateLink { .. }
            | Self::InvalidName { .. } => None,
        }
    }

    /// The HTTP status of an error answer.
    pub fn status(&self) -> Option<u16> {
        self.answer().map(|api| api.status)
    }

    /// Databricks' error code.
    pub fn error_code(&self) -> Option<&str> {
        self.answer()?.error_code.as_deref()
    }

    /// Databricks' words.
    pub fn message(&self) -> Option<&str> {
        self.answer().map(|api| api.message.as_str())
    }

    /// What Databricks' support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.answer()?.request_id.as_deref()
    }

    /// How long Databricks asks to wait before another attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.answer()?.retry_after
    }

    /// Whether the caller's credentials were refused (401, 403, or a refused log-in): another attempt with the same
    /// ones will not help.
    pub fn is_auth(&self) -> bool {
        match self {
            Self::Login(api) => matches!(api.status, 400 | 401 | 403),
            Self::Api(api) => matches!(api.status, 401 | 403),
            _ => false,
        }
    }

    /// Whether the thing does not exist. Some answers have only the status, some only the code.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::Api(api) => {
                let code = api.error_code.as_deref();
                api.status == 404 || matches!(code, Some("RESOURCE_DOES_NOT_EXIST" | "NOT_FOUND"))
            }
            _ => false,
        }
    }

    /// Whether it may pass by itself. Wider than the SDK's retry rule ([`RetryPolicy`](crate::RetryPolicy)): a caller
    /// in the background can afford to try again after a 500, a proxy's page or a broken certificate too.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::Timeout { .. } | Self::TooLarge { .. } | Self::Unreadable { .. } => {
                true
            }
            Self::Api(api) | Self::Login(api) => {
                matches!(api.status, 408 | 409 | 429) || api.status >= 500 || has_passing_text(&api.message)
            }
            Self::Redirect { .. } | Self::PrivateLink { .. } | Self::InvalidName { .. } => false,
        }
    }

    /// The SDK's rule: how long to wait before another attempt, or that there is none. 500, 502 and 504 are final.
    pub(crate) fn retry_wait(&self) -> Option<RetryWait> {
        match self {
            Self::Connect { failure: ConnectFailure::Tls, .. } => None,
            Self::Connect { .. } | Self::Timeout { .. } => Some(RetryWait::Backoff),
            Self::Api(api) | Self::Login(api) => {
                if matches!(api.status, 429 | 503) {
                    return Some(RetryWait::Throttled(api.retry_after));
                }
                has_passing_text(&api.message).then_some(RetryWait::Backoff)
            }
            _ => None,
        }
    }
}

/// How the wait before another attempt is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryWait {
    /// The server says how long, or should have.
    Throttled(Option<Duration>),
    /// Longer from attempt to attempt.
    Backoff,
}

fn has_passing_text(message: &str) -> bool {
    PASSING_TEXTS.iter().any(|text| message.contains(text))
}

fn connect_failure(error: &(dyn std::error::Error + 'static)) -> ConnectFailure {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<rustls::Error>() {
            return ConnectFailure::Tls;
        }
        // hyper-util's connector names the step in its text only.
        if error.to_string() == "dns error" {
            return ConnectFailure::Dns;
        }
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::ConnectionRefused) {
            return ConnectFailure::Refused;
        }
        // `source` of an io::Error skips the error that it wraps.
        cause = match io.and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    ConnectFailure::Broken
}
