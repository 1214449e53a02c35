//! A run: the making of one answer, as numbered events.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{ChatId, MessageId, MessageStatus, Part, RunId, ToolCall, Usage};

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
    /// The day that it was then where the person is; of runs from before this was kept, nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub today: Option<Date>,
    /// The instance that writes it; empty when none ever has.
    #[serde(default)]
    pub owner: String,
    /// How often an instance has taken it on. What an owner of an earlier epoch writes is passed over.
    #[serde(default)]
    pub epoch: u32,
    /// When its owner was last heard of. [`Timestamp::UNIX_EPOCH`] once the owner has let go of it.
    #[serde(default)]
    pub heartbeat_at: Timestamp,
}

impl Run {
    /// Its owner has written down every event it has shown, and has let go of it.
    pub fn is_released(&self) -> bool {
        self.heartbeat_at == Timestamp::UNIX_EPOCH
    }
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

/// What happened in a run. Most are a few letters of text, so what is large stands behind a pointer.
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
        call: Box<ToolCall>,
    },
    /// Markdown was added to the unfinished block of text.
    Text {
        /// The markdown to append.
        delta: String,
    },
    /// A block is finished and will not change: it replaces the unfinished text shown so far.
    Block {
        /// The finished part. Text parts hold exactly one markdown block.
        part: Box<Part>,
        /// The part as sanitised HTML; finished blocks are rendered once.
        html: String,
    },
    /// Another instance writes the answer anew: what was shown of it so far is void.
    Restarted,
    /// The answer is sealed; no event follows.
    Done {
        /// How it ended.
        status: MessageStatus,
    },
}

/// What a model was sent and what it cost, for the person who asks what it saw.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RunRecord {
    /// The model that wrote the answer.
    pub model: String,
    /// Tokens that it read, over all steps.
    pub input_tokens: u64,
    /// Tokens that it wrote, over all steps.
    pub output_tokens: u64,
    /// What it was sent, one step a turn.
    pub steps: Vec<SeenStep>,
    /// More was sent than is kept here.
    #[serde(default)]
    pub is_cut: bool,
    /// What it was asked beside the answer, once that was written; not in the tokens above.
    #[serde(default)]
    pub asides: Vec<Aside>,
}

/// What a model was asked beside an answer, of the same words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// What for.
    pub purpose: AsidePurpose,
    /// What it was sent.
    pub step: SeenStep,
    /// Tokens that it read.
    pub input_tokens: u64,
    /// Tokens that it wrote.
    pub output_tokens: u64,
    /// More was sent than is kept here.
    pub is_cut: bool,
}

/// What a model is asked for beside an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AsidePurpose {
    /// The chat's title.
    Title,
    /// The summary of a long chat.
    Summary,
}

impl Aside {
    /// The most bytes of text that it keeps.
    pub const SIZE_MAX_BYTES: usize = 64 * 1024;

    /// What it counts as.
    pub fn usage(&self) -> Usage {
        Usage { answers: 0, input_tokens: self.input_tokens, output_tokens: self.output_tokens }
    }

    /// The same with at most [`Aside::SIZE_MAX_BYTES`] of text.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        let mut left = Self::SIZE_MAX_BYTES;
        self.is_cut |= self.step.cut_to(&mut left);
        self
    }
}

/// What a model was sent in one turn.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SeenStep {
    /// What it was told about its task.
    pub system: String,
    /// The conversation. A step after the first holds what the steps before it did not.
    pub messages: Vec<SeenMessage>,
    /// The names of the tools it was offered.
    pub tools: Vec<String>,
}

/// One message that a model was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SeenMessage {
    /// `user`, `assistant` or `tool`.
    pub role: String,
    /// Its text.
    pub text: String,
}

impl RunRecord {
    /// The most bytes of text that a record keeps.
    pub const SIZE_MAX_BYTES: usize = 256 * 1024;

    /// What the answer counts as.
    pub fn usage(&self) -> Usage {
        Usage { answers: 1, input_tokens: self.input_tokens, output_tokens: self.output_tokens }
    }

    /// The record with at most [`RunRecord::SIZE_MAX_BYTES`] of text: the oldest is kept, because
    /// what comes later repeats it or follows from it.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        let mut left = Self::SIZE_MAX_BYTES;
        for step in &mut self.steps {
            self.is_cut |= step.cut_to(&mut left);
        }
        self
    }
}

impl SeenStep {
    /// Cuts its text to the bytes that are left; true when something was lost.
    fn cut_to(&mut self, left: &mut usize) -> bool {
        let mut is_cut = cut_to(&mut self.system, left);
        for name in &mut self.tools {
            is_cut |= cut_to(name, left);
        }
        for message in &mut self.messages {
            is_cut |= cut_to(&mut message.text, left);
        }
        self.tools.retain(|name| !name.is_empty());
        self.messages.retain(|message| !message.text.is_empty());
        is_cut
    }
}

/// Cuts a text to the bytes that are left; true when something was lost.
fn cut_to(text: &mut String, left: &mut usize) -> bool {
    let end = text.floor_char_boundary(*left);
    let is_cut = end < text.len();
    text.truncate(end);
    *left -= end;
    is_cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_keeps_the_oldest_text_that_fits_and_says_what_it_lost() {
        let message = |text: &str| SeenMessage { role: "tool".to_owned(), text: text.to_owned() };
        let step = SeenStep {
            messages: vec![message("kept"), message(&"ü".repeat(200_000))],
            ..SeenStep::default()
        };
        let record = RunRecord { steps: vec![step.clone(), step], ..RunRecord::default() };
        let bounded = record.bounded();
        assert!(bounded.is_cut);
        assert_eq!(bounded.steps[0].messages[0].text, "kept");
        let bytes: usize =
            bounded.steps.iter().flat_map(|step| &step.messages).map(|message| message.text.len()).sum();
        assert_eq!(bytes, RunRecord::SIZE_MAX_BYTES);
        assert!(!RunRecord::default().bounded().is_cut);
    }
}
