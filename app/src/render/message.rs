//! A whole message as HTML.

use std::sync::{Arc, LazyLock};

use domain::{Message, MessageStatus, Part, Role};

use super::{
    MessageCache,
    escape::{Escaped, push as push_fmt},
    push_part,
};
use crate::format::Locale;

/// 8 MiB a generation: some thousand messages, a small part of what the process may take.
static CACHE: LazyLock<MessageCache> = LazyLock::new(|| MessageCache::new(8 * 1024 * 1024));

/// The messages of a page, one after another. Finished ones are made once and kept.
pub(crate) fn messages_html(messages: &[Message], locale: Locale) -> String {
    let keys: Vec<_> = messages.iter().map(|message| (message.id, locale)).collect();
    let kept = CACHE.get(&keys);
    let mut out = String::with_capacity(messages.len() * 600);
    for ((message, key), kept) in messages.iter().zip(keys).zip(kept) {
        match kept {
            Some(html) => out += &html,
            None if message.status == MessageStatus::Streaming => out += &message_html(message, locale),
            None => {
                let html: Arc<str> = message_html(message, locale).into();
                CACHE.put(key, &html);
                out += &html;
            }
        }
    }
    out
}

/// One message.
fn message_html(message: &Message, locale: Locale) -> String {
    let mut out = String::new();
    let id = message.id;
    match message.role {
        Role::User => {
            push_fmt(&mut out, format_args!("<li class=\"message\" data-role=\"user\" id=\"m-{id}\">"));
            out += "<h2 class=\"visually-hidden\">You asked</h2>";
            for part in message.parts.iter() {
                // What a person typed is shown as typed; it is no markdown.
                if let Part::Text { markdown, .. } = part {
                    push_fmt(&mut out, format_args!("<p class=\"question\">{}</p>", Escaped(markdown)));
                }
            }
        }
        Role::Assistant => {
            push_fmt(&mut out, format_args!("<li class=\"message\" data-role=\"assistant\" id=\"m-{id}\""));
            push_status(&mut out, message);
            out += "><h2 class=\"visually-hidden\">Answer</h2><div class=\"answer\">";
            for part in message.parts.iter() {
                push_part(&mut out, part, locale);
            }
            out += "</div>";
            push_footer(&mut out, message);
        }
    }
    out += "</li>";
    out
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
fn push_footer(out: &mut String, message: &Message) {
    match (message.status, message.run_id) {
        (MessageStatus::Streaming, Some(run)) => push_fmt(
            out,
            format_args!(
                "<p class=\"answer-state\"><span class=\"working\">Working on it…</span></p>\
                 <form class=\"stop\" method=\"post\" action=\"/runs/{run}/cancel\">\
                 <button class=\"button\" data-kind=\"quiet\">Stop</button></form>"
            ),
        ),
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
            role,
            parts: [Part::text(text)].into(),
            status,
            run_id: Some(RunId::generate(&clock)),
            created_at: Timestamp::UNIX_EPOCH,
            feedback: None,
        }
    }

    #[test]
    fn a_question_is_shown_as_typed() {
        let html = message_html(
            &message(Role::User, MessageStatus::Complete, "**a** <script>x</script>"),
            Locale::default(),
        );
        assert!(html.contains("**a** &lt;script&gt;x&lt;/script&gt;"), "{html}");
    }

    #[test]
    fn a_streaming_answer_names_its_run_and_can_be_stopped() {
        let message = message(Role::Assistant, MessageStatus::Streaming, "so far");
        let html = message_html(&message, Locale::default());
        let run = message.run_id.unwrap();
        assert!(html.contains(&format!("data-run=\"{run}\"")), "{html}");
        assert!(html.contains(&format!("action=\"/runs/{run}/cancel\"")), "{html}");
    }

    #[test]
    fn a_page_of_messages_is_the_same_from_the_cache() {
        let messages = [
            message(Role::User, MessageStatus::Complete, "How much?"),
            message(Role::Assistant, MessageStatus::Complete, "**12**"),
        ];
        let first = messages_html(&messages, Locale::default());
        assert_eq!(first, messages_html(&messages, Locale::default()));
        assert!(first.contains("<strong>12</strong>"));
    }

    #[test]
    fn an_answer_that_is_still_written_is_not_kept() {
        let mut message = message(Role::Assistant, MessageStatus::Streaming, "half");
        messages_html(std::slice::from_ref(&message), Locale::default());
        message.status = MessageStatus::Complete;
        message.parts = [Part::text("whole")].into();
        assert!(messages_html(&[message], Locale::default()).contains("whole"));
    }
}
