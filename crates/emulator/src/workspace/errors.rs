//! Errors in the shapes Databricks gives them, which differ from surface to surface.

use axum::{
    Json,
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    body: Value,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, error_code: &str, message: &str) -> Self {
        Self { status, body: json!({"error_code": error_code, "message": message, "details": []}) }
    }

    /// No credential, or one of a kind that the surface does not take. The code is a number here.
    pub(super) fn unauthenticated(request_id: &str) -> Self {
        let message = format!(
            "Credential was not sent or was of an unsupported type for this API. [ReqId: {request_id}]"
        );
        Self { status: StatusCode::UNAUTHORIZED, body: json!({"error_code": 401, "message": message}) }
    }

    /// A credential that opens nothing.
    pub(super) fn invalid_token(request_id: &str) -> Self {
        let message = format!("Invalid access token. [ReqId: {request_id}]");
        Self { status: StatusCode::FORBIDDEN, body: json!({"error_code": 403, "message": message}) }
    }

    pub(super) fn invalid_parameter(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "INVALID_PARAMETER_VALUE", message)
    }

    pub(super) fn missing_field(name: &str) -> Self {
        Self::invalid_parameter(&format!(
            "Field '{name}' is required, expected non-default value (not \"\")!"
        ))
    }

    pub(super) fn malformed() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "MALFORMED_REQUEST",
            "Could not parse request object: expected a JSON object",
        )
    }

    /// Provisioned: no `error_code`.
    pub(super) fn no_instance(name: &str) -> Self {
        let body = json!({"message": format!("DatabaseInstance not found: {name}")});
        Self { status: StatusCode::NOT_FOUND, body }
    }

    /// Autoscaling: names the kind of the missing thing and a trace.
    pub(super) fn no_resource(kind: &str, request_id: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            body: json!({"error_code": "NOT_FOUND", "message": format!("{kind} id not found [TraceId: {request_id}]")}),
        }
    }

    pub(super) fn no_app(name: &str) -> Self {
        let message = format!("App with name {name} does not exist or is deleted.");
        Self::new(StatusCode::NOT_FOUND, "RESOURCE_DOES_NOT_EXIST", &message)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

pub(super) async fn no_such_api(method: axum::http::Method, uri: Uri) -> ApiError {
    let message = format!("No API found for '{method} {}'", uri.path().trim_start_matches("/api/2.0"));
    ApiError::new(StatusCode::NOT_FOUND, "ENDPOINT_NOT_FOUND", &message)
}
