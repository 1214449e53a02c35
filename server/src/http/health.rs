//! Whether the process lives, and whether it can serve.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use storage::StorageMode;

use super::{HttpState, Problem};

pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/health", get(async || Json(json!({ "status": "ok" })))).route("/ready", get(ready))
}

/// Ready when the store answers; the embedded store always does.
async fn ready(State(state): State<HttpState>) -> Response {
    let store = &state.app.store;
    let pinged = store.ping().await;
    let status = store.status();
    if pinged.is_ok() && status.mode != StorageMode::Unavailable {
        return Json(json!({ "status": "ready", "storage": status })).into_response();
    }
    if let Err(error) = pinged {
        tracing::warn!(error = ?error, "not ready");
    }
    let problem = Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "NOT_READY",
        status.reason,
        "Wait until the database can be reached; the log says why it cannot.",
    );
    problem.with_retry_after(5).into_response()
}
