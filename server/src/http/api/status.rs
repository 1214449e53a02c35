//! Where the app stands.

use app::DatabaseStatus;
use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::Serialize;
use storage::StorageStatus;
use utoipa::ToSchema;

use super::{super::HttpState, schema};

/// Where the app stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Status {
    /// The program's version.
    version: &'static str,
    /// When it was started.
    started_at: Timestamp,
    /// Seconds since then.
    uptime_s: i64,
    /// Tasks of the process that have not ended: streams, answers in the making, connections. A number
    /// that grows while nobody comes is a leak.
    tasks: usize,
    /// Where data is kept.
    #[schema(value_type = schema::StorageStatusSchema)]
    storage: StorageStatus,
    /// The pool that leads to the database; null without a database.
    #[schema(value_type = Option<schema::DatabaseStatusSchema>)]
    database: Option<DatabaseStatus>,
}

#[utoipa::path(get, path = "/api/v1/status", tag = "status", responses((status = 200, body = Status)))]
pub(super) async fn get_status(State(state): State<HttpState>) -> Json<Status> {
    let started_at = state.app.started_at;
    Json(Status {
        version: env!("CARGO_PKG_VERSION"),
        started_at,
        uptime_s: state.operations().clock().now().duration_since(started_at).as_secs(),
        tasks: tokio::runtime::Handle::current().metrics().num_alive_tasks(),
        storage: state.app.store.status(),
        database: state.app.database.as_ref().map(|look| look()),
    })
}
