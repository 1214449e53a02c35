//! A chat model: what it is asked, what it says, one turn at a time.

use std::{sync::Arc, time::Duration};

use domain::{Currency, UserId};
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

/// The models of a program.
#[derive(Clone)]
pub struct Models {
    /// Answers without a network, and whenever the other one cannot.
    pub builtin: Arc<dyn ChatModel>,
    /// Answers first; none where no endpoint is configured or it is switched off.
    pub serving: Option<Arc<dyn ChatModel>>,
}

impl Models {
    /// One model and no other.
    pub fn only(model: Arc<dyn ChatModel>) -> Self {
        Self { builtin: model, serving: None }
    }
}

/// One turn's input. Whoever drops the turn's stream has cancelled it.
#[derive(Debug, Clone)]
pub struct ModelRequest {
    /// The person who asks; a model that is called on their behalf knows their credentials by it.
    pub user: UserId,
    /// What the model is told before the conversation: who it is, its rules, what it should know.
    pub system: Arc<str>,
    /// The conversation so far, oldest first; the question is the last message of a user.
    pub messages: Vec<ModelMessage>,
    /// The tools that may be called; none asks for text alone.
    pub tools: Arc<[ToolDefinition]>,
    /// What every answer needs to know; `system` says it in words.
    pub context: ModelContext,
    /// The most tokens that the turn may write; none leaves it to the model.
    pub output_tokens_max: Option<u32>,
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
    /// Its input; must fit the tool's schema. Arguments that are not JSON come as a JSON string of
    /// what was written, so that the model is answered with the tool's error.
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
    /// What the turn has cost so far. A later one replaces it.
    Usage {
        /// Tokens that the model read.
        input_tokens: u64,
        /// Tokens that it wrote.
        output_tokens: u64,
    },
    /// The turn has the greatest length that it may have, and would have gone on.
    Cut,
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
    /// Too many requests or tokens a minute.
    #[error("the model is asked too often")]
    RateLimited {
        /// When it may be asked again, if it said so.
        retry_after: Option<Duration>,
    },
    /// The conversation is longer than the model reads.
    #[error("the conversation is too long for the model")]
    ContextTooLong,
    /// The endpoint's content filter stopped the question or the answer.
    #[error("the model's content filter stopped the answer")]
    Filtered,
    /// The credentials are refused or lack a permission.
    #[error("the model may not be asked with these credentials")]
    Denied,
    /// The person's or the program's budget of tokens is spent.
    #[error("the budget of tokens is spent")]
    BudgetSpent,
}
