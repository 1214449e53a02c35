//! Runs: the events of an answer in the making.

use std::{convert::Infallible, time::Duration};

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use domain::{Run, RunEvent, RunEventKind, RunId, RunRecord};
use futures::{StreamExt, stream};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    super::{
        HttpState, Problem,
        extract::{Id, Query, header_parsed},
        identity::Caller,
    },
    schema,
};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// How often a silent stream says that it lives. Proxies give up on streams that are silent for
/// longer than 60 s.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// When a stream ends by itself, to be taken up again. Proxies cut streams, at 120 s the shortest
/// that is not the heartbeat's matter; a cut in the middle of an event costs the client that event.
const STREAM_FOR: Duration = Duration::from_secs(105);
/// How long a client waits before it takes the stream up again.
const RETRY: Duration = Duration::from_millis(250);

/// A run.
#[utoipa::path(get, path = "/api/v1/runs/{id}", tag = "runs", params(schema::IdParam),
    responses((status = 200, body = schema::RunSchema), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn get_run(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<RunId>,
) -> Result<Json<Run>, Problem> {
    Ok(Json(state.operations().get_run(&person.user, id).await?))
}

/// What the model of a run was sent, step by step, and what it cost. Kept of runs that have ended.
#[utoipa::path(get, path = "/api/v1/runs/{id}/record", tag = "runs", params(schema::IdParam),
    responses((status = 200, body = schema::RunRecordSchema), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn get_run_record(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<RunId>,
) -> Result<Json<RunRecord>, Problem> {
    Ok(Json(state.operations().get_run_record(&person.user, id).await?))
}

/// Where a stream goes on.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EventsQuery {
    /// The number of the last event that was seen; `Last-Event-ID` says the same and goes first.
    after: Option<u64>,
}

/// The events of a run as server-sent events, `done` the last. A stream that ends without `done`
/// is taken up again with `Last-Event-ID`.
#[utoipa::path(get, path = "/api/v1/runs/{id}/events", tag = "runs", params(schema::IdParam, EventsQuery),
    responses((status = 200, content_type = "text/event-stream", body = schema::RunEventSchema),
        (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn stream_events(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<RunId>,
    Query(query): Query<EventsQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let last_seen = header_parsed(&headers, &LAST_EVENT_ID, "is not an event's number")?;
    let after = last_seen.or(query.after).unwrap_or(0);
    let events = state.app.runs.subscribe(&person.user, id, after).await?;
    let shutdown = state.shutdown.clone();
    let ends = async move {
        // Whichever comes first; the client cannot tell and need not.
        let _ = tokio::time::timeout(STREAM_FOR, shutdown.cancelled_owned()).await;
    };
    let first = stream::once(async { Event::default().retry(RETRY).comment("") });
    let events = first.chain(events.map(|event| sse_event(&event))).take_until(Box::pin(ends));
    let sse = Sse::new(events.map(Ok::<_, Infallible>)).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    let mut response = sse.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    headers.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    Ok(response)
}

fn sse_event(event: &RunEvent) -> Event {
    let name = match &event.kind {
        RunEventKind::ToolStarted { .. } => "tool_started",
        RunEventKind::ToolFinished { .. } => "tool_finished",
        RunEventKind::Text { .. } => "text",
        RunEventKind::Block { .. } => "block",
        RunEventKind::Restarted => "restarted",
        RunEventKind::Done { .. } => "done",
    };
    let json = serde_json::to_string(event).expect("an event's texts and numbers serialise");
    Event::default().id(event.number.to_string()).event(name).data(json)
}

/// Stops a run; what was written stays. A run that has ended stays as it is.
#[utoipa::path(post, path = "/api/v1/runs/{id}/cancel", tag = "runs", params(schema::IdParam),
    responses((status = 204), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn cancel_run(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<RunId>,
) -> Result<StatusCode, Problem> {
    state.app.runs.cancel(&person.user, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
