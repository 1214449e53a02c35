//! How long the caller's data stays, and having it deleted for good.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    super::{HttpState, Problem, extract::JsonBody, identity::Caller},
    schema,
};

/// How long chats stay.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Retention {
    /// Days after its last message that a chat is deleted for good, 1 to 36,500; null keeps chats.
    #[schema(required)]
    retention_days: Option<u32>,
}

/// How long chats stay.
#[utoipa::path(get, path = "/api/v1/privacy", tag = "privacy", responses((status = 200, body = Retention)))]
pub(super) async fn get_privacy(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<Json<Retention>, Problem> {
    let retention_days = state.operations().retention_days(&person.user).await?;
    Ok(Json(Retention { retention_days }))
}

/// Says how long chats stay; it is looked to once a day, when the person comes.
#[utoipa::path(put, path = "/api/v1/privacy", tag = "privacy", request_body = Retention,
    responses((status = 200, body = Retention), (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn put_privacy(
    State(state): State<HttpState>,
    Caller(person): Caller,
    JsonBody(body): JsonBody<Retention>,
) -> Result<Json<Retention>, Problem> {
    state.operations().set_retention(&person.user, body.retention_days).await?;
    Ok(Json(body))
}

/// The person means it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Erasure {
    /// `delete everything`, word for word.
    confirm: String,
}

/// Deletes everything that is kept about the caller, for good: it cannot be undone.
#[utoipa::path(delete, path = "/api/v1/me", tag = "privacy", request_body = Erasure,
    responses((status = 204), (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn erase_everything(
    State(state): State<HttpState>,
    Caller(person): Caller,
    JsonBody(body): JsonBody<Erasure>,
) -> Result<StatusCode, Problem> {
    state.operations().erase_everything(&person.user, &body.confirm).await?;
    Ok(StatusCode::NO_CONTENT)
}
