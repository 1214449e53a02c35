//! The person's word on what a tool wants to change.

use axum::{
    extract::{Form, Path},
    response::Response,
};
use domain::{ToolWrite, ToolWriteId, ToolWriteOrigin};
use operations::OperationError;

use super::{fields::Fields, reply::Sender};

/// Decides, and leads back to the answer that asked, or to the page of what programs ask for. Only the word `true` is a yes.
pub(super) async fn decide(
    sender: Sender,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let Ok(id) = id.parse::<ToolWriteId>() else { return sender.refuse(&OperationError::NotFound).await };
    let approve = Fields(fields).text("approve") == "true";
    let operations = &sender.state.operations;
    let decided = match operations.decide_tool_write(&sender.person.user, id, approve).await {
        // The same form again: its decision stands.
        Err(OperationError::AlreadyDone) => operations.get_tool_write(&sender.person.user, id).await,
        decided => decided,
    };
    let to = decided.as_ref().map_or_else(|_| "/".to_owned(), asked_at);
    sender.done(decided, &to).await
}

fn asked_at(write: &ToolWrite) -> String {
    match &write.origin {
        ToolWriteOrigin::Chat { chat_id, message_id } => format!("/chats/{chat_id}#m-{message_id}"),
        ToolWriteOrigin::Mcp { .. } => "/assistant".to_owned(),
    }
}
