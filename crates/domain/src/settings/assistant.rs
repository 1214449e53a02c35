//! What a person sets about the assistant: what it remembers, which tools it has, how long chats stay.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ChatId, MessageId, SettingId};

/// Something that the assistant remembers of the person, who sees it and can delete it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// Its id.
    pub id: SettingId,
    /// What is remembered; at most [`Remembered::TEXT_MAX_CHARS`] characters.
    pub text: String,
    /// The answer that it was remembered for; none when the person wrote it down themselves.
    #[serde(default)]
    pub source: Option<RememberedSource>,
    /// When it was remembered.
    pub at: Timestamp,
}

impl Remembered {
    /// The longest text, in characters.
    pub const TEXT_MAX_CHARS: usize = 500;
}

/// The answer that something was remembered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RememberedSource {
    /// Its chat.
    pub chat_id: ChatId,
    /// The answer.
    pub message_id: MessageId,
}

/// Whether the assistant may call a tool. Tools without a switch are on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolSwitch {
    /// Its id.
    pub id: SettingId,
    /// The tool's name, as the model knows it.
    pub tool: String,
    /// Whether it may be called.
    pub enabled: bool,
}

/// How long the person's data stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privacy {
    /// [`Privacy::id`]: a person has one.
    pub id: SettingId,
    /// Days after its last message that a chat is deleted for good; none keeps chats.
    #[serde(default)]
    pub retention_days: Option<u32>,
}

impl Privacy {
    /// The one id of this setting, the same for everybody: rows are kept apart by their user.
    pub fn id() -> SettingId {
        SettingId::from(Uuid::from_u128(0x0193_0000_0000_7000_8000_7072_6976_6163))
    }

    /// The longest retention, in days: a hundred years.
    pub const RETENTION_MAX_DAYS: u32 = 36_500;
}
