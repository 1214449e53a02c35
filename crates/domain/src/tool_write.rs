//! A change that a tool wants to make for the person, who decides; afterwards its own audit record.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ChatId, MessageId, ToolWriteId};

/// Where a tool was called.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToolWriteOrigin {
    /// For an answer in a chat.
    Chat {
        /// Which chat.
        chat_id: ChatId,
        /// Which answer.
        message_id: MessageId,
    },
    /// By another program, over MCP.
    Mcp {
        /// What the program calls itself.
        client: String,
    },
}

/// Where a tool's write stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolWriteStatus {
    /// The person has not decided.
    Pending,
    /// The person said yes; it is being done.
    Approved,
    /// It is done.
    Done,
    /// The person said no.
    Refused,
    /// The person said yes, and it could not be done.
    Failed,
    /// The person did not decide in time.
    Expired,
}

impl ToolWriteStatus {
    /// Every status, in the order in which a write may have them.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Approved, Self::Done, Self::Refused, Self::Failed, Self::Expired];

    /// Whether a write may go from this status to `next`: what is decided stays decided.
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Pending => matches!(next, Self::Approved | Self::Refused | Self::Expired),
            Self::Approved => matches!(next, Self::Done | Self::Failed),
            Self::Done | Self::Refused | Self::Failed | Self::Expired => false,
        }
    }

    /// The status from which a write may become this one; none leads to [`ToolWriteStatus::Pending`].
    pub const fn before(self) -> Option<Self> {
        match self {
            Self::Pending => None,
            Self::Approved | Self::Refused | Self::Expired => Some(Self::Pending),
            Self::Done | Self::Failed => Some(Self::Approved),
        }
    }
}

/// A change that a tool wants to make for the person: what they are asked, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolWrite {
    /// Its id; the change that it makes is known by it, so that it is made once.
    pub id: ToolWriteId,
    /// The tool's name.
    pub tool: String,
    /// The tool's input, as JSON text.
    pub input: String,
    /// What will change, plain text.
    pub preview: String,
    /// Where the tool was called.
    pub origin: ToolWriteOrigin,
    /// Where it stands.
    pub status: ToolWriteStatus,
    /// What came of it, plain text.
    pub outcome: Option<String>,
    /// When the tool was called.
    pub created_at: Timestamp,
    /// When its status last changed.
    pub decided_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::ToolWriteStatus;

    #[test]
    fn a_write_may_become_what_names_its_status_as_the_one_before() {
        for from in ToolWriteStatus::ALL {
            for to in ToolWriteStatus::ALL {
                assert_eq!(from.may_become(to), to.before() == Some(from), "{from:?} to {to:?}");
            }
        }
    }
}
