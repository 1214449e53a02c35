//! Tools that need more than the ledger: those that write, search chats, or belong to others.

use async_trait::async_trait;
use domain::Confirmation;
use serde_json::Value;

use crate::toolbox::{ToolDefinition, ToolError, ToolOutput};

/// Runs the tools that stand beside those of the [`Toolbox`](crate::Toolbox).
#[async_trait]
pub trait ToolRunner: Send + Sync {
    /// What it runs.
    fn definitions(&self) -> Vec<ToolDefinition>;

    /// Runs one. A tool that writes only proposes: its outcome is [`ToolOutcome::Proposed`].
    async fn call(&self, name: &str, input: &Value) -> Result<ToolOutcome, ToolError>;
}

/// What comes of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum ToolOutcome {
    /// A result of ours.
    Output(Box<ToolOutput>),
    /// What another program's tool says.
    Foreign(Value),
    /// A change that waits for the person's yes.
    Proposed(Confirmation),
}
