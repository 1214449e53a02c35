//! Finds out why a database cannot be used: configuration, workspace login, credential, DNS, TLS, login, each
//! with what is wrong and the fix.
//!
//! Every step is bounded in time, and nothing is changed anywhere. What a [`Finding`] says holds no secret.

mod arrive;
mod configuration;
mod credential;
mod login;
mod network;
pub mod schema;
mod scrub;
mod walk;
mod workspace;

use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use sqlx::PgConnection;

pub use schema::{SchemaReport, TableReport};

/// What is looked at, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The variables.
    Configuration,
    /// The login to the Databricks workspace.
    WorkspaceLogin,
    /// The credential for the database.
    Credential,
    /// The host's name.
    Dns,
    /// The connection and its encryption.
    Tls,
    /// The login to PostgreSQL.
    Login,
    /// The application's schema.
    Schema,
    /// The schema's migrations.
    Migrations,
    /// A write and a read.
    RoundTrip,
}

impl Step {
    /// For people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::WorkspaceLogin => "workspace login",
            Self::Credential => "credential",
            Self::Dns => "DNS",
            Self::Tls => "TLS",
            Self::Login => "login",
            Self::Schema => "schema",
            Self::Migrations => "migrations",
            Self::RoundTrip => "round trip",
        }
    }
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All is well.
    Ok,
    /// Something is wrong.
    Failed,
    /// Not looked at: it is not needed, or a step that it depends on failed.
    Skipped,
}

/// What was found at one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The step.
    pub step: Step,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found; for a failure, what is wrong.
    pub what: String,
    /// The command or the setting that mends it.
    pub fix: Option<String>,
    /// What a server said, or what else is worth knowing.
    pub detail: Option<String>,
}

impl Finding {
    /// All is well.
    pub fn ok(step: Step, what: impl Into<String>) -> Self {
        Self { step, outcome: Outcome::Ok, what: what.into(), fix: None, detail: None }
    }

    /// Not looked at, and why.
    pub fn skipped(step: Step, why: impl Into<String>) -> Self {
        Self { step, outcome: Outcome::Skipped, what: why.into(), fix: None, detail: None }
    }

    /// Something is wrong.
    pub fn failed(step: Step, trouble: Trouble) -> Self {
        Self {
            step,
            outcome: Outcome::Failed,
            what: trouble.what,
            fix: Some(trouble.fix),
            detail: trouble.detail,
        }
    }

    /// The same, with what else is worth knowing.
    #[must_use]
    pub fn with_detail(mut self, detail: Option<String>) -> Self {
        self.detail = detail.or(self.detail);
        self
    }
}

/// What is wrong, and the fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What is wrong.
    pub what: String,
    /// The command or the setting that mends it.
    pub fix: String,
    /// What the other side said.
    pub detail: Option<String>,
}

impl Trouble {
    /// A trouble.
    pub fn new(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { what: what.into(), fix: fix.into(), detail: None }
    }

    /// The same, with what the other side said.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

/// How long a walk may take.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// One step that asks one server one thing.
    step: Duration,
    /// Looking a host up among all projects of a workspace.
    search: Duration,
    /// A login to an endpoint that wakes up: its proxy holds the connection for about 7 seconds.
    waking: Duration,
    /// Everything together.
    whole: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            step: Duration::from_secs(5),
            search: Duration::from_secs(10),
            waking: Duration::from_secs(20),
            whole: Duration::from_mins(1),
        }
    }
}

/// Walks the steps from the variables to a login.
pub struct Doctor<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    home: Option<&'a Path>,
    program: &'a str,
    limits: Limits,
}

/// What a [`Doctor`] has found, in the order of the steps.
#[derive(Debug)]
pub struct Diagnosis {
    /// One for each step up to [`Step::Login`]; more than one where more than one thing is wrong.
    pub findings: Vec<Finding>,
    /// A session, if the login succeeded.
    pub connection: Option<PgConnection>,
    /// False when the variables name no database at all.
    pub is_configured: bool,
}

impl<'a> Doctor<'a> {
    /// A doctor who reads variables through `lookup`, profiles below `home`, and names `program` in fixes that
    /// are commands of it (`PROGRAM lakebase configure`, `PROGRAM lakebase grant`).
    pub fn new(lookup: &'a dyn Fn(&str) -> Option<String>, home: Option<&'a Path>, program: &'a str) -> Self {
        Self { lookup, home, program, limits: Limits::default() }
    }

    /// Looks at everything up to a login, for at most a minute.
    pub async fn examine(&self) -> Diagnosis {
        walk::walk(self).await
    }
}

/// What is known so far; fixes are worded with it.
#[derive(Debug, Clone, Default)]
struct Scene {
    program: String,
    /// `DATABRICKS_APP_NAME` is set.
    is_app: bool,
    /// The password is a minted credential.
    is_minted: bool,
    /// The variable that holds the URL, in that mode.
    url_variable: Option<&'static str>,
    host: String,
    port: u16,
    database: String,
    /// The user of the login.
    user: Option<String>,
    /// Who the workspace login is.
    identity: Option<String>,
    /// Such as `instance shop-db`.
    target: Option<String>,
    /// Where the workspace says that the target is.
    target_host: Option<String>,
    workspace: Option<String>,
}

impl Scene {
    /// Where the address of the database is set.
    fn host_setting(&self) -> &'static str {
        self.url_variable.unwrap_or("PGHOST")
    }

    fn user_setting(&self) -> &'static str {
        self.url_variable.unwrap_or("PGUSER")
    }

    fn configure(&self) -> String {
        format!("`{} lakebase configure`", self.program)
    }

    /// How to make a role, and give it its rights.
    fn grant(&self, role: &str) -> String {
        format!("`{} lakebase grant '{role}'` as the database's owner", self.program)
    }

    /// `PGHOST` is not where the workspace says that the database is.
    fn misplaced(&self) -> Option<&str> {
        let expected = self.target_host.as_deref()?;
        let same = expected.trim_end_matches('.').eq_ignore_ascii_case(self.host.trim_end_matches('.'));
        (self.is_minted && !self.host.is_empty() && !same).then_some(expected)
    }
}

#[cfg(test)]
mod tests;
