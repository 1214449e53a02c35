//! Answers questions about a ledger: models, tools, the tool loop, runs.
//!
//! A model reads the question and calls tools; every figure of an answer comes from a tool's
//! result and leads to its rows. The built-in model needs no network.
//!
//! Not here: HTTP, rendering, storage. `app` and `server` may depend on it.

mod answer;
mod aside;
mod blocks;
mod bound;
mod builtin;
mod catalogue;
mod desk;
mod format;
mod grounding;
mod model;
mod person_tools;
mod remote;
mod runs;
mod suggest;
mod summary;
mod title;
mod toolbox;
mod vocabulary;
pub mod when;
mod words;

pub use answer::{
    Answer, AnswerEvent, AnswerLimits, AnswerSummary, Assistant, Briefing, Figure, Question, ToolOutcome,
    ToolRunner, ToolUse, answer,
};
pub use bound::{RESULT_MAX_BYTES, bounded};
pub use builtin::BuiltinModel;
pub use catalogue::{CatalogueTool, SEARCH_CHATS, beside_tools, catalogue};
pub use desk::{Allowance, Desk};
pub use format::NumberFormat;
pub use model::{
    ChatModel, ModelContext, ModelError, ModelEvent, ModelMessage, ModelRequest, Models, ToolRequest,
};
pub use person_tools::{PersonTools, read_beside};
pub use remote::RemoteTools;
pub use runs::{Render, Runs};
pub use suggest::suggestions;
pub use toolbox::{ToolDefinition, ToolError, ToolFigure, ToolOutput, ToolSource, Toolbox};
