//! Accounts and their balances.

use axum::{Json, extract::State};
use domain::{Account, AccountId};
use operations::AccountOverview;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    super::{
        HttpState, Problem,
        extract::{Id, JsonBody},
        identity::Caller,
    },
    List, schema,
};

/// Every account with its balance today, by name.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "money",
    responses((status = 200, body = schema::AccountListSchema)))]
pub(super) async fn list_accounts(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<Json<List<AccountOverview>>, Problem> {
    Ok(List::whole(state.operations().list_accounts(&person).await?))
}

/// An account's new name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountPatch {
    /// 1 to 80 characters.
    name: String,
}

/// Gives an account a new name.
#[utoipa::path(patch, path = "/api/v1/accounts/{id}", tag = "money", params(schema::IdParam),
    request_body = AccountPatch,
    responses((status = 200, body = schema::AccountSchema), (status = 404, body = schema::ProblemSchema),
        (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn rename_account(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<AccountId>,
    JsonBody(patch): JsonBody<AccountPatch>,
) -> Result<Json<Account>, Problem> {
    Ok(Json(state.operations().rename_account(&person.user, id, &patch.name).await?))
}
