//! The search of chats as a tool.

use assistant::{ToolOutput, search_output};
use domain::{FieldError, UserId};
use operations::{OperationError, Operations};
use serde_json::Value;
use storage::{PageRequest, SearchQuery};

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
    Ok(search_output(&found.items))
}
