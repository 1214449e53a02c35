//! What is asked of a model, and what it says.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One turn's input.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChatRequest {
    /// The conversation, oldest first.
    pub messages: Vec<ChatMessage>,
    /// The tools that may be called.
    pub tools: Vec<ChatTool>,
    /// Which tools must be called; none leaves it to the model.
    pub tool_choice: Option<ToolChoice>,
    /// The longest answer, in tokens; none leaves it to the endpoint.
    pub max_tokens: Option<u32>,
    /// How much chance there is in the answer; none leaves it to the endpoint, as some models take no other value.
    pub temperature: Option<f32>,
}

/// A message of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatMessage {
    /// What the model is to know and to do.
    System(String),
    /// A person's words.
    User(String),
    /// What the model said, and the tools it called.
    Assistant {
        /// May be empty.
        text: String,
        /// The calls, in order.
        tool_calls: Vec<ToolCall>,
    },
    /// What a tool gave back.
    Tool {
        /// The call that it answers.
        call_id: String,
        /// The output, mostly JSON.
        content: String,
    },
}

/// A tool that a model may call.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatTool {
    /// Letters, digits, `_` and `-`, at most 64.
    pub name: String,
    /// What it does and when to call it.
    pub description: String,
    /// JSON Schema of its input, an object.
    pub parameters: Value,
    /// Whether the model must keep to the schema; left out for models that refuse the word.
    pub strict: Option<bool>,
}

/// A model's wish to call a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    /// The model's id for the call; made up where it gave none.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// Its input as the model wrote it: JSON, if the model kept to it. Never empty.
    pub arguments: String,
}

/// Which tools must be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolChoice {
    /// The model decides.
    Auto,
    /// None.
    None,
    /// At least one.
    Required,
    /// This one.
    Function(String),
}

/// What a model says, as it says it. Calls, usage and the reason for the end come when the turn ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatEvent {
    /// Text to append to the answer; never empty.
    Text(String),
    /// A tool to call.
    ToolCall(ToolCall),
    /// What the turn has cost.
    Usage(Usage),
    /// The turn is over; nothing follows.
    Finish(FinishReason),
}

/// What a turn has cost, in tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Read by the model.
    pub input_tokens: u64,
    /// Written by the model.
    pub output_tokens: u64,
}

/// Why a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinishReason {
    /// The model had said everything.
    Stop,
    /// The answer is as long as it may be, and not at its end.
    Length,
    /// Tools are to be called.
    ToolCalls,
}

/// A turn, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatAnswer {
    /// May be empty.
    pub text: String,
    /// The calls, in order.
    pub tool_calls: Vec<ToolCall>,
    /// What it has cost, where the endpoint says so.
    pub usage: Option<Usage>,
    /// Why it ended.
    pub finish: FinishReason,
}
