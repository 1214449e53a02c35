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
    /// Who may answer.
    #[serde(default)]
    #[schema(inline)]
    answered_by: AnsweredBy,
}

/// Who may answer a question.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AnsweredBy {
    /// The model, or the built-in engine in its place.
    #[default]
    Any,
    /// The model: while the day's tokens are spent the question is refused with 429
    /// `TOKEN_BUDGET_SPENT` and not written down.
    Model,
}

/// Refuses a question that a model is to answer while there is none for the person.
async fn require_model(state: &HttpState, user: &UserId, answered_by: AnsweredBy) -> Result<(), Problem> {
    if answered_by == AnsweredBy::Any {
        return Ok(());
    }
    let desk = state.app.runs.desk();
    if !desk.has_model() {
        return Err(Problem::invalid("answered_by", "no model is configured: the built-in engine answers"));
    }
    let allowance = desk.allowance(user).await?;
    if allowance.tokens_left() != Some(0) {
        return Ok(());
    }
    let wait = allowance.resets_at.duration_since(state.operations().clock().now());
    // A second early would be refused again.
    let seconds = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
    let problem = Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "TOKEN_BUDGET_SPENT",
        "The model has no more tokens for you today.",
        "Wait as long as Retry-After says, or leave `answered_by` out to have the built-in engine answer.",
    );
    Err(problem.with_retry_after(u32::try_from(seconds).unwrap_or(1)))
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
    require_model(&state, &person.user, body.answered_by).await?;
    let sent = state.operations().send_message(&person, Some(id), &body.text, key).await?;
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
    require_model(&state, &person.user, body.answered_by).await?;
    let sent = state.operations().edit_message(&person, id, &body.text).await?;
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
    let sent = state.operations().regenerate_answer(&person, id).await?;
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
    let sent = state.operations().continue_answer(&person, id).await?;
    Ok(accepted(&state, person.user, &sent))
}
