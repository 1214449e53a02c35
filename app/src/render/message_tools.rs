//! What a person can do with an answer: copy it, rate it, say why.

use domain::{Message, Rating};

use super::escape::{Escaped, push as push_fmt};

/// The drawings that the tools use, once a page.
pub(crate) const SPRITE: &str = "<svg hidden>\
    <symbol id=\"i-up\" viewBox=\"0 0 24 24\"><path d=\"M7 11v9H4v-9zm0 0 4-8a2.5 2.5 0 0 1 2.5 2.5V9H19a1.5 1.5 0 0 1 1.5 1.8l-1.3 7A2.5 2.5 0 0 1 16.7 20H7\"/></symbol>\
    <symbol id=\"i-down\" viewBox=\"0 0 24 24\"><path d=\"M7 13V4H4v9zm0 0 4 8a2.5 2.5 0 0 0 2.5-2.5V15H19a1.5 1.5 0 0 0 1.5-1.8l-1.3-7A2.5 2.5 0 0 0 16.7 4H7\"/></symbol>\
    <symbol id=\"i-copy\" viewBox=\"0 0 24 24\"><path d=\"M9 9h11v11H9zM15 9V4H4v11h5\"/></symbol>\
    </svg>";

/// Under an answer. Styles hide it while the answer is made.
pub(super) fn push_for_answer(out: &mut String, message: &Message) {
    let id = message.id;
    let rating = message.feedback.as_ref().map(|feedback| feedback.rating);
    *out += "<div class=\"message-tools\" role=\"group\" aria-label=\"About this answer\">";
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
    *out += "</form>";
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

fn push_icon(out: &mut String, name: &str, words: &str) {
    push_fmt(
        out,
        format_args!(
            "<svg class=\"icon\" width=\"18\" height=\"18\" aria-hidden=\"true\"><use href=\"#i-{name}\"/></svg>\
             <span class=\"visually-hidden\">{words}</span>"
        ),
    );
}
