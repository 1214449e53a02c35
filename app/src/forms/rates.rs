//! Exchange rates that a person supplies.

use axum::{
    extract::{Form, Path},
    response::Response,
};
use domain::{FieldError, NumberReader, SettingId};
use operations::{ExchangeRateDraft, OperationError};

use super::{fields::Fields, reply::Sender};
use crate::components::{DATE_WRITTEN, refused};

const PAGE: &str = "/money/rates";

fn draft(fields: &Fields, rates: NumberReader) -> Result<ExchangeRateDraft, OperationError> {
    let mut errors = Vec::new();
    let date = fields.text("date").trim().parse().ok();
    if date.is_none() {
        errors.push(refused("date", DATE_WRITTEN));
    }
    let rate = rates.read(fields.text("rate"));
    let rate = rate.map_err(|error| {
        errors.push(FieldError { field: "rate".to_owned(), message: error.to_string() });
    });
    let code = |name: &str| fields.text(name).trim().to_ascii_uppercase();
    match (date, rate) {
        (Some(date), Ok(rate)) => Ok(ExchangeRateDraft { date, from: code("from"), to: code("to"), rate }),
        _ => Err(OperationError::Invalid(errors)),
    }
}

/// A rate; one of the same day and currencies is replaced.
pub(super) async fn save(sender: Sender, Form(fields): Form<Vec<(String, String)>>) -> Response {
    let fields = Fields(fields);
    let typed = match sender.locale().await {
        Ok(locale) => draft(&fields, locale.rates()),
        Err(error) => Err(error),
    };
    let outcome = match typed {
        Ok(draft) => sender.state.operations.save_exchange_rate(&sender.person.user, &draft).await,
        Err(error) => Err(error),
    };
    sender.done_or_again(outcome, PAGE, "rate", fields).await
}

/// Takes a rate away.
pub(super) async fn delete(sender: Sender, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<SettingId>() else { return sender.refuse(&OperationError::NotFound).await };
    let outcome = match sender.state.operations.delete_exchange_rate(&sender.person.user, id).await {
        // The same form again: it is gone.
        Err(OperationError::NotFound) => Ok(()),
        outcome => outcome,
    };
    sender.done(outcome, PAGE).await
}
