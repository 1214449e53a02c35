//! What the assistant remembers of the person.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{Remembered, SettingId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    super::{
        HttpState, Problem,
        extract::{Id, IdempotencyKey, JsonBody},
        identity::Caller,
    },
    List, schema,
};

/// Everything that is remembered, oldest first.
#[utoipa::path(get, path = "/api/v1/memories", tag = "memories",
    responses((status = 200, body = schema::MemoryListSchema)))]
pub(super) async fn list_memories(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<Json<List<Remembered>>, Problem> {
    Ok(List::whole(state.operations().list_memories(&person.user).await?))
}

/// Something to remember.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMemory {
    /// 1 to 500 characters.
    text: String,
}

/// Remembers a text; the assistant is told it with every question.
#[utoipa::path(post, path = "/api/v1/memories", tag = "memories", params(schema::IdempotencyKeyParam),
    request_body = NewMemory,
    responses((status = 201, body = schema::MemorySchema), (status = 409, body = schema::ProblemSchema),
        (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn add_memory(
    State(state): State<HttpState>,
    Caller(person): Caller,
    IdempotencyKey(key): IdempotencyKey<SettingId>,
    JsonBody(body): JsonBody<NewMemory>,
) -> Result<impl IntoResponse, Problem> {
    let memory = state.operations().add_memory(&person.user, &body.text, key).await?;
    let location = [(header::LOCATION, format!("/api/v1/memories/{}", memory.id))];
    Ok((StatusCode::CREATED, location, Json(memory)))
}

/// Forgets something.
#[utoipa::path(delete, path = "/api/v1/memories/{id}", tag = "memories", params(schema::IdParam),
    responses((status = 204), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn delete_memory(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<SettingId>,
) -> Result<StatusCode, Problem> {
    state.operations().delete_memory(&person.user, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
