//! Transactions.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    Category, Currency, Money, Split, Transaction, TransactionFilter, TransactionId, TransferChoice,
};
use jiff::civil::Date;
use operations::{EditPlan, ListedTransaction, PlannedEdit, Selection, TransactionPatch};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::{
    super::{
        HttpState, Problem,
        extract::{Id, JsonBody, PagedQuery, Query},
        identity::Caller,
    },
    List, schema,
};

/// Transactions that meet every condition of the query, newest first: those that a figure of these
/// conditions is made of. Of a split transaction, `counted` is what meets them.
#[utoipa::path(get, path = "/api/v1/transactions", tag = "money",
    params(schema::TransactionParams, schema::PageParams),
    responses((status = 200, body = schema::TransactionListSchema), (status = 400, body = schema::ProblemSchema)))]
pub(super) async fn list_transactions(
    State(state): State<HttpState>,
    Caller(person): Caller,
    PagedQuery { page, rest: filter }: PagedQuery<TransactionFilter>,
) -> Result<Json<List<ListedTransaction>>, Problem> {
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

/// A category for some transactions: for those named, or for those that meet a filter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Categorisation {
    /// 1 to 500 transactions.
    #[serde(default, alias = "ids")]
    #[schema(value_type = Option<Vec<uuid::Uuid>>)]
    transaction_ids: Option<Vec<TransactionId>>,
    /// A filter with at least one condition.
    #[serde(default)]
    #[schema(value_type = Option<schema::TransactionFilterSchema>)]
    filter: Option<Box<TransactionFilter>>,
    /// `Food:Groceries`.
    category: String,
    /// Only tell what would change.
    #[serde(default)]
    preview: bool,
}

impl Categorisation {
    fn selection(&mut self) -> Result<Selection, Problem> {
        match (self.transaction_ids.take(), self.filter.take()) {
            (Some(ids), None) => Ok(Selection::Ids(ids)),
            (None, Some(filter)) if *filter == TransactionFilter::default() => {
                Err(Problem::invalid("filter", "must have at least one condition"))
            }
            (None, Some(filter)) => Ok(Selection::Filter(filter)),
            (None, None) => Err(Problem::invalid("transaction_ids", "must be given, or a filter")),
            (Some(_), Some(_)) => Err(Problem::invalid("filter", "must not stand beside transaction_ids")),
        }
    }
}

/// What an edit of many transactions would change, or has changed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EditedTransactions {
    /// How many transactions.
    count: usize,
    /// How many more were named that are split: their parts have the categories, and stay.
    split: usize,
    /// The first 100 of them, newest first.
    items: Vec<EditedTransaction>,
}

/// What would become of a transaction, or became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EditedTransaction {
    /// Which transaction.
    #[schema(value_type = uuid::Uuid)]
    transaction_id: TransactionId,
    /// Its booking day.
    date: Date,
    /// Its amount.
    #[schema(value_type = schema::MoneySchema)]
    amount: Money,
    /// Its payee before.
    payee: String,
    /// Its payee after.
    new_payee: String,
    /// Its category before.
    category: String,
    /// Its category after.
    new_category: String,
}

impl From<EditPlan> for EditedTransactions {
    fn from(plan: EditPlan) -> Self {
        Self {
            count: plan.count,
            split: plan.split,
            items: plan.edits.into_iter().map(EditedTransaction::from).collect(),
        }
    }
}

impl From<PlannedEdit> for EditedTransaction {
    fn from(edit: PlannedEdit) -> Self {
        let PlannedEdit { transaction_id, date, amount, payee, new_payee, category, new_category } = edit;
        let (category, new_category) = (category.into(), new_category.into());
        Self { transaction_id, date, amount, payee, new_payee, category, new_category }
    }
}

/// Puts transactions into a category; a preview tells what that would change.
#[utoipa::path(post, path = "/api/v1/transactions/categorise", tag = "money", request_body = Categorisation,
    responses((status = 204), (status = 200, body = EditedTransactions),
        (status = 404, body = schema::ProblemSchema), (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn categorise_transactions(
    State(state): State<HttpState>,
    Caller(person): Caller,
    JsonBody(mut body): JsonBody<Categorisation>,
) -> Result<Response, Problem> {
    let selection = body.selection()?;
    let (category, preview) = (&body.category, body.preview);
    let operations = state.operations();
    let plan = operations.recategorise_transactions(&person.user, &selection, category, preview).await?;
    Ok(if preview {
        Json(EditedTransactions::from(plan)).into_response()
    } else {
        StatusCode::NO_CONTENT.into_response()
    })
}

/// One transaction, with the history of its edits.
#[utoipa::path(get, path = "/api/v1/transactions/{id}", tag = "money", params(schema::IdParam),
    responses((status = 200, body = schema::TransactionSchema), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn get_transaction(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<TransactionId>,
) -> Result<Json<Transaction>, Problem> {
    Ok(Json(state.operations().get_transaction(&person.user, id).await?))
}

/// What is to change of a transaction; what is left out stays.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::option_option, reason = "left out, null and given are three cases")]
pub(super) struct TransactionChanges {
    category: Option<Category>,
    payee: Option<String>,
    #[serde(deserialize_with = "given")]
    note: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    splits: Option<Option<Vec<SplitChange>>>,
    #[serde(deserialize_with = "given")]
    transfer: Option<Option<TransferChoice>>,
}

/// A part of the amount.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SplitChange {
    amount: SplitAmount,
    category: Category,
    #[serde(default)]
    note: String,
}

/// An amount with its currency, or in the transaction's.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum SplitAmount {
    Money(Money),
    Decimal(Decimal),
}

/// A field that is there, be it null.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(field: D) -> Result<Option<T>, D::Error> {
    T::deserialize(field).map(Some)
}

impl TransactionChanges {
    /// The changes of a transaction in a currency.
    fn patch(self, currency: Currency) -> Result<TransactionPatch, Problem> {
        let split = |(at, part): (usize, SplitChange)| {
            let amount = match part.amount {
                SplitAmount::Money(money) => Ok(money),
                SplitAmount::Decimal(decimal) => Money::new(decimal, currency),
            };
            let field = format!("splits.{at}.amount");
            let amount = amount.map_err(|error| Problem::invalid(&field, error.to_string()))?;
            Ok(Split { amount, category: part.category, note: part.note })
        };
        let splits = self.splits.map(Option::unwrap_or_default);
        Ok(TransactionPatch {
            category: self.category,
            payee: self.payee,
            note: self.note.map(Option::unwrap_or_default),
            splits: splits
                .map(|parts| parts.into_iter().enumerate().map(split).collect::<Result<_, Problem>>())
                .transpose()?,
            transfer: self.transfer,
        })
    }
}

/// Changes a transaction; what stood there before stays on its history.
#[utoipa::path(patch, path = "/api/v1/transactions/{id}", tag = "money", params(schema::IdParam),
    request_body = schema::TransactionChangesSchema,
    responses((status = 200, body = schema::TransactionSchema), (status = 404, body = schema::ProblemSchema),
        (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn edit_transaction(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<TransactionId>,
    JsonBody(changes): JsonBody<TransactionChanges>,
) -> Result<Json<Transaction>, Problem> {
    let operations = state.operations();
    let row = operations.get_transaction(&person.user, id).await?;
    let patch = changes.patch(row.amount.currency())?;
    Ok(Json(operations.edit_transaction(&person.user, id, patch).await?))
}
