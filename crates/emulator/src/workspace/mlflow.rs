//! MLflow: traces and assessments of them. The shape of answers is that of the requests.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::{WorkspaceState, errors::ApiError};
use crate::inventory::Caller;

pub(super) async fn create_trace(
    State(shared): WorkspaceState,
    _caller: Caller,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let request: Value = serde_json::from_slice(&body).map_err(|_| ApiError::malformed())?;
    let info = request["trace"]["trace_info"].clone();
    let id = info["trace_id"].as_str().filter(|id| id.starts_with("tr-"));
    let id = id.ok_or_else(|| ApiError::missing_field("trace.trace_info.trace_id"))?.to_owned();
    let experiment = &info["trace_location"]["mlflow_experiment"]["experiment_id"];
    if experiment.as_str().is_none_or(str::is_empty) {
        return Err(ApiError::missing_field(
            "trace.trace_info.trace_location.mlflow_experiment.experiment_id",
        ));
    }
    shared.traces().insert(id, info.clone());
    Ok(Json(json!({ "trace": { "trace_info": info } })))
}

pub(super) async fn get_trace(
    State(shared): WorkspaceState,
    _caller: Caller,
    Path(trace_id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let info = shared.trace(&trace_id).ok_or_else(no_trace)?;
    Ok(Json(json!({ "trace": { "trace_info": info } })))
}

pub(super) async fn create(
    State(shared): WorkspaceState,
    _caller: Caller,
    Path(trace_id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let mut assessment = parse(&body)?;
    if assessment["trace_id"] != trace_id.as_str() {
        return Err(ApiError::invalid_parameter("assessment.trace_id must be the trace of the path"));
    }
    if assessment["assessment_name"].as_str().is_none_or(str::is_empty) {
        return Err(ApiError::missing_field("assessment.assessment_name"));
    }
    if !shared.traces().contains_key(&trace_id) {
        return Err(no_trace());
    }
    let id = format!("a-{}", shared.request_id());
    assessment["assessment_id"] = id.as_str().into();
    shared.assessments().insert((trace_id, id), assessment.clone());
    Ok(Json(json!({ "assessment": assessment })))
}

pub(super) async fn update(
    State(shared): WorkspaceState,
    _caller: Caller,
    Path(key): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let new = parse(&body)?;
    let request: Value = serde_json::from_slice(&body).map_err(|_| ApiError::malformed())?;
    let mask = request["update_mask"].as_str().ok_or_else(|| ApiError::missing_field("update_mask"))?;
    let mut assessments = shared.assessments();
    let kept = assessments.get_mut(&key).ok_or_else(missing)?;
    for field in mask.split(',') {
        kept[field] = new[field].clone();
    }
    Ok(Json(json!({ "assessment": kept })))
}

pub(super) async fn delete(
    State(shared): WorkspaceState,
    _caller: Caller,
    Path(key): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    shared.assessments().remove(&key).map(|_| Json(json!({}))).ok_or_else(missing)
}

/// The assessments of a trace, for tests.
pub(super) async fn list(
    State(shared): WorkspaceState,
    _caller: Caller,
    Path(trace_id): Path<String>,
) -> Json<Value> {
    let assessments = shared.assessments();
    let of_trace: Vec<&Value> =
        assessments.iter().filter(|((trace, _), _)| *trace == trace_id).map(|(_, kept)| kept).collect();
    Json(json!({ "assessments": of_trace }))
}

fn parse(body: &[u8]) -> Result<Value, ApiError> {
    let request: Value = serde_json::from_slice(body).map_err(|_| ApiError::malformed())?;
    request.get("assessment").filter(|it| it.is_object()).cloned().ok_or_else(ApiError::malformed)
}

fn no_trace() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "RESOURCE_DOES_NOT_EXIST", "The trace does not exist.")
}

fn missing() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "RESOURCE_DOES_NOT_EXIST", "The assessment does not exist.")
}
