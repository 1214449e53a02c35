//! Who calls: a personal access token or a workspace token of the token endpoint.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts},
};

use super::errors::ApiError;
use crate::{
    inventory::{Caller, Inventory, PERSONAL_ACCESS_TOKEN, USER_NAME},
    shared::Shared,
    tokens::{Purpose, TokenError},
};

impl FromRequestParts<Arc<Shared>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, ApiError> {
        let unauthenticated = || ApiError::unauthenticated(&shared.request_id());
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, token) = header.and_then(|value| value.split_once(' ')).ok_or_else(unauthenticated)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(unauthenticated());
        }
        let user_name = if token == PERSONAL_ACCESS_TOKEN {
            USER_NAME.to_owned()
        } else {
            shared.check_token(token, Purpose::Workspace).map_err(|error| match error {
                // A token that was good asks for a new one; anything else is no token of this workspace.
                TokenError::Expired { .. } | TokenError::Revoked => unauthenticated(),
                TokenError::NotJwt | TokenError::Signature | TokenError::Audience => {
                    ApiError::invalid_token(&shared.request_id())
                }
            })?
        };
        Inventory::caller(&user_name).ok_or_else(|| ApiError::invalid_token(&shared.request_id()))
    }
}
