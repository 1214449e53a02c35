//! The HTTP workspace: the parts of Databricks' REST surface that lead to a database and to a model.

mod admin;
mod apps;
mod auth;
mod database;
mod errors;
mod faulty;
mod mlflow;
mod oidc;
mod postgres;
mod scim;
pub(crate) mod serving;

use std::sync::Arc;

use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{get, patch, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{admin::Admin, shared::Shared};
use errors::ApiError;

/// Everything the workspace answers.
pub(crate) fn router(admin: &Admin) -> Router {
    let shared = Arc::clone(admin.shared());
    let workspace = Router::new()
        .route("/.well-known/databricks-config", get(oidc::databricks_config))
        .route("/oidc/.well-known/oauth-authorization-server", get(oidc::authorization_server))
        .route("/oidc/v1/token", post(oidc::token))
        .route("/api/2.0/preview/scim/v2/Me", get(scim::me))
        .route("/api/2.0/database/credentials", post(database::generate_credential))
        .route("/api/2.0/database/instances", get(database::list_instances))
        .route("/api/2.0/database/instances:findByUid", get(database::find_instance_by_uid))
        .route("/api/2.0/database/instances/{name}", get(database::get_instance))
        .route("/api/2.0/postgres/credentials", post(postgres::generate_credential))
        .route("/api/2.0/postgres/{*name}", get(postgres::get_or_list))
        .route("/api/2.0/apps/{name}", get(apps::get_app))
        .route("/api/2.0/serving-endpoints", get(serving::list))
        .route("/api/2.0/serving-endpoints/{name}", get(serving::get))
        .route("/serving-endpoints/{name}/invocations", post(serving::invoke))
        .route("/serving-endpoints/chat/completions", post(serving::chat_completions))
        .route("/serving-endpoints/responses", post(serving::responses))
        .route("/api/3.0/mlflow/traces", post(mlflow::create_trace))
        .route("/api/3.0/mlflow/traces/{trace_id}", get(mlflow::get_trace))
        .route("/api/3.0/mlflow/traces/{trace_id}/assessments", post(mlflow::create).get(mlflow::list))
        .route(
            "/api/3.0/mlflow/traces/{trace_id}/assessments/{assessment_id}",
            patch(mlflow::update).delete(mlflow::delete),
        )
        .fallback(errors::no_such_api)
        .layer(from_fn_with_state(Arc::clone(&shared), faulty::apply))
        .with_state::<()>(shared);
    Router::new().nest("/_emulator", admin::router(admin.clone())).merge(workspace)
}

type WorkspaceState = axum::extract::State<Arc<Shared>>;

/// How Databricks pages its lists.
#[derive(Debug, Deserialize)]
struct Paging {
    page_size: Option<usize>,
    #[serde(default)]
    page_token: String,
}

impl Paging {
    /// One page of `items` under `key`.
    fn page(&self, key: &str, items: Vec<Value>) -> Result<Value, ApiError> {
        let start = match self.page_token.strip_prefix("page-") {
            Some(number) => number.parse().ok(),
            None if self.page_token.is_empty() => Some(0),
            None => None,
        };
        let start: usize = start
            .filter(|start| *start <= items.len())
            .ok_or_else(|| ApiError::invalid_parameter("Invalid page token"))?;
        let size = self.page_size.filter(|size| *size > 0).unwrap_or(100);
        let end = items.len().min(start.saturating_add(size));
        let next = if end < items.len() { format!("page-{end}") } else { String::new() };
        Ok(json!({key: items[start..end], "next_page_token": next}))
    }
}
