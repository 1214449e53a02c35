//! Tells the answers in the making that somebody has come.

use std::sync::Arc;

use assistant::Runs;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

/// Stands before what people ask for, not before probes of a platform.
pub(super) async fn wake(State(runs): State<Arc<Runs>>, request: Request, next: Next) -> Response {
    runs.wake();
    next.run(request).await
}
