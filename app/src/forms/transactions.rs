//! One transaction: what a person changes of it.

use axum::{
    extract::{Form, Path},
    http::StatusCode,
    response::Response,
};
use domain::{Category, FieldError, Money, NumberReader, Split, Transaction, TransactionId};
use leptos::prelude::provide_context;
use operations::{OperationError, TransactionPatch};
use rust_decimal::Decimal;

use super::{
    fields::{Fields, refused},
    reply::Sender,
};
use crate::pages::{FormAttempt, PartFields};

fn page(id: TransactionId) -> String {
    format!("/money/transactions/{id}")
}

fn category(text: &str) -> Result<Category, OperationError> {
    Category::new(text.trim()).map_err(|error| refused("category", &error.to_string()))
}

/// Payee, category and note.
pub(super) async fn save(
    sender: Sender,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let Ok(id) = id.parse::<TransactionId>() else { return sender.refuse(&OperationError::NotFound).await };
    let fields = Fields(fields);
    let (operations, user) = (&sender.state.operations, &sender.person.user);
    let outcome = async {
        let there = operations.get_transaction(user, id).await?;
        let category = category(fields.text("category"))?;
        let patch = TransactionPatch {
            payee: Some(fields.text("payee").to_owned()),
            // What stays as it is was not chosen by the person.
            category: (category != there.category).then_some(category),
            note: Some(fields.text("note").to_owned()),
            ..TransactionPatch::default()
        };
        operations.edit_transaction(user, id, patch).await
    };
    match outcome.await {
        Ok(_) => sender.done(Ok(()), &format!("{}?saved", page(id))).await,
        outcome => sender.done_or_again(outcome, &page(id), "details", fields).await,
    }
}

/// The parts that a form names, with the sign of the whole; what is refused, part by part.
fn splits(
    parts: &[PartFields],
    row: &Transaction,
    amounts: NumberReader,
) -> Result<Vec<Split>, OperationError> {
    let mut errors = Vec::new();
    let mut splits = Vec::with_capacity(parts.len());
    for (at, part) in parts.iter().enumerate() {
        let mut refuse = |name: &str, message: String| {
            errors.push(FieldError { field: format!("splits.{at}.{name}"), message });
        };
        let amount = amounts.read(&part.amount).map_err(|error| error.to_string()).and_then(|amount| {
            let amount = if row.amount.is_outflow() { -amount } else { amount };
            Money::new(amount, row.amount.currency()).map_err(|error| error.to_string())
        });
        if let Err(reason) = &amount {
            refuse("amount", reason.clone());
        }
        let category = Category::new(&part.category);
        if let Err(error) = &category {
            refuse("category", format!("needs a category: {error}"));
        }
        if let (Ok(amount), Ok(category)) = (amount, category) {
            splits.push(Split { amount, category, note: part.note.clone() });
        }
    }
    if !errors.is_empty() {
        return Err(OperationError::Invalid(errors));
    }
    if splits.len() == 1 {
        return Err(refused("splits", "must be two or more, or none"));
    }
    let sum: Decimal = splits.iter().map(|part| part.amount.amount()).sum();
    let (sum, whole) = (if row.amount.is_outflow() { -sum } else { sum }, row.amount.amount().abs());
    if splits.len() > 1 && sum != whole {
        let (last, off) = (splits.len() - 1, whole - sum);
        let typed = splits[last].amount.amount();
        let fit = if row.amount.is_outflow() { -typed } else { typed } + off;
        let [sum, whole, fit] = [sum, whole, fit].map(|amount| amounts.written(amount));
        let message = format!(
            "makes the parts {sum}, the transaction is {whole}: {fit} here would fit, or change another part"
        );
        return Err(refused(&format!("splits.{last}.amount"), &message));
    }
    Ok(splits)
}

/// The parts, or none of them.
pub(super) async fn save_parts(
    sender: Sender,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let Ok(id) = id.parse::<TransactionId>() else { return sender.refuse(&OperationError::NotFound).await };
    let fields = Fields(fields);
    if fields.text("action") == "more" {
        let attempt = FormAttempt { form: "parts", fields: fields.0, errors: Vec::new() };
        let provide = move || provide_context(attempt.clone());
        return sender.page(&page(id), StatusCode::OK, provide).await;
    }
    let (operations, user) = (&sender.state.operations, &sender.person.user);
    let parts = if fields.text("action") == "whole" { Vec::new() } else { PartFields::read(&fields.0) };
    let outcome = async {
        let row = operations.get_transaction(user, id).await?;
        let amounts = sender.locale().await?.amounts(row.amount.currency());
        let splits = Some(splits(&parts, &row, amounts)?);
        operations
            .edit_transaction(user, id, TransactionPatch { splits, ..TransactionPatch::default() })
            .await
    };
    match outcome.await {
        Ok(_) => sender.done(Ok(()), &format!("{}?saved#parts", page(id))).await,
        outcome => sender.done_or_again(outcome, &page(id), "parts", fields).await,
    }
}

/// The other half of a transfer, or that there is none.
pub(super) async fn choose_transfer(
    sender: Sender,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let Ok(id) = id.parse::<TransactionId>() else { return sender.refuse(&OperationError::NotFound).await };
    let fields = Fields(fields);
    let (operations, user) = (&sender.state.operations, &sender.person.user);
    let outcome = match (fields.text("action"), fields.text("other").parse::<TransactionId>()) {
        ("engine", _) => {
            let patch = TransactionPatch { transfer: Some(None), ..TransactionPatch::default() };
            operations.edit_transaction(user, id, patch).await.map(drop)
        }
        ("none", _) => operations.choose_transfer(user, id, None).await,
        (_, Ok(other)) => operations.choose_transfer(user, id, Some(other)).await,
        (_, Err(_)) => Err(OperationError::NotFound),
    };
    sender.done(outcome, &format!("{}?saved", page(id))).await
}
