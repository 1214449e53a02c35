//! Errors as people and programs see them: RFC 9457 `application/problem+json`, and a plain page
//! for a browser's navigation. No internal text gets out; the request id leads to the log.

use std::num::NonZeroU32;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::FieldError;
use operations::OperationError;
use serde::Serialize;
use storage::StoreError;

/// What went wrong, before the request's id is known. [`super::request::finish`] writes it out.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    error_code: &'static str,
    detail: String,
    suggestion: &'static str,
    errors: Vec<FieldError>,
    line: Option<NonZeroU32>,
    column: Option<NonZeroU32>,
    retry_after_s: Option<u32>,
    error_type: Option<&'static str>,
}

/// The body of every error; [`super::api::schema::ProblemSchema`] tells what each field means.
#[derive(Debug, Serialize)]
struct ProblemBody<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    error_code: &'a str,
    request_id: &'a str,
    technical_details: TechnicalDetails<'a>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<NonZeroU32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<NonZeroU32>,
}

#[derive(Debug, Serialize)]
struct TechnicalDetails<'a> {
    error_type: &'a str,
    suggestion: &'a str,
}

impl Problem {
    pub(super) fn new(
        status: StatusCode,
        error_code: &'static str,
        detail: impl Into<String>,
        suggestion: &'static str,
    ) -> Self {
        let detail = detail.into();
        let (errors, line, column, retry_after_s) = (Vec::new(), None, None, None);
        Self { status, error_code, detail, suggestion, errors, line, column, retry_after_s, error_type: None }
    }

    /// A value that is not even of the right shape.
    pub(super) fn malformed(field: &str, message: impl Into<String>) -> Self {
        Self::fields(
            StatusCode::BAD_REQUEST,
            "MALFORMED_REQUEST",
            vec![FieldError { field: field.to_owned(), message: message.into() }],
        )
    }

    /// A value of the right shape that is not acceptable.
    pub(super) fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::invalid_fields(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }

    fn invalid_fields(errors: Vec<FieldError>) -> Self {
        Self::fields(StatusCode::UNPROCESSABLE_ENTITY, "INVALID_FIELDS", errors)
    }

    fn fields(status: StatusCode, error_code: &'static str, errors: Vec<FieldError>) -> Self {
        let named: Vec<_> = errors.iter().map(|error| format!("{} {}", error.field, error.message)).collect();
        let mut problem = Self::new(status, error_code, named.join("; "), "Correct the fields in `errors`.");
        problem.errors = errors;
        problem
    }

    pub(super) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            "There is no such thing here, or it is not yours.",
            "Check the address; `/api/v1/openapi.json` lists every route.",
        )
    }

    pub(super) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL",
            "Something went wrong on our side.",
            "Try again; if it stays, report the request id.",
        )
    }

    pub(super) fn too_large(limit_bytes: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "BODY_TOO_LARGE",
            format!("The body must be at most {limit_bytes} bytes."),
            "Send less at once; split a statement by year.",
        )
    }

    pub(super) fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Says whose doing it is more closely than by the status.
    pub(super) fn with_error_type(mut self, error_type: &'static str) -> Self {
        self.error_type = Some(error_type);
        self
    }

    fn error_type(&self) -> &'static str {
        self.error_type.unwrap_or(if self.status.is_server_error() { "server" } else { "client" })
    }

    pub(super) fn json(&self, request_id: &str) -> Response {
        let body = ProblemBody {
            r#type: "about:blank",
            title: self.title(),
            status: self.status.as_u16(),
            detail: &self.detail,
            error_code: self.error_code,
            request_id,
            technical_details: TechnicalDetails {
                error_type: self.error_type(),
                suggestion: self.suggestion,
            },
            errors: &self.errors,
            line: self.line,
            column: self.column,
        };
        let bytes = serde_json::to_vec(&body).expect("texts and numbers serialise");
        self.response("application/problem+json", bytes.into())
    }

    /// A page for a person whose browser went where there is no page of the app: no script, no
    /// style of its own.
    pub(super) fn page(&self, request_id: &str) -> Response {
        let html = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{title} · Lakeledger</title></head>\
             <body><main><h1>{title}</h1><p>{detail}</p><p>{suggestion}</p>\
             <p><a href=\"/\">Back to Lakeledger</a></p><p><small>Request {request_id}</small></p>\
             </main></body></html>",
            title = self.title(),
            detail = escape(&self.detail),
            suggestion = escape(self.suggestion),
            request_id = escape(request_id),
        );
        self.response("text/html; charset=utf-8", html.into())
    }

    fn title(&self) -> &'static str {
        self.status.canonical_reason().unwrap_or("Error")
    }

    fn response(&self, content_type: &'static str, body: Body) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl IntoResponse for Problem {
    /// An empty response that carries the problem, which the outer layer writes out with the
    /// request's id.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<OperationError> for Problem {
    fn from(error: OperationError) -> Self {
        match error {
            OperationError::NotFound => Self::not_found(),
            OperationError::Invalid(errors) => Self::invalid_fields(errors),
            OperationError::StatementUnreadable(error) => {
                let mut problem = Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "STATEMENT_UNREADABLE",
                    error.to_string(),
                    "Export the statement again as CSV or OFX, or send a `mapping` of its columns.",
                );
                problem.line = error.line().and_then(NonZeroU32::new);
                problem.column = error.column().and_then(NonZeroU32::new);
                problem.errors = vec![FieldError { field: "file".to_owned(), message: error.to_string() }];
                problem
            }
            OperationError::AlreadyDone => Self::new(
                StatusCode::CONFLICT,
                "ALREADY_DONE",
                "This was already done; nothing was done twice.",
                "Nothing is left to do; use a new Idempotency-Key for a new request.",
            ),
            OperationError::Outdated => Self::new(
                StatusCode::CONFLICT,
                "CHANGED_MEANWHILE",
                "Something else was changed at the same moment; nothing was written.",
                "Send it again.",
            ),
            OperationError::StillRunning => Self::new(
                StatusCode::CONFLICT,
                "ANSWER_IN_PROGRESS",
                "The answer is still being written.",
                "Stop it, or wait until it has ended.",
            ),
            OperationError::Full => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "STORAGE_FULL",
                "There is no room for more.",
                "Remove imports or chats that are no longer needed.",
            ),
            OperationError::Storage(error) => Self::from(error),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::RowMissing => Self::not_found(),
            StoreError::Outdated => OperationError::Outdated.into(),
            StoreError::CursorMalformed => Self::invalid("cursor", "is not a cursor of this list"),
            StoreError::Full => OperationError::Full.into(),
            StoreError::Rejected(source) => {
                tracing::warn!(error = ?source, "the store cannot keep what was sent");
                Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "DATA_REJECTED",
                    "Something in this cannot be kept; nothing was changed.",
                    "Look for characters or figures that are out of the ordinary, and send it again without them.",
                )
            }
            StoreError::Failed(source) => {
                tracing::error!(error = ?source, "the store cannot answer a request");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "STORAGE_UNAVAILABLE",
                    "The database cannot answer this at the moment; nothing was changed.",
                    "Try again in a few minutes: a newer version of the app may be taking over.",
                )
                .with_retry_after(60)
            }
            StoreError::NotGranted(source) | StoreError::Unavailable(source) => {
                tracing::error!(error = ?source, "the store is unavailable");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "STORAGE_UNAVAILABLE",
                    "The database cannot be reached at the moment.",
                    "Try again in a few seconds.",
                )
                .with_retry_after(5)
            }
        }
    }
}
