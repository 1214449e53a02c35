//! Lakebase Autoscaling: `/api/2.0/postgres`.

use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Path, Query, State},
};
use serde::Deserialize;
use serde_json::Value;

use super::{Paging, WorkspaceState, database::credential, errors::ApiError, faulty::Active};
use crate::{
    faults::HttpAction,
    inventory::{Caller, Inventory},
    shared::{Compute, Shared},
};

#[derive(Deserialize)]
struct CredentialRequest {
    #[serde(default)]
    endpoint: String,
    ttl: Option<String>,
}

pub(super) async fn generate_credential(
    State(shared): WorkspaceState,
    Extension(Active(fault)): Extension<Active>,
    caller: Caller,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let request: CredentialRequest = serde_json::from_slice(&body).map_err(|_| ApiError::malformed())?;
    if request.endpoint.is_empty() {
        return Err(ApiError::missing_field("endpoint"));
    }
    let segments: Vec<&str> = request.endpoint.split('/').collect();
    if !matches!(segments[..], ["projects", _, "branches", _, "endpoints", _]) {
        return Err(ApiError::invalid_parameter(
            "Field 'endpoint' expects 'projects/{project_id}/branches/{branch_id}/endpoints/{endpoint_id}' format",
        ));
    }
    get(&shared, &segments)?;
    let asked_seconds = request.ttl.as_deref().map(lifetime).transpose()?;
    let minted = shared.mint_credential(&caller.user_name, asked_seconds, fault == Some(HttpAction::Dead));
    shared.counters().mints.autoscaling += 1;
    Ok(Json(credential(fault.as_ref(), "expire_time", &minted)))
}

fn lifetime(ttl: &str) -> Result<u32, ApiError> {
    let seconds = ttl.strip_suffix('s').and_then(|number| number.parse().ok());
    seconds
        .filter(|seconds| (300..=3600).contains(seconds))
        .ok_or_else(|| ApiError::invalid_parameter("Field 'ttl' must be between 300s and 3600s"))
}

/// A name ends in an id (one thing) or in a kind (a list).
pub(super) async fn get_or_list(
    State(shared): WorkspaceState,
    _caller: Caller,
    Path(name): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<Value>, ApiError> {
    let segments: Vec<&str> = name.split('/').collect();
    if segments.len().is_multiple_of(2) {
        return get(&shared, &segments).map(Json);
    }
    let kind = segments[segments.len() - 1];
    let items = list(&shared, &segments[..segments.len() - 1], kind)?;
    paging.page(kind, items).map(Json)
}

fn get(shared: &Shared, segments: &[&str]) -> Result<Value, ApiError> {
    let [parent @ .., kind, _id] = segments else {
        return Err(ApiError::invalid_parameter("Invalid resource name"));
    };
    let name = segments.join("/");
    let found = list(shared, parent, kind)?.into_iter().find(|item| item["name"] == name);
    found.ok_or_else(|| ApiError::no_resource(singular(kind), &shared.request_id()))
}

fn list(shared: &Shared, parent: &[&str], kind: &str) -> Result<Vec<Value>, ApiError> {
    if !parent.is_empty() {
        get(shared, parent)?;
    }
    let inventory = &shared.inventory;
    let name = parent.join("/");
    match (parent.len(), kind) {
        (0, "projects") => Ok(inventory.projects()),
        (2, "branches") => Ok(Inventory::branches(&name)),
        (4, "endpoints") => Ok(Inventory::endpoints(&name, state(shared), shared.pg_host())),
        (4, "databases") => Ok(Inventory::databases(&name)),
        (4, "roles") => Ok(Inventory::roles(&name)),
        _ => Err(ApiError::no_resource(singular(kind), &shared.request_id())),
    }
}

fn state(shared: &Shared) -> &'static str {
    match *shared.compute() {
        Compute::Active => "ACTIVE",
        Compute::Suspended => "IDLE",
        Compute::Waking { .. } => "INIT",
    }
}

fn singular(kind: &str) -> &str {
    match kind {
        "branches" => "branch",
        _ => kind.strip_suffix('s').unwrap_or(kind),
    }
}
