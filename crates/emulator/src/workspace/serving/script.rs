//! What a serving endpoint is and what it will say, as Rust values and as the JSON of `/_emulator/serving/{name}`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A serving endpoint and its next turns. After the last one the endpoint's own model answers: it calls the tool that
/// fits the question, and tells what the tool gave back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServingScript {
    /// `llm/v1/chat`, `agent/v2/chat`, `agent/v1/responses`, or what does not chat.
    pub task: String,
    /// The model behind it; some rules depend on whose it is.
    pub model: String,
    /// Whether it is `READY`; one that is not answers 503 as it does while it wakes from zero.
    pub ready: bool,
    /// What it does when it is asked to stream.
    pub streaming: Streaming,
    /// Refuse requests with tools, as agents do that have their own.
    pub refuse_tools: bool,
    /// Waited before each answer's first byte, in milliseconds.
    pub first_byte_ms: u64,
    /// Waited between two pieces of what the endpoint's own model says, in milliseconds.
    pub piece_ms: u64,
    /// The turns to come; each request takes the first.
    pub turns: Vec<ServingTurn>,
    /// Whether the last turn stays.
    pub repeat: bool,
}

impl Default for ServingScript {
    fn default() -> Self {
        Self {
            task: "llm/v1/chat".to_owned(),
            model: "emulated-model".to_owned(),
            ready: true,
            streaming: Streaming::Yes,
            refuse_tools: false,
            first_byte_ms: 0,
            piece_ms: 0,
            turns: Vec::new(),
            repeat: false,
        }
    }
}

/// What an endpoint does when it is asked to stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Streaming {
    /// It streams.
    #[default]
    Yes,
    /// It answers JSON all the same.
    Ignored,
    /// It answers 400.
    Refused,
}

/// One turn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServingTurn {
    /// What the model says, piece by piece.
    pub say: Vec<Saying>,
    /// Tokens read and written; counted by words when absent.
    pub usage: Option<(u64, u64)>,
    /// The reason for the end; `stop` or `tool_calls` when absent.
    pub finish_reason: Option<String>,
    /// What goes wrong.
    pub fault: Option<ServingFault>,
}

/// A piece of a turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Saying {
    /// Words, one event.
    Text(String),
    /// A content in parts, one event.
    Parts(Vec<Value>),
    /// A pause.
    WaitMs(u64),
    /// A call, in three events: its name, and its arguments in two halves.
    ToolCall {
        /// The tool.
        name: String,
        /// Its input; a string is sent as it is, JSON or not.
        #[serde(default)]
        arguments: Value,
        /// The call's id; one is made when absent, and an empty one is left out.
        #[serde(default)]
        id: Option<String>,
    },
    /// Data of an event as it is: whatever else may come.
    Raw(String),
}

/// What goes wrong in a turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ServingFault {
    /// An error instead of an answer: 429, 500, 503 and others.
    Status {
        /// The HTTP status.
        code: u16,
        /// `Retry-After`, in seconds.
        #[serde(default)]
        retry_after: Option<u32>,
        /// The body's message; the usual one of the status when absent.
        #[serde(default)]
        message: Option<String>,
    },
    /// 400, in the words of a model whose context is full.
    ContextTooLong,
    /// 400, as a guardrail of the workspace answers.
    Guardrail,
    /// 400, as an external model's content filter answers.
    ContentFilter,
    /// No answer, ever.
    Hang,
    /// Nothing more after so many events, the connection stays.
    HangAfter(usize),
    /// The connection breaks after so many events.
    CutAfter(usize),
    /// The answer ends in good order after so many events, without a reason and without `[DONE]`.
    EndAfter(usize),
    /// An error object after so many events.
    ErrorAfter(usize),
    /// 200 and bytes that are no answer.
    Garbage,
    /// No `[DONE]` at the end.
    NoDone,
}
