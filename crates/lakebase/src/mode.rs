//! How the connection was chosen.

use std::fmt;

/// Which database a credential is minted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Autoscaling: `projects/…/branches/…/endpoints/…`.
    Endpoint(String),
    /// Autoscaling, the branch only: `projects/…/branches/…`. Its read-write endpoint is looked up.
    Branch(String),
    /// Provisioned: the instance's name.
    Instance(String),
    /// Nothing names it: the one that has the host `PGHOST` is looked for.
    ByHost,
}

impl Target {
    /// The two products tell themselves apart: an endpoint's name is a path, an instance's is not.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let parts: Vec<&str> = value.split('/').collect();
        let named = |part: &&str| !part.is_empty();
        match parts.as_slice() {
            [name] if named(name) => Some(Self::Instance((*name).to_owned())),
            ["projects", p, "branches", b] if named(p) && named(b) => Some(Self::Branch(value.to_owned())),
            ["projects", p, "branches", b, "endpoints", e] if named(p) && named(b) && named(e) => {
                Some(Self::Endpoint(value.to_owned()))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endpoint(name) => write!(f, "endpoint {name}"),
            Self::Branch(name) => write!(f, "branch {name}"),
            Self::Instance(name) => write!(f, "instance {name}"),
            Self::ByHost => write!(f, "the database that has this host"),
        }
    }
}

/// How the connection was chosen. `Display` is one line for a log or a status page, without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// A URL; Databricks' own hosts are verified in full whatever it says.
    Url {
        /// The variable that holds it.
        variable: &'static str,
    },
    /// `PGHOST` with `PGPASSWORD`.
    Static {
        /// The host.
        host: String,
    },
    /// `PGHOST` without a password, as in a Databricks App: a minted credential.
    App {
        /// The host.
        host: String,
        /// What the credential is minted for.
        target: Target,
        /// The variable that names it; `None` for [`Target::ByHost`].
        variable: Option<&'static str>,
    },
    /// A name without a host: the host is looked up, the credential minted.
    Lookup {
        /// What to look up.
        target: Target,
        /// The variable that names it.
        variable: &'static str,
    },
}

impl Mode {
    /// Whether the password is a minted credential.
    pub const fn is_minted(&self) -> bool {
        matches!(self, Self::App { .. } | Self::Lookup { .. })
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url { variable } => write!(f, "URL ({variable})"),
            Self::Static { host } => write!(f, "static password (PGHOST {host}, PGPASSWORD)"),
            Self::App { host, target, variable: Some(variable) } => {
                write!(f, "Databricks App (PGHOST {host}), minted credential for {target} ({variable})")
            }
            Self::App { host, target, variable: None } => {
                write!(f, "Databricks App (PGHOST {host}), minted credential for {target}")
            }
            Self::Lookup { target, variable } => {
                write!(f, "host looked up, minted credential for {target} ({variable})")
            }
        }
    }
}
