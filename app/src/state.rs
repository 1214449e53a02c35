//! What every page and form handler works with.

use std::sync::Arc;

use assistant::{RemoteTools, Runs};
use axum::extract::FromRef;
use domain::UserId;
use jiff::Timestamp;
use leptos::config::LeptosOptions;
use operations::Operations;
use serde::Serialize;
use storage::Store;

/// Looks at the pool that leads to the database; no I/O.
pub type LookAtDatabase = Arc<dyn Fn() -> DatabaseStatus + Send + Sync>;

/// Keeps the token that the proxy forwards for a person, for answers that are made on their behalf.
pub type KeepToken = Arc<dyn Fn(&UserId, &str) + Send + Sync>;

/// The pool that leads to the database, at one moment; without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DatabaseStatus {
    /// How the connection was chosen, in one line.
    pub connection: String,
    /// Where it leads, once known.
    pub host: Option<String>,
    /// Most connections.
    pub connections_max: usize,
    /// Open connections.
    pub connections: usize,
    /// Those that nobody uses.
    pub idle: usize,
    /// Requests that wait for one.
    pub waiting: usize,
    /// What keeps new connections back; none while nothing does.
    pub failure: Option<String>,
    /// The credential that is minted for the login; none where the password is configured.
    pub credential: Option<CredentialStatus>,
}

/// The credential that is minted for the login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CredentialStatus {
    /// Seconds since it was received; none before the first.
    pub age_s: Option<u64>,
    /// Seconds until it expires.
    pub expires_in_s: Option<u64>,
    /// How many were minted.
    pub mints: u64,
    /// How many attempts failed.
    pub failed_mints: u64,
    /// Why the last attempt failed; none when it did not.
    pub last_failure: Option<String>,
}

/// What every page and form handler works with; made once by the server.
#[derive(Clone)]
pub struct AppState {
    /// What a person can do.
    pub operations: Arc<Operations>,
    /// Answers in the making.
    pub runs: Arc<Runs>,
    /// For the store's status only; pages read and write through `operations`.
    pub store: Arc<dyn Store>,
    /// What the pool that leads to the database looks like; none without a database.
    pub database: Option<LookAtDatabase>,
    /// Where forwarded tokens go; none where nothing is done on people's behalf.
    pub keep_token: Option<KeepToken>,
    /// The tools that other programs lend to the assistant; none where none are configured.
    pub remote: Option<Arc<dyn RemoteTools>>,
    /// Questions that a person may ask a minute, for the page that says so.
    pub questions_per_minute: u32,
    /// Where the site's files are.
    pub leptos_options: LeptosOptions,
    /// When the process started.
    pub started_at: Timestamp,
    /// The program's version.
    pub version: &'static str,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos_options.clone()
    }
}
