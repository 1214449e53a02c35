//! Why a server gave no answer.

use std::time::Duration;

use rmcp::service::{ClientInitializeError, ServiceError};

use crate::{client::ClientError, error::without_tokens};

/// Characters of a server's own words that are kept.
const MESSAGE_CHARS: usize = 300;

/// Why a server gave no answer. No variant holds a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum McpError {
    /// The address is none that a token may be sent to.
    #[error("the address must start with https://, or with http:// on this machine")]
    Address,
    /// The HTTP client cannot be set up.
    #[error(transparent)]
    Setup(#[from] ClientError),
    /// It cannot be reached, or closed the connection.
    #[error("the server cannot be reached")]
    Unreachable,
    /// It does not take the token, or wants one.
    #[error("the server does not accept the login")]
    Denied,
    /// It took too long.
    #[error("the server did not answer within {} s", limit.as_secs())]
    Timeout {
        /// How long was waited.
        limit: Duration,
    },
    /// It refused what was asked, in its own words.
    #[error("the server refused: {message}")]
    Refused {
        /// A line of at most 300 characters.
        message: String,
    },
    /// What it says is not the protocol.
    #[error("the server does not speak the protocol")]
    Unreadable,
}

impl McpError {
    fn refused(message: &str) -> Self {
        let line = without_tokens(message);
        Self::Refused { message: line.chars().take(MESSAGE_CHARS).collect() }
    }
}

impl From<ClientInitializeError> for McpError {
    fn from(error: ClientInitializeError) -> Self {
        tracing::debug!(error = %without_tokens(&error.to_string()), "no connection to an MCP server");
        if error.is_authorization_required() {
            return Self::Denied;
        }
        match error {
            ClientInitializeError::JsonRpcError(error) => Self::refused(&error.message),
            ClientInitializeError::TransportError { .. } | ClientInitializeError::ConnectionClosed(_) => {
                Self::Unreachable
            }
            ClientInitializeError::LegacyFallbackFailed { fallback, .. } => Self::from(*fallback),
            _ => Self::Unreadable,
        }
    }
}

impl From<ServiceError> for McpError {
    fn from(error: ServiceError) -> Self {
        tracing::debug!(error = %without_tokens(&error.to_string()), "an MCP server gave no answer");
        match error {
            ServiceError::McpError(error) => Self::refused(&error.message),
            ServiceError::TransportSend(_)
            | ServiceError::TransportClosed
            | ServiceError::Cancelled { .. } => Self::Unreachable,
            _ => Self::Unreadable,
        }
    }
}
