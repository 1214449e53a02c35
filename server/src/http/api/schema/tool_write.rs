//! What tools want to change.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A change that a tool wants to make: what the person is asked, and what became of it.
#[derive(ToSchema)]
#[schema(as = ToolWrite)]
pub struct ToolWriteSchema {
    id: Uuid,
    /// The tool's name.
    tool: String,
    /// The tool's input, as JSON text.
    input: String,
    /// What will change, plain text.
    preview: String,
    origin: ToolWriteOriginSchema,
    status: ToolWriteStatusSchema,
    /// What came of it, plain text.
    #[schema(required)]
    outcome: Option<String>,
    created_at: Timestamp,
    /// When its status last changed.
    #[schema(required)]
    decided_at: Option<Timestamp>,
}

/// One part of them.
#[derive(ToSchema)]
#[schema(as = ToolWriteList)]
pub struct ToolWriteListSchema {
    items: Vec<ToolWriteSchema>,
    /// Where older ones start.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Where a tool was called.
#[derive(ToSchema, Serialize)]
#[schema(as = ToolWriteOrigin)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToolWriteOriginSchema {
    /// For an answer in a chat.
    Chat { chat_id: Uuid, message_id: Uuid },
    /// By another program, over MCP.
    Mcp { client: String },
}

/// Where it stands: `pending` until the person decides, at most 24 hours.
#[derive(ToSchema, Serialize, Deserialize)]
#[schema(as = ToolWriteStatus)]
#[serde(rename_all = "snake_case")]
pub enum ToolWriteStatusSchema {
    Pending,
    Approved,
    Done,
    Refused,
    Failed,
    Expired,
}
