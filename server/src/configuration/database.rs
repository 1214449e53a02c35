//! Which database, and how the workspace that has it is logged in to.

use std::{path::Path, time::Duration};

use lakebase::{PoolConfig, Settings, SettingsError};

use super::{ConfigurationError, Environment};

/// The variables that choose a connection, in the order in which people look for them. What is
/// secret is never shown.
const SHOWN: [&str; 16] = [
    "PGHOST",
    "PGPORT",
    "PGUSER",
    "PGDATABASE",
    "PGSSLMODE",
    "PGSSLROOTCERT",
    "PGAPPNAME",
    "LAKEBASE_ENDPOINT",
    "PGENDPOINT",
    "ENDPOINT_NAME",
    "LAKEBASE_AUTOSCALING_ENDPOINT",
    "LAKEBASE_INSTANCE_NAME",
    "LAKEBASE_INSTANCE",
    "LAKEBASE_SCHEMA",
    "DATABRICKS_APP_NAME",
    "DATABRICKS_HOST",
];
const SECRET: [&str; 5] =
    ["PGPASSWORD", "LAKEBASE_PG_URL", "DATABASE_URL", "DATABRICKS_TOKEN", "DATABRICKS_CLIENT_SECRET"];
/// Shown by name only.
const NAMED: [&str; 4] =
    ["DATABRICKS_CLIENT_ID", "DATABRICKS_CONFIG_PROFILE", "DATABRICKS_CONFIG_FILE", "DATABRICKS_AUTH_TYPE"];

/// Which database, and how the workspace that has it is logged in to.
#[derive(Debug, Clone)]
pub struct DatabaseConfiguration {
    /// How the connection was chosen.
    pub settings: Settings,
    /// How the workspace is logged in to; only where credentials are minted.
    pub workspace: Option<databricks::Config>,
    /// The pool's bounds.
    pub pool: PoolConfig,
}

impl DatabaseConfiguration {
    pub(crate) fn from_environment(environment: &Environment) -> Result<Option<Self>, ConfigurationError> {
        let lookup = |name: &str| environment.get(name).map(str::to_owned);
        let Some(settings) = Settings::from_lookup(&lookup).map_err(malformed)? else { return Ok(None) };
        let workspace = if settings.mode().is_minted() {
            let configured = workspace(environment)?;
            if configured.is_none() {
                return Err(ConfigurationError::new(
                    "DATABRICKS_HOST",
                    "is not set, and no profile of ~/.databrickscfg stands in: the database's credential \
                     is minted by the workspace",
                ));
            }
            configured
        } else {
            None
        };
        Ok(Some(Self { settings, workspace, pool: pool(environment)? }))
    }
}

/// How the workspace is logged in to, as Databricks' own tools find it.
pub(crate) fn workspace(environment: &Environment) -> Result<Option<databricks::Config>, ConfigurationError> {
    let lookup = |name: &str| environment.get(name).map(str::to_owned);
    let home = environment.get("HOME").map(Path::new);
    databricks::Config::resolve(&lookup, home)
        .map_err(|error| ConfigurationError::new("DATABRICKS_*", format!("cannot be used: {error}")))
}

/// More connections than any database takes.
const CONNECTIONS_MAX: u64 = 10_000;
/// A year: what is to last longer lasts for ever.
const SECONDS_MAX: u64 = 366 * 24 * 60 * 60;

fn pool(environment: &Environment) -> Result<PoolConfig, ConfigurationError> {
    let defaults = PoolConfig::default();
    let bounded = |name, default: u64, most: u64| match environment.positive(name, default)? {
        value if value <= most => Ok(value),
        _ => Err(ConfigurationError::new(name, format!("must be at most {most}"))),
    };
    let seconds =
        |name, default: Duration| bounded(name, default.as_secs(), SECONDS_MAX).map(Duration::from_secs);
    let connections =
        bounded("LAKEBASE_POOL_MAX_CONNECTIONS", defaults.max_connections as u64, CONNECTIONS_MAX)?;
    Ok(PoolConfig {
        max_connections: connections as usize,
        idle_timeout: seconds("LAKEBASE_POOL_IDLE_TIMEOUT_SECONDS", defaults.idle_timeout)?,
        max_lifetime: seconds("LAKEBASE_POOL_MAX_LIFETIME_SECONDS", defaults.max_lifetime)?,
        connect_timeout: seconds("LAKEBASE_POOL_CONNECT_TIMEOUT_SECONDS", defaults.connect_timeout)?,
        ..defaults
    })
}

fn malformed(error: SettingsError) -> ConfigurationError {
    let variable = match &error {
        SettingsError::UrlMalformed { variable }
        | SettingsError::HostMalformed { variable }
        | SettingsError::PortMalformed { variable }
        | SettingsError::TargetMalformed { variable }
        | SettingsError::SslModeUnknown { variable }
        | SettingsError::SslModeTooWeak { variable } => variable,
    };
    let problem = error.to_string();
    let problem = problem.strip_prefix(variable).map_or(problem.as_str(), str::trim_start).to_owned();
    ConfigurationError::new(variable, problem)
}

/// Which of the variables that choose a connection are set, for the log: values that are no secret,
/// the length of those that are.
pub(crate) fn variables_line(environment: &Environment) -> String {
    let shown =
        SHOWN.iter().filter_map(|name| Some(format!("{name}={}", shown(name, environment.get(name)?))));
    let secret =
        SECRET.iter().filter_map(|name| Some(format!("{name}=len:{}", environment.get(name)?.len())));
    let named = NAMED.iter().filter(|name| environment.get(name).is_some()).map(|name| format!("{name}=set"));
    let all: Vec<String> = shown.chain(secret).chain(named).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(" ") }
}

/// What is more than a host may be a password.
pub(crate) fn shown(name: &str, value: &str) -> String {
    let host = match name {
        "PGHOST" => {
            let is_path = value.starts_with('/');
            let is_more =
                value.contains(|it: char| it == '@' || it.is_whitespace() || (it == '/' && !is_path));
            (!is_more).then(|| value.to_owned())
        }
        // Without the query, which is no part of it.
        "DATABRICKS_HOST" => value.parse::<databricks::Host>().ok().map(|host| host.to_string()),
        // An address that stands in the wrong variable.
        _ => (!value.contains("://")).then(|| value.to_owned()),
    };
    host.unwrap_or_else(|| format!("malformed, len:{}", value.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_shown_by_their_length_only() {
        let environment = Environment::of(&[
            ("PGHOST", "db.example"),
            ("PGPASSWORD", "hunter2"),
            ("DATABASE_URL", "postgres://u:hunter2@h/d"),
            ("DATABRICKS_CLIENT_ID", "id"),
        ]);
        let line = variables_line(&environment);
        assert_eq!(line, "PGHOST=db.example PGPASSWORD=len:7 DATABASE_URL=len:24 DATABRICKS_CLIENT_ID=set");
    }

    #[test]
    fn a_pool_beyond_what_any_database_takes_is_refused() {
        for name in ["LAKEBASE_POOL_MAX_CONNECTIONS", "LAKEBASE_POOL_MAX_LIFETIME_SECONDS"] {
            let environment = Environment::of(&[(name, "9999999999999999999")]);
            let refused = pool(&environment).unwrap_err().to_string();
            assert!(refused.contains(name) && refused.contains("at most"), "{refused}");
        }
    }

    #[test]
    fn an_address_in_a_variable_of_another_kind_is_shown_by_its_length_only() {
        let environment = Environment::of(&[("LAKEBASE_INSTANCE_NAME", "postgres://u:hunter2@h/d")]);
        assert_eq!(variables_line(&environment), "LAKEBASE_INSTANCE_NAME=malformed, len:24");
    }

    #[test]
    fn a_host_that_may_hold_a_password_is_shown_by_its_length_only() {
        let environment = Environment::of(&[
            ("PGHOST", "postgres://u:hunter2@h/d"),
            ("PGUSER", "me@example.com"),
            ("DATABRICKS_HOST", "https://u:hunter2@h"),
        ]);
        let line = variables_line(&environment);
        assert_eq!(line, "PGHOST=malformed, len:24 PGUSER=me@example.com DATABRICKS_HOST=malformed, len:19");
        let environment = Environment::of(&[
            ("PGHOST", "/var/run/postgresql"),
            ("DATABRICKS_HOST", "https://h.cloud.databricks.com/?o=hunter2"),
        ]);
        let line = variables_line(&environment);
        assert_eq!(line, "PGHOST=/var/run/postgresql DATABRICKS_HOST=https://h.cloud.databricks.com");
        let environment = Environment::of(&[("PGHOST", "u:hunter2@h")]);
        let error = DatabaseConfiguration::from_environment(&environment).unwrap_err();
        assert!(error.variable == "PGHOST" && !error.to_string().contains("hunter2"), "{error}");
    }

    #[test]
    fn a_credential_that_nobody_can_mint_stops_the_start() {
        let environment = Environment::of(&[("PGHOST", "db.example")]);
        let error = DatabaseConfiguration::from_environment(&environment).unwrap_err();
        assert_eq!(error.variable, "DATABRICKS_HOST");
    }
}
