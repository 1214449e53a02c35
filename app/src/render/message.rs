//! A whole message as HTML.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use domain::{Message, MessageStatus, Part, Role, ToolWrite, ToolWriteId};
use operations::{Branch, BranchMessage};

use super::{
    MessageCache, confirmation,
    escape::{Escaped, push as push_fmt},
    message_tools, push_part,
};
use crate::format::Locale;

/// 8 MiB a generation: some thousand messages, a small part of what the process may take.
static CACHE: LazyLock<MessageCache> = LazyLock::new(|| MessageCache::new(8 * 1024 * 1024));

/// What tools wanted to change, by id.
pub(crate) type ToolWrites = HashMap<ToolWriteId, ToolWrite>;

/// The messages of a page, one after another. What finished ones say is made once and kept; what a
/// person does with them is not.
pub(crate) fn messages_html(messages: &[BranchMessage], writes: &ToolWrites, locale: Locale) -> String {
    let keys: Vec<_> = messages.iter().map(|shown| (shown.message.id, locale)).collect();
    let kept = CACHE.get(&keys);
    let mut out = String::with_capacity(messages.len() * 1200);
    // Only one answer of a chat is made at a time: those behind it wait.
    let mut is_behind_another = false;
    for ((shown, key), kept) in messages.iter().zip(keys).zip(kept) {
        let body = kept.unwrap_or_else(|| {
            let html: Arc<str> = body_html(&shown.message, writes, locale).into();
            if is_final(&shown.message) {
                CACHE.put(key, &html);
            }
            html
        });
        push_message(&mut out, shown, &body, is_behind_another);
        is_behind_another |= shown.message.status == MessageStatus::Streaming;
    }
    out
}

/// A new question and its answer to come, at the end of a page.
pub(crate) fn exchange_html(question: Message, answer: Message, waits: bool, locale: Locale) -> String {
    let mut out = String::new();
    for message in [question, answer] {
        let branch = Branch { position: 1, count: 1, previous_id: None, next_id: None };
        let body = body_html(&message, &ToolWrites::new(), locale);
        push_message(&mut out, &BranchMessage { message, branch }, &body, waits);
    }
    out
}

/// Whether what a message says stays as it is: it is whole, and asks the person nothing.
fn is_final(message: &Message) -> bool {
    message.status != MessageStatus::Streaming
        && !message.parts.iter().any(|part| matches!(part, Part::Confirmation(_)))
}

/// What a message says.
fn body_html(message: &Message, writes: &ToolWrites, locale: Locale) -> String {
    let mut out = String::new();
    for part in message.parts.iter() {
        match (message.role, part) {
            // What a person typed is shown as typed; it is no markdown.
            (Role::User, Part::Text { markdown, .. }) => {
                push_fmt(&mut out, format_args!("<p class=\"question\">{}</p>", Escaped(markdown)));
            }
            (Role::User, _) => {}
            (Role::Assistant, Part::Confirmation(asked)) => {
                confirmation::push(&mut out, asked, writes.get(&asked.tool_write_id));
            }
            (Role::Assistant, part) => push_part(&mut out, part, locale),
        }
    }
    out
}

fn push_message(out: &mut String, shown: &BranchMessage, body: &str, waits: bool) {
    let BranchMessage { message, branch } = shown;
    let id = message.id;
    match message.role {
        Role::User => {
            push_fmt(out, format_args!("<li class=\"message\" data-role=\"user\" id=\"m-{id}\">"));
            *out += "<h2 class=\"visually-hidden\">You asked</h2>";
            *out += body;
            message_tools::push_for_question(out, message, branch);
        }
        Role::Assistant => {
            push_fmt(out, format_args!("<li class=\"message\" data-role=\"assistant\" id=\"m-{id}\""));
            push_status(out, message);
            *out += "><h2 class=\"visually-hidden\">Answer</h2><div class=\"answer\">";
            *out += body;
            *out += "</div>";
            push_state(out, message, waits);
            message_tools::push_for_answer(out, message, branch);
        }
    }
    *out += "</li>";
}

fn push_status(out: &mut String, message: &Message) {
    let status = match message.status {
        MessageStatus::Streaming => "streaming",
        MessageStatus::Complete => "complete",
        MessageStatus::Stopped => "stopped",
        MessageStatus::Failed => "failed",
    };
    push_fmt(out, format_args!(" data-status=\"{status}\""));
    if let (MessageStatus::Streaming, Some(run)) = (message.status, message.run_id) {
        push_fmt(out, format_args!(" data-run=\"{run}\" aria-busy=\"true\""));
    }
}

/// Under an answer: the way to stop it, or how it ended when not by itself.
fn push_state(out: &mut String, message: &Message, waits: bool) {
    match (message.status, message.run_id) {
        (MessageStatus::Streaming, Some(run)) => {
            let state = if waits { "Waits for the answer before it." } else { "Working on it…" };
            push_fmt(
                out,
                format_args!(
                    "<p class=\"answer-state\"><span class=\"working\">{state}</span></p>\
                     <form class=\"stop\" method=\"post\" action=\"/runs/{run}/cancel\">\
                     <button class=\"button\" data-kind=\"quiet\">Stop</button></form>"
                ),
            );
        }
        (MessageStatus::Stopped, _) => *out += "<p class=\"answer-state\">You stopped this answer.</p>",
        (MessageStatus::Failed, _) => *out += "<p class=\"answer-state\">This answer is not whole.</p>",
        (MessageStatus::Complete | MessageStatus::Streaming, _) => {}
    }
}

#[cfg(test)]
mod tests {
    use domain::{ChatId, FixedClock, MessageId, RunId};
    use jiff::{Timestamp, civil::date};

    use super::*;

    fn message(role: Role, status: MessageStatus, text: &str) -> Message {
        let clock = FixedClock::on(date(2024, 3, 5));
        Message {
            id: MessageId::generate(&clock),
            chat_id: ChatId::generate(&clock),
            parent_id: None,
            role,
            parts: [Part::text(text)].into(),
            status,
            run_id: Some(RunId::generate(&clock)),
            created_at: Timestamp::UNIX_EPOCH,
            feedback: None,
        }
    }

    fn shown(messages: &[&Message]) -> Vec<BranchMessage> {
        let branch = Branch { position: 1, count: 1, previous_id: None, next_id: None };
        let place =
            |message: &&Message| BranchMessage { message: (*message).clone(), branch: branch.clone() };
        messages.iter().map(place).collect()
    }

    fn html(messages: &[&Message]) -> String {
        messages_html(&shown(messages), &ToolWrites::new(), Locale::default())
    }

    #[test]
    fn a_question_is_shown_as_typed() {
        let html = html(&[&message(Role::User, MessageStatus::Complete, "**a** <script>x</script>")]);
        assert!(html.contains("**a** &lt;script&gt;x&lt;/script&gt;"), "{html}");
    }

    #[test]
    fn a_streaming_answer_names_its_run_and_can_be_stopped() {
        let message = message(Role::Assistant, MessageStatus::Streaming, "so far");
        let html = html(&[&message]);
        let run = message.run_id.unwrap();
        assert!(html.contains(&format!("data-run=\"{run}\"")), "{html}");
        assert!(html.contains(&format!("action=\"/runs/{run}/cancel\"")), "{html}");
    }

    #[test]
    fn an_answer_behind_one_that_is_being_made_waits() {
        let first = message(Role::Assistant, MessageStatus::Streaming, "so far");
        let second = message(Role::Assistant, MessageStatus::Streaming, "");
        let html = html(&[&first, &second]);
        let (before, behind) = html.split_once(&second.id.to_string()).unwrap();
        assert!(before.contains("Working on it") && behind.contains("Waits for the answer"), "{html}");
    }

    #[test]
    fn a_page_of_messages_is_the_same_from_the_cache() {
        let question = message(Role::User, MessageStatus::Complete, "How much?");
        let answer = message(Role::Assistant, MessageStatus::Complete, "**12**");
        let first = html(&[&question, &answer]);
        assert_eq!(first, html(&[&question, &answer]));
        assert!(first.contains("<strong>12</strong>"));
    }

    #[test]
    fn an_answer_that_is_still_written_is_not_kept() {
        let mut message = message(Role::Assistant, MessageStatus::Streaming, "half");
        html(&[&message]);
        message.status = MessageStatus::Complete;
        message.parts = [Part::text("whole")].into();
        assert!(html(&[&message]).contains("whole"));
    }

    #[test]
    fn what_a_person_says_of_an_answer_is_shown_at_once() {
        let mut message = message(Role::Assistant, MessageStatus::Complete, "**12**");
        assert!(!html(&[&message]).contains("aria-pressed=\"true\""));
        let feedback =
            domain::Feedback { rating: domain::Rating::Up, reason: None, at: Timestamp::UNIX_EPOCH };
        message.feedback = Some(Box::new(feedback));
        assert!(html(&[&message]).contains("aria-pressed=\"true\""));
    }
}
