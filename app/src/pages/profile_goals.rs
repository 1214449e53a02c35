//! The rows of goals in the profile's form.

use domain::{FieldError, GoalDraft};
use leptos::prelude::*;

use crate::components::{SelectField, TextField, error_for};

/// The rows to show: every goal, and one more to fill in. An empty row is no goal.
fn rows(goals: &[GoalDraft]) -> Vec<GoalDraft> {
    let mut rows = goals.to_vec();
    rows.push(GoalDraft::default());
    rows
}

/// The choices of a goal's priority.
pub(super) fn priorities() -> Vec<(String, String)> {
    [("1", "1, most urgent"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5, least urgent")]
        .map(|(value, words)| (value.to_owned(), words.to_owned()))
        .to_vec()
}

/// Goals, each in a row, with an empty row for another.
#[component]
pub(super) fn Goals(goals: Vec<GoalDraft>, errors: Vec<FieldError>) -> impl IntoView {
    let count = goals.len();
    let rows = rows(&goals)
        .into_iter()
        .enumerate()
        .map(|(index, goal)| {
            let field = |name: &str| format!("financial_goals.{index}.{name}");
            let error = |name: &str| error_for(&errors, &field(name));
            let legend =
                if index == count { "Another goal".to_owned() } else { format!("Goal {}", index + 1) };
            view! {
                <fieldset class="goal">
                    <legend>{legend}</legend>
                    <div class="fields">
                        <TextField name=field("name") label="Name" value=goal.name error=error("name") />
                        <TextField
                            name=field("target_amount")
                            label="Amount"
                            value=goal.target_amount
                            input_mode="decimal"
                            error=error("target_amount")
                        />
                        <TextField
                            name=field("target_date")
                            label="By"
                            kind="date"
                            value=goal.target_date
                            error=error("target_date")
                        />
                        <SelectField
                            name=field("priority")
                            label="Priority"
                            value=if goal.priority.is_empty() { "3".to_owned() } else { goal.priority }
                            options=priorities()
                        />
                        <TextField
                            name=field("saved_amount")
                            label="Saved so far"
                            value=goal.saved_amount
                            input_mode="decimal"
                            error=error("saved_amount")
                        />
                    </div>
                    <input type="hidden" name=field("account_id") value=goal.account_id />
                </fieldset>
            }
        })
        .collect_view();
    view! {
        <p class="hint">"To remove a goal, empty its name and amount. Saving adds a row for the next one."</p>
        {error_for(&errors, "financial_goals").map(|error| view! { <p class="field-error">{error}</p> })}
        {rows}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_always_a_row_for_another_goal() {
        assert_eq!(rows(&[]).len(), 1);
        assert_eq!(rows(&[GoalDraft { name: "House".into(), ..GoalDraft::default() }]).len(), 2);
    }
}
