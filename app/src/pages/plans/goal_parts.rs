//! A goal's card and its fields.

use domain::{Account, FinancialGoal, NumberReader};
use finance::insight::goals::{GoalProgress, GoalStanding};
use leptos::prelude::*;

use super::{FormAttempt, Meter};
use crate::{
    components::{SelectField, TextField, error_for},
    format::{self, Locale},
    pages::profile_goals::priorities,
};

/// What to say of where a goal stands, and how grave it is.
fn standing_words(progress: &GoalProgress, locale: Locale) -> (&'static str, String) {
    let expected = progress
        .expected
        .map(|date| format!(" At this pace: {}.", format::day(date, locale)))
        .unwrap_or_default();
    let needed = progress.needed_a_month.map(|it| format::money(it, locale)).unwrap_or_default();
    let available = progress.available_a_month.map(|it| format::money(it, locale)).unwrap_or_default();
    match progress.standing {
        GoalStanding::Reached => ("info", "Reached.".to_owned()),
        GoalStanding::OnTrack => {
            ("info", format!("On track: {needed} a month needed, {available} is left over.{expected}"))
        }
        GoalStanding::Behind => {
            ("warning", format!("Behind: {needed} a month needed, {available} is left over.{expected}"))
        }
        GoalStanding::Overdue => ("warning", format!("The date has passed.{expected}")),
        GoalStanding::Open if progress.needed_a_month.is_some() => {
            ("info", format!("{needed} a month needed."))
        }
        GoalStanding::Open => ("info", expected.trim().to_owned()),
    }
}

#[component]
pub(super) fn GoalCard(
    progress: GoalProgress,
    /// A refused change of it.
    attempt: Option<FormAttempt>,
    accounts: Vec<Account>,
    locale: Locale,
) -> impl IntoView {
    let (level, words) = standing_words(&progress, locale);
    let amounts = locale.amounts(progress.target.currency());
    let target = format::money(progress.target, locale);
    let saved = match progress.saved {
        Some(saved) => format!("{} of {target}", format::money(saved, locale)),
        None => target,
    };
    let is_unknown = progress.saved.is_none();
    let by = progress.goal.target_date.map(|date| format!(" by {}", format::day(date, locale)));
    let name = progress.goal.name.clone();
    let percent = progress.percent;
    let is_refused = attempt.is_some();
    view! {
        <li class="card goal-card">
            <h2>{name.clone()}</h2>
            <p><span class="goal-saved">{saved}</span> {by} " " <span class="badge">{format::percent(percent, locale)}</span></p>
            <Meter percent is_over=false />
            <p class="hint" data-level=level>{words}</p>
            {is_unknown
                .then(|| view! { <p class="hint">"What is saved so far is not known: say it below."</p> })}
            <details class="chart-data" open=is_refused>
                <summary>"Change " <span class="visually-hidden">{name.clone()}</span></summary>
                <form method="post" action="/money/goals/change">
                    <input type="hidden" name="goal" value=name />
                    <GoalFields attempt goal=Some(progress.goal) accounts amounts />
                    <div class="filter-actions">
                        <button class="button">"Save"</button>
                        <button class="button" data-kind="danger" name="action" value="delete" formnovalidate>"Remove"</button>
                    </div>
                </form>
            </details>
        </li>
    }
    .into_any()
}

/// The fields of a goal: as typed, as it is, or empty.
#[component]
pub(super) fn GoalFields(
    attempt: Option<FormAttempt>,
    goal: Option<FinancialGoal>,
    accounts: Vec<Account>,
    amounts: NumberReader,
) -> impl IntoView {
    let of_goal = |name: &str| -> Option<String> {
        let goal = goal.as_ref()?;
        match name {
            "name" => Some(goal.name.clone()),
            "target_amount" => Some(amounts.written(goal.target_amount.normalize())),
            "target_date" => goal.target_date.map(|date| date.to_string()),
            "saved_amount" => goal.saved_amount.map(|amount| amounts.written(amount.normalize())),
            "account_id" => goal.account_id.map(|id| id.to_string()),
            _ => Some(goal.priority.to_string()),
        }
    };
    let text = |name: &str| match &attempt {
        Some(attempt) => attempt.text(name),
        None => of_goal(name).unwrap_or_default(),
    };
    let error = |name: &str| attempt.as_ref().and_then(|attempt| error_for(&attempt.errors, name));
    let priority = Some(text("priority")).filter(|it| !it.is_empty()).unwrap_or_else(|| "3".to_owned());
    let own: Vec<(String, String)> =
        accounts.iter().map(|account| (account.id.to_string(), account.name.clone())).collect();
    // One page has a form for each goal: their fields must not share an element's id.
    let prefix = goal.as_ref().map(|goal| slug(&goal.name)).unwrap_or_default();
    view! {
        <div class="fields">
            <TextField name="name" id_prefix=prefix.clone() label="Name" value=text("name") error=error("name") />
            <TextField
                name="target_amount"
                id_prefix=prefix.clone()
                label="Amount"
                value=text("target_amount")
                input_mode="decimal"
                error=error("target_amount")
            />
            <TextField
                name="target_date"
                id_prefix=prefix.clone()
                label="By"
                kind="date"
                value=text("target_date")
                error=error("target_date")
            />
            <SelectField
                name="priority"
                id_prefix=prefix.clone()
                label="Priority"
                value=priority
                options=priorities()
                error=error("priority")
            />
            <TextField
                name="saved_amount"
                id_prefix=prefix.clone()
                label="Saved so far"
                value=text("saved_amount")
                input_mode="decimal"
                error=error("saved_amount")
            />
            <SelectField
                name="account_id"
                id_prefix=prefix
                label="Or the balance of"
                value=text("account_id")
                options=own
                empty="No account"
                error=error("account_id")
            />
        </div>
    }
    .into_any()
}

/// A name as a part of an element's id.
pub(super) fn slug(name: &str) -> String {
    let plain = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    // Names differ in other letters too.
    let sum = name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    plain.chain(format!("-{sum:x}-").chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_of_other_letters_have_other_ids() {
        assert_ne!(slug("Ä"), slug("Ö"));
        assert!(slug("A new car").starts_with("a-new-car-"));
    }
}
