//! The OAuth side: discovery and the token endpoint for machines.

use std::collections::HashMap;

use axum::{
    Extension, Json,
    extract::{Form, State, rejection::FormRejection},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{WorkspaceState, faulty::Active};
use crate::{faults::HttpAction, inventory::CLIENT_ID};

pub(super) async fn databricks_config(State(shared): WorkspaceState) -> Json<Value> {
    Json(json!({
        "oidc_endpoint": format!("{}/oidc", shared.inventory.host),
        "account_id": "00000000-0000-4000-8000-0000000000ac",
        "workspace_id": shared.inventory.workspace_id,
        "cloud": "AWS",
    }))
}

pub(super) async fn authorization_server(State(shared): WorkspaceState) -> Json<Value> {
    let host = &shared.inventory.host;
    Json(json!({
        "issuer": format!("{host}/oidc"),
        "authorization_endpoint": format!("{host}/oidc/v1/authorize"),
        "token_endpoint": format!("{host}/oidc/v1/token"),
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": ["all-apis"],
    }))
}

pub(super) async fn token(
    State(shared): WorkspaceState,
    Extension(Active(fault)): Extension<Active>,
    headers: HeaderMap,
    form: Result<Form<HashMap<String, String>>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else {
        return refuse(StatusCode::BAD_REQUEST, "invalid_request", "The request body must be form-encoded");
    };
    let field = |name: &str| form.get(name).map(String::as_str);
    let basic = basic_credentials(&headers);
    let client = match &basic {
        Some((id, secret)) => Some((id.as_str(), secret.as_str())),
        None => field("client_id").zip(field("client_secret")),
    };
    if !client.is_some_and(|(id, secret)| id == CLIENT_ID && shared.is_client_secret(secret)) {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client", "Client authentication failed");
    }
    if field("grant_type") != Some("client_credentials") {
        return refuse(StatusCode::BAD_REQUEST, "unsupported_grant_type", "The grant type is not supported");
    }
    if field("scope").is_some_and(|scope| scope != "all-apis") {
        return refuse(StatusCode::BAD_REQUEST, "invalid_scope", "The requested scope is invalid");
    }

    let (minted, lifetime_seconds) = shared.mint_workspace_token(CLIENT_ID, fault == Some(HttpAction::Dead));
    let expires_in = if fault == Some(HttpAction::BadDate) {
        json!("soon")
    } else if shared.faults().expires_in_as_text {
        json!(lifetime_seconds.to_string())
    } else {
        json!(lifetime_seconds)
    };
    let mut body = json!({"token_type": "Bearer", "expires_in": expires_in, "scope": "all-apis"});
    if fault != Some(HttpAction::NoToken) {
        body["access_token"] = json!(minted.token);
    }
    Json(body).into_response()
}

fn basic_credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    decoded.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

fn refuse(status: StatusCode, error: &str, description: &str) -> Response {
    (status, Json(json!({"error": error, "error_description": description}))).into_response()
}
