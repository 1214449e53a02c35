//! Databricks Apps, as far as an app looks itself up.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;

use super::{WorkspaceState, errors::ApiError};
use crate::inventory::Caller;

pub(super) async fn get_app(
    State(shared): WorkspaceState,
    _caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Value>, ApiError> {
    shared.inventory.app(&name).map(Json).ok_or_else(|| ApiError::no_app(&name))
}
