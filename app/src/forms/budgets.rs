//! Budgets and goals.

use axum::{
    extract::{Form, Path},
    http::StatusCode,
    response::Response,
};
use domain::SettingId;
use leptos::prelude::*;
use operations::{BudgetDraft, OperationError};
use serde_json::{Map, Value};

use super::{fields::Fields, reply::Sender};
use crate::pages::FormAttempt;

/// Shows the page again with what was typed and what was refused, or goes to it.
pub(super) async fn answer<T>(
    sender: Sender,
    outcome: Result<T, OperationError>,
    page: &str,
    form: &'static str,
    fields: Fields,
) -> Response {
    match outcome {
        Err(OperationError::Invalid(errors)) if !sender.wants_json() => {
            let attempt = FormAttempt { form, fields: fields.0, errors };
            let provide = move || provide_context(attempt.clone());
            sender.page(page, StatusCode::UNPROCESSABLE_ENTITY, provide).await
        }
        outcome => sender.done(outcome, page).await,
    }
}

pub(super) fn filled(fields: &Fields, name: &str) -> Option<String> {
    Some(fields.text(name).trim().to_owned()).filter(|text| !text.is_empty())
}

fn draft(fields: &Fields) -> Result<BudgetDraft, OperationError> {
    let amount = filled(fields, "amount").map(|text| text.replace(',', ".").parse()).transpose();
    Ok(BudgetDraft {
        category: filled(fields, "category"),
        amount: amount.map_err(|_| refused("amount", "must be a number such as 250 or 250.50"))?,
        currency: filled(fields, "currency"),
        from: filled(fields, "from"),
        until: None,
        rollover: Some(!fields.text("rollover").is_empty()),
    })
}

pub(super) fn refused(field: &str, message: &str) -> OperationError {
    OperationError::Invalid(vec![domain::FieldError { field: field.to_owned(), message: message.to_owned() }])
}

/// The page of the month that the form was on.
fn budgets_page(fields: &Fields) -> String {
    match filled(fields, "month").filter(|month| month.chars().all(|c| c.is_ascii_digit() || c == '-')) {
        Some(month) => format!("/money/budgets?month={month}"),
        None => "/money/budgets".to_owned(),
    }
}

/// A new budget.
pub(super) async fn create(sender: Sender, Form(fields): Form<Vec<(String, String)>>) -> Response {
    let fields = Fields(fields);
    let outcome = match draft(&fields) {
        Ok(draft) => sender.state.operations.create_budget(&sender.person.user, &draft, None).await,
        Err(error) => Err(error),
    };
    let page = budgets_page(&fields);
    answer(sender, outcome, &page, "new", fields).await
}

/// Another amount for a budget, or its end.
pub(super) async fn change(
    sender: Sender,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let Ok(id) = id.parse::<SettingId>() else { return sender.refuse(&OperationError::NotFound).await };
    let fields = Fields(fields);
    let page = budgets_page(&fields);
    let (operations, user) = (&sender.state.operations, &sender.person.user);
    let outcome = if fields.text("action") == "delete" {
        operations.delete_budget(user, id).await
    } else {
        match draft(&fields) {
            Ok(draft) => operations.update_budget(user, id, &draft).await.map(drop),
            Err(error) => Err(error),
        }
    };
    answer(sender, outcome, &page, "change", fields).await
}

/// A goal's fields as the operation takes them; empty ones are unknown.
fn goal(fields: &Fields) -> Value {
    let names = ["name", "target_amount", "target_date", "priority", "saved_amount", "account_id"];
    let field = |name: &str| {
        let value = filled(fields, name).map_or(Value::Null, Value::String);
        (name.to_owned(), value)
    };
    Value::Object(names.into_iter().map(field).collect::<Map<_, _>>())
}

/// A new goal.
pub(super) async fn add_goal(sender: Sender, Form(fields): Form<Vec<(String, String)>>) -> Response {
    let fields = Fields(fields);
    let outcome = sender.state.operations.add_goal(&sender.person.user, &goal(&fields)).await;
    answer(sender, outcome, "/money/goals", "new", fields).await
}

/// Other fields for the goal of a name, or its end.
pub(super) async fn change_goal(sender: Sender, Form(fields): Form<Vec<(String, String)>>) -> Response {
    let fields = Fields(fields);
    let (operations, user) = (&sender.state.operations, &sender.person.user);
    let name = fields.text("goal").to_owned();
    let outcome = if fields.text("action") == "delete" {
        operations.remove_goal(user, &name).await
    } else {
        operations.update_goal(user, &name, &goal(&fields)).await.map(drop)
    };
    answer(sender, outcome, "/money/goals", "change", fields).await
}
