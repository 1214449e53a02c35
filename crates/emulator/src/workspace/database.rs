//! Lakebase Provisioned: `/api/2.0/database`.

use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Path, Query, State},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Paging, WorkspaceState, errors::ApiError, faulty::Active};
use crate::{faults::HttpAction, inventory::Caller, shared::Shared};

#[derive(Deserialize)]
struct CredentialRequest {
    #[serde(default)]
    instance_names: Vec<String>,
}

pub(super) async fn generate_credential(
    State(shared): WorkspaceState,
    Extension(Active(fault)): Extension<Active>,
    caller: Caller,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let request: CredentialRequest = serde_json::from_slice(&body).map_err(|_| ApiError::malformed())?;
    if request.instance_names.is_empty() {
        return Err(ApiError::missing_field("instance_names"));
    }
    for name in &request.instance_names {
        named(&shared, name)?;
    }
    let minted = shared.mint_credential(&caller.user_name, None, fault == Some(HttpAction::Dead));
    shared.counters().mints.provisioned += 1;
    Ok(Json(credential(fault.as_ref(), "expiration_time", &minted)))
}

/// The two products differ in the name of one field.
pub(super) fn credential(
    fault: Option<&HttpAction>,
    expiry_field: &str,
    minted: &crate::tokens::Minted,
) -> Value {
    let expiry = match fault {
        Some(HttpAction::BadDate) => "the day after tomorrow".to_owned(),
        // Databricks gives whole seconds.
        _ => format!("{:.0}", minted.expires_at),
    };
    let mut body = json!({expiry_field: expiry});
    if fault != Some(&HttpAction::NoToken) {
        body["token"] = json!(minted.token);
    }
    body
}

pub(super) async fn list_instances(
    State(shared): WorkspaceState,
    _caller: Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<Value>, ApiError> {
    paging.page("database_instances", shared.inventory.instances(shared.pg_host())).map(Json)
}

pub(super) async fn get_instance(
    State(shared): WorkspaceState,
    _caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Value>, ApiError> {
    named(&shared, &name).map(Json)
}

#[derive(Deserialize)]
pub(super) struct ByUid {
    #[serde(default)]
    uid: String,
}

pub(super) async fn find_instance_by_uid(
    State(shared): WorkspaceState,
    _caller: Caller,
    Query(ByUid { uid }): Query<ByUid>,
) -> Result<Json<Value>, ApiError> {
    if uid.is_empty() {
        return Err(ApiError::missing_field("uid"));
    }
    find(&shared, "uid", &uid).map(Json).ok_or_else(|| ApiError::no_instance(&uid))
}

fn named(shared: &Shared, name: &str) -> Result<Value, ApiError> {
    find(shared, "name", name).ok_or_else(|| ApiError::no_instance(name))
}

fn find(shared: &Shared, field: &str, value: &str) -> Option<Value> {
    shared.inventory.instances(shared.pg_host()).into_iter().find(|instance| instance[field] == value)
}
