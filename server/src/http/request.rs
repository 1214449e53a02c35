//! The outermost layer: every request gets an id, a span and one log line, and every problem is
//! written out here. A panic is one 500.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Clock, MessageId};
use futures::FutureExt;
use tracing::Instrument;

use super::Problem;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: the proxy's, else a new one.
#[derive(Debug, Clone)]
pub(super) struct RequestId(Arc<str>);

pub(super) async fn finish(
    State(clock): State<Arc<dyn Clock>>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = RequestId::of(request.headers(), clock.as_ref());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let wants_page = wants_page(request.uri().path(), request.headers());
    request.extensions_mut().insert(id.clone());
    let span = tracing::info_span!("request", request.id = %id.0, http.method = %method, http.route = route);
    let started = Instant::now();
    async move {
        let mut response = next.run(request).await;
        if let Some(problem) = response.extensions_mut().remove::<Problem>() {
            let written = if wants_page { problem.page(&id.0) } else { problem.json(&id.0) };
            let (parts, body) = written.into_parts();
            *response.status_mut() = parts.status;
            response.headers_mut().remove(header::CONTENT_LENGTH);
            response.headers_mut().extend(parts.headers);
            *response.body_mut() = body;
        }
        if let Ok(value) = HeaderValue::from_str(&id.0) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        tracing::info!(
            http.status = response.status().as_u16(),
            duration_us = started.elapsed().as_micros() as u64,
            "answered"
        );
        response
    }
    .instrument(span)
    .await
}

/// Turns a panic of a handler into one 500.
pub(super) async fn contain_panics(request: Request, next: Next) -> Response {
    let handled = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    handled.unwrap_or_else(|panic| {
        tracing::error!(panic = panic_text(&*panic), "a handler panicked");
        Problem::internal().into_response()
    })
}

impl RequestId {
    fn of(headers: &HeaderMap, clock: &dyn Clock) -> Self {
        let is_sane = |id: &&str| {
            (8..=64).contains(&id.len())
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        };
        let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(is_sane);
        Self(given.map_or_else(|| MessageId::generate(clock).to_string().into(), Arc::from))
    }
}

/// A browser's navigation gets a page; the API's callers get JSON.
fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    !path.starts_with("/api/") && accepts.contains("text/html")
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
