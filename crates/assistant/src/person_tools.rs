//! The tools beside the ledger's: changes that wait for a yes, the person's chats, and what other
//! programs lend.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{ChatId, Confirmation, FieldError, Role, ToolWriteOrigin, UserId};
use operations::{OperationError, Operations, WRITING_TOOLS};
use serde_json::{Value, json};
use storage::{PageRequest, SearchHit, SearchQuery};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    answer::{ToolOutcome, ToolRunner},
    catalogue::{LIST_MEMORIES, SEARCH_CHATS, beside_tools},
    remote::RemoteTools,
    toolbox::{ToolDefinition, ToolError, ToolOutput},
};

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

/// Runs a tool of ours that reads more than the ledger; none when there is no such tool. Of what was said
/// in chats, the chat `here` is left out: whoever asks there has it before them.
pub async fn read_beside(
    operations: &Operations,
    user: &UserId,
    here: Option<ChatId>,
    name: &str,
    input: &Value,
) -> Result<Option<ToolOutput>, OperationError> {
    match name {
        SEARCH_CHATS => search(operations, user, here, input).await.map(Some),
        LIST_MEMORIES => memories(operations, user).await.map(Some),
        _ => Ok(None),
    }
}

async fn search(
    operations: &Operations,
    user: &UserId,
    here: Option<ChatId>,
    input: &Value,
) -> Result<ToolOutput, OperationError> {
    let text = input["text"].as_str().ok_or_else(|| {
        let (field, message) = ("text".to_owned(), "must be given".to_owned());
        OperationError::Invalid(vec![FieldError { field, message }])
    })?;
    let query = SearchQuery { text: text.to_owned(), ..SearchQuery::default() };
    let found = operations.search(user, &query, &PageRequest::first(HITS_MAX + 4)).await?;
    let elsewhere = found.items.iter().filter(|hit| here != Some(hit.chat_id));
    let hits: Vec<Value> = elsewhere.take(usize::from(HITS_MAX)).map(hit).collect();
    let summary = match hits.len() {
        1 => "1 message".to_owned(),
        count => format!("{count} messages"),
    };
    Ok(ToolOutput { summary, details: json!({ "hits": hits }), ..ToolOutput::default() })
}

fn hit(hit: &SearchHit) -> Value {
    let text: String = hit.snippet.iter().map(|piece| piece.text.as_str()).collect();
    let place = hit.message_id.map_or_else(String::new, |id| format!("#m-{id}"));
    json!({
        "chat": hit.chat_title.as_str(),
        "when": hit.created_at.strftime("%Y-%m-%d").to_string(),
        // A title is nobody's words.
        "who": hit.role.map(|role| if role == Role::Assistant { "assistant" } else { "person" }),
        "text": text,
        "link": format!("/chats/{}{place}", hit.chat_id),
    })
}

async fn memories(operations: &Operations, user: &UserId) -> Result<ToolOutput, OperationError> {
    let remembered = operations.list_memories(user).await?;
    let texts: Vec<&str> = remembered.iter().map(|memory| memory.text.as_str()).collect();
    let summary = if texts.is_empty() { "nothing remembered" } else { "what is remembered" }.to_owned();
    Ok(ToolOutput { summary, details: json!({ "remembered": texts }), ..ToolOutput::default() })
}

/// What an operation's error tells a model and the person; nothing of the inside.
fn told(error: &OperationError) -> ToolError {
    ToolError::Told { message: error.to_string() }
}

#[async_trait]
impl ToolRunner for PersonTools {
    fn definitions(&self) -> Vec<ToolDefinition> {
        let mut all = beside_tools();
        let remote = self.remote.iter().flat_map(|remote| remote.definitions(&self.user));
        // A stranger's tool does not take the place of one of ours.
        let own: Vec<String> =
            all.iter().chain(crate::Toolbox::list()).map(|tool| tool.name.to_string()).collect();
        all.extend(remote.filter(|tool| !own.iter().any(|name| *name == tool.name)));
        all
    }

    async fn call(&self, name: &str, input: &Value) -> Result<ToolOutcome, ToolError> {
        let here = match &self.origin {
            ToolWriteOrigin::Chat { chat_id, .. } => Some(*chat_id),
            ToolWriteOrigin::Mcp { .. } => None,
        };
        let read = read_beside(&self.operations, &self.user, here, name, input).await;
        if let Some(output) = read.map_err(|error| told(&error))? {
            return Ok(ToolOutcome::Output(Box::new(output)));
        }
        match name {
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
