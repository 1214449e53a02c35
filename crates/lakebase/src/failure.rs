//! What a failed connect means, told from its SQLSTATE or, where there is none to trust, from its text.
//!
//! The proxy in front of an Autoscaling endpoint sends every error of its own as SQLSTATE `XX000`, refused
//! logins included (neon `proxy/src/stream.rs`), so texts count too. Matching is by lower-cased substring.

use std::io;

use serde::Serialize;
use sqlx::error::DatabaseError;
use sqlx::postgres::{PgDatabaseError, PgSeverity};

use crate::credential::MintFailure;

/// Why a connection could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ConnectFailure {
    /// Class 28, or the proxy's texts about a JWT or a password. Also seen while an endpoint wakes.
    #[error("the login was refused")]
    Auth,
    /// 57P03, or the proxy's "couldn't connect to compute node" and "endpoint is temporarily unavailable".
    #[error("the database is waking up")]
    Waking,
    /// Nothing listens, or the connection was reset while it was set up. Class 08: the server, or the proxy in
    /// front of it, says so itself.
    #[error("the connection was refused")]
    Refused,
    /// The host name does not resolve.
    #[error("the host name cannot be resolved")]
    Dns,
    /// The certificate does not fit, or the server does not speak TLS.
    #[error("no trusted TLS connection could be made")]
    Tls,
    /// 53300, or the proxy's "too many connections to this endpoint".
    #[error("the endpoint has no connection left")]
    TooManyConnections,
    /// The proxy's "endpoint cannot be found" and "endpoint is disabled", or the API's 404.
    #[error("the endpoint is missing or disabled")]
    EndpointMissing,
    /// The proxy's "This IP address … is not allowed", or "no `pg_hba.conf` entry".
    #[error("the network policy does not let this address in")]
    NotAllowed,
    /// "role … does not exist", "Failed to decode token for role", "User is not authorized".
    #[error("there is no role for this identity")]
    RoleMissing,
    /// 3D000.
    #[error("the database does not exist")]
    DatabaseMissing,
    /// 25006: a replica answered, as it does for a moment in a failover.
    #[error("the server is read-only")]
    ReadOnly,
    /// No answer within the connect timeout.
    #[error("the server does not answer")]
    Timeout,
    /// There is no credential to log in with.
    #[error("{0}")]
    Mint(MintFailure),
    /// None of the above.
    #[error("the connection could not be set up")]
    Other,
}

impl ConnectFailure {
    /// What an error of the connect phase means.
    pub fn classify(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => Self::of_database(error.as_ref()),
            sqlx::Error::Tls(_) => Self::Tls,
            sqlx::Error::Io(error) => Self::of_io(error),
            sqlx::Error::PoolTimedOut => Self::Timeout,
            // The server hung up in the middle of a login.
            sqlx::Error::Protocol(text) if text.contains("unexpected EOF") => Self::Refused,
            _ => Self::Other,
        }
    }

    /// What a server's message means, with its SQLSTATE.
    pub fn classify_message(code: &str, message: &str) -> Self {
        if let Some(known) = Self::of_code(code) {
            return known;
        }
        let text = message.to_ascii_lowercase();
        let class = code.get(..2).unwrap_or_default();
        let of_class = match class {
            "28" => Self::Auth,
            "08" => Self::Refused,
            _ => Self::Other,
        };
        // "connection does not exist" is of no role.
        let misleads =
            |failure: Self| matches!((class, failure), ("28", Self::Waking) | ("08", Self::RoleMissing));
        TEXTS
            .iter()
            .find(|(needle, failure)| text.contains(needle) && !misleads(*failure))
            .map_or(of_class, |(_, failure)| *failure)
    }

    /// Whether another credential may help.
    pub const fn is_auth(self) -> bool {
        matches!(self, Self::Auth | Self::RoleMissing)
    }

    /// Whether waiting a moment may help, without a change by anybody.
    pub const fn is_transient(self) -> bool {
        match self {
            Self::Auth
            | Self::RoleMissing
            | Self::Waking
            | Self::Refused
            | Self::Dns
            | Self::TooManyConnections
            | Self::ReadOnly
            | Self::Timeout
            | Self::Other => true,
            Self::Tls | Self::EndpointMissing | Self::NotAllowed | Self::DatabaseMissing => false,
            Self::Mint(failure) => !failure.is_permanent(),
        }
    }

    /// Whether the host may have moved to another address.
    pub(crate) const fn may_have_moved(self) -> bool {
        matches!(self, Self::Dns | Self::Refused | Self::Timeout | Self::EndpointMissing | Self::Tls)
    }

    fn of_database(error: &dyn DatabaseError) -> Self {
        Self::classify_message(error.code().as_deref().unwrap_or_default(), error.message())
    }

    /// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
    fn of_code(code: &str) -> Option<Self> {
        match code {
            // cannot_connect_now; admin_shutdown and crash_shutdown during a login: it restarts.
            "57P01" | "57P02" | "57P03" => Some(Self::Waking),
            "53300" => Some(Self::TooManyConnections),
            "25006" => Some(Self::ReadOnly),
            "3D000" => Some(Self::DatabaseMissing),
            _ => None,
        }
    }

    fn of_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut => Self::Timeout,
            io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NotConnected => Self::Refused,
            _ => {
                // getaddrinfo's failures have no kind of their own.
                let text = error.to_string().to_ascii_lowercase();
                if text.contains("lookup address")
                    || text.contains("name or service")
                    || text.contains("nodename")
                {
                    Self::Dns
                } else if text.contains("certificate") || text.contains("tls") || text.contains("handshake") {
                    Self::Tls
                } else {
                    Self::Other
                }
            }
        }
    }
}

/// Texts, the more special before the more general. All are the neon proxy's unless stated.
const TEXTS: &[(&str, ConnectFailure)] = &[
    // proxy: TooManyConnections, and its rate limiter
    ("too many connections", ConnectFailure::TooManyConnections),
    ("too many database connection attempts", ConnectFailure::TooManyConnections),
    ("failed to acquire permit", ConnectFailure::TooManyConnections),
    // proxy: AuthError::IpAddressNotAllowed; PostgreSQL: pg_hba.conf
    ("is not allowed to connect", ConnectFailure::NotAllowed),
    ("no pg_hba.conf entry", ConnectFailure::NotAllowed),
    // proxy: control plane
    ("endpoint cannot be found", ConnectFailure::EndpointMissing),
    ("endpoint is disabled", ConnectFailure::EndpointMissing),
    ("endpoint id is not specified", ConnectFailure::EndpointMissing),
    ("endpoint is temporarily unavailable", ConnectFailure::Waking),
    ("control plane request failed", ConnectFailure::Waking),
    ("couldn't connect to compute node", ConnectFailure::Waking),
    ("connection refused", ConnectFailure::Waking),
    ("the database system is starting up", ConnectFailure::Waking),
    // Lakebase: databricks_auth's hook
    ("failed to decode token for role", ConnectFailure::RoleMissing),
    ("user is not authorized", ConnectFailure::RoleMissing),
    // proxy: JwtError, JwtClaimsError. A PAT as password is the first of them.
    ("jwt", ConnectFailure::Auth),
    ("jwk", ConnectFailure::Auth),
    ("password authentication failed", ConnectFailure::Auth),
    ("not authorized", ConnectFailure::Auth),
    ("signature error", ConnectFailure::Auth),
    ("does not exist", ConnectFailure::RoleMissing),
    ("token", ConnectFailure::Auth),
];

/// What ends a session, whatever its severity: `admin_shutdown`, `crash_shutdown`, `cannot_connect_now`,
/// `idle_session_timeout`, `idle_in_transaction_session_timeout`, and `read_only_sql_transaction`, after which
/// the connection is of no use.
const LOST: [&str; 6] = ["57P01", "57P02", "57P03", "57P05", "25P03", "25006"];

/// Whether the connection that gave this error is gone, or serves a server that no longer takes writes, so
/// that work which may be done twice is to be done once more on another connection: 57P01, 57P02, 57P03,
/// 57P05, 25P03, class 08, 25006, whatever else the server calls fatal, an input or output error, an end of
/// file.
pub fn is_connection_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            // After such an error the server closes the connection.
            let is_fatal = error
                .try_downcast_ref::<PgDatabaseError>()
                .is_some_and(|error| matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic));
            is_fatal || code.starts_with("08") || LOST.contains(&&*code)
        }
        // sqlx reports a connection in an unknown state as a protocol error.
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proxys_texts_are_told_apart_though_all_are_xx000() {
        use ConnectFailure as F;
        for (text, expected) in [
            ("Provided authentication token is not a valid JWT encoding", F::Auth),
            ("JWT token has expired (exp=1700000000)", F::Auth),
            ("JWT token is not yet ready to use (nbf=1700000000)", F::Auth),
            ("invalid JWT token audience", F::Auth),
            ("jwk not found", F::Auth),
            ("signature error: bad", F::Auth),
            ("password authentication failed for user 'a@b.c'", F::Auth),
            ("OAuth: User is not authorized", F::RoleMissing),
            ("role \"token\" does not exist", F::RoleMissing),
            ("Failed to decode token for role", F::RoleMissing),
            ("Too many connections to this endpoint. Please try again later.", F::TooManyConnections),
            (
                "Failed to acquire permit to connect to the database. Too many database connection attempts are currently ongoing.",
                F::TooManyConnections,
            ),
            ("Control plane request failed: endpoint cannot be found", F::EndpointMissing),
            ("Control plane request failed: endpoint is disabled", F::EndpointMissing),
            (
                "Control plane request failed: endpoint is temporarily unavailable. Check your quotas",
                F::Waking,
            ),
            ("Couldn't connect to compute node", F::Waking),
            ("This IP address 10.0.0.1 is not allowed to connect to this endpoint.", F::NotAllowed),
            ("something nobody has seen", F::Other),
        ] {
            assert_eq!(F::classify_message("XX000", text), expected, "{text}");
        }
    }

    #[test]
    fn postgresqls_codes_say_what_they_mean() {
        use ConnectFailure as F;
        for (code, text, expected) in [
            ("28P01", "password authentication failed for user \"a\"", F::Auth),
            ("28000", "anything", F::Auth),
            ("28000", "role \"a\" does not exist", F::RoleMissing),
            ("28000", "no pg_hba.conf entry for host", F::NotAllowed),
            ("57P03", "the database system is starting up", F::Waking),
            ("53300", "sorry, too many clients already", F::TooManyConnections),
            ("25006", "cannot execute INSERT in a read-only transaction", F::ReadOnly),
            ("3D000", "database \"a\" does not exist", F::DatabaseMissing),
            ("08006", "connection to server was lost", F::Refused),
            ("08003", "connection does not exist", F::Refused),
            ("08000", "connection error", F::Refused),
            ("08P01", "expected a startup packet", F::Refused),
            ("08006", "Couldn't connect to compute node", F::Waking),
        ] {
            assert_eq!(F::classify_message(code, text), expected, "{code} {text}");
        }
    }

    #[test]
    fn a_dead_socket_is_a_lost_connection_and_a_missing_row_is_not() {
        assert!(is_connection_lost(&sqlx::Error::Io(io::ErrorKind::UnexpectedEof.into())));
        assert!(!is_connection_lost(&sqlx::Error::RowNotFound));
    }
}
