//! What the person sets about the assistant: what it remembers, which tools it may use.

use axum::{
    extract::{Form, Path},
    response::Response,
};
use domain::{ChatId, SettingId};
use operations::OperationError;

use super::{
    fields::{Fields, refused},
    reply::Sender,
};

const PAGE: &str = "/assistant";

type Pairs = Form<Vec<(String, String)>>;

pub(super) async fn remember(sender: Sender, Form(fields): Pairs) -> Response {
    let fields = Fields(fields);
    let added = sender.state.operations.add_memory(&sender.person.user, fields.text("text"), None).await;
    sender.done_or_again(added, PAGE, "memory", fields).await
}

pub(super) async fn forget(sender: Sender, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<SettingId>() else { return sender.refuse(&OperationError::NotFound).await };
    let forgotten = sender.state.operations.delete_memory(&sender.person.user, id).await;
    sender.done(forgotten, PAGE).await
}

pub(super) async fn forget_summary(sender: Sender, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<ChatId>() else { return sender.refuse(&OperationError::NotFound).await };
    let forgotten = sender.state.operations.forget_summary(&sender.person.user, id).await;
    sender.done(forgotten, PAGE).await
}

pub(super) async fn switch_tool(sender: Sender, Form(fields): Pairs) -> Response {
    let fields = Fields(fields);
    let enabled = fields.text("enabled") == "true";
    let switched = sender.state.switch_tool(&sender.person.user, fields.text("tool"), enabled).await;
    sender.done(switched, PAGE).await
}

pub(super) async fn retain(sender: Sender, Form(fields): Pairs) -> Response {
    let fields = Fields(fields);
    let days = match fields.text("days").trim() {
        "" => Ok(None),
        days => {
            days.parse().map(Some).map_err(|_| refused("retention_days", "must be a whole number of days"))
        }
    };
    let saved = match days {
        Ok(days) => sender.state.operations.set_retention(&sender.person.user, days).await,
        Err(error) => Err(error),
    };
    sender.done_or_again(saved, PAGE, "retention", fields).await
}

pub(super) async fn erase(sender: Sender, Form(fields): Pairs) -> Response {
    let fields = Fields(fields);
    let erased = sender.state.operations.erase_everything(&sender.person.user, fields.text("confirm")).await;
    if erased.is_ok() {
        return sender.done(erased, "/").await;
    }
    sender.done_or_again(erased, PAGE, "erase", fields).await
}
