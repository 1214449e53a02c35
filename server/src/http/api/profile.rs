//! The profile.

use axum::{Json, extract::State, http::StatusCode};
use domain::{Profile, ProfileDraft};
use serde_json::Value;

use super::{
    super::{HttpState, Problem, extract::JsonBody, identity::Caller},
    schema,
};

/// The profile; every field is null when none was saved.
#[utoipa::path(get, path = "/api/v1/profile", tag = "profile",
    responses((status = 200, body = schema::ProfileSchema)))]
pub(super) async fn get_profile(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<Json<Profile>, Problem> {
    Ok(Json(state.operations().get_profile(&person.user).await?))
}

/// Replaces the profile: fields that are left out become unknown.
#[utoipa::path(put, path = "/api/v1/profile", tag = "profile", request_body = schema::ProfileSchema,
    responses((status = 200, body = schema::ProfileSchema), (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn put_profile(
    State(state): State<HttpState>,
    Caller(person): Caller,
    JsonBody(body): JsonBody<Value>,
) -> Result<Json<Profile>, Problem> {
    Ok(Json(state.operations().put_profile(&person.user, &body).await?))
}

/// Merges into the profile (RFC 7396): `null` makes a field unknown.
#[utoipa::path(patch, path = "/api/v1/profile", tag = "profile", request_body = schema::ProfileSchema,
    responses((status = 200, body = schema::ProfileSchema), (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn patch_profile(
    State(state): State<HttpState>,
    Caller(person): Caller,
    JsonBody(patch): JsonBody<Value>,
) -> Result<Json<Profile>, Problem> {
    Ok(Json(state.operations().patch_profile(&person.user, &patch).await?))
}

/// Makes every field unknown.
#[utoipa::path(delete, path = "/api/v1/profile", tag = "profile", responses((status = 204)))]
pub(super) async fn delete_profile(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<StatusCode, Problem> {
    state.operations().replace_profile(&person.user, &ProfileDraft::default()).await?;
    Ok(StatusCode::NO_CONTENT)
}
