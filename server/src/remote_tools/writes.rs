//! Remote tools that change something: what the person is asked, and the call after their yes.

use assistant::{RemoteTools, ToolSource};
use async_trait::async_trait;
use domain::UserId;
use operations::RemoteWrites;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::RemoteServers;

/// Characters of an input that a preview shows.
const INPUT_MAX: usize = 600;

#[async_trait]
impl RemoteWrites for RemoteServers {
    fn preview(&self, user: &UserId, tool: &str, input: &Value) -> Option<String> {
        let definitions = self.definitions(user);
        let definition = definitions.iter().find(|it| it.name == tool && it.writes)?;
        let ToolSource::Remote { server } = &definition.source else { return None };
        let own = tool.split_once("__").map_or(tool, |(_, own)| own);
        let whole = input.to_string();
        let shown: String = whole.chars().take(INPUT_MAX).collect();
        let cut = if shown.len() < whole.len() { "…" } else { "" };
        Some(format!("Call {own} of the server {server} with {shown}{cut}"))
    }

    async fn make(&self, user: &UserId, tool: &str, input: &Value) -> Result<String, String> {
        let answer = self.call(user, tool, input, &CancellationToken::new()).await?;
        Ok(answer.as_str().map_or_else(|| answer.to_string(), str::to_owned))
    }
}
