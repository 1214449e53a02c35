//! Chats, messages, runs.

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{MoneySchema, money::TransactionFilterSchema};

/// A conversation.
#[derive(ToSchema)]
#[schema(as = Chat)]
pub struct ChatSchema {
    id: Uuid,
    /// One line, 1 to 120 characters.
    title: String,
    created_at: Timestamp,
    /// When its last message was written or its title changed.
    updated_at: Timestamp,
    /// When it went to the trash.
    #[schema(required)]
    deleted_at: Option<Timestamp>,
    /// The last message of the branch that is shown; null while the chat is empty.
    #[schema(required)]
    head_id: Option<Uuid>,
    persona: PersonaSchema,
    /// The person chose the title: no other replaces it.
    titled_by_person: bool,
    /// What was said so far, in short.
    summary: Option<ChatSummarySchema>,
}

/// How answers sound. It never changes a figure.
#[derive(ToSchema, Serialize, Deserialize)]
#[schema(as = Persona)]
#[serde(rename_all = "snake_case")]
pub enum PersonaSchema {
    Plain,
    Brief,
    Coach,
    Analyst,
}

/// What a chat's messages say in short, up to one of them.
#[derive(ToSchema)]
#[schema(as = ChatSummary)]
pub struct ChatSummarySchema {
    text: String,
    /// The last message that it covers.
    up_to: Uuid,
}

/// One part of the history.
#[derive(ToSchema)]
#[schema(as = ChatList)]
pub struct ChatListSchema {
    items: Vec<ChatSchema>,
    /// Where the next part starts.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// One message of a chat.
#[derive(ToSchema)]
#[schema(as = Message)]
pub struct MessageSchema {
    id: Uuid,
    chat_id: Uuid,
    /// The message it follows; null on a chat's first. Several may follow one.
    #[schema(required)]
    parent_id: Option<Uuid>,
    role: RoleSchema,
    parts: Vec<PartSchema>,
    status: MessageStatusSchema,
    /// The run that writes or wrote it; null on a person's message.
    #[schema(required)]
    run_id: Option<Uuid>,
    created_at: Timestamp,
    /// What the person says of it.
    #[schema(required)]
    feedback: Option<FeedbackSchema>,
}

/// Something that was found.
#[derive(ToSchema)]
#[schema(as = SearchHit)]
pub struct SearchHitSchema {
    chat_id: Uuid,
    chat_title: String,
    /// Which message; null when the title was found.
    #[schema(required)]
    message_id: Option<Uuid>,
    /// Who wrote it; null of a title.
    #[schema(required)]
    role: Option<RoleSchema>,
    /// When it was written; of a title, when its chat was begun.
    created_at: Timestamp,
    /// What it says around the words, plain text.
    snippet: Vec<SnippetPieceSchema>,
    /// How well it fits: greater is better.
    rank: u8,
}

/// A part of a snippet.
#[derive(ToSchema)]
#[schema(as = SnippetPiece)]
pub struct SnippetPieceSchema {
    text: String,
    /// It is a word that was searched for.
    hit: bool,
}

/// What a person says of an answer.
#[derive(ToSchema)]
#[schema(as = Feedback)]
pub struct FeedbackSchema {
    rating: RatingSchema,
    /// Why; at most 2,000 characters.
    #[schema(required)]
    reason: Option<String>,
    at: Timestamp,
}

/// Whether an answer was good.
#[derive(ToSchema, Serialize, Deserialize)]
#[schema(as = Rating)]
#[serde(rename_all = "snake_case")]
pub enum RatingSchema {
    Up,
    Down,
}

/// One message of the branch that is shown.
#[derive(ToSchema)]
#[schema(as = BranchMessage)]
pub struct BranchMessageSchema {
    #[schema(inline)]
    #[serde(flatten)]
    message: MessageSchema,
    branch: BranchSchema,
}

/// A message's place among the versions of a question or answer.
#[derive(ToSchema)]
#[schema(as = Branch)]
pub struct BranchSchema {
    /// Its place, from 1.
    position: u64,
    /// How many versions there are.
    count: u64,
    /// The version before it, for `POST /chats/{id}/branch`.
    #[schema(required)]
    previous_id: Option<Uuid>,
    /// The version after it.
    #[schema(required)]
    next_id: Option<Uuid>,
}

/// One part of a chat's messages.
#[derive(ToSchema)]
#[schema(as = MessageList)]
pub struct MessageListSchema {
    items: Vec<BranchMessageSchema>,
    /// Where older messages start.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Who wrote a message.
#[derive(ToSchema, Serialize, Deserialize)]
#[schema(as = Role)]
#[serde(rename_all = "snake_case")]
pub enum RoleSchema {
    User,
    Assistant,
}

/// Where an answer stands.
#[derive(ToSchema, Serialize, Deserialize)]
#[schema(as = MessageStatus)]
#[serde(rename_all = "snake_case")]
pub enum MessageStatusSchema {
    Streaming,
    Complete,
    Stopped,
    Failed,
}

/// One part of a message.
#[derive(ToSchema, Serialize)]
#[schema(as = Part)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PartSchema {
    /// Markdown.
    Text { markdown: String },
    /// A small table.
    Table {
        title: String,
        columns: Vec<TableColumnSchema>,
        /// Each has one cell per column.
        rows: Vec<Vec<CellSchema>>,
        /// The last row is a total.
        has_total: bool,
    },
    /// A chart of one series.
    Chart { title: String, kind: ChartKindSchema, currency: String, points: Vec<ChartPointSchema> },
    /// A tool that was called for this answer.
    ToolCall(ToolCallSchema),
    /// Something the person should know about the answer.
    Notice { level: NoticeLevelSchema, text: String },
    /// A change that a tool wants to make; decided at `/api/v1/tool-writes/{id}/decision`.
    Confirmation {
        tool_write_id: Uuid,
        tool: String,
        /// What will change, plain text.
        preview: String,
    },
    /// How the figures of a result were computed; stands behind its tables and charts.
    Computation {
        /// The result whose figures they are.
        title: String,
        /// The headline first.
        figures: Vec<ComputedFigureSchema>,
        /// How many further figures the result has.
        left_out: u32,
    },
}

/// A figure, and how it came about.
#[derive(ToSchema, Serialize)]
#[schema(as = ComputedFigure)]
pub struct ComputedFigureSchema {
    label: String,
    value: String,
    /// Absent of counts, percentages and months.
    currency: Option<String>,
    /// The rows that it was computed from.
    rows: Option<TransactionFilterSchema>,
    /// The formula in words.
    formula: String,
    /// A command line that reproduces it beside the exported journal.
    command: Option<String>,
}

/// A tool that was called for an answer.
#[derive(ToSchema, Serialize)]
#[schema(as = ToolCall)]
pub struct ToolCallSchema {
    name: String,
    /// Its input, as JSON text.
    input: String,
    /// What came back, in a few words.
    summary: String,
    /// How long it took, in microseconds.
    duration_us: u64,
    failed: bool,
}

/// A column of a table.
#[derive(ToSchema, Serialize)]
#[schema(as = TableColumn)]
pub struct TableColumnSchema {
    name: String,
    align: AlignSchema,
}

/// Where a column's cells are aligned.
#[derive(ToSchema, Serialize, Deserialize)]
#[schema(as = Align)]
#[serde(rename_all = "snake_case")]
pub enum AlignSchema {
    Start,
    End,
}

/// One cell of a table.
#[derive(ToSchema, Serialize)]
#[schema(as = Cell)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CellSchema {
    Text {
        text: String,
    },
    Count {
        count: i64,
    },
    /// `12.5` is 12.5 %.
    Percent {
        percent: Decimal,
    },
    Date {
        date: Date,
    },
    /// An amount, with the rows behind it.
    Money {
        money: MoneySchema,
        #[schema(required)]
        rows: Option<Box<TransactionFilterSchema>>,
    },
}

/// What a chart looks like.
#[derive(ToSchema, Serialize, Deserialize)]
#[schema(as = ChartKind)]
#[serde(rename_all = "snake_case")]
pub enum ChartKindSchema {
    Bar,
    Line,
}

/// One point of a chart.
#[derive(ToSchema, Serialize)]
#[schema(as = ChartPoint)]
pub struct ChartPointSchema {
    label: String,
    value: Decimal,
    /// The rows that it was computed from.
    #[schema(required)]
    rows: Option<TransactionFilterSchema>,
}

/// How loud a notice is.
#[derive(ToSchema, Serialize, Deserialize)]
#[schema(as = NoticeLevel)]
#[serde(rename_all = "snake_case")]
pub enum NoticeLevelSchema {
    Info,
    Warning,
    Error,
}

/// The making of one answer.
#[derive(ToSchema)]
#[schema(as = Run)]
pub struct RunSchema {
    id: Uuid,
    chat_id: Uuid,
    /// The answer it writes.
    message_id: Uuid,
    status: RunStatusSchema,
    started_at: Timestamp,
    /// The day that it was then where the person is; not there for runs of versions that did not keep it.
    today: Option<Date>,
    /// The instance that writes it; empty when none ever has.
    owner: String,
    /// How often an instance has taken it on.
    epoch: u32,
    /// When its owner was last heard of; 1970 once it has let go of the run.
    heartbeat_at: Timestamp,
}

/// What a model was sent and what it cost.
#[derive(ToSchema)]
#[schema(as = RunRecord)]
pub struct RunRecordSchema {
    /// The model that wrote the answer.
    model: String,
    input_tokens: u64,
    output_tokens: u64,
    /// One a turn.
    steps: Vec<SeenStepSchema>,
    /// More was sent than is kept: at most 256 kB of text.
    is_cut: bool,
    /// What the model was asked beside the answer; its tokens are not in those above.
    asides: Vec<AsideSchema>,
}

/// What a model was asked beside an answer.
#[derive(ToSchema)]
#[schema(as = Aside)]
pub struct AsideSchema {
    purpose: AsidePurposeSchema,
    step: SeenStepSchema,
    input_tokens: u64,
    output_tokens: u64,
    /// More was sent than is kept: at most 64 kB of text.
    is_cut: bool,
}

/// What a model is asked for beside an answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AsidePurpose)]
pub enum AsidePurposeSchema {
    /// The chat's title.
    Title,
    /// The summary of a long chat.
    Summary,
}

/// What a model was sent in one turn.
#[derive(ToSchema)]
#[schema(as = SeenStep)]
pub struct SeenStepSchema {
    /// What it was told about its task.
    system: String,
    /// A step after the first holds what the steps before it did not.
    messages: Vec<SeenMessageSchema>,
    /// The names of the tools it was offered.
    tools: Vec<String>,
}

/// One message that a model was sent.
#[derive(ToSchema)]
#[schema(as = SeenMessage)]
pub struct SeenMessageSchema {
    /// `user`, `assistant` or `tool`.
    role: String,
    text: String,
}

/// Where a run stands.
#[derive(ToSchema, Serialize, Deserialize)]
#[schema(as = RunStatus)]
#[serde(rename_all = "snake_case")]
pub enum RunStatusSchema {
    Running,
    Ended,
}

/// The `data` of one server-sent event; `type` is its `event`, `number` its `id`.
#[derive(ToSchema, Serialize)]
#[schema(as = RunEvent)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RunEventSchema {
    /// A tool is being called.
    ToolStarted { number: u64, name: String },
    /// A tool has answered.
    ToolFinished { number: u64, call: ToolCallSchema },
    /// Markdown was added to the unfinished block of text.
    Text { number: u64, delta: String },
    /// A block is finished: it replaces the unfinished text, and comes as sanitised HTML too.
    Block { number: u64, part: PartSchema, html: String },
    /// The answer is written anew: what was shown of it so far is void.
    Restarted { number: u64 },
    /// The answer is sealed; no event follows.
    Done { number: u64, status: MessageStatusSchema },
}
