//! Which workspace, as whom, with which limits.

mod attributes;
mod error;
mod profile;
mod resolve;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

pub use error::ConfigError;

use crate::host::Host;

/// How a client logs in to the workspace, in the words of `DATABRICKS_AUTH_TYPE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthType {
    /// A personal access token: `pat`.
    Pat,
    /// A service principal's client id and secret: `oauth-m2m`.
    OauthM2m,
}

impl fmt::Display for AuthType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pat => "pat",
            Self::OauthM2m => "oauth-m2m",
        })
    }
}

/// What a client logs in with.
#[derive(Clone)]
#[non_exhaustive]
pub enum Credentials {
    /// A personal access token, or a user's token that was forwarded to an app.
    Pat {
        /// The token.
        token: SecretString,
    },
    /// A service principal.
    OauthM2m {
        /// The application id.
        client_id: String,
        /// The OAuth secret.
        client_secret: SecretString,
    },
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pat { token } => f.debug_struct("Pat").field("token", &Length(token)).finish(),
            Self::OauthM2m { client_id, client_secret } => f
                .debug_struct("OauthM2m")
                .field("client_id", client_id)
                .field("client_secret", &Length(client_secret))
                .finish(),
        }
    }
}

/// All that may be shown of a secret.
struct Length<'a>(&'a SecretString);

impl fmt::Debug for Length<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "len:{}", self.0.expose_secret().len())
    }
}

/// How long a call may take. One without a limit would hold its caller for as long as a proxy likes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeouts {
    /// TCP and TLS; 3 s. Smaller fails across continents, larger makes a dead host look like a slow one.
    pub connect: Duration,
    /// The whole log-in to the workspace, discovery included; 5 s.
    pub token: Duration,
    /// A whole credential call, with a log-in where one is needed; 5 s.
    pub credential: Duration,
    /// Any other whole call; 60 s, as in the SDK.
    pub request: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            token: Duration::from_secs(5),
            credential: Duration::from_secs(5),
            request: Duration::from_mins(1),
        }
    }
}

/// Which workspace, as whom, with which limits. `Debug` shows of each secret only the length.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The workspace.
    pub host: Host,
    /// What to log in with.
    pub credentials: Credentials,
    /// The account, for hosts that serve more than one.
    pub account_id: Option<String>,
    /// The workspace's id; found out at log-in where the host tells it.
    pub workspace_id: Option<String>,
    /// Where the OAuth addresses are described, if not where the host says.
    pub discovery_url: Option<String>,
    /// How long calls may take.
    pub timeouts: Timeouts,
    /// Root certificates to trust beside the system's, as PEM.
    pub extra_roots_pem: Option<Vec<u8>>,
    /// The `User-Agent` of every request.
    pub user_agent: String,
    source: String,
}

impl Config {
    /// A configuration made by hand.
    pub fn new(host: Host, credentials: Credentials) -> Self {
        Self {
            host,
            credentials,
            account_id: None,
            workspace_id: None,
            discovery_url: None,
            timeouts: Timeouts::default(),
            extra_roots_pem: None,
            user_agent: concat!("databricks-rust/", env!("CARGO_PKG_VERSION")).to_owned(),
            source: "given by the program".to_owned(),
        }
    }

    /// Finds the configuration as the official SDKs do: from the environment (through `lookup`), and from a profile of
    /// `~/.databrickscfg` where a profile is asked for or the environment has neither a host nor credentials.
    ///
    /// None means that nothing is configured. A configuration that is incomplete, contradictory or of a kind that this
    /// client does not support is an error, which names the variable, or the profile, its file and line.
    pub fn resolve(
        lookup: &dyn Fn(&str) -> Option<String>,
        home: Option<&Path>,
    ) -> Result<Option<Self>, ConfigError> {
        resolve::resolve(lookup, home)
    }

    /// How the client logs in.
    pub fn auth_type(&self) -> AuthType {
        match self.credentials {
            Credentials::Pat { .. } => AuthType::Pat,
            Credentials::OauthM2m { .. } => AuthType::OauthM2m,
        }
    }

    /// Where the configuration comes from, in one line: `environment`, or `profile dev of ~/.databrickscfg`.
    pub fn source(&self) -> &str {
        &self.source
    }
}
