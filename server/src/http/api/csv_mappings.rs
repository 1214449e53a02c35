//! Columns of CSV files that a person has corrected, remembered by the files' header.

use axum::{Json, extract::State, http::StatusCode};
use domain::{RememberedMapping, SettingId};

use super::{
    super::{HttpState, Problem, extract::Id, identity::Caller},
    List, schema,
};

/// The columns that are remembered, by the header of their files.
#[utoipa::path(get, path = "/api/v1/csv-mappings", tag = "imports",
    responses((status = 200, body = schema::RememberedMappingListSchema)))]
pub(super) async fn list_csv_mappings(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<Json<List<RememberedMapping>>, Problem> {
    Ok(List::whole(state.operations().list_csv_mappings(&person.user).await?))
}

/// Forgets the columns of a header: its files are found out anew.
#[utoipa::path(delete, path = "/api/v1/csv-mappings/{id}", tag = "imports", params(schema::IdParam),
    responses((status = 204), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn delete_csv_mapping(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<SettingId>,
) -> Result<StatusCode, Problem> {
    state.operations().delete_csv_mapping(&person.user, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
