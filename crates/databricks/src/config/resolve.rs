//! The order in which the official SDKs look for a configuration.

use std::path::{Path, PathBuf};

use super::attributes::{ATTRIBUTES, Values};
use super::error::ConfigError;
use super::{Config, Credentials, profile};

const PROFILE: &str = "DATABRICKS_CONFIG_PROFILE";
const FILE: &str = "DATABRICKS_CONFIG_FILE";
const FILE_NAME: &str = ".databrickscfg";

pub(super) fn resolve(
    lookup: &dyn Fn(&str) -> Option<String>,
    home: Option<&Path>,
) -> Result<Option<Config>, ConfigError> {
    let mut values = Values::from_lookup(lookup);
    let asked_for = setting(lookup, PROFILE);
    let mut sources = Vec::new();
    if values.get("host").is_some() || !values.methods().is_empty() {
        sources.push("environment".to_owned());
    }
    // A host or a secret in the environment is the whole configuration, unless a profile is asked for.
    if asked_for.is_some() || sources.is_empty() {
        let file = file(lookup, home);
        if asked_for.is_some() && file.is_none() {
            return Err(ConfigError::NoHome);
        }
        let found = file.map(|file| profile::read(&file, asked_for.as_deref())).transpose()?.flatten();
        if let Some(found) = found {
            let source = format!("profile {} of {}", found.name, found.file.display());
            for (key, value) in &found.settings {
                if let Some(attribute) = ATTRIBUTES.iter().find(|attribute| attribute.name == key) {
                    values.insert(attribute.name, Some(value), || format!("{key} in {source}"));
                }
            }
            sources.push(source);
        }
    }
    if sources.is_empty() {
        return Ok(None);
    }
    finish(&values, sources.join(" and ")).map(Some)
}

fn finish(values: &Values, source: String) -> Result<Config, ConfigError> {
    let methods = values.methods();
    let auth_type = values.get("auth_type").map(str::to_lowercase);
    if methods.len() > 1 && auth_type.is_none() {
        return Err(ConfigError::MoreThanOneMethod { methods: methods.join(" and ") });
    }
    let credentials = match auth_type.as_deref().or_else(|| methods.first().copied()) {
        Some("pat") => {
            Credentials::Pat { token: required(values, "token", "DATABRICKS_TOKEN", &source)?.into() }
        }
        Some("oauth-m2m" | "oauth") => Credentials::OauthM2m {
            client_id: required(values, "client_id", "DATABRICKS_CLIENT_ID", &source)?,
            client_secret: required(values, "client_secret", "DATABRICKS_CLIENT_SECRET", &source)?.into(),
        },
        Some(other) => {
            return Err(ConfigError::Unsupported { auth_type: other.to_owned(), source_line: source });
        }
        None => return Err(ConfigError::NoCredentials { source_line: source }),
    };
    let Some(host) = values.found("host") else {
        return Err(ConfigError::NoHost { source_line: source });
    };
    let host =
        host.value.parse().map_err(|problem| ConfigError::Host { origin: host.origin.clone(), problem })?;
    Ok(Config {
        account_id: values.owned("account_id"),
        workspace_id: values.owned("workspace_id"),
        discovery_url: values.owned("discovery_url"),
        source,
        ..Config::new(host, credentials)
    })
}

fn required(
    values: &Values,
    name: &str,
    variable: &'static str,
    source: &str,
) -> Result<String, ConfigError> {
    let missing = || ConfigError::Incomplete { missing: variable, source_line: source.to_owned() };
    values.owned(name).ok_or_else(missing)
}

fn setting(lookup: &dyn Fn(&str) -> Option<String>, variable: &str) -> Option<String> {
    lookup(variable).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// The configuration file; `~` is the home directory.
fn file(lookup: &dyn Fn(&str) -> Option<String>, home: Option<&Path>) -> Option<PathBuf> {
    match setting(lookup, FILE) {
        None => home.map(|home| home.join(FILE_NAME)),
        Some(file) => match (file.strip_prefix("~/"), home) {
            (Some(rest), Some(home)) => Some(home.join(rest)),
            _ => Some(PathBuf::from(file)),
        },
    }
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
