//! What a tool wants to change: the question to the person, and what became of it.

use domain::{Confirmation, ToolWrite, ToolWriteStatus};

use super::escape::{Escaped, push as push_fmt};

/// Appends the question, or what became of it; without a `write` nothing is decided yet. The form
/// works without JavaScript too.
pub(super) fn push(out: &mut String, asked: &Confirmation, write: Option<&ToolWrite>) {
    let status = write.map_or(ToolWriteStatus::Pending, |write| write.status);
    push_fmt(
        out,
        format_args!(
            "<form class=\"confirmation\" method=\"post\" action=\"/tool-writes/{}\" data-status=\"{}\">\
             <p class=\"confirmation-preview\">{}</p>",
            asked.tool_write_id,
            word(status),
            Escaped(&asked.preview)
        ),
    );
    if status == ToolWriteStatus::Pending {
        *out += "<p class=\"confirmation-choice\">\
                 <button class=\"button\" data-kind=\"primary\" name=\"approve\" value=\"true\">Do it</button> \
                 <button class=\"button\" name=\"approve\" value=\"false\">Don’t</button></p>";
    } else {
        let outcome = write.and_then(|write| write.outcome.as_deref());
        push_fmt(
            out,
            format_args!(
                "<p class=\"confirmation-outcome\">{}</p>",
                Escaped(&outcome_words(status, outcome))
            ),
        );
    }
    *out += "</form>";
}

/// The status as a page and its styles name it.
pub(crate) const fn word(status: ToolWriteStatus) -> &'static str {
    match status {
        ToolWriteStatus::Pending => "pending",
        ToolWriteStatus::Approved => "approved",
        ToolWriteStatus::Done => "done",
        ToolWriteStatus::Refused => "refused",
        ToolWriteStatus::Failed => "failed",
        ToolWriteStatus::Expired => "expired",
    }
}

/// What became of a change, for the person.
pub(crate) fn outcome_words(status: ToolWriteStatus, outcome: Option<&str>) -> String {
    match (status, outcome) {
        (ToolWriteStatus::Pending, _) => "Waits for your decision.".to_owned(),
        (ToolWriteStatus::Approved, _) => "You said yes; it is being done.".to_owned(),
        (ToolWriteStatus::Done, Some(outcome)) => format!("Done. {outcome}"),
        (ToolWriteStatus::Done, None) => "Done.".to_owned(),
        (ToolWriteStatus::Refused, _) => "You said no; nothing was changed.".to_owned(),
        (ToolWriteStatus::Failed, Some(outcome)) => format!("It could not be done: {outcome}"),
        (ToolWriteStatus::Failed, None) => "It could not be done.".to_owned(),
        (ToolWriteStatus::Expired, _) => "Nobody decided in time; nothing was changed.".to_owned(),
    }
}
