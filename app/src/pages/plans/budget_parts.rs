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
pub(super) fn BudgetList(statuses: Vec<BudgetStatus>, month: String, locale: Locale) -> impl IntoView {
    let items = statuses
        .into_iter()
        .map(|status| view! { <BudgetItem status month=month.clone() locale /> })
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

#[component]
fn BudgetItem(status: BudgetStatus, month: String, locale: Locale) -> impl IntoView {
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
            <BudgetChange status name month locale />
        </li>
    }
    .into_any()
}

#[component]
fn BudgetChange(status: BudgetStatus, name: String, month: String, locale: Locale) -> impl IntoView {
    let amount = status.budget.amount;
    let typed = locale.amounts(amount.currency()).written(amount.amount().normalize());
    let action = format!("/money/budgets/{}", status.budget.id);
    let field_id = format!("budget-{}", status.budget.id);
    view! {
        <details class="chart-data">
            <summary>"Change" <span class="visually-hidden">" the budget of " {name}</span></summary>
            <form class="budget-change" method="post" action=action>
                <input type="hidden" name="month" value=month />
                <input type="hidden" name="currency" value=amount.currency().code() />
                <div class="field">
                    <label for=field_id.clone()>"Amount a month"</label>
                    <input
                        id=field_id
                        name="amount"
                        inputmode="decimal"
                        required
                        autocomplete="off"
                        value=typed
                    />
                </div>
                <label class="check">
                    <input type="checkbox" name="rollover" value="yes" checked=status.budget.rollover />
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
