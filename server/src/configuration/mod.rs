//! Configuration: the one place that reads the environment. `docs/configuration.md` lists every
//! variable for people.

mod answers;
mod database;
mod environment;
mod mcp;
mod mlflow;
mod model;
mod site;

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use leptos::config::LeptosOptions;
use storage_pg::SchemaName;
use thiserror::Error;

pub use answers::AnswerConfiguration;
pub use database::DatabaseConfiguration;
pub(crate) use database::{shown, variables_line, workspace};
pub use environment::Environment;
pub(crate) use environment::LOCAL_FILE;
pub use mcp::{McpConfiguration, RemoteAuth, RemoteServer};
pub use mlflow::MlflowConfiguration;
pub use model::{ModelConfiguration, ServingAuth};
pub use site::Site;

/// Bytes of one uploaded statement. Larger and a handful of uploads exhaust a small container;
/// smaller and ten years of a busy account no longer fit.
const UPLOAD_LIMIT_BYTES: usize = 100 * 1000 * 1000;
/// Questions a minute and person: one a second is faster than anybody reads answers.
const CHAT_RATE_PER_MINUTE: u32 = 60;
/// Imports a minute and person: each may hold a whole statement in memory.
const IMPORT_RATE_PER_MINUTE: u32 = 20;
/// Requests of other agents a minute and person: an agent that thinks between its calls stays far below.
const MCP_RATE_PER_MINUTE: u32 = 240;
/// What the library of `/mcp` logs is told to whoever asked: it calls a client that went away an error.
const LOG_FILTER: &str = "info,rmcp=off";

/// A variable holds what it cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{variable} {problem}")]
pub struct ConfigurationError {
    /// The variable, or what stands for several.
    pub variable: &'static str,
    /// What is wrong with it, without its value: that may be a secret.
    pub problem: String,
}

impl ConfigurationError {
    fn new(variable: &'static str, problem: impl Into<String>) -> Self {
        Self { variable, problem: problem.into() }
    }
}

/// Everything the program is told from outside.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// Where the server listens.
    pub address: SocketAddr,
    /// Where data is kept.
    pub storage: StorageConfiguration,
    /// How people are recognised.
    pub identity: IdentityPolicy,
    /// The Databricks workspace's host, when run as a Databricks App: it may frame the pages.
    pub workspace_host: Option<String>,
    /// The serving endpoint that answers; none: the built-in engine alone.
    pub model: Option<ModelConfiguration>,
    /// What its answers may take.
    pub answers: AnswerConfiguration,
    /// Where feedback is sent beside being kept; none: nowhere.
    pub mlflow: Option<MlflowConfiguration>,
    /// What one person may ask for.
    pub limits: Limits,
    /// Host names, in lower case, under which callers are served whom no proxy vouches for; localhost
    /// and addresses are good without.
    pub hosts: Vec<String>,
    /// Whose tools the assistant may call.
    pub mcp: McpConfiguration,
    /// What is logged, and how.
    pub log: LogConfiguration,
    /// The built pages and their files.
    pub site: Site,
}

/// Where data is kept.
#[derive(Debug, Clone)]
pub struct StorageConfiguration {
    /// The database; none: the embedded default.
    pub database: Option<DatabaseConfiguration>,
    /// The schema of our tables.
    pub schema: SchemaName,
    /// The folder of the journal.
    pub data_dir: PathBuf,
    /// What happens to changes while PostgreSQL is away.
    pub fallback: Fallback,
    /// Which variables about the database are set, for the log; without secrets.
    pub variables: String,
}

/// What happens to changes while PostgreSQL is configured and away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// They are kept in the journal.
    Journal,
    /// They are refused.
    Never,
}

/// How people are recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityPolicy {
    /// Everybody who reaches the server is the one local user; identity headers mean nothing.
    Local,
    /// A proxy in front names the person; without a name they are the local user.
    Forwarded,
    /// A proxy in front names the person; without a name nothing is shown.
    ForwardedRequired,
}

/// What one person may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one uploaded statement.
    pub upload_bytes: usize,
    /// Questions a minute.
    pub chat_per_minute: u32,
    /// Imports a minute.
    pub imports_per_minute: u32,
    /// Requests of other agents a minute.
    pub mcp_per_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            upload_bytes: UPLOAD_LIMIT_BYTES,
            chat_per_minute: CHAT_RATE_PER_MINUTE,
            imports_per_minute: IMPORT_RATE_PER_MINUTE,
            mcp_per_minute: MCP_RATE_PER_MINUTE,
        }
    }
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfiguration {
    /// `tracing` directives: `info`, `info,lakeledger=debug`.
    pub filter: String,
    /// How a line looks.
    pub format: LogFormat,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// For a person at a terminal.
    Text,
}

impl Configuration {
    /// Reads the process's environment.
    pub fn from_env() -> Result<Self, ConfigurationError> {
        Self::from_environment(&Environment::of_process()?)
    }

    /// Reads an environment; a variable that is set and empty counts as not set.
    pub fn from_environment(environment: &Environment) -> Result<Self, ConfigurationError> {
        let limits = Limits::default();
        Ok(Self {
            address: address(environment)?,
            storage: storage(environment)?,
            identity: identity(environment)?,
            model: model(environment)?,
            mlflow: MlflowConfiguration::from_environment(environment)?,
            answers: AnswerConfiguration::from_environment(environment)?,
            workspace_host: workspace_host(environment)?,
            limits: Limits {
                upload_bytes: environment.positive("LAKELEDGER_UPLOAD_LIMIT_BYTES", limits.upload_bytes)?,
                chat_per_minute: environment
                    .positive("LAKELEDGER_CHAT_RATE_PER_MINUTE", limits.chat_per_minute)?,
                imports_per_minute: environment
                    .positive("LAKELEDGER_IMPORT_RATE_PER_MINUTE", limits.imports_per_minute)?,
                mcp_per_minute: environment
                    .positive("LAKELEDGER_MCP_RATE_PER_MINUTE", limits.mcp_per_minute)?,
            },
            hosts: hosts(environment)?,
            mcp: McpConfiguration::from_environment(environment)?,
            log: log(environment)?,
            site: Site::from_environment(environment)?,
        })
    }

    /// What Leptos needs to know to render a page.
    pub fn leptos_options(&self) -> LeptosOptions {
        self.site.leptos_options(self.address)
    }
}

fn address(environment: &Environment) -> Result<SocketAddr, ConfigurationError> {
    if let Some(port) = environment.parsed::<u16>("DATABRICKS_APP_PORT", "must be a port number")? {
        return Ok(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port));
    }
    let named =
        environment.parsed("LEPTOS_SITE_ADDR", "must be an address and port such as 127.0.0.1:3000")?;
    Ok(named.unwrap_or_else(|| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3000)))
}

/// The schema of our tables.
pub(crate) fn schema(environment: &Environment) -> Result<SchemaName, ConfigurationError> {
    let schema = environment.parsed(
        "LAKEBASE_SCHEMA",
        "must be 1 to 63 lower-case letters, digits and underscores, and not public or pg_…",
    )?;
    Ok(schema.unwrap_or_default())
}

/// The serving endpoint that answers.
pub(crate) fn model(environment: &Environment) -> Result<Option<ModelConfiguration>, ConfigurationError> {
    ModelConfiguration::from_environment(environment, identity(environment)?)
}

fn storage(environment: &Environment) -> Result<StorageConfiguration, ConfigurationError> {
    let fallback = match environment.get("LAKELEDGER_FALLBACK") {
        None | Some("journal") => Fallback::Journal,
        Some("never") => Fallback::Never,
        Some(_) => return Err(ConfigurationError::new("LAKELEDGER_FALLBACK", "must be journal or never")),
    };
    Ok(StorageConfiguration {
        database: DatabaseConfiguration::from_environment(environment)?,
        schema: schema(environment)?,
        data_dir: environment.get("LAKELEDGER_DATA_DIR").unwrap_or("data").into(),
        fallback,
        variables: database::variables_line(environment),
    })
}

fn identity(environment: &Environment) -> Result<IdentityPolicy, ConfigurationError> {
    let is_trusted = environment.flag("LAKELEDGER_TRUST_FORWARDED_HEADERS")?;
    Ok(match (environment.get("DATABRICKS_APP_NAME"), is_trusted) {
        (Some(_), _) => IdentityPolicy::ForwardedRequired,
        (None, true) => IdentityPolicy::Forwarded,
        (None, false) => IdentityPolicy::Local,
    })
}

/// The host goes into a response header, so it must be nothing but a host.
fn workspace_host(environment: &Environment) -> Result<Option<String>, ConfigurationError> {
    if environment.get("DATABRICKS_APP_NAME").is_none() {
        return Ok(None);
    }
    let Some(address) = environment.get("DATABRICKS_HOST") else { return Ok(None) };
    let wrong = |problem: String| ConfigurationError::new("DATABRICKS_HOST", problem);
    let host: databricks::Host =
        address.parse().map_err(|error| wrong(format!("cannot be used: {error}")))?;
    let is_name = host.name().bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
    if is_name {
        Ok(Some(host.name().to_ascii_lowercase()))
    } else {
        Err(wrong("must be a host name, with https:// or without".to_owned()))
    }
}

fn hosts(environment: &Environment) -> Result<Vec<String>, ConfigurationError> {
    const VARIABLE: &str = "LAKELEDGER_HOSTS";
    let listed = environment.get(VARIABLE).unwrap_or_default();
    let names =
        listed.split(',').map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty());
    let names: Vec<String> = names.collect();
    let is_name =
        |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    if names.iter().all(is_name) {
        return Ok(names);
    }
    Err(ConfigurationError::new(VARIABLE, "must be host names without ports, with commas between them"))
}

fn log(environment: &Environment) -> Result<LogConfiguration, ConfigurationError> {
    let format = match environment.get("LAKELEDGER_LOG_FORMAT") {
        Some("json") => LogFormat::Json,
        Some("text") => LogFormat::Text,
        None => {
            if environment.stderr_is_terminal {
                LogFormat::Text
            } else {
                LogFormat::Json
            }
        }
        Some(_) => return Err(ConfigurationError::new("LAKELEDGER_LOG_FORMAT", "must be json or text")),
    };
    let filter = environment.get("LAKELEDGER_LOG").unwrap_or(LOG_FILTER).to_owned();
    if filter.parse::<tracing_subscriber::EnvFilter>().is_err() {
        return Err(ConfigurationError::new("LAKELEDGER_LOG", "must be a level or directives such as info"));
    }
    Ok(LogConfiguration { filter, format })
}

impl fmt::Display for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Journal => "journal",
            Self::Never => "never",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Configuration, ConfigurationError> {
        Configuration::from_environment(&Environment::of(variables))
    }

    #[test]
    fn the_port_of_databricks_apps_wins_and_listens_on_every_interface() {
        let both = read(&[("DATABRICKS_APP_PORT", "8000"), ("LEPTOS_SITE_ADDR", "127.0.0.1:4000")]).unwrap();
        assert_eq!(both.address.to_string(), "0.0.0.0:8000");
        let named = read(&[("LEPTOS_SITE_ADDR", "127.0.0.1:4000")]).unwrap();
        assert_eq!(named.address.to_string(), "127.0.0.1:4000");
        assert_eq!(read(&[]).unwrap().address.to_string(), "127.0.0.1:3000");
    }

    #[test]
    fn a_variable_that_is_set_and_empty_counts_as_not_set() {
        let configuration = read(&[("DATABASE_URL", ""), ("DATABRICKS_APP_NAME", "")]).unwrap();
        assert!(configuration.storage.database.is_none());
        assert_eq!(configuration.identity, IdentityPolicy::Local);
    }

    #[test]
    fn an_app_of_databricks_requires_an_identity_whatever_else_is_set() {
        let app = read(&[("DATABRICKS_APP_NAME", "x"), ("LAKELEDGER_TRUST_FORWARDED_HEADERS", "false")]);
        assert_eq!(app.unwrap().identity, IdentityPolicy::ForwardedRequired);
        let trusted = read(&[("LAKELEDGER_TRUST_FORWARDED_HEADERS", "true")]).unwrap();
        assert_eq!(trusted.identity, IdentityPolicy::Forwarded);
    }

    #[test]
    fn a_wrong_variable_is_named_without_its_value() {
        for (variable, value) in [
            ("DATABRICKS_APP_PORT", "80a"),
            ("LEPTOS_SITE_ADDR", "localhost"),
            ("LAKEBASE_SCHEMA", "a; drop table b"),
            ("LAKELEDGER_FALLBACK", "sometimes"),
            ("LAKELEDGER_TRUST_FORWARDED_HEADERS", "perhaps"),
            ("LAKELEDGER_UPLOAD_LIMIT_BYTES", "0"),
            ("LAKELEDGER_LOG_FORMAT", "xml"),
            ("LAKELEDGER_LOG", "info,a=b=c"),
            ("LAKELEDGER_HOSTS", "ledger.internal:80"),
        ] {
            let error = read(&[(variable, value)]).unwrap_err();
            assert_eq!(error.variable, variable);
            assert!(!error.to_string().contains(value), "{error}");
        }
    }

    #[test]
    fn the_workspace_may_frame_the_pages_only_in_databricks_apps() {
        let host = ("DATABRICKS_HOST", "https://Adb-1.azuredatabricks.net/");
        assert_eq!(read(&[host]).unwrap().workspace_host, None);
        let app = read(&[host, ("DATABRICKS_APP_NAME", "x")]).unwrap();
        assert_eq!(app.workspace_host.as_deref(), Some("adb-1.azuredatabricks.net"));
        let injected = read(&[("DATABRICKS_HOST", "a.com; script-src *"), ("DATABRICKS_APP_NAME", "x")]);
        assert_eq!(injected.unwrap_err().variable, "DATABRICKS_HOST");
    }

    #[test]
    fn debug_output_holds_no_password() {
        let configuration = read(&[("DATABASE_URL", "postgres://u:hunter2@h/d")]).unwrap();
        assert!(!format!("{configuration:?}").contains("hunter2"));
    }
}
