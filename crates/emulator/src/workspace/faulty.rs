//! Counts every call and makes it go wrong when it should.

use std::{io, sync::Arc, time::Duration};

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, fmt::rfc2822::DateTimePrinter};
use serde_json::json;

use crate::{
    clock,
    faults::{HttpAction, RetryAfter},
    shared::{Shared, Target},
};

const LARGE_BODY_BYTES: usize = 10 * 1024 * 1024;

/// The fault that the handler itself has to act out.
#[derive(Clone)]
pub(super) struct Active(pub(super) Option<HttpAction>);

pub(super) async fn apply(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let target = match path.as_str() {
        "/oidc/v1/token" => Target::Token,
        "/api/2.0/database/credentials" | "/api/2.0/postgres/credentials" => Target::Credentials,
        "/api/2.0/preview/scim/v2/Me" => Target::Me,
        _ => Target::Other,
    };
    {
        let mut counters = shared.counters();
        counters.count_request(request.method().as_str(), &path);
        counters.token_calls += u64::from(target == Target::Token);
        counters.mint_calls += u64::from(target == Target::Credentials);
    }
    shared.counters_changed.notify_waiters();

    let action = shared.draw_http_fault(target);
    request.extensions_mut().insert(Active(action.clone()));
    let mut response = match action {
        Some(HttpAction::Status { code, retry_after, error_code, message }) => {
            error(target, code, retry_after, error_code, message)
        }
        Some(HttpAction::Hang) => std::future::pending::<Response>().await,
        Some(HttpAction::Disconnect) => {
            // A body that fails makes the server give the connection up before it has sent anything.
            let broken = futures::stream::once(async { Err::<&[u8], _>(io::Error::other("a fault")) });
            Body::from_stream(broken).into_response()
        }
        Some(HttpAction::Delay { ms }) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            next.run(request).await
        }
        Some(HttpAction::Garbage) => json_body("{\"token\": \u{1}\u{fffd}<<<"),
        Some(HttpAction::Html) => {
            let page = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><pre>Please sign in</pre></body></html>";
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
        }
        Some(HttpAction::Empty) => json_body(Body::empty()),
        Some(HttpAction::LargeBody) => {
            json_body(format!("{{\"padding\": \"{}\"}}", "x".repeat(LARGE_BODY_BYTES)))
        }
        Some(HttpAction::NoToken | HttpAction::BadDate | HttpAction::Dead) | None => next.run(request).await,
    };

    let headers = response.headers_mut();
    if path.starts_with("/api/")
        && let Ok(workspace_id) = HeaderValue::from_str(&shared.inventory.workspace_id)
    {
        headers.insert("x-databricks-org-id", workspace_id);
    }
    if let Ok(request_id) = HeaderValue::from_str(&shared.request_id()) {
        headers.insert("x-request-id", request_id);
    }
    response
}

fn json_body(body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body.into()).into_response()
}

fn error(
    target: Target,
    code: u16,
    retry_after: Option<RetryAfter>,
    error_code: Option<String>,
    message: Option<String>,
) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (usual_code, usual_message) = match status.as_u16() {
        401 => ("UNAUTHENTICATED", "Request does not have valid authentication credentials."),
        403 => ("PERMISSION_DENIED", "User does not have permission to perform this operation."),
        404 => ("RESOURCE_DOES_NOT_EXIST", "Resource does not exist."),
        429 => ("REQUEST_LIMIT_EXCEEDED", "Rate limit exceeded."),
        503 => ("TEMPORARILY_UNAVAILABLE", "The service is temporarily unavailable."),
        400..=499 => ("BAD_REQUEST", "The request is invalid."),
        _ => ("INTERNAL_ERROR", "An internal error occurred."),
    };
    let error_code = error_code.as_deref().unwrap_or(usual_code);
    let message = message.as_deref().unwrap_or(usual_message);
    let body = match target {
        Target::Token => json!({"error": error_code.to_lowercase(), "error_description": message}),
        Target::Me => json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "detail": message, "status": status.as_str(),
        }),
        Target::Credentials | Target::Other => {
            json!({"error_code": error_code, "message": message, "details": []})
        }
    };
    let mut response = (status, Json(body)).into_response();
    if let Some(value) = retry_after.map(retry_after_text).and_then(|text| HeaderValue::from_str(&text).ok())
    {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

fn retry_after_text(retry_after: RetryAfter) -> String {
    match retry_after {
        RetryAfter::Seconds(seconds) => seconds.to_string(),
        RetryAfter::DateInSeconds(seconds) => {
            let at = clock::now().saturating_add(SignedDuration::from_secs(i64::from(seconds)));
            at.ok()
                .and_then(|at| DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok())
                .unwrap_or_default()
        }
    }
}
