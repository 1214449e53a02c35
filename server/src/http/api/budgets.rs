//! Budgets: what may be spent on a category in a month.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{Budget, Money, SettingId};
use finance::insight::budgets::{BudgetStanding, BudgetStatus};
use jiff::civil::Date;
use operations::BudgetDraft;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    super::{
        HttpState, Problem,
        extract::{Id, IdempotencyKey, JsonBody, Query},
        identity::Caller,
    },
    List, schema,
};

/// A budget.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Budget)]
pub(super) struct BudgetItem {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: SettingId,
    /// A category, or a group such as `Food` for all inside it.
    category: String,
    /// What may be spent in a month.
    amount: Decimal,
    /// Its ISO 4217 code.
    currency: &'static str,
    /// The first day of the first month.
    from: Date,
    /// The first day of the last month; null while it goes on.
    #[schema(required)]
    until: Option<Date>,
    /// What is left, or was spent too much, is carried into the next month.
    rollover: bool,
    /// How it stands in the month asked for; null when none was.
    #[schema(required)]
    status: Option<BudgetInMonth>,
}

/// How a budget stands in a month, in its currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BudgetStatus)]
pub(super) struct BudgetInMonth {
    /// The first day of the month.
    month: Date,
    /// What earlier months left, negative where they took too much; zero without `rollover`.
    carried: Decimal,
    /// Spent, refunds taken off, up to the month's end or today.
    spent: Decimal,
    /// The amount and what was carried, less what was spent.
    left: Decimal,
    /// Spent, in percent of the amount and what was carried; null where those are not above zero.
    #[schema(required)]
    percent: Option<Decimal>,
    /// What will be spent by the month's end at the present pace.
    projected: Decimal,
    /// `within`, `will_be_over` or `over`.
    #[schema(value_type = String)]
    standing: BudgetStanding,
    /// The formula in words.
    formula: String,
    /// The address of the rows behind `spent`.
    #[schema(required)]
    rows_href: Option<String>,
}

/// The amount with at least the digits of its currency.
fn decimal(money: Money) -> Decimal {
    let mut decimal = money.amount().normalize();
    decimal.rescale(decimal.scale().max(money.currency().minor_digits()));
    decimal
}

impl From<Budget> for BudgetItem {
    fn from(budget: Budget) -> Self {
        let Budget { id, category, amount, from, until, rollover } = budget;
        let (category, currency) = (category.into(), amount.currency().code());
        Self { id, category, amount: decimal(amount), currency, from, until, rollover, status: None }
    }
}

impl From<BudgetStatus> for BudgetItem {
    fn from(status: BudgetStatus) -> Self {
        let standing = BudgetInMonth {
            month: status.month,
            carried: decimal(status.carried),
            spent: decimal(status.spent),
            left: decimal(status.left),
            percent: status.percent,
            projected: decimal(status.projected),
            standing: status.standing,
            formula: status.proof.formula,
            rows_href: status.proof.filter.map(|filter| filter.href()),
        };
        Self { status: Some(standing), ..Self::from(status.budget) }
    }
}

/// Every budget.
#[derive(ToSchema)]
#[schema(as = BudgetList)]
#[expect(dead_code, reason = "read by the OpenAPI derive only")]
pub(super) struct BudgetList {
    items: Vec<BudgetItem>,
    /// Always null: the list is whole.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Which budgets.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct BudgetQuery {
    /// Only those that hold in this month, `2024-03`.
    month: Option<String>,
}

/// Every budget by category, or those that hold in a month with what is spent and left of them.
#[utoipa::path(get, path = "/api/v1/budgets", tag = "budgets", params(BudgetQuery),
    responses((status = 200, body = BudgetList), (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn list_budgets(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Query(query): Query<BudgetQuery>,
) -> Result<Json<List<BudgetItem>>, Problem> {
    let operations = state.operations();
    let items = match query.month {
        None => operations.list_budgets(&person.user).await?.into_iter().map(BudgetItem::from).collect(),
        Some(month) => {
            let statuses = operations.budgets_in_month(&person, &month).await?;
            statuses.into_iter().map(BudgetItem::from).collect()
        }
    };
    Ok(List::whole(items))
}

/// Makes a budget; `category` and `amount` must be given.
#[utoipa::path(post, path = "/api/v1/budgets", tag = "budgets", params(schema::IdempotencyKeyParam),
    request_body = schema::BudgetDraftSchema,
    responses((status = 201, body = BudgetItem), (status = 409, body = schema::ProblemSchema),
        (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn create_budget(
    State(state): State<HttpState>,
    Caller(person): Caller,
    IdempotencyKey(key): IdempotencyKey<SettingId>,
    JsonBody(draft): JsonBody<BudgetDraft>,
) -> Result<impl IntoResponse, Problem> {
    let budget = state.operations().create_budget(&person, &draft, key).await?;
    let location = [(header::LOCATION, format!("/api/v1/budgets/{}", budget.id))];
    Ok((StatusCode::CREATED, location, Json(BudgetItem::from(budget))))
}

/// Changes the fields given of a budget.
#[utoipa::path(patch, path = "/api/v1/budgets/{id}", tag = "budgets", params(schema::IdParam),
    request_body = schema::BudgetDraftSchema,
    responses((status = 200, body = BudgetItem), (status = 404, body = schema::ProblemSchema),
        (status = 422, body = schema::ProblemSchema)))]
pub(super) async fn update_budget(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<SettingId>,
    JsonBody(draft): JsonBody<BudgetDraft>,
) -> Result<Json<BudgetItem>, Problem> {
    Ok(Json(state.operations().update_budget(&person.user, id, &draft).await?.into()))
}

/// Takes a budget away.
#[utoipa::path(delete, path = "/api/v1/budgets/{id}", tag = "budgets", params(schema::IdParam),
    responses((status = 204), (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn delete_budget(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Id(id): Id<SettingId>,
) -> Result<StatusCode, Problem> {
    state.operations().delete_budget(&person.user, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
