//! Exchange rates that the person supplies.

use axum::{
    Json,
    extract::{Multipart, State},
    http::StatusCode,
};
use domain::{ExchangeRate, SettingId};
use operations::ExchangeRateDraft;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{
        HttpState, Problem,
        extract::{Id, JsonBody},
        identity::Caller,
    },
    List, multipart, schema,
};

/// Every rate, by day.
#[utoipa::path(get, path = "/api/v1/exchange-rates", tag = "exchange rates",
    responses((status = 200, body = schema::ExchangeRateListSchema)))]
pub(super) async fn list_exchange_rates(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<Json<List<ExchangeRate>>, Problem> {
    Ok(List::whole(state.operations().list_exchange_rates(&person.user).await?))
}

/// Saves a rate; one of the same day and currencies is replaced.
#[utoipa::path(post, path = "/api/v1/exchange-rates", tag = "exchange rates",
    request_body = schema::ExchangeRateDraftSchema,
    responses((status = 201, body = schema::ExchangeRateSchema), (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn save_exchange_rate(
    State(state): State<HttpState>,
    Caller(person): Caller,
    JsonBody(draft): JsonBody<ExchangeRateDraft>,
) -> Result<(StatusCode, Json<ExchangeRate>), Problem> {
    let rate = state.operations().save_exchange_rate(&person.user, &draft).await?;
    Ok((StatusCode::CREATED, Json(rate)))
}

/// What became of a CSV of rates.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SavedRates {
    /// How many rates were saved.
    saved: usize,
}

/// Saves the rates of a CSV with the columns `date,from,to,rate`, all or none.
#[utoipa::path(post, path = "/api/v1/exchange-rates/csv", tag = "exchange rates",
    request_body(content_type = "multipart/form-data", content = schema::FileSchema),
    responses((status = 200, body = SavedRates), (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn import_exchange_rates(
    State(state): State<HttpState>,
    Caller(person): Caller,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Json<SavedRates>, Problem> {
    let multipart = multipart.map_err(|_| Problem::malformed("body", "must be multipart/form-data"))?;
    let operations = state.operations();
    let upload = multipart::read_upload(operations.clock(), state.limits.upload_bytes, multipart).await?;
    let saved = operations.import_exchange_rates(&person.user, &upload.bytes).await?;
    Ok(Json(SavedRates { saved }))
}

/// Takes a rate away.
#[utoipa::path(delete, path = "/api/v1/exchange-rates/{id}", tag = "exchange rates", params(schema::IdParam),
    responses((status = 204), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn delete_exchange_rate(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<SettingId>,
) -> Result<StatusCode, Problem> {
    state.operations().delete_exchange_rate(&person.user, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
