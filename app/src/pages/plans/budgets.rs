//! `/money/budgets`: what may be spent in a month, and what is left of it.

use std::collections::BTreeSet;

use domain::{CategoryKind, Currency};
use finance::insight::budgets::{BudgetStatus, BudgetSuggestion};
use jiff::{ToSpan, civil::Date};
use leptos::prelude::*;
use operations::OperationError;

use super::{
    FormAttempt,
    budget_parts::{BudgetForm, BudgetList, Suggestions, field_prefix},
};
use crate::{
    components::{ErrorSummary, Frame, FrameModel, MoneyPlace, MoneyPlaces, Section, page},
    format::{self, Locale},
    pages::query,
    visit::Visit,
};

struct BudgetsModel {
    frame: FrameModel,
    month: Date,
    is_current: bool,
    statuses: Vec<BudgetStatus>,
    suggestions: Vec<BudgetSuggestion>,
    categories: Vec<String>,
    currency: Currency,
    attempt: Option<FormAttempt>,
}

/// The first day of a month written as `2024-03`.
fn month_of(text: &str) -> Option<Date> {
    format!("{text}-01").parse().ok()
}

async fn load(
    visit: Visit,
    month: Option<String>,
    attempt: Option<FormAttempt>,
) -> Result<BudgetsModel, OperationError> {
    let frame = FrameModel::load(&visit, Section::Money).await?;
    let (operations, user, today) = (visit.operations(), visit.user(), visit.today());
    let current = today.first_of_month();
    let month = month.as_deref().and_then(month_of).unwrap_or(current);
    let ledger = operations.ledger(user).await?;
    let own = ledger.transactions.iter().map(|row| &row.category);
    let categories: BTreeSet<String> = own
        .chain(finance::categories())
        .filter(|category| category.kind() == CategoryKind::Spending)
        .flat_map(|category| [category.group().to_owned(), category.path().to_owned()])
        .collect();
    Ok(BudgetsModel {
        frame,
        month,
        is_current: month == current,
        statuses: operations.budget_statuses(user, month, today).await?,
        suggestions: operations.budget_suggestions(user, today).await?,
        categories: categories.into_iter().collect(),
        currency: operations.main_currency(user).await?,
        attempt,
    })
}

/// `/money/budgets`: what may be spent in a month, and what is left of it.
#[component]
pub(crate) fn BudgetsPage() -> impl IntoView {
    page(load(Visit::of_request(), query("month"), FormAttempt::of_request()), |model| {
        let locale = model.frame.locale;
        let month = model.month.strftime("%Y-%m").to_string();
        let errors = model.attempt.as_ref().map(|attempt| attempt.errors.clone()).unwrap_or_default();
        let changed = model.attempt.clone().filter(|attempt| attempt.form == "change");
        let id_prefix = changed.as_ref().map(|it| field_prefix(&it.text("budget"))).unwrap_or_default();
        let is_empty = model.statuses.is_empty();
        let options =
            model.categories.into_iter().map(|path| view! { <option value=path></option> }).collect_view();
        view! {
            <Frame model=model.frame title="Budgets">
                <h1>"Budgets"</h1>
                <MoneyPlaces here=MoneyPlace::Budgets />
                <MonthLinks month=model.month is_current=model.is_current locale />
                <datalist id="categories">{options}</datalist>
                <ErrorSummary errors id_prefix />
                {if is_empty {
                    view! {
                        <p class="empty">"No budget in this month. Set one below, or take a suggestion."</p>
                    }
                        .into_any()
                } else {
                    view! { <BudgetList statuses=model.statuses attempt=changed month=month.clone() locale /> }.into_any()
                }}
                <Suggestions suggestions=model.suggestions month=month.clone() locale />
                <BudgetForm attempt=model.attempt.filter(|attempt| attempt.form == "new") month currency=model.currency />
            </Frame>
        }
    })
}

#[component]
fn MonthLinks(month: Date, is_current: bool, locale: Locale) -> impl IntoView {
    let href = |month: Date| format!("/money/budgets?month={}", month.strftime("%Y-%m"));
    let earlier = month.saturating_sub(1.month());
    let later = month.saturating_add(1.month());
    view! {
        <nav class="months" aria-label="Month">
            <a class="button" href=href(earlier) rel="prev">"← " {format::month(earlier, locale)}</a>
            <h2>{format::month(month, locale)}</h2>
            {(!is_current)
                .then(|| view! { <a class="button" href=href(later) rel="next">{format::month(later, locale)} " →"</a> })}
        </nav>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_is_read_and_anything_else_is_none() {
        assert_eq!(month_of("2024-03"), Some(date(2024, 3, 1)));
        for text in ["2024-13", "", "2024", "2024-03-05"] {
            assert_eq!(month_of(text), None, "{text}");
        }
    }
}
