//! Questions and chats.

use std::time::Duration;

use axum::{
    Json,
    extract::{Form, Path},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{ChatId, Message, MessageId, MessageStatus, Persona, RunId};
use leptos::prelude::*;
use operations::{OperationError, Sent, if_known};
use serde_json::json;

use super::{fields::Fields, reply::Sender};
use crate::pages::{ChatAttempt, chat_header_html, history_html};
use crate::render::exchange_html;
use crate::visit::locale_of;

/// How long a form without JavaScript waits for its answer. Longer and the person wonders whether
/// anything happens; what is not ready then is shown by the next reload.
pub(super) const ANSWER_WAIT: Duration = Duration::from_secs(10);
/// How long stopping may take before the page is shown anyway.
const STOP_WAIT: Duration = Duration::from_secs(2);

/// A question in a new chat.
pub(super) async fn start(sender: Sender, Form(fields): Form<Vec<(String, String)>>) -> Response {
    ask(sender, None, Fields(fields)).await
}

/// A question in a chat.
pub(super) async fn send(
    sender: Sender,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    match id.parse() {
        Ok(id) => ask(sender, Some(id), Fields(fields)).await,
        Err(_) => sender.refuse(&OperationError::NotFound).await,
    }
}

async fn ask(sender: Sender, chat: Option<ChatId>, fields: Fields) -> Response {
    let (state, user) = (sender.state.clone(), sender.person.user.clone());
    // A suggestion is asked as it stands, whatever else has been typed.
    let suggestion = fields.text("suggestion");
    let text = if suggestion.is_empty() { fields.text("text") } else { suggestion };
    let persona = Persona::ALL.into_iter().find(|persona| persona.as_str() == fields.text("persona"));
    let key = fields.text("key").parse::<MessageId>().ok();
    let mut outcome = state.operations.send_message(&sender.person, chat, text, key).await;
    if let (Err(OperationError::AlreadyDone), Some(key)) = (&outcome, key) {
        // The same form again, or a form that was gone back to and says something else by now.
        outcome = match state.operations.find_asked(&user, chat, text, key).await {
            Ok(Some(question)) => return asked_before(&sender, &question),
            Ok(None) => state.operations.send_message(&sender.person, chat, text, None).await,
            Err(error) => Err(error),
        };
    }
    match outcome {
        Ok(mut sent) => {
            if let Some(persona) = persona.filter(|persona| *persona != sent.chat.persona) {
                match state.operations.choose_persona(&user, sent.chat.id, persona).await {
                    Ok(chat) => sent.chat = chat,
                    Err(error) => return sender.refuse(&error).await,
                }
            }
            state.runs.start(user, &sent);
            if sender.wants_json() {
                return match begun(&sender, &sent, chat.is_none()).await {
                    Ok(reply) => reply,
                    Err(error) => sender.refuse(&error).await,
                };
            }
            state.runs.wait(sent.run.id, ANSWER_WAIT).await;
            Redirect::to(&format!("/chats/{}#m-{}", sent.chat.id, sent.question.id)).into_response()
        }
        Err(OperationError::Invalid(errors)) if !sender.wants_json() => {
            let path = chat.map_or_else(|| "/".to_owned(), |id| format!("/chats/{id}"));
            let reasons: Vec<String> = errors.into_iter().map(|error| error.message).collect();
            let error = format!("The question {}.", reasons.join(", "));
            let attempt = ChatAttempt { text: text.to_owned(), error };
            let provide = move || provide_context(attempt.clone());
            sender.page(&path, StatusCode::UNPROCESSABLE_ENTITY, provide).await
        }
        Err(error) => sender.refuse(&error).await,
    }
}

/// Leads to a question that stands in its chat already; the island needs another key for its next.
fn asked_before(sender: &Sender, question: &Message) -> Response {
    let href = format!("/chats/{}#m-{}", question.chat_id, question.id);
    if sender.wants_json() {
        let key = MessageId::generate(sender.state.operations.clock());
        return Json(json!({ "href": href, "key": key })).into_response();
    }
    Redirect::to(&href).into_response()
}

/// What the conversation's island puts into the page: everything as HTML made here.
async fn begun(sender: &Sender, sent: &Sent, is_new: bool) -> Result<Response, OperationError> {
    let (state, user) = (&sender.state, &sender.person.user);
    let profile = if_known(state.operations.get_profile(user).await)?;
    let locale = locale_of(profile.as_ref());
    let chat = sent.chat.id;
    let waits = match sent.question.parent_id {
        Some(before) => state.operations.get_message(user, before).await?.status == MessageStatus::Streaming,
        None => false,
    };
    let messages = exchange_html(sent.question.clone(), sent.answer.clone(), waits, locale);
    let body = json!({
        "href": format!("/chats/{chat}"),
        "action": format!("/chats/{chat}/messages"),
        "title": sent.chat.title.as_str(),
        "run": sent.run.id,
        "key": MessageId::generate(state.operations.clock()),
        "header": is_new.then(|| chat_header_html(&sent.chat)),
        "history": history_html(state, &sender.person, chat, locale).await?,
        "messages": messages,
    });
    Ok((StatusCode::ACCEPTED, Json(body)).into_response())
}

/// A new title.
pub(super) async fn rename(
    sender: Sender,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let Ok(id) = id.parse::<ChatId>() else { return sender.refuse(&OperationError::NotFound).await };
    let fields = Fields(fields);
    let outcome = sender.state.operations.rename_chat(&sender.person.user, id, fields.text("title")).await;
    sender.done(outcome, &format!("/chats/{id}")).await
}

/// Into the trash; the page it leads to offers the way back.
pub(super) async fn delete(sender: Sender, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<ChatId>() else { return sender.refuse(&OperationError::NotFound).await };
    let outcome = sender.state.operations.delete_chat(&sender.person.user, id).await;
    sender.done(outcome, &format!("/?deleted={id}")).await
}

/// Out of the trash.
pub(super) async fn restore(sender: Sender, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<ChatId>() else { return sender.refuse(&OperationError::NotFound).await };
    let outcome = sender.state.operations.restore_chat(&sender.person.user, id).await;
    sender.done(outcome, &format!("/chats/{id}")).await
}

/// Stops an answer; what was written stays.
pub(super) async fn cancel(sender: Sender, Path(id): Path<String>) -> Response {
    let (state, user) = (sender.state.clone(), sender.person.user.clone());
    let Ok(id) = id.parse::<RunId>() else { return sender.refuse(&OperationError::NotFound).await };
    let run = match state.operations.get_run(&user, id).await {
        Ok(run) => run,
        Err(error) => return sender.refuse(&error).await,
    };
    let outcome = state.runs.cancel(&user, id).await;
    if !sender.wants_json() {
        state.runs.wait(id, STOP_WAIT).await;
    }
    sender.done(outcome, &format!("/chats/{}", run.chat_id)).await
}
