//! What the person says of an answer.

use axum::{Json, extract::State};
use domain::{Message, MessageId, Rating};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    super::{
        HttpState, Problem,
        extract::{Id, JsonBody},
        identity::Caller,
    },
    schema,
};

/// What the person says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFeedback {
    /// Whether the answer was good.
    #[schema(value_type = schema::RatingSchema)]
    rating: Rating,
    /// Why; at most 2,000 characters.
    reason: Option<String>,
}

/// Says whether an answer was good; replaces what was said before.
#[utoipa::path(put, path = "/api/v1/messages/{id}/feedback", tag = "chats", params(schema::IdParam),
    request_body = NewFeedback,
    responses((status = 200, body = schema::MessageSchema), (status = 404, body = schema::ProblemSchema),
        (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn put_feedback(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<MessageId>,
    JsonBody(body): JsonBody<NewFeedback>,
) -> Result<Json<Message>, Problem> {
    let operations = state.operations();
    Ok(Json(operations.give_feedback(&person.user, id, body.rating, body.reason.as_deref()).await?))
}

/// Takes back what was said of an answer.
#[utoipa::path(delete, path = "/api/v1/messages/{id}/feedback", tag = "chats", params(schema::IdParam),
    responses((status = 200, body = schema::MessageSchema), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn delete_feedback(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<MessageId>,
) -> Result<Json<Message>, Problem> {
    Ok(Json(state.operations().withdraw_feedback(&person.user, id).await?))
}
