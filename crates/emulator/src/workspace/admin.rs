//! `/_emulator`: the switches over HTTP. The crate's documentation lists them.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{Admin, Faults, Kill, ServingScript, counters::Snapshot};

pub(super) fn router(admin: Admin) -> Router {
    Router::new()
        .route("/state", get(state))
        .route("/faults", get(faults).post(patch_faults).delete(clear_faults))
        .route("/revoke", post(revoke))
        .route("/kill-connections", post(kill_connections))
        .route("/suspend", post(suspend))
        .route("/serving/{name}", put(set_serving).delete(remove_serving))
        .route("/serving/{name}/requests", get(serving_requests))
        .route("/reset", post(reset))
        .with_state(admin)
}

async fn state(State(admin): State<Admin>) -> Json<Snapshot> {
    Json(admin.state())
}

async fn faults(State(admin): State<Admin>) -> Json<Faults> {
    Json(admin.faults())
}

async fn patch_faults(State(admin): State<Admin>, body: Bytes) -> Result<Json<Faults>, Unreadable> {
    let faults = admin.faults().patched(parse(&body)?).map_err(Unreadable)?;
    admin.set_faults(faults.clone());
    Ok(Json(faults))
}

async fn clear_faults(State(admin): State<Admin>) -> Json<Faults> {
    admin.set_faults(Faults::default());
    Json(admin.faults())
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Revoke {
    workspace_tokens: bool,
}

async fn revoke(State(admin): State<Admin>, body: Bytes) -> Result<Json<Value>, Unreadable> {
    let Revoke { workspace_tokens } = parse_or_default(&body)?;
    admin.revoke_credentials();
    if workspace_tokens {
        admin.revoke_workspace_tokens();
    }
    Ok(done())
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct KillConnections {
    how: Kill,
}

async fn kill_connections(State(admin): State<Admin>, body: Bytes) -> Result<Json<Value>, Unreadable> {
    let KillConnections { how } = parse_or_default(&body)?;
    admin.kill_connections(how);
    Ok(done())
}

async fn suspend(State(admin): State<Admin>) -> Json<Value> {
    admin.suspend();
    done()
}

async fn reset(State(admin): State<Admin>) -> Json<Value> {
    admin.reset();
    done()
}

async fn set_serving(
    State(admin): State<Admin>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Unreadable> {
    let script: ServingScript = parse_or_default(&body)?;
    admin.set_serving(&name, script);
    Ok(done())
}

async fn remove_serving(State(admin): State<Admin>, Path(name): Path<String>) -> Json<Value> {
    admin.remove_serving(&name);
    done()
}

async fn serving_requests(State(admin): State<Admin>, Path(name): Path<String>) -> Json<Value> {
    Json(json!({"requests": admin.serving_requests(&name)}))
}

fn done() -> Json<Value> {
    Json(json!({}))
}

fn parse_or_default<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, Unreadable> {
    if body.is_empty() { Ok(T::default()) } else { parse(body) }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unreadable> {
    serde_json::from_slice(body).map_err(Unreadable)
}

/// The caller's body; the text says where it is wrong.
struct Unreadable(serde_json::Error);

impl IntoResponse for Unreadable {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({"message": self.0.to_string()}))).into_response()
    }
}
