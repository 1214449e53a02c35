//! Answers questions about a ledger: models, tools, the tool loop, runs.
//!
//! A model reads the question and calls tools; every figure of an answer comes from a tool's
//! result and leads to its rows. The built-in model needs no network.
//!
//! Not here: HTTP, rendering, storage. `app` and `server` may depend on it.

mod answer;
mod blocks;
mod builtin;
mod format;
mod model;
mod remote;
mod runs;
mod suggest;
mod toolbox;
mod vocabulary;
pub mod when;
mod words;

pub use answer::{Answer, AnswerEvent, AnswerSummary, Figure, Question, ToolUse, answer};
pub use builtin::BuiltinModel;
pub use format::NumberFormat;
pub use model::{
    ChatModel, ModelContext, ModelError, ModelEvent, ModelMessage, ModelRequest, Models, ToolRequest,
};
pub use remote::RemoteTools;
pub use runs::{Render, Runs};
pub use suggest::suggestions;
pub use toolbox::{ToolDefinition, ToolError, ToolFigure, ToolOutput, ToolSource, Toolbox};
