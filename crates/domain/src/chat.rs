//! A conversation.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ChatId, MessageId, Title};

/// A conversation; its messages are stored beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    /// Its id.
    pub id: ChatId,
    /// What the history shows.
    pub title: Title,
    /// When it was started.
    pub created_at: Timestamp,
    /// When its last message was written or its title changed; the history is sorted by it.
    pub updated_at: Timestamp,
    /// Set while it lies in the trash; deleting can be undone.
    pub deleted_at: Option<Timestamp>,
    /// The last message of the branch that is shown; none while the chat is empty.
    #[serde(default)]
    pub head_id: Option<MessageId>,
    /// How answers sound.
    #[serde(default)]
    pub persona: Persona,
    /// The person chose the title, so no other replaces it.
    #[serde(default)]
    pub titled_by_person: bool,
    /// What was said so far, in short; none while the chat is short itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<ChatSummary>,
}

/// How answers sound. It never changes a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Persona {
    /// Plain words.
    #[default]
    Plain,
    /// As few words as possible.
    Brief,
    /// Encouraging, with a next step.
    Coach,
    /// With the working shown.
    Analyst,
}

impl Persona {
    /// Every one, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Plain, Self::Brief, Self::Coach, Self::Analyst];

    /// The word for it, as its JSON has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Brief => "brief",
            Self::Coach => "coach",
            Self::Analyst => "analyst",
        }
    }
}

/// What a chat's messages say in short, up to one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatSummary {
    /// The summary, plain text.
    pub text: String,
    /// The last message that it covers.
    pub up_to: MessageId,
}
