//! What the ledger tells beyond its sums: what comes again, what flows, what is to be expected.

use axum::{Json, extract::State};
use domain::{AccountId, Currency, TransactionFilter};
use finance::{
    GroupBy,
    insight::{
        anomalies::Anomaly,
        cash_flow::CashFlow,
        forecast::{Forecast, ForecastQuery},
        goals::GoalProgress,
        income::IncomeStream,
        net_worth::NetWorth,
        recurring::Recurring,
        safe_to_spend::SafeToSpend,
    },
};
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    super::{HttpState, Problem, extract::Query, identity::Caller},
    List, schema,
};

/// Bills, subscriptions, income and transfers that come again; what goes on comes first.
#[utoipa::path(get, path = "/api/v1/insights/recurring", tag = "insights",
    responses((status = 200, body = schema::RecurringListSchema)))]
pub(super) async fn list_recurring(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<Json<List<Recurring>>, Problem> {
    let operations = state.operations();
    Ok(List::whole(operations.recurring(&person.user, person.today(operations.clock())).await?))
}

/// Which money in comes again, pay first.
#[utoipa::path(get, path = "/api/v1/insights/income", tag = "insights",
    responses((status = 200, body = schema::IncomeStreamListSchema)))]
pub(super) async fn list_income(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<Json<List<IncomeStream>>, Problem> {
    let operations = state.operations();
    Ok(List::whole(operations.income_streams(&person.user, person.today(operations.clock())).await?))
}

/// The profile's goals with their progress, the most urgent first.
#[utoipa::path(get, path = "/api/v1/insights/goals", tag = "insights",
    responses((status = 200, body = schema::GoalProgressListSchema)))]
pub(super) async fn list_goal_progress(
    State(state): State<HttpState>,
    Caller(person): Caller,
) -> Result<Json<List<GoalProgress>>, Problem> {
    let operations = state.operations();
    Ok(List::whole(operations.goals(&person.user, person.today(operations.clock())).await?))
}

/// The length of a period.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Per {
    Week,
    #[default]
    Month,
    Quarter,
    Year,
}

/// Which periods.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CashFlowQuery {
    /// First day.
    from: Option<Date>,
    /// Last day.
    to: Option<Date>,
    /// One account.
    #[param(value_type = Option<uuid::Uuid>)]
    account: Option<AccountId>,
    /// How long a period is; a month without it.
    #[param(inline)]
    per: Option<Per>,
}

/// Money in, out and left by period, with the savings rate.
#[utoipa::path(get, path = "/api/v1/insights/cash-flow", tag = "insights", params(CashFlowQuery),
    responses((status = 200, body = schema::CashFlowListSchema), (status = 400, body = schema::ProblemSchema)))]
pub(super) async fn list_cash_flow(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Query(query): Query<CashFlowQuery>,
) -> Result<Json<List<CashFlow>>, Problem> {
    let operations = state.operations();
    let filter = TransactionFilter {
        from: query.from,
        to: query.to,
        account: query.account,
        ..TransactionFilter::default()
    };
    let by = match query.per.unwrap_or_default() {
        Per::Week => GroupBy::Week,
        Per::Month => GroupBy::Month,
        Per::Quarter => GroupBy::Quarter,
        Per::Year => GroupBy::Year,
    };
    Ok(List::whole(operations.cash_flow(&person.user, &filter, by, person.today(operations.clock())).await?))
}

/// Which days.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DaysQuery {
    /// First day.
    from: Option<Date>,
    /// Last day; today without it.
    to: Option<Date>,
}

/// Assets, debts and net worth at each month's end.
#[utoipa::path(get, path = "/api/v1/insights/net-worth", tag = "insights", params(DaysQuery),
    responses((status = 200, body = schema::NetWorthListSchema), (status = 400, body = schema::ProblemSchema)))]
pub(super) async fn list_net_worth(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Query(query): Query<DaysQuery>,
) -> Result<Json<List<NetWorth>>, Problem> {
    let operations = state.operations();
    let day = query.to.unwrap_or_else(|| person.today(operations.clock()));
    Ok(List::whole(operations.net_worth(&person.user, query.from, day).await?))
}

/// What is out of the ordinary, the gravest first; of the last 90 days unless told otherwise.
#[utoipa::path(get, path = "/api/v1/insights/anomalies", tag = "insights", params(DaysQuery),
    responses((status = 200, body = schema::AnomalyListSchema), (status = 400, body = schema::ProblemSchema)))]
pub(super) async fn list_anomalies(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Query(query): Query<DaysQuery>,
) -> Result<Json<List<Anomaly>>, Problem> {
    let operations = state.operations();
    let day = query.to.unwrap_or_else(|| person.today(operations.clock()));
    let from = query.from.unwrap_or_else(|| day.saturating_sub(90.days()));
    Ok(List::whole(operations.anomalies(&person.user, from, day).await?))
}

/// Which balances.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ForecastParams {
    /// One account; all of the currency without it.
    #[param(value_type = Option<uuid::Uuid>)]
    account: Option<AccountId>,
    /// ISO 4217; the profile's, else the first account's, without it.
    #[param(value_type = Option<String>)]
    currency: Option<Currency>,
    /// Days ahead, 1 to 366; 90 without it.
    #[param(minimum = 1, maximum = 366)]
    days: Option<u16>,
}

/// The balances of the days to come. 404 without accounts or rows.
#[utoipa::path(get, path = "/api/v1/insights/forecast", tag = "insights", params(ForecastParams),
    responses((status = 200, body = schema::ForecastSchema), (status = 400, body = schema::ProblemSchema),
        (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn get_forecast(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Query(query): Query<ForecastParams>,
) -> Result<Json<Forecast>, Problem> {
    let operations = state.operations();
    let currency = match query.currency {
        Some(currency) => currency,
        None => operations.main_currency(&person.user).await?,
    };
    let query = ForecastQuery { account: query.account, currency, days: query.days.unwrap_or(90) };
    let found = operations.forecast(&person.user, &query, person.today(operations.clock())).await?;
    found.map(Json).ok_or_else(Problem::not_found)
}

/// What to keep.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SafeParams {
    /// What to keep for surprises; a week of ordinary spending without it.
    cushion: Option<Decimal>,
}

/// What can be spent until the next pay day. 404 without an everyday account.
#[utoipa::path(get, path = "/api/v1/insights/safe-to-spend", tag = "insights", params(SafeParams),
    responses((status = 200, body = schema::SafeToSpendSchema), (status = 400, body = schema::ProblemSchema),
        (status = 404, body = schema::ProblemSchema)))]
pub(super) async fn get_safe_to_spend(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Query(query): Query<SafeParams>,
) -> Result<Json<SafeToSpend>, Problem> {
    let operations = state.operations();
    let today = person.today(operations.clock());
    let found = operations.safe_to_spend(&person.user, query.cushion, today).await?;
    found.map(Json).ok_or_else(Problem::not_found)
}
