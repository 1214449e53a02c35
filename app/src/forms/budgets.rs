//! Budgets and goals.

use axum::{
    extract::{Form, Path},
    response::Response,
};
use domain::{FieldError, NumberReader, SettingId};
use operations::{BudgetDraft, OperationError};
use serde_json::{Map, Value};

use super::{
    fields::{Fields, wrong},
    reply::Sender,
};

async fn draft(sender: &Sender, fields: &Fields) -> Result<BudgetDraft, OperationError> {
    Ok(BudgetDraft {
        category: fields.filled("category"),
        amount: fields.number("amount", sender.amounts(fields).await?).map_err(wrong)?,
        currency: fields.filled("currency"),
        from: fields.filled("from"),
        until: None,
        rollover: Some(!fields.text("rollover").is_empty()),
    })
}

/// The page of the month that the form was on.
fn budgets_page(fields: &Fields) -> String {
    match fields.filled("month").filter(|month| month.chars().all(|c| c.is_ascii_digit() || c == '-')) {
        Some(month) => format!("/money/budgets?month={month}"),
        None => "/money/budgets".to_owned(),
    }
}

/// A new budget.
pub(super) async fn create(sender: Sender, Form(fields): Form<Vec<(String, String)>>) -> Response {
    let fields = Fields(fields);
    let outcome = match draft(&sender, &fields).await {
        Ok(draft) => sender.state.operations.create_budget(&sender.person, &draft, None).await,
        Err(error) => Err(error),
    };
    let page = budgets_page(&fields);
    sender.done_or_again(outcome, &page, "new", fields).await
}

/// Another amount for a budget, or its end.
pub(super) async fn change(
    sender: Sender,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let Ok(id) = id.parse::<SettingId>() else { return sender.refuse(&OperationError::NotFound).await };
    let mut fields = Fields(fields);
    // The page shows a refused change again where it was made.
    fields.0.push(("budget".to_owned(), id.to_string()));
    let page = budgets_page(&fields);
    let (operations, user) = (&sender.state.operations, &sender.person.user);
    let outcome = if fields.text("action") == "delete" {
        operations.delete_budget(user, id).await
    } else {
        match draft(&sender, &fields).await {
            Ok(draft) => operations.update_budget(user, id, &draft).await.map(drop),
            Err(error) => Err(error),
        }
    };
    sender.done_or_again(outcome, &page, "change", fields).await
}

/// A goal's fields as the operation takes them; empty ones are unknown.
fn goal(fields: &Fields, amounts: NumberReader) -> Result<Value, OperationError> {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut goal = Map::new();
    for name in ["name", "target_amount", "target_date", "priority", "saved_amount", "account_id"] {
        let value = if name.ends_with("_amount") {
            let amount = fields.number(name, amounts).map_err(|error| errors.push(error));
            amount.ok().flatten().map(|amount| amount.to_string())
        } else {
            fields.filled(name)
        };
        goal.insert(name.to_owned(), value.map_or(Value::Null, Value::String));
    }
    if errors.is_empty() { Ok(Value::Object(goal)) } else { Err(OperationError::Invalid(errors)) }
}

async fn typed_goal(sender: &Sender, fields: &Fields) -> Result<Value, OperationError> {
    goal(fields, sender.amounts(fields).await?)
}

/// A new goal.
pub(super) async fn add_goal(sender: Sender, Form(fields): Form<Vec<(String, String)>>) -> Response {
    let fields = Fields(fields);
    let outcome = match typed_goal(&sender, &fields).await {
        Ok(goal) => sender.state.operations.add_goal(&sender.person.user, &goal).await,
        Err(error) => Err(error),
    };
    sender.done_or_again(outcome, "/money/goals", "new", fields).await
}

/// Other fields for the goal of a name, or its end.
pub(super) async fn change_goal(sender: Sender, Form(fields): Form<Vec<(String, String)>>) -> Response {
    let fields = Fields(fields);
    let (operations, user) = (&sender.state.operations, &sender.person.user);
    let name = fields.text("goal").to_owned();
    let outcome = if fields.text("action") == "delete" {
        operations.remove_goal(user, &name).await
    } else {
        match typed_goal(&sender, &fields).await {
            Ok(goal) => operations.update_goal(user, &name, &goal).await.map(drop),
            Err(error) => Err(error),
        }
    };
    sender.done_or_again(outcome, "/money/goals", "change", fields).await
}
