//! Writes that another program makes: tools of remote servers that change something there.
//!
//! Nobody can tell whether such a call was made when the program ends in between, so none is ever
//! repeated.

use async_trait::async_trait;
use domain::{ToolWrite, UserId};
use serde_json::Value;

use crate::{OperationError, Operations};

/// Characters of what a remote tool answers that are kept.
const OUTCOME_MAX: usize = 1_000;

/// Calls of remote tools that change something.
#[async_trait]
pub trait RemoteWrites: Send + Sync {
    /// What a call would do, in words for the person; none where there is no such tool that writes.
    fn preview(&self, user: &UserId, tool: &str, input: &Value) -> Option<String>;

    /// Makes the call; gives what came of it, in words.
    async fn make(&self, user: &UserId, tool: &str, input: &Value) -> Result<String, String>;
}

/// Whether a tool is a remote server's, by its name: `server__tool`.
pub(super) fn is_remote(tool: &str) -> bool {
    tool.contains("__")
}

impl Operations {
    /// What a remote tool would do. It must be on.
    pub(super) async fn plan_remote_write(
        &self,
        user: &UserId,
        tool: &str,
        input: &Value,
    ) -> Result<String, OperationError> {
        if !self.settings(user).await?.tool_is_enabled(tool) {
            return Err(OperationError::field("tool", "is switched off"));
        }
        let preview = self.remote_writes.as_ref().and_then(|remote| remote.preview(user, tool, input));
        preview.ok_or_else(|| OperationError::field("tool", "is no tool that writes"))
    }

    /// Makes what the person agreed to, unless it may have been made before.
    pub(super) async fn make_remote_write(
        &self,
        user: &UserId,
        write: &ToolWrite,
        again: bool,
    ) -> Result<String, OperationError> {
        let refused = |message: &str| OperationError::field("tool", message);
        if again {
            return Err(refused("may have been called before, and is not called again"));
        }
        if !self.settings(user).await?.tool_is_enabled(&write.tool) {
            return Err(refused("is switched off"));
        }
        let remote = self.remote_writes.as_ref().ok_or_else(|| refused("is not there any more"))?;
        let input: Value = serde_json::from_str(&write.input).unwrap_or_default();
        match remote.make(user, &write.tool, &input).await {
            Ok(outcome) => Ok(shortened(&outcome)),
            Err(reason) => Err(refused(&format!("gave no result: {}", shortened(&reason)))),
        }
    }
}

fn shortened(text: &str) -> String {
    let line: String = text.chars().filter(|c| !c.is_control()).take(OUTCOME_MAX).collect();
    if line.trim().is_empty() { "Done.".to_owned() } else { line }
}
