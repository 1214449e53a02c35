//! The profile.

use axum::{extract::Form, http::StatusCode, response::Response};
use domain::{GoalDraft, ProfileDraft};
use leptos::prelude::*;
use operations::OperationError;

use super::{fields::Fields, reply::Sender};
use crate::pages::ProfileAttempt;

/// Rows of goals that a form can hold; the check of the draft refuses more.
const GOAL_ROWS_MAX: usize = 50;

/// Reads the form: every field of the draft by its name.
fn draft(fields: &Fields) -> ProfileDraft {
    let text = |name: &str| fields.text(name).replace("\r\n", "\n");
    ProfileDraft {
        display_name: text("display_name"),
        date_of_birth: text("date_of_birth"),
        marital_status: text("marital_status"),
        number_of_dependents: text("number_of_dependents"),
        household_size: text("household_size"),
        employment_status: text("employment_status"),
        employer_name: text("employer_name"),
        job_title: text("job_title"),
        years_employed: text("years_employed"),
        annual_income: text("annual_income"),
        fixed_monthly_costs: text("fixed_monthly_costs"),
        emergency_fund_months: text("emergency_fund_months"),
        risk_tolerance: text("risk_tolerance"),
        investment_experience_years: text("investment_experience_years"),
        retirement_age_target: text("retirement_age_target"),
        tax_filing_status: text("tax_filing_status"),
        financial_goals: (0..GOAL_ROWS_MAX).filter_map(|index| goal(fields, index)).collect(),
        base_currency: text("base_currency"),
        locale: text("locale"),
        country: text("country"),
        notes: text("notes"),
    }
}

/// A row of the goals; one without name, amount and date is no goal, whatever its priority.
fn goal(fields: &Fields, index: usize) -> Option<GoalDraft> {
    let text = |name: &str| fields.text(&format!("financial_goals.{index}.{name}")).trim().to_owned();
    let goal = GoalDraft {
        name: text("name"),
        target_amount: text("target_amount"),
        target_date: text("target_date"),
        priority: text("priority"),
        saved_amount: text("saved_amount"),
        account_id: text("account_id"),
    };
    let is_empty = goal.name.is_empty() && goal.target_amount.is_empty() && goal.target_date.is_empty();
    (!is_empty).then_some(goal)
}

/// Saves the profile; a refused one is shown again as it was typed.
pub(super) async fn save(sender: Sender, Form(fields): Form<Vec<(String, String)>>) -> Response {
    let draft = draft(&Fields(fields));
    match sender.state.operations.replace_profile(&sender.person.user, &draft).await {
        Err(OperationError::Invalid(errors)) => {
            let attempt = ProfileAttempt { draft, errors };
            let provide = move || provide_context(attempt.clone());
            sender.page("/profile", StatusCode::UNPROCESSABLE_ENTITY, provide).await
        }
        outcome => sender.done(outcome, "/profile?saved").await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_rows_are_no_goals_and_the_rest_close_up() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let fields = Fields(vec![
            field("display_name", "Ada"),
            field("financial_goals.0.name", " "),
            field("financial_goals.0.priority", "3"),
            field("financial_goals.1.name", "House"),
            field("financial_goals.1.target_amount", "50000"),
        ]);
        let draft = draft(&fields);
        assert_eq!(draft.display_name, "Ada");
        let names: Vec<&str> = draft.financial_goals.iter().map(|goal| goal.name.as_str()).collect();
        assert_eq!(names, ["House"]);
    }
}
