//! Which model answers, and how its endpoint is reached.

use std::{fmt, time::Duration};

use databricks::serving::{Limits, Task};

use super::{ConfigurationError, Environment, IdentityPolicy, database::workspace};

/// The serving endpoint that answers.
#[derive(Debug, Clone)]
pub struct ModelConfiguration {
    /// Its name.
    pub endpoint: String,
    /// What it takes and gives; none asks the workspace.
    pub task: Option<Task>,
    /// As whom it is asked.
    pub auth: ServingAuth,
    /// How long a turn may take.
    pub limits: Limits,
    /// The workspace, and the app's own login.
    pub workspace: databricks::Config,
}

/// As whom a serving endpoint is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServingAuth {
    /// As the app's service principal.
    App,
    /// As the person who asks, with the token that the proxy forwards.
    User,
}

impl ModelConfiguration {
    /// None: the built-in engine answers, alone.
    pub(crate) fn from_environment(
        environment: &Environment,
        identity: IdentityPolicy,
    ) -> Result<Option<Self>, ConfigurationError> {
        let endpoint = environment.get("SERVING_ENDPOINT");
        let endpoint = match (environment.get("LAKELEDGER_MODEL"), endpoint) {
            (Some("builtin"), _) | (None, None) => return Ok(None),
            (None | Some("serving"), Some(endpoint)) => endpoint.to_owned(),
            (Some("serving"), None) => {
                return Err(ConfigurationError::new(
                    "LAKELEDGER_MODEL",
                    "is serving, and SERVING_ENDPOINT names no endpoint",
                ));
            }
            (Some(_), _) => {
                return Err(ConfigurationError::new("LAKELEDGER_MODEL", "must be serving or builtin"));
            }
        };
        if endpoint.contains('/') {
            return Err(ConfigurationError::new(
                "SERVING_ENDPOINT",
                "must be an endpoint's name, not an address",
            ));
        }
        Ok(Some(Self {
            endpoint,
            task: environment.parsed("SERVING_TASK", &databricks::serving::UnknownTask.to_string())?,
            auth: auth(environment, identity)?,
            limits: limits(environment)?,
            workspace: workspace(environment)?.ok_or_else(|| {
                ConfigurationError::new(
                    "DATABRICKS_HOST",
                    "is not set, and no profile of ~/.databrickscfg stands in: SERVING_ENDPOINT is an \
                     endpoint of the workspace",
                )
            })?,
        }))
    }
}

fn auth(environment: &Environment, identity: IdentityPolicy) -> Result<ServingAuth, ConfigurationError> {
    let problem = match (environment.get("SERVING_AUTH"), identity) {
        (None | Some("app"), _) => return Ok(ServingAuth::App),
        (Some("user"), IdentityPolicy::Forwarded | IdentityPolicy::ForwardedRequired) => {
            return Ok(ServingAuth::User);
        }
        (Some("user"), IdentityPolicy::Local) => {
            "is user, and no proxy is trusted to forward people's tokens: set \
             LAKELEDGER_TRUST_FORWARDED_HEADERS=true behind one"
        }
        (Some(_), _) => "must be app or user",
    };
    Err(ConfigurationError::new("SERVING_AUTH", problem))
}

fn limits(environment: &Environment) -> Result<Limits, ConfigurationError> {
    let defaults = Limits::default();
    let seconds =
        |name, default: Duration| environment.positive(name, default.as_secs()).map(Duration::from_secs);
    Ok(Limits {
        first_byte: seconds("SERVING_FIRST_BYTE_SECONDS", defaults.first_byte)?,
        idle: seconds("SERVING_IDLE_SECONDS", defaults.idle)?,
        retry: seconds("SERVING_RETRY_SECONDS", defaults.retry)?,
    })
}

impl fmt::Display for ServingAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::App => "app",
            Self::User => "user",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKSPACE: [(&str, &str); 2] =
        [("DATABRICKS_HOST", "https://w.example"), ("DATABRICKS_TOKEN", "dapi-hunter2")];

    fn read(
        variables: &[(&str, &str)],
        identity: IdentityPolicy,
    ) -> Result<Option<ModelConfiguration>, ConfigurationError> {
        let all = [&WORKSPACE, variables].concat();
        ModelConfiguration::from_environment(&Environment::of(&all), identity)
    }

    #[test]
    fn an_endpoint_answers_where_one_is_named_and_not_switched_off() {
        let local = IdentityPolicy::Local;
        assert!(read(&[], local).unwrap().is_none());
        let named = read(&[("SERVING_ENDPOINT", "m")], local).unwrap().unwrap();
        assert_eq!((named.endpoint.as_str(), named.task, named.auth), ("m", None, ServingAuth::App));
        assert!(!format!("{named:?}").contains("hunter2"));
        let off = [("SERVING_ENDPOINT", "m"), ("LAKELEDGER_MODEL", "builtin"), ("SERVING_AUTH", "nobody")];
        assert!(read(&off, local).unwrap().is_none());
    }

    #[test]
    fn what_cannot_work_is_named() {
        let problem = |variables: &[(&str, &str)]| {
            let named = [&[("SERVING_ENDPOINT", "m")], variables].concat();
            read(&named, IdentityPolicy::Local).unwrap_err().variable
        };
        assert_eq!(problem(&[("LAKELEDGER_MODEL", "gpt")]), "LAKELEDGER_MODEL");
        assert_eq!(problem(&[("SERVING_TASK", "llm/v1/embeddings")]), "SERVING_TASK");
        assert_eq!(problem(&[("SERVING_IDLE_SECONDS", "0")]), "SERVING_IDLE_SECONDS");
        assert_eq!(problem(&[("SERVING_AUTH", "me")]), "SERVING_AUTH");
        assert_eq!(problem(&[("SERVING_AUTH", "user")]), "SERVING_AUTH", "nobody forwards tokens here");
        assert_eq!(problem(&[("SERVING_ENDPOINT", "https://w/serving-endpoints/m")]), "SERVING_ENDPOINT");
        let alone = Environment::of(&[("LAKELEDGER_MODEL", "serving")]);
        let error = ModelConfiguration::from_environment(&alone, IdentityPolicy::Local).unwrap_err();
        assert_eq!(error.variable, "LAKELEDGER_MODEL");
        let homeless = Environment::of(&[("SERVING_ENDPOINT", "m")]);
        let error = ModelConfiguration::from_environment(&homeless, IdentityPolicy::Local).unwrap_err();
        assert_eq!(error.variable, "DATABRICKS_HOST");
    }

    #[test]
    fn people_are_asked_for_behind_a_proxy() {
        let user = read(&[("SERVING_ENDPOINT", "m"), ("SERVING_AUTH", "user")], IdentityPolicy::Forwarded);
        assert_eq!(user.unwrap().unwrap().auth, ServingAuth::User);
    }
}
