//! Tools of other programs, which they lend to our assistant.

use std::time::Duration;

use async_trait::async_trait;
use domain::UserId;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::toolbox::ToolDefinition;

/// The tools of remote MCP servers. What they answer is data of a stranger: it is shown to the
/// model as such, and no figure of an answer is taken for the ledger's because of it.
#[async_trait]
pub trait RemoteTools: Send + Sync {
    /// The tools that this person's assistant may call, from what is known; does not wait for a
    /// server. A name is unique and none of ours.
    fn definitions(&self, user: &UserId) -> Vec<ToolDefinition>;

    /// Asks the servers whose lists are old for new ones, and waits for them, `within` at most.
    async fn refresh(&self, _user: &UserId, _within: Duration) {}

    /// The servers whose tools are not there for this person, and why.
    fn failures(&self, _user: &UserId) -> Vec<(String, String)> {
        Vec::new()
    }

    /// Calls one; the error is a sentence for the model and the person. Ends when `cancel` does.
    async fn call(
        &self,
        user: &UserId,
        name: &str,
        input: &Value,
        cancel: &CancellationToken,
    ) -> Result<Value, String>;
}
