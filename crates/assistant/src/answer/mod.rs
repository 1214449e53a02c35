//! Answering a question: what goes in, what happens, what comes out.

mod assistant;
mod briefing;
mod calls;
mod conversation;
mod limits;
mod patience;
mod prompt;
mod record;
mod runner;
mod turn;
mod view;
mod writing;

use domain::{Currency, Message, MessageStatus, Part, RunRecord, ToolCall, TransactionId, Usage};
use finance::proof::Proof;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use assistant::{Assistant, answer};
pub use briefing::Briefing;
pub(crate) use conversation::text_of;
pub use limits::AnswerLimits;
pub(crate) use record::estimated_tokens;
pub use runner::{ToolOutcome, ToolRunner};

/// What a person asks.
#[derive(Debug, Clone)]
pub struct Question {
    /// Their words.
    pub text: String,
    /// The day that counts as today.
    pub as_of: Date,
    /// Earlier messages of the chat, in any order.
    pub history: Vec<Message>,
}

/// What happens while an answer is written.
#[derive(Debug, Clone, PartialEq)]
pub enum AnswerEvent {
    /// A tool is being called.
    ToolStarted {
        /// Its name.
        name: String,
    },
    /// A tool has answered.
    ToolFinished(ToolCall),
    /// Markdown was added to the unfinished block.
    Text {
        /// The markdown.
        delta: String,
    },
    /// A block is finished; a text block replaces the unfinished one.
    Block(Part),
    /// The answer is written anew: everything before is void.
    Restarted,
    /// What the answer has taken so far, over all turns; a later one replaces it.
    Spent(Usage),
    /// A model is asked: what the models of this answer have been sent so far; a later one replaces it.
    Asked(Box<RunRecord>),
}

/// An answer, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What a message keeps.
    pub parts: Vec<Part>,
    /// How it ended.
    pub status: MessageStatus,
    /// The same for programs.
    pub summary: AnswerSummary,
    /// What the model was sent and what it cost.
    pub record: RunRecord,
}

/// An answer as figures, for programs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerSummary {
    /// What the question was understood as.
    pub intent: String,
    /// The day that counted as today.
    pub as_of: Date,
    /// The figures, the headline first. Spending is positive.
    pub figures: Vec<Figure>,
    /// The tools that were called.
    pub tools: Vec<ToolUse>,
    /// The transactions behind the headline figure.
    pub transaction_ids: Vec<TransactionId>,
}

/// One figure of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: Decimal,
    /// Its currency; none for counts, percentages and months.
    pub currency: Option<Currency>,
    /// The page that shows the rows it was computed from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// How it came about, and how hledger reproduces it from the exported journal.
    #[serde(default)]
    pub proof: Proof,
}

/// A tool and what it was called with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolUse {
    /// Its name.
    pub name: String,
    /// Its input.
    pub input: Value,
}
