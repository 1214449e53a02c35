//! What a person can do with a message: rate it, ask again, go to another version of it.

use domain::{Message, MessageId, Rating};
use operations::Branch;

use super::escape::{Escaped, push as push_fmt};

/// The drawings that the tools use, once a page.
pub(crate) const SPRITE: &str = "<svg hidden>\
    <symbol id=\"i-up\" viewBox=\"0 0 24 24\"><path d=\"M7 11v9H4v-9zm0 0 4-8a2.5 2.5 0 0 1 2.5 2.5V9H19a1.5 1.5 0 0 1 1.5 1.8l-1.3 7A2.5 2.5 0 0 1 16.7 20H7\"/></symbol>\
    <symbol id=\"i-down\" viewBox=\"0 0 24 24\"><path d=\"M7 13V4H4v9zm0 0 4 8a2.5 2.5 0 0 0 2.5-2.5V15H19a1.5 1.5 0 0 0 1.5-1.8l-1.3-7A2.5 2.5 0 0 0 16.7 4H7\"/></symbol>\
    <symbol id=\"i-again\" viewBox=\"0 0 24 24\"><path d=\"M20 6v5h-5M4 18v-5h5M19 11a7.5 7.5 0 0 0-13.3-3M5 13a7.5 7.5 0 0 0 13.3 3\"/></symbol>\
    <symbol id=\"i-copy\" viewBox=\"0 0 24 24\"><path d=\"M9 9h11v11H9zM15 9V4H4v11h5\"/></symbol>\
    <symbol id=\"i-eye\" viewBox=\"0 0 24 24\"><path d=\"M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12zm10 3a3 3 0 1 0 0-6 3 3 0 0 0 0 6z\"/></symbol>\
    </svg>";

/// Under a question: its other versions, and a way to ask it differently.
pub(super) fn push_for_question(out: &mut String, message: &Message, branch: &Branch) {
    let id = message.id;
    let text = message.parts.iter().find_map(|part| match part {
        domain::Part::Text { markdown, .. } => Some(markdown.as_str()),
        _ => None,
    });
    *out += "<div class=\"message-tools\">";
    push_branch(out, message, branch);
    push_fmt(
        out,
        format_args!(
            "<details class=\"edit\"><summary>Edit</summary>\
             <form class=\"edit-form go\" method=\"post\" action=\"/messages/{id}/edit\">\
             <label class=\"visually-hidden\" for=\"e-{id}\">Your question</label>\
             <textarea id=\"e-{id}\" name=\"text\" rows=\"3\" required>\n{}</textarea>\
             <button class=\"button\">Ask this instead</button></form></details></div>",
            Escaped(text.unwrap_or_default())
        ),
    );
}

/// Under an answer. Styles hide it while the answer is made.
pub(super) fn push_for_answer(out: &mut String, message: &Message, branch: &Branch) {
    let id = message.id;
    let rating = message.feedback.as_ref().map(|feedback| feedback.rating);
    *out += "<div class=\"message-tools\" role=\"group\" aria-label=\"About this answer\">";
    push_branch(out, message, branch);
    *out += "<button class=\"tool copy\" type=\"button\" title=\"Copy\">";
    push_icon(out, "copy", "Copy");
    push_fmt(
        out,
        format_args!("</button><form class=\"rate\" method=\"post\" action=\"/messages/{id}/feedback\">"),
    );
    for (choice, value, icon, words) in
        [(Rating::Up, "up", "up", "Good answer"), (Rating::Down, "down", "down", "Bad answer")]
    {
        let is_pressed = rating == Some(choice);
        // Pressed again it is taken back.
        let value = if is_pressed { "none" } else { value };
        push_fmt(
            out,
            format_args!(
                "<button class=\"tool\" name=\"rating\" value=\"{value}\" aria-pressed=\"{is_pressed}\" title=\"{words}\">"
            ),
        );
        push_icon(out, icon, words);
        *out += "</button>";
    }
    push_fmt(
        out,
        format_args!(
            "</form><form class=\"go\" method=\"post\" action=\"/messages/{id}/regenerate\">\
             <button class=\"tool\" title=\"Answer again\">"
        ),
    );
    push_icon(out, "again", "Answer again");
    *out += "</button></form>";
    if let Some(run) = message.run_id {
        push_fmt(out, format_args!("<a class=\"tool\" href=\"/runs/{run}\" title=\"What the model saw\">"));
        push_icon(out, "eye", "What the model saw");
        *out += "</a>";
    }
    push_fmt(
        out,
        format_args!(
            "<form class=\"go continue\" method=\"post\" action=\"/messages/{id}/continue\">\
             <button class=\"button\" data-kind=\"quiet\">Continue</button></form>"
        ),
    );
    push_reason(out, message);
    *out += "</div>";
}

/// After a bad rating: why. What was said is shown.
fn push_reason(out: &mut String, message: &Message) {
    let Some(feedback) = message.feedback.as_ref().filter(|feedback| feedback.rating == Rating::Down) else {
        return;
    };
    let id = message.id;
    match &feedback.reason {
        Some(reason) => push_fmt(
            out,
            format_args!(
                "<p class=\"reason\"><span class=\"reason-word\">You said:</span> {}</p>",
                Escaped(reason)
            ),
        ),
        None => push_fmt(
            out,
            format_args!(
                "<form class=\"reason\" method=\"post\" action=\"/messages/{id}/feedback\">\
                 <input type=\"hidden\" name=\"rating\" value=\"down\">\
                 <label for=\"r-{id}\">What was wrong?</label>\
                 <input id=\"r-{id}\" name=\"reason\" maxlength=\"2000\" autocomplete=\"off\" required>\
                 <button class=\"button\" data-kind=\"quiet\">Send</button></form>"
            ),
        ),
    }
}

/// The other versions of a message, where there are any.
fn push_branch(out: &mut String, message: &Message, branch: &Branch) {
    if branch.count < 2 {
        return;
    }
    let Branch { position, count, previous_id, next_id } = branch;
    push_fmt(
        out,
        format_args!("<form class=\"branch\" method=\"post\" action=\"/chats/{}/branch\">", message.chat_id),
    );
    push_step(out, *previous_id, "‹", "Version before");
    push_fmt(
        out,
        format_args!(
            "<span class=\"branch-place\"><span class=\"visually-hidden\">Version </span>{position} of {count}</span>"
        ),
    );
    push_step(out, *next_id, "›", "Version after");
    *out += "</form>";
}

fn push_step(out: &mut String, to: Option<MessageId>, arrow: &str, words: &str) {
    let value = to.map(|id| id.to_string()).unwrap_or_default();
    let disabled = if to.is_none() { " disabled" } else { "" };
    push_fmt(
        out,
        format_args!(
            "<button class=\"tool\" name=\"message_id\" value=\"{value}\"{disabled}>\
             <span aria-hidden=\"true\">{arrow}</span><span class=\"visually-hidden\">{words}</span></button>"
        ),
    );
}

pub(super) fn push_icon(out: &mut String, name: &str, words: &str) {
    push_fmt(
        out,
        format_args!(
            "<svg class=\"icon\" width=\"18\" height=\"18\" aria-hidden=\"true\"><use href=\"#i-{name}\"/></svg>\
             <span class=\"visually-hidden\">{words}</span>"
        ),
    );
}
