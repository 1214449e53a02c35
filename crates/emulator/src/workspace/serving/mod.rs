//! Model serving: the endpoints' descriptions, their invocations, and the paths that OpenAI's clients take.

mod check;
mod endpoints;
mod own_model;
mod script;
mod shape;

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::stream;
use serde_json::{Value, json};

pub(crate) use endpoints::Endpoints;
pub use script::{Saying, ServingFault, ServingScript, ServingTurn, Streaming};

use self::{
    script::ServingTurn as Turn,
    shape::{Frame, Shape, Voice},
};
use super::{WorkspaceState, errors::ApiError};
use crate::{inventory::Caller, shared::Shared};

pub(super) async fn list(State(shared): WorkspaceState, _caller: Caller) -> Json<Value> {
    Json(json!({"endpoints": shared.serving().list()}))
}

pub(super) async fn get(
    State(shared): WorkspaceState,
    _caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Value>, ApiError> {
    shared.serving().get(&name).map(Json).ok_or_else(|| no_endpoint(&name))
}

pub(super) async fn invoke(
    State(shared): WorkspaceState,
    _caller: Caller,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let request = parse(&body)?;
    answer(&shared, &name, &request, None).await
}

/// `{host}/serving-endpoints` as the base address of OpenAI's clients; `model` is the endpoint.
pub(super) async fn chat_completions(
    State(shared): WorkspaceState,
    _caller: Caller,
    body: Bytes,
) -> Result<Response, ApiError> {
    let request = parse(&body)?;
    answer(&shared, &model_of(&request)?, &request, Some(Shape::Chat)).await
}

pub(super) async fn responses(
    State(shared): WorkspaceState,
    _caller: Caller,
    body: Bytes,
) -> Result<Response, ApiError> {
    let request = parse(&body)?;
    answer(&shared, &model_of(&request)?, &request, Some(Shape::Responses)).await
}

fn parse(body: &[u8]) -> Result<Value, ApiError> {
    let request: Result<Value, _> = serde_json::from_slice(body);
    request.ok().filter(Value::is_object).ok_or_else(ApiError::malformed)
}

fn model_of(request: &Value) -> Result<String, ApiError> {
    let model = request["model"].as_str().filter(|model| !model.is_empty());
    model.map(str::to_owned).ok_or_else(|| ApiError::missing_field("model"))
}

fn no_endpoint(name: &str) -> ApiError {
    let message = format!(
        "The given endpoint does not exist, please retry after checking the specified model and version deployment exists: {name}"
    );
    ApiError::new(StatusCode::NOT_FOUND, "RESOURCE_DOES_NOT_EXIST", &message)
}

async fn answer(
    shared: &Arc<Shared>,
    name: &str,
    request: &Value,
    shape: Option<Shape>,
) -> Result<Response, ApiError> {
    let taken = shared.serving().take_turn(name, request);
    let (script, turn) = taken.ok_or_else(|| no_endpoint(name))?;
    tokio::time::sleep(Duration::from_millis(script.first_byte_ms)).await;
    let turn = turn.unwrap_or_else(|| {
        let mut turn = own_model::turn(request);
        if script.piece_ms > 0 {
            let wait = || Saying::WaitMs(script.piece_ms);
            turn.say = turn.say.into_iter().flat_map(|saying| [wait(), saying]).collect();
        }
        turn
    });
    if !script.ready {
        let message = format!(
            "The endpoint {name} is scaled to zero and is starting. Please try again later or try a faster operation."
        );
        return Ok(error(503, Some(30), "TEMPORARILY_UNAVAILABLE", &message));
    }
    if let Some(failure) = failure(name, &turn).await {
        return Ok(failure);
    }
    if let Some(refused) = check::refusal(&script, request) {
        return Ok(error(400, None, "BAD_REQUEST", &refused));
    }
    let shape = shape.unwrap_or(match script.task.as_str() {
        "agent/v1/chat" | "agent/v2/chat" => Shape::ChatAgent,
        "agent/v1/responses" | "agent/v2/responses" => Shape::Agent,
        _ => Shape::Chat,
    });
    let id = shared.request_id();
    let read = own_words(request);
    let voice = Voice { shape, model: &script.model, id: &id, read };
    let is_streamed = request["stream"] == true && script.streaming == Streaming::Yes;
    let mut response = if is_streamed {
        stream_of(with_fault(voice.frames(&turn), turn.fault.as_ref()))
    } else {
        Json(voice.whole(&turn)).into_response()
    };
    if let Ok(model) = HeaderValue::from_str(&script.model) {
        response.headers_mut().insert("served-model-name", model);
    }
    Ok(response)
}

/// Tokens of the request, taken for its words.
fn own_words(request: &Value) -> u64 {
    let list = |key: &str| request[key].as_array().map(Vec::as_slice).unwrap_or_default();
    let messages = [list("messages"), list("input")].concat();
    messages.iter().map(|message| own_model::words(message).split_whitespace().count() as u64).sum()
}

/// The answer to a turn that fails before its first word.
async fn failure(name: &str, turn: &Turn) -> Option<Response> {
    match turn.fault.as_ref()? {
        ServingFault::Status { code, retry_after, message } => {
            let (error_code, usual) = match code {
                401 => {
                    ("UNAUTHENTICATED", "Credential was not sent or was of an unsupported type for this API.")
                }
                403 => ("PERMISSION_DENIED", "You do not have permission to query the endpoint."),
                429 => ("REQUEST_LIMIT_EXCEEDED", "Exceeded workspace QPS rate limit for the endpoint."),
                503 => ("TEMPORARILY_UNAVAILABLE", "The service at the endpoint is temporarily unavailable."),
                400..=499 => ("BAD_REQUEST", "The request is invalid."),
                _ => ("INTERNAL_ERROR", "An internal error occurred."),
            };
            Some(error(*code, *retry_after, error_code, message.as_deref().unwrap_or(usual)))
        }
        ServingFault::ContextTooLong => {
            Some(error(400, None, "BAD_REQUEST", "prompt is too long: 210311 tokens > 200000 maximum"))
        }
        ServingFault::Guardrail => {
            let body = json!({
                "usage": {"prompt_tokens": 0, "total_tokens": 0}, "finishReason": "input_guardrail_triggered",
                "input_guardrail": [{"flagged": true, "categories": {"violent-crimes": true}}],
            });
            Some((StatusCode::BAD_REQUEST, Json(body)).into_response())
        }
        ServingFault::ContentFilter => {
            let body = json!({
                "external_model_provider": "azure-openai",
                "external_model_message": {"error": {
                    "code": "content_filter", "message": "The response was filtered by the content management policy.",
                }},
            });
            Some((StatusCode::BAD_REQUEST, Json(body)).into_response())
        }
        ServingFault::Hang => {
            tracing::debug!(name, "hangs");
            Some(std::future::pending::<Response>().await)
        }
        ServingFault::Garbage => Some(
            ([(header::CONTENT_TYPE, "text/event-stream")], "data: {\"choices\": \u{1}<<<\n\n")
                .into_response(),
        ),
        _ => None,
    }
}

fn with_fault(mut frames: Vec<Frame>, fault: Option<&ServingFault>) -> Vec<Frame> {
    // Where the frame after so many events stands.
    let after = |events: usize| {
        let is_event = |frame: &Frame| matches!(frame, Frame::Event(..));
        let places = frames.iter().enumerate().filter(|(_, frame)| is_event(frame));
        places.map(|(place, _)| place).nth(events).unwrap_or(frames.len())
    };
    match fault {
        Some(ServingFault::HangAfter(events)) => {
            frames.truncate(after(*events));
            frames.push(Frame::Hang);
        }
        Some(ServingFault::CutAfter(events)) => {
            frames.truncate(after(*events));
            frames.push(Frame::Break);
        }
        Some(ServingFault::EndAfter(events)) => frames.truncate(after(*events)),
        Some(ServingFault::ErrorAfter(events)) => {
            frames.truncate(after(*events));
            let error = json!({"error": {"code": "internal_error", "message": "The model has failed."}});
            frames.push(Frame::Event(None, error.to_string()));
        }
        Some(ServingFault::NoDone) => {
            frames.pop();
        }
        _ => {}
    }
    frames
}

fn stream_of(frames: Vec<Frame>) -> Response {
    let next = |mut frames: std::vec::IntoIter<Frame>| async move {
        loop {
            match frames.next()? {
                Frame::Event(name, data) => {
                    let name = name.map(|name| format!("event: {name}\n")).unwrap_or_default();
                    return Some((Ok(Bytes::from(format!("{name}data: {data}\n\n"))), frames));
                }
                Frame::WaitMs(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
                Frame::Hang => match std::future::pending::<Infallible>().await {},
                Frame::Break => return Some((Err(io::Error::other("a fault")), frames)),
            }
        }
    };
    let body = Body::from_stream(stream::unfold(frames.into_iter(), next));
    ([(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")], body).into_response()
}

fn error(code: u16, retry_after: Option<u32>, error_code: &str, message: &str) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(json!({"error_code": error_code, "message": message}))).into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
