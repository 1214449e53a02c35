//! What a tool of a server answered.

use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::Value;

/// What a tool answered: data of whoever runs the server.
#[derive(Debug, Clone, PartialEq)]
pub struct McpAnswer {
    /// The structured content, else the texts as one string. Images and sounds are only named.
    pub content: Value,
    /// The tool says that it failed; `content` tells why.
    pub is_error: bool,
}

impl From<CallToolResult> for McpAnswer {
    fn from(result: CallToolResult) -> Self {
        let is_error = result.is_error == Some(true);
        let content = result.structured_content.filter(|content| !content.is_null());
        Self { content: content.unwrap_or_else(|| Value::String(texts(&result.content))), is_error }
    }
}

fn texts(blocks: &[ContentBlock]) -> String {
    let texts: Vec<&str> = blocks
        .iter()
        .map(|block| match block {
            ContentBlock::Text(text) => text.text.as_str(),
            ContentBlock::Image(_) => "[an image]",
            ContentBlock::Audio(_) => "[a sound]",
            _ => "[a file]",
        })
        .collect();
    texts.join("\n")
}
