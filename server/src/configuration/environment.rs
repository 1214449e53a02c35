//! The variables of a process, read once.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
    io::IsTerminal,
    str::FromStr,
};

use super::ConfigurationError;

/// The variables of a process.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    /// A person reads standard error.
    pub(super) stderr_is_terminal: bool,
}

impl Environment {
    /// This process's. Variables that are not UTF-8 are none of ours and left out.
    pub(super) fn of_process() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self { variables, stderr_is_terminal: std::io::stderr().is_terminal() }
    }

    /// The variables given, for tests.
    pub fn of(variables: &[(&str, &str)]) -> Self {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self { variables: variables.collect(), stderr_is_terminal: false }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    pub(super) fn parsed<T: FromStr>(
        &self,
        name: &'static str,
        problem: &str,
    ) -> Result<Option<T>, ConfigurationError> {
        let value = self.get(name).map(str::parse).transpose();
        value.map_err(|_| ConfigurationError::new(name, problem))
    }

    pub(super) fn positive<T>(&self, name: &'static str, default: T) -> Result<T, ConfigurationError>
    where
        T: FromStr + PartialOrd + From<u8> + Display,
    {
        const PROBLEM: &str = "must be a whole number of 1 or more";
        match self.parsed(name, PROBLEM)? {
            None => Ok(default),
            Some(value) if value >= T::from(1) => Ok(value),
            Some(_) => Err(ConfigurationError::new(name, PROBLEM)),
        }
    }

    pub(super) fn flag(&self, name: &'static str) -> Result<bool, ConfigurationError> {
        match self.get(name).map(str::to_ascii_lowercase).as_deref() {
            None | Some("false" | "0" | "no") => Ok(false),
            Some("true" | "1" | "yes") => Ok(true),
            Some(_) => Err(ConfigurationError::new(name, "must be true or false")),
        }
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").finish_non_exhaustive()
    }
}
