//! The variables that choose a connection.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::mode::{Mode, Target};
use crate::tls::{self, SslMode};
use crate::url::without_unknown_parameters;

/// The database that every Autoscaling project, and every instance, is created with.
const DEFAULT_DATABASE: &str = "databricks_postgres";
const URLS: [&str; 2] = ["LAKEBASE_PG_URL", "DATABASE_URL"];
const NAMES: [&str; 6] = [
    "LAKEBASE_ENDPOINT",
    "PGENDPOINT",
    "ENDPOINT_NAME",
    "LAKEBASE_AUTOSCALING_ENDPOINT",
    "LAKEBASE_INSTANCE_NAME",
    "LAKEBASE_INSTANCE",
];

/// What the variables say. `Debug` shows no secret.
#[derive(Clone)]
pub struct Settings {
    pub(crate) mode: Mode,
    pub(crate) url: Option<SecretString>,
    pub(crate) port: u16,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<SecretString>,
    pub(crate) database: String,
    pub(crate) ssl_mode: Option<SslMode>,
    pub(crate) ssl_root_cert: Option<PathBuf>,
    pub(crate) application_name: Option<String>,
    /// `DATABRICKS_APP_NAME`: the app's resources name its database when no variable does.
    pub(crate) app_name: Option<String>,
}

/// A variable that cannot be used. Names the variable, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not a PostgreSQL URL.
    #[error("{variable} is not a PostgreSQL URL (postgres://user:password@host:5432/database)")]
    UrlMalformed {
        /// The variable.
        variable: &'static str,
    },
    /// More than a host name, or none. What is more may be a password.
    #[error("{variable} is not a host name: give the host alone, without scheme, user and database")]
    HostMalformed {
        /// The variable.
        variable: &'static str,
    },
    /// Not a port.
    #[error("{variable} is not a port number")]
    PortMalformed {
        /// The variable.
        variable: &'static str,
    },
    /// Neither an endpoint's path nor an instance's name.
    #[error(
        "{variable} names no database: an Autoscaling endpoint is projects/…/branches/…/endpoints/…, \
         a Provisioned instance is a name without slashes"
    )]
    TargetMalformed {
        /// The variable.
        variable: &'static str,
    },
    /// Not one of libpq's modes.
    #[error("{variable} is none of disable, allow, prefer, require, verify-ca, verify-full")]
    SslModeUnknown {
        /// The variable.
        variable: &'static str,
    },
    /// A minted credential would be sent over a connection that may be plain text.
    #[error(
        "{variable} allows plain text: set it to require, verify-ca or verify-full for a minted credential"
    )]
    SslModeTooWeak {
        /// The variable.
        variable: &'static str,
    },
}

impl Settings {
    /// Reads the variables through `lookup`, the first mode that fits wins. `None`: no database is
    /// configured. An empty variable counts as one that is not set.
    pub fn from_lookup(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>, SettingsError> {
        let get =
            |name: &str| lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let url = URLS.iter().find_map(|variable| get(variable).map(|url| (*variable, url)));
        let (url, unknown) = match url {
            Some((variable, url)) => {
                let (url, unknown) = without_unknown_parameters(&url);
                (Some((variable, url)), unknown)
            }
            None => (None, Vec::new()),
        };
        let host = if url.is_none() { get("PGHOST") } else { None };
        if host.as_deref().is_some_and(|host| !is_host(host)) {
            return Err(SettingsError::HostMalformed { variable: "PGHOST" });
        }
        let name = NAMES.iter().find_map(|variable| get(variable).map(|name| (*variable, name)));
        let target = |(variable, name): (&'static str, String)| {
            let target = Target::parse(&name).ok_or(SettingsError::TargetMalformed { variable })?;
            Ok((variable, target))
        };
        let password = get("PGPASSWORD").map(SecretString::from);
        let mode = match (&url, host, name) {
            (Some((variable, url)), _, _) => {
                PgConnectOptions::from_str(url).map_err(|_| SettingsError::UrlMalformed { variable })?;
                if !unknown.is_empty() {
                    tracing::warn!(variable, parameters = ?unknown, "unknown parameters of the URL are left out");
                }
                Mode::Url { variable }
            }
            (None, Some(host), _) if password.is_some() => Mode::Static { host },
            // A Provisioned resource's `valueFrom` is its host, not its name, whatever variable it is put into.
            (None, Some(host), Some((_, name))) if name.eq_ignore_ascii_case(&host) => {
                Mode::App { host, target: Target::ByHost, variable: None }
            }
            (None, Some(host), Some(name)) => {
                let (variable, target) = target(name)?;
                Mode::App { host, target, variable: Some(variable) }
            }
            (None, Some(host), None) => Mode::App { host, target: Target::ByHost, variable: None },
            (None, None, Some(name)) => {
                let (variable, target) = target(name)?;
                Mode::Lookup { target, variable }
            }
            (None, None, None) => return Ok(None),
        };
        let port = match get("PGPORT") {
            Some(port) => port.parse().map_err(|_| SettingsError::PortMalformed { variable: "PGPORT" })?,
            None => 5432,
        };
        let ssl_mode = match get("PGSSLMODE") {
            Some(mode) => {
                Some(SslMode::parse(&mode).ok_or(SettingsError::SslModeUnknown { variable: "PGSSLMODE" })?)
            }
            None => None,
        };
        let settings = Self {
            mode,
            url: url.map(|(_, url)| SecretString::from(url)),
            port,
            user: get("PGUSER"),
            password,
            database: get("PGDATABASE").unwrap_or_else(|| DEFAULT_DATABASE.to_owned()),
            ssl_mode,
            ssl_root_cert: get("PGSSLROOTCERT").map(PathBuf::from),
            application_name: get("PGAPPNAME"),
            app_name: get("DATABRICKS_APP_NAME"),
        };
        // A host that is looked up is always Databricks' own; the one that is given is checked now.
        settings.tls(settings.host().unwrap_or_default())?;
        Ok(Some(settings))
    }

    /// How the connection was chosen.
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    /// `PGHOST`, where the mode uses it.
    pub fn host(&self) -> Option<&str> {
        match &self.mode {
            Mode::Static { host } | Mode::App { host, .. } => Some(host),
            Mode::Url { .. } | Mode::Lookup { .. } => None,
        }
    }

    /// The database's name, except in a URL.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// `PGUSER`.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The port, except in a URL.
    pub fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn tls(&self, host: &str) -> Result<PgSslMode, SettingsError> {
        tls::choose(host, self.ssl_mode, self.mode.is_minted())
    }

    /// Options for a connect to `host` as `user`; a URL is used as it is, but verified in full on Databricks'
    /// own hosts.
    ///
    /// sqlx fills what is left out from the environment, as libpq does (`PGSSLCERT`, `PGOPTIONS`).
    pub(crate) fn options(
        &self,
        host: &str,
        user: Option<&str>,
        password: Option<&SecretString>,
    ) -> Result<PgConnectOptions, SettingsError> {
        if let (Mode::Url { variable }, Some(url)) = (&self.mode, &self.url) {
            let options = PgConnectOptions::from_str(url.expose_secret())
                .map_err(|_| SettingsError::UrlMalformed { variable })?;
            let is_databricks = options.get_socket().is_none() && tls::is_databricks(options.get_host());
            return Ok(if is_databricks { options.ssl_mode(PgSslMode::VerifyFull) } else { options });
        }
        let mut options = PgConnectOptions::new_without_pgpass()
            .host(host)
            .port(self.port)
            .database(&self.database)
            .ssl_mode(self.tls(host)?);
        if let Some(user) = user.or(self.user.as_deref()) {
            options = options.username(user);
        }
        if let Some(password) = password.or(self.password.as_ref()) {
            options = options.password(password.expose_secret());
        }
        if let Some(path) = &self.ssl_root_cert {
            options = options.ssl_root_cert(path);
        }
        if let Some(name) = &self.application_name {
            options = options.application_name(name);
        }
        Ok(options)
    }
}

/// A host's name or address, or a folder of sockets, which begins with a slash.
fn is_host(value: &str) -> bool {
    let is_path = value.starts_with('/');
    let is_foreign =
        |character: char| character == '@' || character.is_whitespace() || (character == '/' && !is_path);
    !value.contains(is_foreign)
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len = |secret: &SecretString| format!("len:{}", secret.expose_secret().len());
        f.debug_struct("Settings")
            .field("mode", &self.mode)
            .field("url", &self.url.as_ref().map(len))
            .field("port", &self.port)
            .field("user", &self.user)
            .field("password", &self.password.as_ref().map(len))
            .field("database", &self.database)
            .field("ssl_mode", &self.ssl_mode)
            .field("ssl_root_cert", &self.ssl_root_cert)
            .field("application_name", &self.application_name)
            .field("app_name", &self.app_name)
            .finish()
    }
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod settings_tests;
