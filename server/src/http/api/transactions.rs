//! Transactions.

use axum::{Json, extract::State, http::StatusCode};
use domain::{Transaction, TransactionFilter, TransactionId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    super::{
        HttpState, Problem,
        extract::{JsonBody, PagedQuery, Query},
        identity::Caller,
    },
    List, schema,
};

/// Transactions that meet every condition of the query, newest first.
#[utoipa::path(get, path = "/api/v1/transactions", tag = "money",
    params(schema::TransactionParams, schema::PageParams),
    responses((status = 200, body = schema::TransactionListSchema), (status = 400, body = schema::ProblemSchema)))]
pub(super) async fn list_transactions(
    State(state): State<HttpState>,
    Caller(person): Caller,
    PagedQuery { page, rest: filter }: PagedQuery<TransactionFilter>,
) -> Result<Json<List<Transaction>>, Problem> {
    Ok(Json(state.operations().list_transactions(&person.user, &filter, &page).await?.into()))
}

/// How many transactions, and their sums.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TransactionCount {
    /// How many.
    count: u64,
    /// Signed sums, by currency code.
    sums: Vec<CurrencySum>,
}

/// A signed sum in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CurrencySum {
    /// The sum.
    amount: Decimal,
    /// The currency's ISO 4217 code.
    currency: &'static str,
}

/// How many transactions meet every condition of the query, and their sums.
#[utoipa::path(get, path = "/api/v1/transactions/count", tag = "money", params(schema::TransactionParams),
    responses((status = 200, body = TransactionCount), (status = 400, body = schema::ProblemSchema)))]
pub(super) async fn count_transactions(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Query(filter): Query<TransactionFilter>,
) -> Result<Json<TransactionCount>, Problem> {
    let counted = state.operations().count_transactions(&person.user, &filter).await?;
    let sum =
        |(currency, amount): (domain::Currency, Decimal)| CurrencySum { amount, currency: currency.code() };
    Ok(Json(TransactionCount { count: counted.count, sums: counted.sums.into_iter().map(sum).collect() }))
}

/// A category for some transactions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Categorisation {
    /// 1 to 500 transactions.
    #[schema(value_type = Vec<uuid::Uuid>)]
    transaction_ids: Vec<TransactionId>,
    /// `Food:Groceries`.
    category: String,
}

/// Puts transactions into a category.
#[utoipa::path(post, path = "/api/v1/transactions/categorise", tag = "money", request_body = Categorisation,
    responses((status = 204), (status = 404, body = schema::ProblemSchema),
        (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn categorise_transactions(
    State(state): State<HttpState>,
    Caller(person): Caller,
    JsonBody(body): JsonBody<Categorisation>,
) -> Result<StatusCode, Problem> {
    state.operations().categorise_transactions(&person.user, &body.transaction_ids, &body.category).await?;
    Ok(StatusCode::NO_CONTENT)
}
