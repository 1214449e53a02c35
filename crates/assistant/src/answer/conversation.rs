//! The chat so far, as a model is given it.

use domain::{Message, Part, Role};

use super::Question;
use crate::model::ModelMessage;

/// Earlier messages that a model is shown.
const HISTORY_MAX: usize = 20;
/// Bytes of earlier messages that a serving model is shown; the newest come first.
pub(super) const HISTORY_BYTES: usize = 24 * 1024;

/// The chat's earlier texts and the question, oldest first.
pub(super) fn conversation(question: &Question, bytes_max: usize) -> Vec<ModelMessage> {
    let mut history: Vec<&Message> = question.history.iter().collect();
    history.sort_by_key(|message| std::cmp::Reverse(message.id));
    let mut left = bytes_max;
    let mut messages: Vec<ModelMessage> = history
        .into_iter()
        .take(HISTORY_MAX)
        .map_while(|message| {
            let text = text_of(message);
            left = left.checked_sub(text.len())?;
            Some(match message.role {
                Role::User => ModelMessage::User(text),
                Role::Assistant => ModelMessage::Assistant { text, calls: Vec::new() },
            })
        })
        .collect();
    messages.reverse();
    messages.push(ModelMessage::User(question.text.clone()));
    messages
}

/// The words of a message.
pub(crate) fn text_of(message: &Message) -> String {
    let texts = message.parts.iter().filter_map(|part| match part {
        Part::Text { markdown, .. } => Some(markdown.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n\n")
}
