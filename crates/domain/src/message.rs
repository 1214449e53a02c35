//! A message and the parts it is made of.

use std::{ops::Range, sync::Arc};

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    ChatId, Computation, Currency, Feedback, MessageId, Money, RunId, ToolWriteId, TransactionFilter,
};

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The assistant.
    Assistant,
}

/// Where an answer stands. A person's message is always complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageStatus {
    /// A run is still writing it.
    Streaming,
    /// It is whole.
    Complete,
    /// The person stopped it; what was written stays.
    Stopped,
    /// It could not be finished; what was written stays.
    Failed,
}

/// One message of a chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its id; ids of messages that follow the same one are in the order of their making.
    pub id: MessageId,
    /// The chat it belongs to.
    pub chat_id: ChatId,
    /// The message it follows; none on a chat's first. Several may follow one: a question that was
    /// edited, an answer that was written again.
    #[serde(default)]
    pub parent_id: Option<MessageId>,
    /// Who wrote it.
    pub role: Role,
    /// What it says. Shared: messages are read, and so copied, far more often than they are written.
    #[serde(serialize_with = "serialize_parts", deserialize_with = "deserialize_parts")]
    pub parts: Arc<[Part]>,
    /// Where it stands.
    pub status: MessageStatus,
    /// The run that writes or wrote it; none on a person's message.
    pub run_id: Option<RunId>,
    /// When it was written.
    pub created_at: Timestamp,
    /// What the person says of it.
    #[serde(default)]
    pub feedback: Option<Box<Feedback>>,
}

fn serialize_parts<S: Serializer>(parts: &Arc<[Part]>, serializer: S) -> Result<S::Ok, S::Error> {
    parts.as_ref().serialize(serializer)
}

fn deserialize_parts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<[Part]>, D::Error> {
    Vec::deserialize(deserializer).map(Arc::from)
}

/// One part of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Part {
    /// Markdown. In an answer, one block (paragraph, list, …); in a question, the text as typed.
    Text {
        /// The markdown source.
        markdown: String,
        /// Figures in it that no tool's result, question or profile holds: ranges of bytes of
        /// `markdown`, in order. Written by the check of the answer, never by a model.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unverified: Vec<Range<usize>>,
    },
    /// A small table.
    Table(Table),
    /// A chart; a page shows it as SVG with its table beside it.
    Chart(Chart),
    /// A tool that was called for this answer.
    ToolCall(ToolCall),
    /// Something the person should know about the answer.
    Notice(Notice),
    /// A change that a tool wants to make, about which the person is asked.
    Confirmation(Confirmation),
    /// How the figures of a result were computed; stands behind its tables and charts.
    Computation(Computation),
}

impl Part {
    /// A text without a figure to doubt.
    pub fn text(markdown: impl Into<String>) -> Self {
        Self::Text { markdown: markdown.into(), unverified: Vec::new() }
    }
}

/// A table of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What it shows.
    pub title: String,
    /// Its columns.
    pub columns: Vec<TableColumn>,
    /// Its rows; each has one cell per column.
    pub rows: Vec<Vec<Cell>>,
    /// The last row is a total.
    pub has_total: bool,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumn {
    /// Its heading.
    pub name: String,
    /// Where its cells are aligned.
    pub align: Align,
}

/// Where a column's cells are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Words.
    Start,
    /// Figures.
    End,
}

/// One cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Cell {
    /// Plain text.
    Text {
        /// The text.
        text: String,
    },
    /// A count.
    Count {
        /// The count.
        count: i64,
    },
    /// A share or change in percent; `12.5` is 12.5 %.
    Percent {
        /// The percentage.
        percent: Decimal,
    },
    /// A day.
    Date {
        /// The day.
        date: Date,
    },
    /// An amount, with the rows behind it.
    Money {
        /// The amount.
        money: Money,
        /// The rows that it was computed from.
        rows: Option<Box<TransactionFilter>>,
    },
}

/// What a chart looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// One bar a point: categories, payees, months.
    Bar,
    /// A line through points in time.
    Line,
}

/// A chart of one series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart {
    /// What it shows; also what a screen reader says first.
    pub title: String,
    /// What it looks like.
    pub kind: ChartKind,
    /// The currency of every value.
    pub currency: Currency,
    /// The points, in order.
    pub points: Vec<ChartPoint>,
}

/// One point of a chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartPoint {
    /// Its label on the axis.
    pub label: String,
    /// Its value.
    pub value: Decimal,
    /// The rows that it was computed from.
    pub rows: Option<Box<TransactionFilter>>,
}

/// A tool that was called for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The tool's name.
    pub name: String,
    /// Its input, as JSON text.
    pub input: String,
    /// What came back, in a few words for the person.
    pub summary: String,
    /// How long it took, in microseconds.
    pub duration_us: u64,
    /// It failed.
    pub failed: bool,
}

/// How loud a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeLevel {
    /// Good to know.
    Info,
    /// The answer is less than was asked for.
    Warning,
    /// The answer failed.
    Error,
}

/// Something the person should know about an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// How loud it is.
    pub level: NoticeLevel,
    /// What it says, plain text.
    pub text: String,
}

/// A change that a tool wants to make, about which the person is asked; where it stands is told by
/// its [`ToolWrite`](crate::ToolWrite).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// What is decided on.
    pub tool_write_id: ToolWriteId,
    /// The tool's name.
    pub tool: String,
    /// What will change, plain text.
    pub preview: String,
}
