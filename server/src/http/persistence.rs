//! Where a caller wants nothing short of the database: `?require=persistent`, or every change while
//! `LAKELEDGER_FALLBACK=never` is set and no database is.

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode, Uri},
    middleware::Next,
    response::{IntoResponse, Response},
};
use storage::StorageMode;

use super::{HttpState, Problem};
use crate::configuration::{Fallback, StorageConfiguration};

const DEMAND: &str = "require=persistent";

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

    fn is_required(self, is_asked_for: bool, method: &Method) -> bool {
        is_asked_for || (self.is_always_required && !matches!(*method, Method::GET | Method::HEAD))
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
    mut request: Request,
    next: Next,
) -> Response {
    let is_asked_for = take_demand(request.uri_mut());
    if persistence.is_required(is_asked_for, request.method()) {
        // The mode tells of an outage only once a request has met it.
        let answers = state.app.store.ping().await.is_ok();
        if !answers || state.app.store.status().mode != StorageMode::Postgres {
            return persistence.problem().into_response();
        }
        // The database may go away in the midst of it: then it is refused, and not kept elsewhere.
        let answer = storage::persistently(next.run(request)).await;
        let is_away = answer.status() == StatusCode::SERVICE_UNAVAILABLE;
        return if is_away { persistence.problem().into_response() } else { answer };
    }
    next.run(request).await
}

/// Takes `require=persistent` out of the query: the handlers know only their own fields. Any other
/// value is left for them to refuse.
fn take_demand(uri: &mut Uri) -> bool {
    let Some(query) = uri.query() else { return false };
    let fields: Vec<&str> = query.split('&').collect();
    let kept: Vec<&str> = fields.iter().copied().filter(|field| *field != DEMAND).collect();
    if kept.len() == fields.len() {
        return false;
    }
    let path = uri.path();
    let rest = if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) };
    if let Ok(rest) = rest.parse() {
        *uri = rest;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demand_is_taken_out_of_the_query_and_nothing_else_is() {
        for (before, after, is_demanded) in [
            ("/api/v1/chats?require=persistent", "/api/v1/chats", true),
            (
                "/api/v1/chats?limit=5&require=persistent&cursor=a%26b",
                "/api/v1/chats?limit=5&cursor=a%26b",
                true,
            ),
            ("/api/v1/chats?require=other", "/api/v1/chats?require=other", false),
            ("/api/v1/chats", "/api/v1/chats", false),
        ] {
            let mut uri: Uri = before.parse().unwrap();
            assert_eq!(take_demand(&mut uri), is_demanded, "{before}");
            assert_eq!(uri, after);
        }
    }
}
