//! The program beside an emulated workspace, each test with a schema and a folder of its own.

use std::{
    collections::BTreeMap,
    process::{Command, Output},
};

use emulator::{Emulator, Options, PERSONAL_ACCESS_TOKEN};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A PostgreSQL that schemas may be made in.
fn url() -> String {
    let url = std::env::vars().find_map(|(name, value)| (name == "TEST_DATABASE_URL").then_some(value));
    url.expect("TEST_DATABASE_URL must name a PostgreSQL database for tests; `make test` sets it")
}

pub(crate) struct Lab {
    pub(crate) emulator: Emulator,
    pub(crate) folder: TempDir,
    pub(crate) schema: String,
    program: &'static str,
}

impl Lab {
    pub(crate) async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let options = Options::new(url().into(), folder.path().join("emulator"));
        let emulator = Emulator::start(options).await.unwrap();
        let id = domain::RunId::generate(&domain::SystemClock).as_uuid().simple().to_string();
        Self { emulator, folder, schema: format!("doctor_{id}"), program: env!("CARGO_BIN_EXE_lakeledger") }
    }

    /// What Databricks Apps would inject.
    pub(crate) fn app(&self) -> BTreeMap<&'static str, String> {
        let mut variables: BTreeMap<_, _> = self.emulator.environment().into_iter().collect();
        variables.insert("LAKEBASE_SCHEMA", self.schema.clone());
        variables
    }

    /// What a person's laptop has.
    pub(crate) fn laptop(&self) -> BTreeMap<&'static str, String> {
        let variables = [
            ("DATABRICKS_HOST", self.emulator.workspace_url().to_owned()),
            ("DATABRICKS_TOKEN", PERSONAL_ACCESS_TOKEN.to_owned()),
            ("PGPORT", self.emulator.pg_port().to_string()),
        ];
        variables.into_iter().collect()
    }

    pub(crate) async fn run(&self, variables: &BTreeMap<&'static str, String>, arguments: &[&str]) -> Output {
        let mut command = Command::new(self.program);
        command.args(arguments).current_dir(self.folder.path()).env_clear().envs(variables);
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LAKELEDGER_LOG", "error");
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }

    /// The steps of `doctor --json`, whose exit code must fit.
    pub(crate) async fn doctor(&self, variables: &BTreeMap<&'static str, String>) -> Vec<Value> {
        let output = self.run(variables, &["doctor", "--json"]).await;
        let text = text(&output);
        let report: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(report["ok"] == json!(true), output.status.success(), "{text}");
        for secret in ["dapi-", "eyJ", "hunter2", "lakeledger_app"] {
            assert!(!text.contains(secret), "{text}");
        }
        report["steps"].as_array().unwrap().clone()
    }
}

pub(crate) fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
