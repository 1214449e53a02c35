//! The variables of a process, read once.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    fmt::{self, Display},
    io::IsTerminal,
    path::{Path, PathBuf},
    str::FromStr,
};

use super::ConfigurationError;

/// The variables of a process.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    /// Those of them that the file gave.
    of_the_file: BTreeSet<String>,
    /// A person reads standard error.
    pub(super) stderr_is_terminal: bool,
    /// The file that gave some of them.
    pub(super) file: Option<PathBuf>,
}

/// The file of variables for local development.
pub(crate) const LOCAL_FILE: &str = ".env.local";

impl Environment {
    /// This process's, and those of `.env.local` (`LAKELEDGER_ENV_FILE`) that it does not have.
    /// Variables that are not UTF-8 are none of ours and left out.
    pub(crate) fn of_process() -> Result<Self, ConfigurationError> {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let stderr_is_terminal = std::io::stderr().is_terminal();
        Self { variables, stderr_is_terminal, ..Self::default() }.with_local_file()
    }

    /// Adds what the file says and the process does not. A Databricks App has no such file: what it
    /// needs is injected.
    fn with_local_file(mut self) -> Result<Self, ConfigurationError> {
        if self.get("DATABRICKS_APP_NAME").is_some() {
            return Ok(self);
        }
        let named = self.get("LAKELEDGER_ENV_FILE").map(PathBuf::from);
        let is_named = named.is_some();
        let path = named.unwrap_or_else(|| LOCAL_FILE.into());
        if !is_named && !path.is_file() {
            return Ok(self);
        }
        self.add_file(&path)?;
        self.file = Some(path);
        Ok(self)
    }

    fn add_file(&mut self, path: &Path) -> Result<(), ConfigurationError> {
        let unreadable = |problem: String| {
            ConfigurationError::new("LAKELEDGER_ENV_FILE", format!("({}) {problem}", path.display()))
        };
        let lines = dotenvy::from_path_iter(path).map_err(|_| unreadable("cannot be read".to_owned()))?;
        for (index, pair) in lines.enumerate() {
            let (name, value) = pair.map_err(|_| {
                unreadable(format!("is malformed at its entry {}; an entry is NAME=value", index + 1))
            })?;
            if let Entry::Vacant(vacant) = self.variables.entry(name) {
                self.of_the_file.insert(vacant.key().clone());
                vacant.insert(value);
            }
        }
        Ok(())
    }

    /// The variables given, for tests.
    pub fn of(variables: &[(&str, &str)]) -> Self {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self { variables: variables.collect(), ..Self::default() }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// What the process was started with, whatever the file says.
    pub(crate) fn of_the_process(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|_| !self.of_the_file.contains(name))
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
