//! The profile.

use std::sync::Arc;

use axum::{extract::Form, http::StatusCode, response::Response};
use domain::{Currency, FieldError, GoalDraft, ProfileDraft};
use leptos::prelude::*;
use operations::OperationError;

use super::{fields::Fields, reply::Sender};
use crate::{format::Locale, pages::ProfileAttempt};

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

/// A draft's amounts as plain numbers, read as the person types them; what was refused of them. A
/// form that names another language is read in that one.
fn read_amounts(draft: &mut ProfileDraft, main: Currency) -> Vec<FieldError> {
    let currency = draft.base_currency.parse().unwrap_or(main);
    let amounts = Locale::of(Some(draft.locale.trim())).amounts(currency);
    let mut errors = Vec::new();
    let mut read = |field: String, text: &mut String| {
        if text.trim().is_empty() {
            return;
        }
        match amounts.read(text) {
            Ok(amount) => *text = amount.normalize().to_string(),
            Err(error) => errors.push(FieldError { field, message: error.to_string() }),
        }
    };
    read("annual_income".to_owned(), &mut draft.annual_income);
    read("fixed_monthly_costs".to_owned(), &mut draft.fixed_monthly_costs);
    for (index, goal) in draft.financial_goals.iter_mut().enumerate() {
        read(format!("financial_goals.{index}.target_amount"), &mut goal.target_amount);
        read(format!("financial_goals.{index}.saved_amount"), &mut goal.saved_amount);
    }
    errors
}

/// Everything that is wrong, in the draft's order: what is wrong with a typed amount takes the place
/// of what its text would be refused for.
fn all_errors(typed: Vec<FieldError>, checked: Vec<FieldError>) -> Vec<FieldError> {
    let mut errors = checked;
    for error in typed {
        match errors.iter_mut().find(|it| it.field == error.field) {
            Some(there) => *there = error,
            None => errors.push(error),
        }
    }
    errors
}

/// Saves the profile; a refused one is shown again as it was typed.
pub(super) async fn save(sender: Sender, Form(fields): Form<Vec<(String, String)>>) -> Response {
    let typed = draft(&Fields(fields));
    let (operations, user) = (Arc::clone(&sender.state.operations), sender.person.user.clone());
    let main = match operations.main_currency(&user).await {
        Ok(main) => main,
        Err(error) => return sender.refuse(&error).await,
    };
    let mut draft = typed.clone();
    let errors = read_amounts(&mut draft, main);
    let outcome = if errors.is_empty() {
        operations.replace_profile(&user, &draft).await
    } else {
        let checked = draft.validate(sender.person.today(operations.clock())).err().unwrap_or_default();
        Err(OperationError::Invalid(all_errors(errors, checked)))
    };
    match outcome {
        Err(OperationError::Invalid(errors)) => {
            let attempt = ProfileAttempt { draft: typed, errors };
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

    #[test]
    fn amounts_are_read_in_the_forms_own_language() {
        let mut draft = ProfileDraft {
            locale: "de-DE".to_owned(),
            annual_income: "85.000,50".to_owned(),
            fixed_monthly_costs: "1,250".to_owned(),
            financial_goals: vec![GoalDraft { target_amount: "50.000".to_owned(), ..GoalDraft::default() }],
            ..ProfileDraft::default()
        };
        let errors = read_amounts(&mut draft, Currency::EUR);
        assert_eq!(draft.annual_income, "85000.5");
        assert_eq!(draft.financial_goals[0].target_amount, "50000");
        assert_eq!(errors[0].field, "fixed_monthly_costs");
        assert_eq!(errors[0].message, "may mean 1250 or 1,25: write the one you mean");
    }
}
