//! A chat model: what it is asked, what it says, one turn at a time.

use std::sync::Arc;

use domain::Currency;
use futures::stream::BoxStream;
use jiff::civil::Date;
use serde_json::Value;
use thiserror::Error;

use crate::toolbox::ToolDefinition;

/// Writes answers. A turn is one stream: text, tool calls, or both; after tool calls the loop
/// runs the tools and asks again with their results.
///
/// The shape is that of chat completions with tool calling, so that a serving endpoint fits.
pub trait ChatModel: Send + Sync {
    /// What status pages and logs call it.
    fn name(&self) -> &str;

    /// Starts one turn. The stream ends when the turn does.
    fn respond(&self, request: ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>>;
}

/// One turn's input.
#[derive(Debug, Clone)]
pub struct ModelRequest {
    /// The conversation so far, oldest first; the question is the last message of a user.
    pub messages: Vec<ModelMessage>,
    /// The tools that may be called.
    pub tools: &'static [ToolDefinition],
    /// What every answer needs to know; a serving model gets it as its system prompt.
    pub context: ModelContext,
}

/// What every answer needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelContext {
    /// Today, for words such as "last month".
    pub as_of: Date,
    /// The person's BCP 47 tag, by which numbers are written.
    pub locale: Option<String>,
    /// The currency that comes first where there are several.
    pub base_currency: Option<Currency>,
}

/// A message of the conversation as a model sees it.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelMessage {
    /// The person's words.
    User(String),
    /// What the model said, and the tools it called.
    Assistant {
        /// Markdown; may be empty.
        text: String,
        /// The calls, in order.
        calls: Vec<ToolRequest>,
    },
    /// What a tool gave back.
    Tool {
        /// The call that it answers.
        call_id: String,
        /// The output, or `{"error": …}`; shared, since outputs can be large.
        output: Arc<Value>,
    },
}

/// A model's wish to call a tool.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolRequest {
    /// The model's own id for the call.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// Its input; must fit the tool's schema.
    pub input: Value,
}

/// What a model says during a turn.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelEvent {
    /// Markdown to append to the answer.
    Text {
        /// The markdown.
        delta: String,
    },
    /// A tool to call when the turn has ended.
    ToolCall(ToolRequest),
    /// What the question was understood as; a model that says nothing leaves it to the first
    /// tool's name.
    Intent(String),
}

/// Why a turn broke off.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ModelError {
    /// The model cannot be reached or refuses to answer.
    #[error("the model is not available")]
    Unavailable,
    /// The model's stream is not what its protocol says.
    #[error("the model's answer could not be read")]
    Unreadable,
}
