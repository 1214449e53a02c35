//! Messages: asking a question, in other words too, and having it answered again.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{ChatId, MessageId, RunId, UserId};
use operations::{BranchMessage, Sent};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    super::{
        HttpState, Problem,
        extract::{Id, IdempotencyKey, JsonBody, PageQuery, Query},
        identity::Caller,
    },
    List, schema,
};

/// The last messages of the branch that a chat shows, in order; the cursor leads to those before.
#[utoipa::path(get, path = "/api/v1/chats/{id}/messages", tag = "chats", params(schema::IdParam, schema::PageParams),
    responses((status = 200, body = schema::MessageListSchema), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn list_messages(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<ChatId>,
    Query(page): Query<PageQuery>,
) -> Result<Json<List<BranchMessage>>, Problem> {
    Ok(Json(state.operations().list_branch(&person.user, id, &page.request()?).await?.into()))
}

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMessage {
    /// 1 to 16384 bytes.
    text: String,
}

/// A question that is being answered.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "three ids of three kinds")]
pub(super) struct SentMessage {
    /// The question.
    #[schema(value_type = uuid::Uuid)]
    message_id: MessageId,
    /// The answer that is being written.
    #[schema(value_type = uuid::Uuid)]
    answer_id: MessageId,
    /// The run that writes it: `/api/v1/runs/{run_id}/events`.
    #[schema(value_type = uuid::Uuid)]
    run_id: RunId,
}

/// Asks a question; the answer is written while its run's events stream.
#[utoipa::path(post, path = "/api/v1/chats/{id}/messages", tag = "chats",
    params(schema::IdParam, schema::IdempotencyKeyParam), request_body = NewMessage,
    responses((status = 202, body = SentMessage), (status = 404, body = schema::ProblemSchema),
        (status = 409, body = schema::ProblemSchema), (status = 422, body = schema::ProblemSchema),
        (status = 429, body = schema::ProblemSchema)))]
pub(super) async fn send_message(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<ChatId>,
    IdempotencyKey(key): IdempotencyKey<MessageId>,
    JsonBody(body): JsonBody<NewMessage>,
) -> Result<impl IntoResponse, Problem> {
    let sent = state.operations().send_message(&person.user, Some(id), &body.text, key).await?;
    Ok(accepted(&state, person.user, &sent))
}

/// Starts the run, and says where its events are.
fn accepted(state: &HttpState, user: UserId, sent: &Sent) -> impl IntoResponse + use<> {
    state.app.runs.start(user, sent);
    let location = [(header::LOCATION, format!("/api/v1/runs/{}/events", sent.run.id))];
    let body = SentMessage { message_id: sent.question.id, answer_id: sent.answer.id, run_id: sent.run.id };
    (StatusCode::ACCEPTED, location, Json(body))
}

/// Asks a question in other words. The chat shows the new branch; the one before stays.
#[utoipa::path(post, path = "/api/v1/messages/{id}/edit", tag = "chats", params(schema::IdParam),
    request_body = NewMessage,
    responses((status = 202, body = SentMessage), (status = 404, body = schema::ProblemSchema),
        (status = 422, body = schema::ProblemSchema), (status = 429, body = schema::ProblemSchema)))]
pub(super) async fn edit_message(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<MessageId>,
    JsonBody(body): JsonBody<NewMessage>,
) -> Result<impl IntoResponse, Problem> {
    let sent = state.operations().edit_message(&person.user, id, &body.text).await?;
    Ok(accepted(&state, person.user, &sent))
}

/// Has an answer written again. The chat shows the new one; the one before stays.
#[utoipa::path(post, path = "/api/v1/messages/{id}/regenerate", tag = "chats", params(schema::IdParam),
    responses((status = 202, body = SentMessage), (status = 404, body = schema::ProblemSchema),
        (status = 409, body = schema::ProblemSchema), (status = 422, body = schema::ProblemSchema),
        (status = 429, body = schema::ProblemSchema)))]
pub(super) async fn regenerate_message(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<MessageId>,
) -> Result<impl IntoResponse, Problem> {
    let sent = state.operations().regenerate_answer(&person.user, id).await?;
    Ok(accepted(&state, person.user, &sent))
}

/// Has an answer that was stopped or failed gone on with.
#[utoipa::path(post, path = "/api/v1/messages/{id}/continue", tag = "chats", params(schema::IdParam),
    responses((status = 202, body = SentMessage), (status = 404, body = schema::ProblemSchema),
        (status = 409, body = schema::ProblemSchema), (status = 422, body = schema::ProblemSchema),
        (status = 429, body = schema::ProblemSchema)))]
pub(super) async fn continue_message(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<MessageId>,
) -> Result<impl IntoResponse, Problem> {
    let sent = state.operations().continue_answer(&person.user, id).await?;
    Ok(accepted(&state, person.user, &sent))
}
