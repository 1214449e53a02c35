//! About how many bytes of memory a change adds.

use domain::{Message, Part, RunEvent, RunEventKind, ToolWrite, Transaction};

use crate::{Change, ChangeKind};

/// What a row costs beside its text: the struct, its place in a map or vector, the change's id.
pub(super) const ROW: usize = 320;

/// What an edit costs on a transaction's history, with the details that may be made for it.
const PAST_EDIT: usize = 384;

/// About how many bytes a change adds. Removals are not given back: the journal keeps them too.
pub(crate) fn weight(change: &Change) -> u64 {
    let bytes = ROW
        + match &change.kind {
            ChangeKind::ProfileSaved { profile, .. } => json_size(profile),
            ChangeKind::MessageSent { question, answer, .. } => message(question) + message(answer),
            ChangeKind::AnswerStarted { answer, .. } => message(answer),
            ChangeKind::RunEventsAppended { events, .. } => events.iter().map(event).sum(),
            ChangeKind::AnswerSealed { parts, record, .. } => {
                parts.iter().map(part).sum::<usize>() + record.as_ref().map_or(0, json_size)
            }
            ChangeKind::AsideRecorded { aside, .. } => json_size(aside),
            ChangeKind::ChatSummarised { summary, .. } => {
                summary.as_ref().map_or(0, |summary| summary.text.len())
            }
            ChangeKind::ImportCommitted { accounts, transactions, import, confirms, .. } => {
                (accounts.len() + import.skipped_rows.len()) * ROW
                    + transactions.iter().map(transaction).sum::<usize>()
                    + size_of_val(confirms.as_slice())
            }
            ChangeKind::TransactionsCategorised { transaction_ids, .. } => transaction_ids.len() * PAST_EDIT,
            ChangeKind::TransactionEdited { edit, .. } => ROW + PAST_EDIT + json_size(edit),
            ChangeKind::RulesApplied { results } => {
                results.iter().map(|result| result.transaction_ids.len() * PAST_EDIT).sum()
            }
            ChangeKind::SettingsSaved { settings: saved } => settings(saved.len()),
            ChangeKind::FeedbackGiven { feedback, .. } => {
                feedback.iter().filter_map(|it| it.reason.as_ref()).map(String::len).sum()
            }
            ChangeKind::ToolWriteProposed { write } => tool_write(write),
            ChangeKind::ToolWriteDecided { outcome, .. } => outcome.as_ref().map_or(0, String::len),
            ChangeKind::ChatCreated { .. }
            | ChangeKind::ChatRenamed { .. }
            | ChangeKind::ChatDeleted { .. }
            | ChangeKind::ChatRestored { .. }
            | ChangeKind::ChatTitled { .. }
            | ChangeKind::ChatPersonaChosen { .. }
            | ChangeKind::BranchChosen { .. }
            | ChangeKind::RunClaimed { .. }
            | ChangeKind::RunReleased { .. }
            | ChangeKind::ImportUndone { .. }
            | ChangeKind::AccountRenamed { .. }
            | ChangeKind::SettingDeleted { .. }
            | ChangeKind::UsageCounted { .. }
            | ChangeKind::ChatPurged { .. }
            | ChangeKind::ChatExpired { .. }
            | ChangeKind::UserErased
            | ChangeKind::Removed => 0,
        };
    bytes as u64
}

pub(super) fn transaction(row: &Transaction) -> usize {
    let details = row.details.as_ref().map_or(0, |details| {
        ROW + details.note.len() + details.splits.len() * ROW + details.history.len() * PAST_EDIT
    });
    ROW + row.payee.len() + row.description.len() + row.external_id.as_ref().map_or(0, String::len) + details
}

/// About how many bytes some settings take.
pub(super) fn settings(count: usize) -> usize {
    count * ROW
}

pub(super) fn tool_write(write: &ToolWrite) -> usize {
    ROW + write.input.len() + write.preview.len() + write.outcome.as_ref().map_or(0, String::len)
}

pub(super) fn message(message: &Message) -> usize {
    ROW + message.parts.iter().map(part).sum::<usize>()
}

pub(super) fn event(event: &RunEvent) -> usize {
    ROW + match &event.kind {
        RunEventKind::Text { delta } => delta.len(),
        RunEventKind::Block { part: block, html } => part(block) + html.len(),
        RunEventKind::ToolFinished { call } => json_size(call),
        RunEventKind::ToolStarted { name } => name.len(),
        RunEventKind::Restarted | RunEventKind::Done { .. } => 0,
    }
}

fn part(part: &Part) -> usize {
    match part {
        Part::Text { markdown, .. } => ROW + markdown.len(),
        structured => ROW + json_size(structured),
    }
}

/// Structured values take about twice their JSON.
pub(super) fn json_size<T: serde::Serialize>(value: &T) -> usize {
    serde_json::to_vec(value).map_or(0, |json| 2 * json.len())
}
