//! What answers took, by month and chat, and what is left of today.

use assistant::Allowance;
use jiff::{Span, civil::Date};
use leptos::prelude::*;
use operations::{MonthlyUsage, OperationError};

use crate::{
    format::{self, Locale},
    visit::Visit,
};

/// Months that are shown.
const MONTHS: i32 = 12;
/// Rows that are shown; `/api/v1/usage` tells them all.
const ROWS_MAX: usize = 100;

/// What answers took, and what is left of today.
pub(super) struct UsageModel {
    rows: Vec<MonthlyUsage>,
    is_cut: bool,
    allowance: Allowance,
    has_model: bool,
    questions_per_minute: u32,
}

impl UsageModel {
    pub(super) async fn load(visit: &Visit) -> Result<Self, OperationError> {
        let desk = visit.state.runs.desk();
        let from = first_month(visit.operations().clock().today());
        let mut rows = visit.operations().list_monthly_usage(visit.user(), from).await?;
        let is_cut = rows.len() > ROWS_MAX;
        rows.truncate(ROWS_MAX);
        Ok(Self {
            rows,
            is_cut,
            allowance: desk.allowance(visit.user()).await?,
            has_model: desk.has_model(),
            questions_per_minute: visit.state.questions_per_minute,
        })
    }
}

fn first_month(today: Date) -> Date {
    today.first_of_month().saturating_sub(Span::new().months(MONTHS - 1))
}

/// What the budget says, in words.
fn budget_words(allowance: &Allowance, has_model: bool, locale: Locale) -> String {
    match allowance.tokens_left() {
        _ if !has_model => "The built-in engine answers; it takes no tokens.".to_owned(),
        None => "No daily budget bounds what the model may take.".to_owned(),
        Some(0) => {
            let back = format::moment(allowance.resets_at, locale);
            format!("Today's tokens are spent: the built-in engine answers. The model is back on {back}.")
        }
        Some(left) => format!("{} tokens are left for today.", format::count(left, locale)),
    }
}

/// What answers took, by month and chat, and what is left of today.
#[component]
pub(super) fn UsageCard(model: UsageModel, locale: Locale) -> impl IntoView {
    let UsageModel { rows, is_cut, allowance, has_model, questions_per_minute } = model;
    let count = move |value: u64| format::count(value, locale);
    let health = if has_model && allowance.tokens_left() == Some(0) { "degraded" } else { "good" };
    let budget = allowance.tokens_per_day.filter(|_| has_model);
    let table = if rows.is_empty() {
        view! { <p class="empty">"Nothing has been asked in the last twelve months."</p> }.into_any()
    } else {
        view! { <UsageTable rows locale /> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="status-usage">
            <h2 id="status-usage">"Usage"</h2>
            <p class="status-line" data-health=health>{budget_words(&allowance, has_model, locale)}</p>
            <dl class="facts">
                <div><dt>"Tokens today"</dt><dd>{count(allowance.tokens_today)}</dd></div>
                {budget.map(|budget| view! { <div><dt>"Tokens a day"</dt><dd>{count(budget)}</dd></div> })}
                <div><dt>"Questions a minute"</dt><dd>{count(questions_per_minute.into())}</dd></div>
            </dl>
            {table}
            <p hidden=!is_cut>"Chats that took less are left out."</p>
        </section>
    }
}

#[component]
fn UsageTable(rows: Vec<MonthlyUsage>, locale: Locale) -> impl IntoView {
    let count = move |value: u64| format::count(value, locale);
    let rows = rows
        .into_iter()
        .map(|row| {
            let chat = match row.chat_title {
                Some(title) => {
                    let href = format!("/chats/{}", row.chat_id);
                    view! { <a href=href>{String::from(title)}</a> }.into_any()
                }
                None => "A deleted chat".into_any(),
            };
            view! {
                <tr>
                    <th scope="row">{chat}</th>
                    <td class="date-cell">{format::month(row.month, locale)}</td>
                    <td class="figure-cell">{count(row.usage.answers)}</td>
                    <td class="figure-cell">{count(row.usage.input_tokens)}</td>
                    <td class="figure-cell">{count(row.usage.output_tokens)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Usage by chat and month">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Chat"</th>
                        <th scope="col">"Month"</th>
                        <th scope="col" class="figure-cell">"Answers"</th>
                        <th scope="col" class="figure-cell">"Tokens read"</th>
                        <th scope="col" class="figure-cell">"Tokens written"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};

    use super::*;

    #[test]
    fn the_last_twelve_months_are_shown() {
        assert_eq!(first_month(date(2026, 11, 21)), date(2025, 12, 1));
        assert_eq!(first_month(date(2024, 1, 31)), date(2023, 2, 1));
    }

    #[test]
    fn the_budget_is_told_as_the_locale_writes_numbers() {
        let words = |tokens_today, tokens_per_day, has_model| {
            let resets_at = Timestamp::UNIX_EPOCH;
            let allowance = Allowance { tokens_per_day, tokens_today, resets_at };
            budget_words(&allowance, has_model, Locale::of(Some("de-DE")))
        };
        assert_eq!(words(5_000, Some(20_000), true), "15.000 tokens are left for today.");
        assert!(words(20_001, Some(20_000), true).ends_with("back on 01.01.1970, 00:00 UTC."));
        assert_eq!(words(9, None, true), "No daily budget bounds what the model may take.");
        assert!(words(9, Some(1), false).starts_with("The built-in engine answers"));
    }
}
