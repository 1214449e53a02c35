//! Where feedback on answers is sent.

use super::{ConfigurationError, Environment, database::workspace};

const VARIABLE: &str = "MLFLOW_EXPERIMENT_ID";

/// The MLflow experiment that hears of feedback.
#[derive(Debug, Clone)]
pub struct MlflowConfiguration {
    /// The experiment, by its number.
    pub experiment_id: String,
    /// The workspace, and the app's own login.
    pub workspace: databricks::Config,
}

impl MlflowConfiguration {
    /// None: feedback stays here.
    pub(super) fn from_environment(environment: &Environment) -> Result<Option<Self>, ConfigurationError> {
        let Some(experiment) = environment.get(VARIABLE) else { return Ok(None) };
        if !experiment.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ConfigurationError::new(VARIABLE, "must be an experiment's number"));
        }
        let workspace = workspace(environment)?.ok_or_else(|| {
            ConfigurationError::new(
                "DATABRICKS_HOST",
                "is not set, and no profile of ~/.databrickscfg stands in: MLFLOW_EXPERIMENT_ID is an \
                 experiment of the workspace",
            )
        })?;
        Ok(Some(Self { experiment_id: experiment.to_owned(), workspace }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_experiment_is_a_number_of_a_workspace() {
        let read =
            |variables: &[(&str, &str)]| MlflowConfiguration::from_environment(&Environment::of(variables));
        let workspace = [("DATABRICKS_HOST", "https://w.example"), ("DATABRICKS_TOKEN", "dapi-hunter2")];
        assert!(read(&workspace).unwrap().is_none());
        let named = read(&[&workspace[..], &[(VARIABLE, "123")]].concat()).unwrap().unwrap();
        assert_eq!(named.experiment_id, "123");
        assert!(!format!("{named:?}").contains("hunter2"));
        assert_eq!(read(&[(VARIABLE, "/Users/me")]).unwrap_err().variable, VARIABLE);
        assert_eq!(read(&[(VARIABLE, "123")]).unwrap_err().variable, "DATABRICKS_HOST");
    }
}
