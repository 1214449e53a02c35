//! Every tool that a person's assistant may call, with its switch.

use std::time::Duration;

use assistant::{CatalogueTool, beside_tools, catalogue};
use domain::UserId;
use operations::OperationError;

use crate::AppState;

/// How long a list of remote tools is waited for before what is known is shown.
const REMOTE_WITHIN: Duration = Duration::from_secs(3);

/// Every tool, and what is missing.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCatalogue {
    /// The tools: ours, then those of remote servers.
    pub tools: Vec<CatalogueTool>,
    /// Remote servers whose tools are not there, and why.
    pub unavailable: Vec<(String, String)>,
}

impl AppState {
    /// Every tool that a person's assistant may call.
    pub async fn tools(&self, user: &UserId) -> Result<ToolCatalogue, OperationError> {
        let mut beside = beside_tools();
        let mut unavailable = Vec::new();
        if let Some(remote) = &self.remote {
            remote.refresh(user, REMOTE_WITHIN).await;
            beside.extend(remote.definitions(user));
            unavailable = remote.failures(user);
        }
        let settings = self.operations.settings(user).await?;
        Ok(ToolCatalogue { tools: catalogue(&settings, beside), unavailable })
    }

    /// Switches a tool on or off: for the assistant and for other agents alike.
    pub async fn switch_tool(
        &self,
        user: &UserId,
        name: &str,
        enabled: bool,
    ) -> Result<CatalogueTool, OperationError> {
        let tool = self.tools(user).await?.tools.into_iter().find(|tool| tool.definition.name == name);
        let tool = tool.ok_or(OperationError::NotFound)?;
        self.operations.switch_tool(user, name, enabled).await?;
        Ok(CatalogueTool { enabled, ..tool })
    }
}
