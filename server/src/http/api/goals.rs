//! Goals: what the person saves for.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use domain::FinancialGoal;
use serde_json::Value;

use super::{
    super::{HttpState, Problem, extract::JsonBody, identity::Caller},
    List, schema,
};

/// Every goal, in the profile's order.
#[utoipa::path(get, path = "/api/v1/goals", tag = "goals",
    responses((status = 200, body = schema::GoalListSchema)))]
pub(super) async fn list_goals(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<Json<List<FinancialGoal>>, Problem> {
    Ok(List::whole(state.operations().list_goals(&person.user).await?))
}

/// Adds a goal under a name that no other has.
#[utoipa::path(post, path = "/api/v1/goals", tag = "goals", request_body = schema::FinancialGoalSchema,
    responses((status = 201, body = schema::FinancialGoalSchema), (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn create_goal(
    State(state): State<HttpState>,
    Caller(person): Caller,
    JsonBody(body): JsonBody<Value>,
) -> Result<(StatusCode, Json<FinancialGoal>), Problem> {
    let goal = state.operations().add_goal(&person.user, &body).await?;
    Ok((StatusCode::CREATED, Json(goal)))
}

/// Merges into a goal (RFC 7396): `null` makes a field unknown.
#[utoipa::path(patch, path = "/api/v1/goals/{name}", tag = "goals", params(schema::NameParam),
    request_body = schema::FinancialGoalSchema,
    responses((status = 200, body = schema::FinancialGoalSchema), (status = 404, body = schema::ProblemSchema),
        (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn update_goal(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Path(name): Path<String>,
    JsonBody(patch): JsonBody<Value>,
) -> Result<Json<FinancialGoal>, Problem> {
    Ok(Json(state.operations().update_goal(&person.user, &name, &patch).await?))
}

/// Takes a goal away.
#[utoipa::path(delete, path = "/api/v1/goals/{name}", tag = "goals", params(schema::NameParam),
    responses((status = 204), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn delete_goal(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    state.operations().remove_goal(&person.user, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
