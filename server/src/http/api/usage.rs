//! What models took on the caller's behalf.

use assistant::Allowance;
use axum::{Json, extract::State};
use jiff::{Timestamp, civil::Date};
use operations::MonthlyUsage;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    super::{HttpState, Problem, extract::Query, identity::Caller},
    schema,
};

/// Months that are told where none is named.
const MONTHS: i32 = 12;

/// Since when.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UsageQuery {
    /// A day of the first month wanted; without it, the last twelve months.
    #[param(value_type = Option<Date>)]
    from: Option<Date>,
}

/// What was used, and what is left today.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UsageList {
    /// By month and chat, the newest month first.
    items: Vec<UsageItem>,
    /// Always null: the list is whole.
    #[schema(required)]
    next_cursor: Option<String>,
    /// What the caller may still have of the model today.
    today: UsageToday,
}

/// What was used in a chat in a month.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UsageItem {
    /// The month, as `2026-11`, in UTC.
    month: String,
    /// The chat.
    #[schema(value_type = uuid::Uuid)]
    chat_id: domain::ChatId,
    /// Its title; null once it was deleted for good.
    #[schema(required, value_type = Option<String>)]
    chat_title: Option<domain::Title>,
    /// Answers that were written to their end, those of the built-in engine too.
    answers: u64,
    /// Tokens that the model read.
    input_tokens: u64,
    /// Tokens that it wrote.
    output_tokens: u64,
}

/// What the caller may still have of the model today.
#[derive(Debug, Serialize, ToSchema)]
struct UsageToday {
    /// Tokens read and written today.
    tokens: u64,
    /// The budget of a day; null where there is none.
    #[schema(required)]
    tokens_per_day: Option<u64>,
    /// What is left of it.
    #[schema(required)]
    tokens_left: Option<u64>,
    /// When the next day begins, in UTC.
    resets_at: Timestamp,
}

/// What answers took, by month and chat, and what is left of today's budget.
#[utoipa::path(get, path = "/api/v1/usage", tag = "status", params(UsageQuery),
    responses((status = 200, body = UsageList), (status = 400, body = schema::ProblemSchema)))]
pub(super) async fn list_usage(
    State(state): State<HttpState>,
    Caller(person): Caller,
    Query(UsageQuery { from }): Query<UsageQuery>,
) -> Result<Json<UsageList>, Problem> {
    let from = from.unwrap_or_else(|| months_back(state.operations().clock().today()));
    let items = state.operations().list_monthly_usage(&person.user, from).await?;
    let today = state.app.runs.desk().allowance(&person.user).await?;
    let items = items.into_iter().map(UsageItem::from).collect();
    Ok(Json(UsageList { items, next_cursor: None, today: today.into() }))
}

fn months_back(today: Date) -> Date {
    today.first_of_month().saturating_sub(jiff::Span::new().months(MONTHS - 1))
}

impl From<MonthlyUsage> for UsageItem {
    fn from(row: MonthlyUsage) -> Self {
        Self {
            month: row.month.strftime("%Y-%m").to_string(),
            chat_id: row.chat_id,
            chat_title: row.chat_title,
            answers: row.usage.answers,
            input_tokens: row.usage.input_tokens,
            output_tokens: row.usage.output_tokens,
        }
    }
}

impl From<Allowance> for UsageToday {
    fn from(allowance: Allowance) -> Self {
        Self {
            tokens: allowance.tokens_today,
            tokens_per_day: allowance.tokens_per_day,
            tokens_left: allowance.tokens_left(),
            resets_at: allowance.resets_at,
        }
    }
}
