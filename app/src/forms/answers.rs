//! What a person says of an answer.

use axum::{
    extract::{Form, Path},
    response::Response,
};
use domain::{ChatId, MessageId, Rating};
use operations::OperationError;

use super::{fields::Fields, reply::Sender};

type Pairs = Form<Vec<(String, String)>>;

/// A rating, its reason, or their withdrawal.
pub(super) async fn rate(sender: Sender, Path(id): Path<String>, Form(fields): Pairs) -> Response {
    let Ok(id) = id.parse::<MessageId>() else { return sender.refuse(&OperationError::NotFound).await };
    let (fields, user) = (Fields(fields), &sender.person.user);
    let reason = Some(fields.text("reason")).filter(|reason| !reason.trim().is_empty());
    let operations = &sender.state.operations;
    let rated = match fields.text("rating") {
        "up" => operations.give_feedback(user, id, Rating::Up, reason).await,
        "down" => operations.give_feedback(user, id, Rating::Down, reason).await,
        _ => operations.withdraw_feedback(user, id).await,
    };
    let to = rated.as_ref().map_or_else(|_| "/".to_owned(), |message| place(message.chat_id, id));
    sender.done(rated, &to).await
}

fn place(chat: ChatId, message: MessageId) -> String {
    format!("/chats/{chat}#m-{message}")
}
