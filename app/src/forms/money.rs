//! Accounts and transactions.

use axum::{
    extract::{Form, Path},
    response::Response,
};
use domain::{AccountId, TransactionId};
use operations::OperationError;

use super::{
    fields::{Fields, own_path},
    reply::Sender,
};

/// Puts the selected transactions into a category.
pub(super) async fn categorise(sender: Sender, Form(fields): Form<Vec<(String, String)>>) -> Response {
    let fields = Fields(fields);
    let ids: Result<Vec<TransactionId>, _> = fields.all("transaction_ids").map(str::parse).collect();
    let outcome = match ids {
        Ok(ids) => {
            let (operations, user) = (&sender.state.operations, &sender.person.user);
            operations.categorise_transactions(user, &ids, fields.text("category")).await
        }
        Err(_) => Err(OperationError::NotFound),
    };
    sender.done(outcome, own_path(fields.text("return_to"), "/money")).await
}

/// A new name for an account.
pub(super) async fn rename_account(
    sender: Sender,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let Ok(id) = id.parse::<AccountId>() else { return sender.refuse(&OperationError::NotFound).await };
    let fields = Fields(fields);
    let outcome = sender.state.operations.rename_account(&sender.person.user, id, fields.text("name")).await;
    sender.done(outcome, "/money").await
}
