//! Accounts and transactions.

use axum::{
    Json,
    extract::{Form, Path, Query},
    response::{Html, IntoResponse, Response},
};
use domain::{AccountId, TransactionFilter, TransactionId};
use operations::{OperationError, Selection};
use serde_json::json;

use super::{
    fields::{Fields, own_path, refused},
    reply::Sender,
};
use crate::{
    pages::{FilterFields, ListAddress, Offer, offer_html, row_html, rows_part},
    visit::locale_of,
};

const LIST: &str = "/money";

/// A part of the list of transactions, as rows of its table; `X-Total-Count` tells how many it has.
pub(super) async fn rows(sender: Sender, Query(query): Query<Vec<(String, String)>>) -> Response {
    let query = Fields(query);
    let get = |name: &str| query.filled(name);
    match rows_part(&sender.state.operations, &sender.person.user, get).await {
        Ok(part) => ([("x-total-count", part.total.to_string())], Html(part.html)).into_response(),
        Err(error) => sender.refuse(&error).await,
    }
}

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
    sender.done(outcome, own_path(fields.text("return_to"), LIST)).await
}

/// Puts everything that meets a filter into a category.
pub(super) async fn recategorise(sender: Sender, Form(fields): Form<Vec<(String, String)>>) -> Response {
    let fields = Fields(fields);
    let (filter, errors) = FilterFields::read(|name| fields.filled(name)).check();
    let list = ListAddress::of(&filter).at(0);
    let outcome = if !errors.is_empty() {
        Err(OperationError::Invalid(errors))
    } else if filter == TransactionFilter::default() {
        Err(refused("filter", "must have at least one condition"))
    } else {
        let selection = Selection::Filter(Box::new(filter));
        let (operations, user) = (&sender.state.operations, &sender.person.user);
        operations.recategorise_transactions(user, &selection, fields.text("new_category"), false).await
    };
    sender.done(outcome, &list).await
}

/// The query of an address of ours, field by field.
fn query_of(address: &str) -> Fields {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    let uri = format!("{LIST}?{query}").parse().unwrap_or_default();
    Fields(Query::try_from_uri(&uri).map(|Query(pairs)| pairs).unwrap_or_default())
}

/// Another category for one transaction of the list.
pub(super) async fn change_category(
    sender: Sender,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let Ok(id) = id.parse::<TransactionId>() else { return sender.refuse(&OperationError::NotFound).await };
    let fields = Fields(fields);
    let list = own_path(fields.text("return_to"), LIST).to_owned();
    let (operations, user) = (&sender.state.operations, &sender.person.user);
    let separator = if list.contains('?') { '&' } else { '?' };
    let outcome = match operations.categorise_transactions(user, &[id], fields.text("category")).await {
        Ok(()) => operations.get_transaction(user, id).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) if sender.wants_json() => match changed(&sender, id, &fields).await {
            Ok(reply) => reply,
            Err(error) => sender.refuse(&error).await,
        },
        Err(OperationError::Invalid(errors)) => {
            let page = format!("{list}{separator}edit={id}");
            let outcome = Err::<(), _>(OperationError::Invalid(errors));
            sender.done_or_again(outcome, &page, "category", fields).await
        }
        outcome => sender.done(outcome, &format!("{list}{separator}changed={id}#t-{id}")).await,
    }
}

/// What the list's script puts into the page: the row as it is now, and what follows from the change.
async fn changed(sender: &Sender, id: TransactionId, fields: &Fields) -> Result<Response, OperationError> {
    let (operations, user) = (&sender.state.operations, &sender.person.user);
    let query = query_of(fields.text("return_to"));
    let place = fields.text("place").parse().unwrap_or_default();
    let row = row_html(operations, user, id, place, |name| query.filled(name)).await?;
    let locale = locale_of(&operations.get_profile(user).await?);
    let offer = Offer::find(operations, user, id).await?.map(|offer| offer_html(offer, locale));
    Ok(Json(json!({ "row": row, "offer": offer })).into_response())
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
    sender.done(outcome, LIST).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_back_field_by_field() {
        let query = query_of("/money?text=a%20b&offset=200#t-1");
        assert_eq!((query.text("text"), query.text("offset")), ("a b", "200"));
        assert_eq!(query_of("/money").text("text"), "");
    }
}
