//! The search of chats as a tool.

use assistant::ToolOutput;
use domain::{FieldError, Role, UserId};
use operations::{OperationError, Operations};
use serde_json::{Value, json};
use storage::{PageRequest, SearchHit, SearchQuery};

/// Messages that one search tells.
const HITS_MAX: u16 = 10;

/// What was said in the person's chats with the words of `text` in it, the best first.
pub(super) async fn search(
    operations: &Operations,
    user: &UserId,
    input: &Value,
) -> Result<ToolOutput, OperationError> {
    let text = input["text"].as_str().ok_or_else(|| {
        let (field, message) = ("text".to_owned(), "must be given".to_owned());
        OperationError::Invalid(vec![FieldError { field, message }])
    })?;
    let query = SearchQuery { text: text.to_owned(), ..SearchQuery::default() };
    let found = operations.search(user, &query, &PageRequest::first(HITS_MAX)).await?;
    let hits: Vec<Value> = found.items.iter().map(hit).collect();
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
        "who": if hit.role == Some(Role::Assistant) { "assistant" } else { "person" },
        "text": text,
        "link": format!("/chats/{}{place}", hit.chat_id),
    })
}
