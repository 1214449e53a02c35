//! The Model Context Protocol: who may reach our tools.

use super::{ConfigurationError, Environment};

/// How other agents reach the tools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct McpConfiguration {
    /// Host names, in lower case, under which `/mcp` is served to callers whom no proxy vouches for;
    /// localhost and addresses are good without.
    pub hosts: Vec<String>,
}

impl McpConfiguration {
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, ConfigurationError> {
        Ok(Self { hosts: hosts(environment)? })
    }
}

fn hosts(environment: &Environment) -> Result<Vec<String>, ConfigurationError> {
    const VARIABLE: &str = "LAKELEDGER_MCP_HOSTS";
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
