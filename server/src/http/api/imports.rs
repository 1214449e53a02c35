//! Imports: a bank's file into the ledger.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Multipart, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Import, ImportId, SkippedRow};
use finance::statement::CsvLayout;
use jiff::civil::Date;
use operations::{ImportPreview, PreviewAccount, PreviewRow, UnsurePreview};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    super::{
        HttpState, Problem,
        extract::{Id, IdempotencyKey, Query},
        identity::Caller,
    },
    List, multipart, schema,
};

/// Skipped rows that a preview lists one by one; the count is exact.
const SKIPPED_ROWS_MAX: usize = 100;

/// Every import, newest first; undone ones too.
#[utoipa::path(get, path = "/api/v1/imports", tag = "imports",
    responses((status = 200, body = schema::ImportListSchema)))]
pub(super) async fn list_imports(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<Json<List<Import>>, Problem> {
    Ok(List::whole(state.operations().list_imports(&person.user).await?))
}

/// One import.
#[utoipa::path(get, path = "/api/v1/imports/{id}", tag = "imports", params(schema::IdParam),
    responses((status = 200, body = schema::ImportSchema), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn get_import(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<ImportId>,
) -> Result<Json<Import>, Problem> {
    Ok(Json(state.operations().get_import(&person.user, id).await?))
}

/// Takes an import's transactions out of the ledger.
#[utoipa::path(delete, path = "/api/v1/imports/{id}", tag = "imports", params(schema::IdParam),
    responses((status = 200, body = schema::ImportSchema), (status = 404, body = schema::ProblemSchema),
        (status = 409, body = schema::ProblemSchema)))]
pub(super) async fn undo_import(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<ImportId>,
) -> Result<Json<Import>, Problem> {
    Ok(Json(state.operations().undo_import(&person.user, id).await?))
}

/// How to import.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportQuery {
    /// Only tell what importing would do.
    dry_run: bool,
}

/// Imports a bank's file as a whole, or not at all; with `dry_run` tells what that would do.
#[utoipa::path(post, path = "/api/v1/imports", tag = "imports",
    params(ImportQuery, schema::IdempotencyKeyParam),
    request_body(content_type = "multipart/form-data", content = schema::UploadSchema),
    responses((status = 201, body = schema::ImportSchema), (status = 200, body = Preview),
        (status = 409, body = schema::ProblemSchema), (status = 413, body = schema::ProblemSchema),
        (status = 422, body = schema::ProblemSchema), (status = 429, body = schema::ProblemSchema)))]
pub(super) async fn create_import(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Query(query): Query<ImportQuery>,
    IdempotencyKey(key): IdempotencyKey<ImportId>,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response, Problem> {
    let multipart = multipart.map_err(|_| Problem::malformed("body", "must be multipart/form-data"))?;
    let operations = state.operations();
    let mut upload = multipart::read_upload(operations.clock(), state.limits.upload_bytes, multipart).await?;
    if let Some(key) = key {
        upload.id = key;
    }
    let upload = Arc::new(upload);
    if query.dry_run {
        let preview = operations.preview_import(&person.user, upload).await?;
        return Ok(Json(Preview::from(preview)).into_response());
    }
    let import = operations.commit_import(&person.user, upload).await?;
    let location = [(header::LOCATION, format!("/api/v1/imports/{}", import.id))];
    Ok((StatusCode::CREATED, location, Json(import)).into_response())
}

/// What an import would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportPreview)]
pub(super) struct Preview {
    /// `CSV`, `OFX 1.x`, `OFX 2.x`, `QIF` or `XLSX`.
    format: String,
    /// The character encoding's WHATWG name.
    encoding: String,
    /// What would happen to each account.
    accounts: Vec<PreviewedAccount>,
    /// How many rows could not be read.
    skipped: usize,
    /// The first 100 of them.
    #[schema(value_type = Vec<schema::SkippedRowSchema>)]
    skipped_rows: Vec<SkippedRow>,
    /// How the columns were understood, to be corrected and sent as `mapping`; CSV only.
    #[schema(value_type = Option<schema::CsvLayoutSchema>)]
    csv: Option<CsvLayout>,
}

/// What an import would do to one account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PreviewedAccount {
    /// Its name.
    name: String,
    /// The account that it would add to; null when it would be new.
    #[schema(value_type = Option<uuid::Uuid>)]
    existing_id: Option<domain::AccountId>,
    /// Its currency's ISO 4217 code.
    currency: &'static str,
    /// Rows that would be added.
    new_rows: u32,
    /// Rows that the ledger holds already.
    duplicates: u32,
    /// Rows that it seems to hold under another text or day: the first 500. They are left out, as
    /// duplicates, unless their numbers, `row`, are sent as `keep`.
    unsure: Vec<UnsureRow>,
    /// How many such rows there are.
    unsure_count: u32,
    /// The stated closing balance less opening balance and rows: what the file itself lacks; null
    /// where it states no two balances.
    difference: Option<Decimal>,
    /// The stated closing balance less what the ledger would come to on that day; null where the
    /// ledger knows no balance of the account.
    ledger_difference: Option<Decimal>,
    /// The first line whose own balance does not follow from the one before.
    departs_at_line: Option<u32>,
    /// The earliest day in the file.
    first: Option<Date>,
    /// The latest day in the file.
    last: Option<Date>,
    /// Signed sum of the rows that would be added.
    sum: Decimal,
    /// The first rows of the file.
    rows: Vec<PreviewedRow>,
}

/// A row that the ledger probably holds already.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UnsureRow {
    /// The file's row.
    #[serde(flatten)]
    row: PreviewedRow,
    /// What the ledger holds in its place.
    #[schema(value_type = uuid::Uuid)]
    held_id: domain::TransactionId,
}

impl From<UnsurePreview> for UnsureRow {
    fn from(unsure: UnsurePreview) -> Self {
        Self { row: unsure.row.into(), held_id: unsure.held.id }
    }
}

/// One row as it would be booked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PreviewedRow {
    /// Its number, from 1, over all accounts in the file's order; rows may share a line.
    row: u32,
    /// Its line in the file, from 1.
    line: u32,
    /// The booking day.
    date: Date,
    /// Who was paid or who paid.
    payee: String,
    /// Signed amount.
    #[schema(value_type = schema::MoneySchema)]
    amount: domain::Money,
    /// The category it would get.
    #[schema(value_type = String)]
    category: domain::Category,
    /// The ledger holds it already; it would not be added.
    duplicate: bool,
}

impl From<ImportPreview> for Preview {
    fn from(preview: ImportPreview) -> Self {
        let ImportPreview { mut statement, accounts } = preview;
        let skipped = statement.skipped.len();
        statement.skipped.truncate(SKIPPED_ROWS_MAX);
        Self {
            format: statement.format,
            encoding: statement.encoding,
            accounts: accounts.into_iter().map(PreviewedAccount::from).collect(),
            skipped,
            skipped_rows: statement.skipped,
            csv: statement.csv,
        }
    }
}

impl From<PreviewAccount> for PreviewedAccount {
    fn from(account: PreviewAccount) -> Self {
        Self {
            name: account.name,
            existing_id: account.existing.map(|existing| existing.id),
            currency: account.currency.code(),
            new_rows: account.new_rows,
            duplicates: account.duplicates,
            unsure: account.unsure.into_iter().map(UnsureRow::from).collect(),
            unsure_count: account.unsure_count,
            difference: account.balances.difference,
            ledger_difference: account.balances.ledger_difference,
            departs_at_line: account.balances.departure.map(|departure| departure.line),
            first: account.first,
            last: account.last,
            sum: account.sum,
            rows: account.rows.into_iter().map(PreviewedRow::from).collect(),
        }
    }
}

impl From<PreviewRow> for PreviewedRow {
    fn from(row: PreviewRow) -> Self {
        let PreviewRow { row, line, date, payee, amount, category, duplicate } = row;
        Self { row, line, date, payee, amount, category, duplicate }
    }
}
