//! A run: the making of one answer, as numbered events.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ChatId, MessageId, MessageStatus, Part, RunId, ToolCall};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Events still come.
    Running,
    /// The answer is sealed.
    Ended,
}

/// The making of one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The chat it answers in.
    pub chat_id: ChatId,
    /// The answer it writes.
    pub message_id: MessageId,
    /// Where it stands.
    pub status: RunStatus,
    /// When it was started.
    pub started_at: Timestamp,
}

/// One numbered event of a run. Numbers start at 1 and have no gaps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunEvent {
    /// Its number, the `id:` of the SSE event.
    pub number: u64,
    /// What happened.
    #[serde(flatten)]
    pub kind: RunEventKind,
}

/// What happened in a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RunEventKind {
    /// A tool is being called.
    ToolStarted {
        /// Its name.
        name: String,
    },
    /// A tool has answered.
    ToolFinished {
        /// The call with its input, duration and outcome.
        call: ToolCall,
    },
    /// Markdown was added to the unfinished block of text.
    Text {
        /// The markdown to append.
        delta: String,
    },
    /// A block is finished and will not change: it replaces the unfinished text shown so far.
    Block {
        /// The finished part. Text parts hold exactly one markdown block.
        part: Part,
        /// The part as sanitised HTML; finished blocks are rendered once.
        html: String,
    },
    /// The answer is sealed; no event follows.
    Done {
        /// How it ended.
        status: MessageStatus,
    },
}
