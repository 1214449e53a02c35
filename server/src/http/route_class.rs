//! What a request may cost, told from its method and path: the size of its body, its time, and
//! whether it counts against a person's allowance. One place, for pages' forms and the API alike.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{DefaultBodyLimit, Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::Clock;
use operations::Person;

use super::{Problem, rate_limit::RateLimit};
use crate::configuration::Limits;

/// Bytes of a form or a JSON body. A question of 64 kB still arrives, to be refused by name.
pub(super) const BODY_LIMIT_BYTES: usize = 256 * 1024;
/// Beside the statement an upload holds a mapping and the boundaries.
const UPLOAD_OVERHEAD_BYTES: usize = 64 * 1024;
/// How long a request may take to be answered; the streams of events only have to start.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long an upload may take, on a slow line too.
const UPLOAD_TIMEOUT: Duration = Duration::from_mins(5);
/// How long a change of a whole ledger's rows may take; the store gives up after 60 s.
const BULK_TIMEOUT: Duration = Duration::from_secs(75);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RouteClass {
    Question,
    Upload,
    /// A message of another agent.
    Agent,
    /// A change of as many transactions as there are.
    Bulk,
    Other,
}

impl RouteClass {
    fn of(method: &Method, path: &str) -> Self {
        let is_again = ["/edit", "/regenerate", "/continue"].iter().any(|end| path.ends_with(end));
        let is_question = path == "/chats" || path.ends_with("/messages") || is_again;
        match path {
            _ if method != Method::POST => Self::Other,
            "/api/v1/imports" | "/money/imports" => Self::Upload,
            "/mcp" => Self::Agent,
            "/api/v1/transactions/categorise" | "/money/categorise" | "/money/recategorise" => Self::Bulk,
            "/api/v1/rules/apply" | "/money/rules/apply" => Self::Bulk,
            _ if is_question => Self::Question,
            _ => Self::Other,
        }
    }

    fn body_limit_bytes(self, limits: Limits) -> usize {
        match self {
            Self::Upload => limits.upload_bytes + UPLOAD_OVERHEAD_BYTES,
            Self::Question | Self::Agent | Self::Bulk | Self::Other => BODY_LIMIT_BYTES,
        }
    }

    const fn timeout(self) -> Duration {
        match self {
            Self::Upload => UPLOAD_TIMEOUT,
            Self::Bulk => BULK_TIMEOUT,
            Self::Question | Self::Agent | Self::Other => TIMEOUT,
        }
    }
}

/// What one person may still ask for.
#[derive(Clone)]
pub(super) struct Allowances {
    limits: Limits,
    questions: Arc<RateLimit>,
    uploads: Arc<RateLimit>,
    agents: Arc<RateLimit>,
    clock: Arc<dyn Clock>,
}

impl Allowances {
    pub(super) fn new(limits: Limits, clock: Arc<dyn Clock>) -> Self {
        let questions = Arc::new(RateLimit::per_minute(limits.chat_per_minute));
        let uploads = Arc::new(RateLimit::per_minute(limits.imports_per_minute));
        let agents = Arc::new(RateLimit::per_minute(limits.mcp_per_minute));
        Self { limits, questions, uploads, agents, clock }
    }
}

/// Bounds the body and the time of a request.
pub(super) async fn bound(
    State(allowances): State<Allowances>,
    mut request: Request,
    next: Next,
) -> Response {
    let class = RouteClass::of(request.method(), request.uri().path());
    let limit_bytes = class.body_limit_bytes(allowances.limits);
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared: Option<usize> = declared.and_then(|value| value.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length| length > limit_bytes) {
        return Problem::too_large(limit_bytes).into_response();
    }
    DefaultBodyLimit::max(limit_bytes).apply(&mut request);
    match tokio::time::timeout(class.timeout(), next.run(request)).await {
        Ok(response) => response,
        Err(_elapsed) => {
            tracing::warn!("a request took too long");
            let problem = Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "TIMEOUT",
                "The request took too long and was given up. A change that it asked for may have been made.",
                "Look whether it was; or repeat it with the same Idempotency-Key, which makes it once.",
            );
            problem.with_retry_after(5).into_response()
        }
    }
}

/// Counts a request against its person's allowance. Stands behind the identity layer.
pub(super) async fn count(State(allowances): State<Allowances>, request: Request, next: Next) -> Response {
    let limit = match RouteClass::of(request.method(), request.uri().path()) {
        RouteClass::Question => Some(&allowances.questions),
        RouteClass::Upload => Some(&allowances.uploads),
        RouteClass::Agent => Some(&allowances.agents),
        RouteClass::Bulk | RouteClass::Other => None,
    };
    if let (Some(limit), Some(person)) = (limit, request.extensions().get::<Person>())
        && let Err(seconds) = limit.take(&person.user, allowances.clock.now())
    {
        let problem = Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "RATE_LIMITED",
            format!("That was a lot within a minute. Try again in {seconds} seconds."),
            "Wait as long as Retry-After says.",
        );
        return problem.with_retry_after(seconds).into_response();
    }
    next.run(request).await
}
