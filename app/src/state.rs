//! What every page and form handler works with.

use std::sync::Arc;

use assistant::Runs;
use axum::extract::FromRef;
use jiff::Timestamp;
use leptos::config::LeptosOptions;
use operations::Operations;
use storage::Store;

/// What every page and form handler works with; made once by the server.
#[derive(Clone)]
pub struct AppState {
    /// What a person can do.
    pub operations: Arc<Operations>,
    /// Answers in the making.
    pub runs: Arc<Runs>,
    /// For the store's status only; pages read and write through `operations`.
    pub store: Arc<dyn Store>,
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
