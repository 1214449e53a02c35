//! A month's budgets, the form for another, and what the past suggests.

use domain::{Currency, TransactionFilter};
use finance::insight::budgets::{BudgetStanding, BudgetStatus, BudgetSuggestion};
use leptos::prelude::*;
use rust_decimal::Decimal;

use super::{FormAttempt, Meter};
use crate::{
    components::{TextField, error_for},
    format::{self, Locale},
};

#[component]
pub(super) fn BudgetList(
    statuses: Vec<BudgetStatus>,
    /// A refused change of one of them.
    attempt: Option<FormAttempt>,
    month: String,
    locale: Locale,
) -> impl IntoView {
    let items = statuses
        .into_iter()
        .map(|status| {
            let id = status.budget.id.to_string();
            let attempt = attempt.clone().filter(|attempt| attempt.is_of("change", "budget", &id));
            view! { <BudgetItem status attempt month=month.clone() locale /> }
        })
        .collect_view();
    view! { <ul class="budgets" aria-label="Budgets of the month">{items}</ul> }.into_any()
}

/// What to say of a budget beside its figures.
fn standing_words(status: &BudgetStatus, locale: Locale) -> Option<String> {
    let carried = (!status.carried.amount().is_zero())
        .then(|| format!("{} carried over", format::money(status.carried, locale)));
    let standing = match status.standing {
        BudgetStanding::Within => None,
        BudgetStanding::WillBeOver => {
            Some(format!("about {} at this pace", format::money(status.projected, locale)))
        }
        BudgetStanding::Over => Some("over budget".to_owned()),
    };
    let words: Vec<String> = carried.into_iter().chain(standing).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// Before the ids of the fields that change a budget.
pub(super) fn field_prefix(id: &str) -> String {
    format!("budget-{id}-")
}

#[component]
fn BudgetItem(
    status: BudgetStatus,
    attempt: Option<FormAttempt>,
    month: String,
    locale: Locale,
) -> impl IntoView {
    let is_over = status.standing == BudgetStanding::Over;
    let words = standing_words(&status, locale);
    let percent = status.percent.unwrap_or(Decimal::ONE_HUNDRED);
    let spent = format::money(status.spent, locale);
    let spent = match status.proof.filter.as_ref().map(TransactionFilter::href) {
        Some(href) => view! { <a href=href>{spent}</a> }.into_any(),
        None => spent.into_any(),
    };
    let name = status.budget.category.path().replace(':', " · ");
    view! {
        <li class="budget">
            <h3>{name.clone()}</h3>
            <dl>
                <div><dt>"Budget"</dt><dd>{format::money(status.budgeted, locale)}</dd></div>
                <div><dt>"Spent"</dt><dd>{spent}</dd></div>
                <div><dt>"Left"</dt><dd data-over=is_over.to_string()>{format::money(status.left, locale)}</dd></div>
            </dl>
            <Meter percent is_over />
            {words.map(|words| view! { <p class="hint" data-over=is_over.to_string()>{words}</p> })}
            <BudgetChange status attempt name month locale />
        </li>
    }
    .into_any()
}

/// The form that changes a budget; a refused one open, as it was typed.
#[component]
fn BudgetChange(
    status: BudgetStatus,
    attempt: Option<FormAttempt>,
    name: String,
    month: String,
    locale: Locale,
) -> impl IntoView {
    let budget = status.budget;
    let action = format!("/money/budgets/{}", budget.id);
    let currency = budget.amount.currency();
    let there = locale.amounts(currency).written(budget.amount.amount().normalize());
    let typed = attempt.as_ref().map_or(there, |attempt| attempt.text("amount"));
    let rollover = attempt.as_ref().map_or(budget.rollover, |it| !it.text("rollover").is_empty());
    let error = attempt.as_ref().and_then(|attempt| error_for(&attempt.errors, "amount"));
    view! {
        <details class="chart-data" open=attempt.is_some()>
            <summary>"Change" <span class="visually-hidden">" the budget of " {name}</span></summary>
            <form class="budget-change" method="post" action=action>
                <input type="hidden" name="month" value=month />
                <input type="hidden" name="currency" value=currency.code() />
                <TextField
                    name="amount"
                    id_prefix=field_prefix(&budget.id.to_string())
                    label="Amount a month"
                    value=typed
                    input_mode="decimal"
                    required=true
                    error
                />
                <label class="check">
                    <input type="checkbox" name="rollover" value="yes" checked=rollover />
                    "Carry what is left into the next month"
                </label>
                <div class="filter-actions">
                    <button class="button">"Save"</button>
                    <button class="button" data-kind="danger" name="action" value="delete" formnovalidate>"Remove"</button>
                </div>
            </form>
        </details>
    }
    .into_any()
}

/// The form for another budget; a refused one as it was typed.
#[component]
pub(super) fn BudgetForm(attempt: Option<FormAttempt>, month: String, currency: Currency) -> impl IntoView {
    let text = |name: &str| attempt.as_ref().map(|attempt| attempt.text(name)).unwrap_or_default();
    let error = |name: &str| attempt.as_ref().and_then(|attempt| error_for(&attempt.errors, name));
    view! {
        <section class="card" aria-labelledby="new-budget-title">
            <h2 id="new-budget-title">"Set a budget"</h2>
            <form method="post" action="/money/budgets">
                <input type="hidden" name="month" value=month.clone() />
                <input type="hidden" name="from" value=month />
                <input type="hidden" name="currency" value=currency.code() />
                <div class="fields">
                    <TextField name="category" label="Category" value=text("category") list="categories" error=error("category") />
                    <TextField name="amount" label="Amount a month" value=text("amount") input_mode="decimal" error=error("amount") />
                </div>
                <label class="check">
                    <input type="checkbox" name="rollover" value="yes" checked=!text("rollover").is_empty() />
                    "Carry what is left into the next month"
                </label>
                <button class="button" data-kind="primary">"Set budget"</button>
            </form>
        </section>
    }
    .into_any()
}

/// What the past suggests for categories without a budget, each set with one button.
#[component]
pub(super) fn Suggestions(
    suggestions: Vec<BudgetSuggestion>,
    month: String,
    locale: Locale,
) -> impl IntoView {
    if suggestions.is_empty() {
        return ().into_any();
    }
    let items = suggestions
        .into_iter()
        .take(8)
        .map(|suggestion| {
            let path = suggestion.category.path().to_owned();
            let amount = format::money(suggestion.amount, locale);
            let words = format!("Set {amount} for {}", suggestion.category.name());
            view! {
                <li>
                    <form method="post" action="/money/budgets">
                        <input type="hidden" name="month" value=month.clone() />
                        <input type="hidden" name="from" value=month.clone() />
                        <input type="hidden" name="category" value=path />
                        <input type="hidden" name="currency" value=suggestion.amount.currency().code() />
                        <input type="hidden" name="amount" value=suggestion.amount.amount().to_string() />
                        <button class="button" title=suggestion.proof.formula>{words}</button>
                    </form>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="suggested" aria-labelledby="suggested-title">
            <h2 id="suggested-title">"From the last six months"</h2>
            <ul>{items}</ul>
        </section>
    }
    .into_any()
}
