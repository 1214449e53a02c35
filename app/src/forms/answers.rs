//! What a person does with a message: rates an answer, asks again or otherwise, chooses a version.

use axum::{
    extract::{Form, Path},
    response::Response,
};
use domain::{ChatId, MessageId, Persona, Rating};
use operations::{OperationError, Sent};

use super::{
    chats::ANSWER_WAIT,
    fields::{Fields, refused},
    reply::Sender,
};

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

/// The same question, answered again.
pub(super) async fn regenerate(sender: Sender, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return sender.refuse(&OperationError::NotFound).await };
    let sent = sender.state.operations.regenerate_answer(&sender.person, id).await;
    begin(sender, sent).await
}

/// An answer that was cut off goes on.
pub(super) async fn go_on(sender: Sender, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return sender.refuse(&OperationError::NotFound).await };
    let sent = sender.state.operations.continue_answer(&sender.person, id).await;
    begin(sender, sent).await
}

/// Another question in place of one: a branch of the chat.
pub(super) async fn edit(sender: Sender, Path(id): Path<String>, Form(fields): Pairs) -> Response {
    let Ok(id) = id.parse() else { return sender.refuse(&OperationError::NotFound).await };
    let fields = Fields(fields);
    let sent = sender.state.operations.edit_message(&sender.person, id, fields.text("text")).await;
    begin(sender, sent).await
}

async fn begin(sender: Sender, sent: Result<Sent, OperationError>) -> Response {
    let sent = match sent {
        Ok(sent) => sent,
        Err(error) => return sender.refuse(&error).await,
    };
    let runs = &sender.state.runs;
    runs.start(sender.person.user.clone(), &sent);
    if !sender.wants_json() {
        runs.wait(sent.run.id, ANSWER_WAIT).await;
    }
    let to = place(sent.chat.id, sent.answer.id);
    sender.done(Ok(()), &to).await
}

/// Another version of a message, with what followed it.
pub(super) async fn choose_branch(sender: Sender, Path(id): Path<String>, Form(fields): Pairs) -> Response {
    let (fields, id) = (Fields(fields), id.parse::<ChatId>());
    let (Ok(id), Ok(message)) = (id, fields.text("message_id").parse::<MessageId>()) else {
        return sender.refuse(&OperationError::NotFound).await;
    };
    let chosen = sender.state.operations.choose_branch(&sender.person.user, id, message).await;
    sender.done(chosen, &place(id, message)).await
}

/// How the chat's answers sound from now on.
pub(super) async fn choose_persona(sender: Sender, Path(id): Path<String>, Form(fields): Pairs) -> Response {
    let Ok(id) = id.parse::<ChatId>() else { return sender.refuse(&OperationError::NotFound).await };
    let fields = Fields(fields);
    let word = fields.text("persona");
    let chosen = match Persona::ALL.into_iter().find(|persona| persona.as_str() == word) {
        Some(persona) => sender.state.operations.choose_persona(&sender.person.user, id, persona).await,
        None => Err(refused("persona", "must be one of those offered")),
    };
    sender.done(chosen, &format!("/chats/{id}")).await
}

fn place(chat: ChatId, message: MessageId) -> String {
    format!("/chats/{chat}#m-{message}")
}
