//! The Model Context Protocol: who may reach our tools, and whose tools the assistant may call.

use std::collections::HashSet;

use secrecy::SecretString;
use serde::Deserialize;

use super::{ConfigurationError, Environment, IdentityPolicy, database::workspace};

const SERVERS: &str = "LAKELEDGER_MCP_SERVERS";

/// Which servers lend their tools, and how they are reached.
#[derive(Debug, Clone, Default)]
pub struct McpConfiguration {
    /// Servers that lend their tools to the assistant.
    pub servers: Vec<RemoteServer>,
    /// The workspace, where a server is reached with the app's own login.
    pub workspace: Option<databricks::Config>,
}

/// A server that lends its tools.
#[derive(Debug, Clone)]
pub struct RemoteServer {
    /// What its tools' names begin with.
    pub name: String,
    /// Its whole address.
    pub url: String,
    /// How it is logged in to.
    pub auth: RemoteAuth,
}

/// How a server is logged in to.
#[derive(Debug, Clone)]
pub enum RemoteAuth {
    /// Not at all.
    None,
    /// As the app's service principal, with a token of the workspace.
    App,
    /// As the person who asks, with the token that the proxy forwards.
    User,
    /// With a token of its own.
    Bearer(SecretString),
}

/// An entry of the list, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    url: String,
    auth: Option<String>,
}

impl McpConfiguration {
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, ConfigurationError> {
        let identity = super::identity(environment)?;
        let entries = entries(environment)?;
        let needs_workspace =
            entries.iter().any(|entry| entry.url.starts_with('/') || entry.auth.as_deref() == Some("app"));
        let workspace = if needs_workspace {
            let configured = workspace(environment)?;
            Some(configured.ok_or_else(|| wrong("names the workspace, and DATABRICKS_HOST is not set"))?)
        } else {
            None
        };
        let host = workspace.as_ref().map(|workspace| workspace.host.as_str());
        let read = entries.into_iter().map(|entry| server(entry, host, environment, identity));
        let servers: Vec<RemoteServer> = read.collect::<Result<_, _>>()?;
        let names: HashSet<&str> = servers.iter().map(|server| server.name.as_str()).collect();
        if names.len() < servers.len() {
            return Err(wrong("has a name twice"));
        }
        Ok(Self { servers, workspace })
    }
}

fn wrong(problem: impl Into<String>) -> ConfigurationError {
    ConfigurationError::new(SERVERS, problem)
}

fn entries(environment: &Environment) -> Result<Vec<Entry>, ConfigurationError> {
    let Some(text) = environment.get(SERVERS) else { return Ok(Vec::new()) };
    serde_json::from_str(text).map_err(|error| {
        // The error's own words may hold the value.
        wrong(format!(
            "must be a JSON list of objects with name, url and auth; line {}, column {} is not",
            error.line(),
            error.column()
        ))
    })
}

fn server(
    entry: Entry,
    workspace: Option<&str>,
    environment: &Environment,
    identity: IdentityPolicy,
) -> Result<RemoteServer, ConfigurationError> {
    let Entry { name, url, auth } = entry;
    let is_name = (1..=20).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !is_name {
        return Err(wrong("has a name that is not 1 to 20 lower-case letters, digits and hyphens"));
    }
    let is_of_workspace = url.starts_with('/');
    let url = if is_of_workspace { format!("{}{url}", workspace.unwrap_or_default()) } else { url };
    if databricks::mcp::McpEndpoint::check(&url).is_err() {
        return Err(wrong(format!(
            "has an address of {name} that is not https:// (or http:// on this machine)"
        )));
    }
    let default = if is_of_workspace { "app" } else { "none" };
    let auth = match auth.as_deref().unwrap_or(default) {
        "none" => RemoteAuth::None,
        "app" => RemoteAuth::App,
        "user" if identity == IdentityPolicy::Local => {
            return Err(wrong(format!(
                "logs in to {name} as the person, and no proxy is trusted to forward people's tokens"
            )));
        }
        "user" => RemoteAuth::User,
        other => {
            let variable = other.strip_prefix("bearer:").filter(|variable| !variable.is_empty());
            let variable = variable.ok_or_else(|| {
                wrong(format!("has an auth of {name} that is none, app, user nor bearer:VARIABLE"))
            })?;
            let token = environment.get(variable);
            RemoteAuth::Bearer(
                token
                    .ok_or_else(|| {
                        wrong(format!("takes the token of {name} from a variable that is not set"))
                    })?
                    .into(),
            )
        }
    };
    Ok(RemoteServer { name, url, auth })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKSPACE: [(&str, &str); 2] =
        [("DATABRICKS_HOST", "https://w.example"), ("DATABRICKS_TOKEN", "dapi-hunter2")];

    fn read(servers: &str) -> Result<McpConfiguration, ConfigurationError> {
        let own = [(SERVERS, servers), ("WEATHER", "s3cret"), ("LAKELEDGER_TRUST_FORWARDED_HEADERS", "true")];
        let variables = [&WORKSPACE[..], &own].concat();
        McpConfiguration::from_environment(&Environment::of(&variables))
    }

    #[test]
    fn servers_of_the_workspace_are_named_by_their_path() {
        let read = read(
            r#"[{ "name": "uc", "url": "/api/2.0/mcp/functions/main/tools" },
                { "name": "docs", "url": "/api/2.0/mcp/vector-search/a/b", "auth": "user" },
                { "name": "weather", "url": "https://weather.example/mcp", "auth": "bearer:WEATHER" },
                { "name": "here", "url": "http://127.0.0.1:9/mcp" }]"#,
        )
        .unwrap();
        let seen: Vec<_> = read.servers.iter().map(|it| (it.name.as_str(), it.url.as_str())).collect();
        assert_eq!(
            seen,
            [
                ("uc", "https://w.example/api/2.0/mcp/functions/main/tools"),
                ("docs", "https://w.example/api/2.0/mcp/vector-search/a/b"),
                ("weather", "https://weather.example/mcp"),
                ("here", "http://127.0.0.1:9/mcp"),
            ]
        );
        let auths = read.servers.iter().map(|server| &server.auth).collect::<Vec<_>>();
        assert!(matches!(
            auths.as_slice(),
            [RemoteAuth::App, RemoteAuth::User, RemoteAuth::Bearer(_), RemoteAuth::None]
        ));
        let debug = format!("{read:?}");
        assert!(!debug.contains("s3cret") && !debug.contains("hunter2"), "{debug}");
    }

    #[test]
    fn what_is_wrong_with_a_server_is_said_without_its_values() {
        for servers in [
            "{",
            r#"{"name":"s3cret"}"#,
            r#"[{"name":"s3cret"}]"#,
            r#"[{"name":"S3cret!","url":"https://a.example"}]"#,
            r#"[{"name":"a","url":"http://s3cret.example"}]"#,
            r#"[{"name":"a","url":"https://a.example","auth":"s3cret"}]"#,
            r#"[{"name":"a","url":"https://a.example","auth":"bearer:s3cret"}]"#,
            r#"[{"name":"a","url":"https://a.example","token":"s3cret"}]"#,
            r#"[{"name":"a","url":"https://a.example"},{"name":"a","url":"https://b.example"}]"#,
        ] {
            let error = read(servers).unwrap_err();
            assert_eq!(error.variable, SERVERS);
            assert!(!error.to_string().to_lowercase().contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn a_person_s_token_needs_a_proxy_that_forwards_it() {
        let servers = r#"[{"name":"a","url":"https://a.example","auth":"user"}]"#;
        let local = Environment::of(&[(SERVERS, servers)]);
        assert!(McpConfiguration::from_environment(&local).is_err());
        let app = Environment::of(&[(SERVERS, servers), ("DATABRICKS_APP_NAME", "app")]);
        assert!(McpConfiguration::from_environment(&app).is_ok());
    }
}
