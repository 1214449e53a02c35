//! Where a caller wants nothing short of the database: `?require=persistent`, or every change while
//! `LAKELEDGER_FALLBACK=never` is set and no database is.

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use storage::StorageMode;

use super::{HttpState, Problem};
use crate::configuration::{Fallback, StorageConfiguration};

/// What is demanded of the store, and whether it could be met at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Persistence {
    is_configured: bool,
    is_always_required: bool,
}

impl Persistence {
    pub(super) fn of(storage: &StorageConfiguration) -> Self {
        let is_configured = storage.database.is_some();
        Self { is_configured, is_always_required: !is_configured && storage.fallback == Fallback::Never }
    }

    fn is_required(self, request: &Request) -> bool {
        let is_asked_for = request.uri().query().is_some_and(|query| {
            form_urlencoded::parse(query.as_bytes())
                .any(|(name, value)| name == "require" && value == "persistent")
        });
        is_asked_for || (self.is_always_required && !matches!(*request.method(), Method::GET | Method::HEAD))
    }

    fn problem(self) -> Problem {
        if self.is_configured {
            return Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "STORAGE_UNAVAILABLE",
                "The database cannot be reached at the moment, and this request takes nothing less.",
                "Try again in a few seconds, or without `require=persistent`; `/status` says what is wrong.",
            )
            .with_retry_after(5);
        }
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "LAKEBASE_NOT_CONFIGURED",
            "Data cannot be kept in Lakebase: no Lakebase database is configured for this deployment.",
            "Attach a Lakebase database to the app in databricks.yml, or set LAKEBASE_ENDPOINT, \
             LAKEBASE_INSTANCE_NAME or PGHOST; `lakeledger doctor` tells what is missing.",
        )
        .with_error_type("ConfigurationError")
    }
}

pub(super) async fn require(
    State((state, persistence)): State<(HttpState, Persistence)>,
    request: Request,
    next: Next,
) -> Response {
    let is_persistent = state.app.store.status().mode == StorageMode::Postgres;
    if !is_persistent && persistence.is_required(&request) {
        return persistence.problem().into_response();
    }
    next.run(request).await
}
