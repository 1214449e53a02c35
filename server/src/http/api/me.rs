//! Who the caller is.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::identity::Caller;

/// Who the caller is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Me {
    /// The stable key that the caller's data is kept under.
    user: String,
    /// The identity provider's user name.
    name: Option<String>,
    /// The identity provider's e-mail.
    email: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/me", tag = "status", responses((status = 200, body = Me)))]
pub(super) async fn get_me(Caller(person): Caller) -> Json<Me> {
    Json(Me { user: person.user.into(), name: person.name, email: person.email })
}
