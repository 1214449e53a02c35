//! The sample household.

use axum::{Json, extract::State, http::StatusCode};
use domain::Import;

use super::{
    super::{HttpState, Problem, identity::Caller},
    schema,
};

/// Adds the sample household; when it is there already, nothing is added.
#[utoipa::path(post, path = "/api/v1/sample", tag = "sample",
    responses((status = 201, body = schema::ImportSchema)))]
pub(super) async fn add_sample(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<(StatusCode, Json<Import>), Problem> {
    Ok((StatusCode::CREATED, Json(state.operations().add_sample(&person.user).await?)))
}

/// Removes the sample household.
#[utoipa::path(delete, path = "/api/v1/sample", tag = "sample",
    responses((status = 204), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn remove_sample(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<StatusCode, Problem> {
    state.operations().remove_sample(&person.user).await?;
    Ok(StatusCode::NO_CONTENT)
}
