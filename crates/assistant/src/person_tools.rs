//! The tools beside the ledger's: changes that wait for a yes, the person's chats, and what other
//! programs lend.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Confirmation, ToolWriteOrigin, UserId};
use operations::{OperationError, Operations, WRITING_TOOLS};
use serde_json::{Value, json};
use storage::{PageRequest, SearchQuery};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    answer::{ToolOutcome, ToolRunner},
    catalogue::{SEARCH_CHATS, search_output, search_tool, writing_tools},
    remote::RemoteTools,
    toolbox::{ToolDefinition, ToolError, ToolOutput},
};

const LIST_MEMORIES: &str = "list_memories";
/// Messages that one search tells.
const HITS_MAX: u16 = 8;

/// The tools beside the ledger's for one answer of one person.
pub struct PersonTools {
    operations: Arc<Operations>,
    user: UserId,
    origin: ToolWriteOrigin,
    remote: Option<Arc<dyn RemoteTools>>,
    cancel: CancellationToken,
    _cancel_on_drop: DropGuard,
}

impl PersonTools {
    /// The tools of a person; what they propose came about at `origin`. Dropping them cancels the
    /// calls that still run.
    pub fn new(
        operations: Arc<Operations>,
        user: UserId,
        origin: ToolWriteOrigin,
        remote: Option<Arc<dyn RemoteTools>>,
    ) -> Self {
        let cancel = CancellationToken::new();
        let guard = cancel.clone().drop_guard();
        Self { operations, user, origin, remote, cancel, _cancel_on_drop: guard }
    }

    async fn search(&self, input: &Value) -> Result<ToolOutput, ToolError> {
        let invalid = |message: &str| ToolError::InvalidInput { message: message.to_owned() };
        let text = input["text"].as_str().ok_or_else(|| invalid("\"text\" is missing"))?;
        let query = SearchQuery { text: text.to_owned(), ..SearchQuery::default() };
        let found = self.operations.search(&self.user, &query, &PageRequest::first(HITS_MAX + 4)).await;
        let is_here =
            |chat| matches!(&self.origin, ToolWriteOrigin::Chat { chat_id, .. } if *chat_id == chat);
        let items = found.map_err(|error| told(&error))?.items;
        let elsewhere = items.iter().filter(|hit| !is_here(hit.chat_id));
        Ok(search_output(elsewhere.take(usize::from(HITS_MAX))))
    }

    async fn memories(&self) -> Result<ToolOutput, ToolError> {
        let remembered = self.operations.list_memories(&self.user).await.map_err(|error| told(&error))?;
        let texts: Vec<&str> = remembered.iter().map(|memory| memory.text.as_str()).collect();
        let summary = if texts.is_empty() { "nothing remembered" } else { "what is remembered" }.to_owned();
        Ok(ToolOutput { summary, details: json!({ "remembered": texts }), ..ToolOutput::default() })
    }

    async fn propose(&self, tool: &str, input: &Value) -> Result<ToolOutcome, ToolError> {
        let origin = self.origin.clone();
        let write = self
            .operations
            .propose_tool_write(&self.user, tool, input, origin)
            .await
            .map_err(|error| told(&error))?;
        let confirmation = Confirmation { tool_write_id: write.id, tool: write.tool, preview: write.preview };
        Ok(ToolOutcome::Proposed(confirmation))
    }
}

/// The tools of ours that need more than the ledger, as a model is told about them.
fn own_definitions() -> Vec<ToolDefinition> {
    let nothing =
        json!({ "type": "object", "properties": {}, "required": [], "additionalProperties": false });
    let reading = [
        search_tool(
            "Finds what was said in the person's other chats. For questions such as: what did we decide about the car?",
        ),
        ToolDefinition::reading(LIST_MEMORIES, "What the person asked to be remembered.", nothing),
    ];
    reading.into_iter().chain(writing_tools()).collect()
}

/// What an operation's error tells a model and the person; nothing of the inside.
fn told(error: &OperationError) -> ToolError {
    ToolError::Told { message: error.to_string() }
}

#[async_trait]
impl ToolRunner for PersonTools {
    fn definitions(&self) -> Vec<ToolDefinition> {
        let mut all = own_definitions();
        let remote = self.remote.iter().flat_map(|remote| remote.definitions(&self.user));
        // A stranger's tool does not take the place of one of ours.
        let own: Vec<String> =
            all.iter().chain(crate::Toolbox::list()).map(|tool| tool.name.to_string()).collect();
        all.extend(remote.filter(|tool| !own.iter().any(|name| *name == tool.name)));
        all
    }

    async fn call(&self, name: &str, input: &Value) -> Result<ToolOutcome, ToolError> {
        match name {
            SEARCH_CHATS => self.search(input).await.map(|output| ToolOutcome::Output(Box::new(output))),
            LIST_MEMORIES => self.memories().await.map(|output| ToolOutcome::Output(Box::new(output))),
            _ if WRITING_TOOLS.iter().any(|tool| tool.name == name) => self.propose(name, input).await,
            _ => {
                let remote = self.remote.as_ref().ok_or(ToolError::UnknownTool)?;
                let definitions = remote.definitions(&self.user);
                let tool = definitions.iter().find(|tool| tool.name == name).ok_or(ToolError::UnknownTool)?;
                if tool.writes {
                    return self.propose(name, input).await;
                }
                let answer = remote.call(&self.user, name, input, &self.cancel).await;
                answer.map(ToolOutcome::Foreign).map_err(|message| ToolError::Told { message })
            }
        }
    }
}
