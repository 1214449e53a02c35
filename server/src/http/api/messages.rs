//! Messages: asking a question.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{ChatId, Message, MessageId, RunId};
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

/// The newest messages of a chat, in ascending order; the cursor leads to older ones.
#[utoipa::path(get, path = "/api/v1/chats/{id}/messages", tag = "chats", params(schema::IdParam, schema::PageParams),
    responses((status = 200, body = schema::MessageListSchema), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn list_messages(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<ChatId>,
    Query(page): Query<PageQuery>,
) -> Result<Json<List<Message>>, Problem> {
    Ok(Json(state.operations().list_messages(&person.user, id, &page.request()?).await?.into()))
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
    state.app.runs.start(person.user, &sent);
    let location = [(header::LOCATION, format!("/api/v1/runs/{}/events", sent.run.id))];
    let body = SentMessage { message_id: sent.question.id, answer_id: sent.answer.id, run_id: sent.run.id };
    Ok((StatusCode::ACCEPTED, location, Json(body)))
}
