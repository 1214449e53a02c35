//! The rules in order, what they would change, what corrections suggest, and the form for another.

use domain::{Account, Rule, RuleCondition, Side};
use finance::rules::RuleSuggestion;
use leptos::prelude::*;
use operations::EditPlan;

use super::FormAttempt;
use crate::{
    components::{SelectField, TextField, error_for},
    format::{self, Locale},
};

/// Changes that are shown of what the rules would do.
const CHANGES_SHOWN: usize = 20;

fn condition_words(condition: &RuleCondition, accounts: &[Account]) -> String {
    match condition {
        RuleCondition::PayeeIs { text } => format!("payee is “{text}”"),
        RuleCondition::PayeeContains { text } => format!("payee contains “{text}”"),
        RuleCondition::TextContains { text } => format!("text contains “{text}”"),
        RuleCondition::AmountAtLeast { amount } => format!("at least {amount}"),
        RuleCondition::AmountAtMost { amount } => format!("at most {amount}"),
        RuleCondition::SideIs { side: Side::Spending } => "money out".to_owned(),
        RuleCondition::SideIs { side: Side::Income } => "money in".to_owned(),
        RuleCondition::AccountIs { account_id } => {
            let account = accounts.iter().find(|account| account.id == *account_id);
            format!("on {}", account.map_or("an account that is gone", |account| &account.name))
        }
        RuleCondition::MccIs { code } => format!("merchant code {code:04}"),
    }
}

#[component]
pub(super) fn RuleList(rules: Vec<Rule>, accounts: Vec<Account>) -> impl IntoView {
    let count = rules.len();
    let items = rules
        .into_iter()
        .enumerate()
        .map(|(at, rule)| {
            let place = at + 1;
            let conditions: Vec<String> =
                rule.conditions.iter().map(|condition| condition_words(condition, &accounts)).collect();
            let words = conditions.join(", ");
            let payee = rule.payee.map(|payee| format!(", shown as {payee}"));
            let action = format!("/money/rules/{}", rule.id);
            let button = |words: &'static str, mark: &'static str, position: usize, is_there: bool| {
                is_there.then(|| {
                    view! {
                        <button class="button" name="position" value=position.to_string()>
                            <span aria-hidden="true">{mark}</span>
                            <span class="visually-hidden">{words} " rule " {place}</span>
                        </button>
                    }
                })
            };
            view! {
                <li class="rule">
                    <p>
                        <span class="rule-conditions">{words}</span>
                        " → "
                        <strong>{rule.category.path().replace(':', " · ")}</strong>
                        {payee}
                    </p>
                    <form method="post" action=action>
                        {button("Move up", "↑", at, at > 0)}
                        {button("Move down", "↓", place + 1, place < count)}
                        <button class="button" data-kind="quiet" name="action" value="delete">
                            "Remove" <span class="visually-hidden">" rule " {place}</span>
                        </button>
                    </form>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="rules">{items}</ol> }.into_any()
}

/// What the rules would change on what is there, with the button that does it.
#[component]
pub(super) fn Outcome(plan: EditPlan, locale: Locale) -> impl IntoView {
    if plan.count == 0 {
        return view! { <p class="hint">"Every transaction is as these rules want it."</p> }.into_any();
    }
    let words = if plan.count == 1 {
        "These rules would change 1 transaction.".to_owned()
    } else {
        format!("These rules would change {} transactions.", format::count(plan.count as u64, locale))
    };
    let rows = plan
        .edits
        .into_iter()
        .take(CHANGES_SHOWN)
        .map(|edit| {
            view! {
                <tr>
                    <th scope="row">{edit.new_payee}</th>
                    <td class="date-cell">{format::day(edit.date, locale)}</td>
                    <td class="figure-cell">{format::money(edit.amount, locale)}</td>
                    <td>{edit.category.to_string()} " → " {edit.new_category.to_string()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="outcome-title">
            <h2 id="outcome-title">"On what is there"</h2>
            <p>{words}</p>
            <div class="table-scroll" role="region" aria-label="What would change" tabindex="0">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Payee"</th>
                            <th scope="col">"Date"</th>
                            <th scope="col" class="figure-cell">"Amount"</th>
                            <th scope="col">"Category"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <form method="post" action="/money/rules/apply">
                <button class="button" data-kind="primary">"Apply the rules"</button>
            </form>
        </section>
    }
    .into_any()
}

/// Rules that follow from the person's corrections, each made with one button.
#[component]
pub(super) fn RuleSuggestions(suggestions: Vec<RuleSuggestion>) -> impl IntoView {
    if suggestions.is_empty() {
        return ().into_any();
    }
    let items = suggestions
        .into_iter()
        .map(|suggestion| {
            let words = format!(
                "{} → {} ({} corrections, {} more would change)",
                suggestion.payee,
                suggestion.category.name(),
                suggestion.evidence.len(),
                suggestion.would_change
            );
            view! {
                <li>
                    <form method="post" action="/money/rules">
                        <input type="hidden" name="where" value="payee_is" />
                        <input type="hidden" name="text" value=suggestion.payee />
                        <input type="hidden" name="category" value=suggestion.category.path().to_owned() />
                        <button class="button">{words}</button>
                    </form>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="suggested" aria-labelledby="suggested-title">
            <h2 id="suggested-title">"From your corrections"</h2>
            <ul>{items}</ul>
        </section>
    }
    .into_any()
}

/// The form for another rule; a refused one as it was typed.
#[component]
pub(super) fn RuleForm(attempt: Option<FormAttempt>, accounts: Vec<Account>) -> impl IntoView {
    let text = |name: &str| attempt.as_ref().map(|attempt| attempt.text(name)).unwrap_or_default();
    let error = |name: &str| attempt.as_ref().and_then(|attempt| error_for(&attempt.errors, name));
    let own = |(value, words): (&str, &str)| (value.to_owned(), words.to_owned());
    let places =
        [("text", "Payee or text"), ("payee", "Payee"), ("payee_is", "Whole payee")].map(own).to_vec();
    let sides = [("spending", "Money out"), ("income", "Money in")].map(own).to_vec();
    let place = Some(text("where")).filter(|it| !it.is_empty()).unwrap_or_else(|| "text".to_owned());
    let account_options: Vec<(String, String)> =
        accounts.iter().map(|account| (account.id.to_string(), account.name.clone())).collect();
    view! {
        <section class="card" aria-labelledby="new-rule-title">
            <h2 id="new-rule-title">"Write a rule"</h2>
            <form method="post" action="/money/rules">
                <fieldset>
                    <legend>"When all of this is true"</legend>
                    <div class="fields">
                        <SelectField name="where" label="Look in" value=place options=places />
                        <TextField name="text" label="Contains" value=text("text") error=error("text") />
                        <TextField name="min" label="At least" value=text("min") input_mode="decimal" error=error("min") />
                        <TextField name="max" label="At most" value=text("max") input_mode="decimal" error=error("max") />
                        <SelectField name="side" label="Direction" value=text("side") options=sides empty="Either" />
                        <SelectField name="account" label="Account" value=text("account") options=account_options empty="Any" />
                    </div>
                </fieldset>
                <fieldset>
                    <legend>"Then"</legend>
                    <div class="fields">
                        <TextField name="category" label="Category" value=text("category") list="categories" error=error("category") />
                        <TextField name="payee" label="Show the payee as" value=text("payee") error=error("payee") />
                    </div>
                </fieldset>
                <button class="button" data-kind="primary">"Add rule"</button>
            </form>
        </section>
    }
    .into_any()
}
