//! Between the assistant's words and the endpoint's.

use assistant::{ModelError, ModelEvent, ModelMessage, ModelRequest, ToolDefinition, ToolRequest};
use databricks::serving::{
    ChatEvent, ChatMessage, ChatRequest, ChatTool, FinishReason, ServingError, ToolCall,
};
use serde_json::Value;

/// The turn as the endpoint is asked for it.
pub(super) fn request(request: &ModelRequest) -> ChatRequest {
    let mut messages = vec![ChatMessage::System(request.system.to_string())];
    messages.extend(request.messages.iter().map(message));
    ChatRequest {
        messages,
        tools: request.tools.iter().map(tool).collect(),
        max_tokens: request.output_tokens_max,
        ..ChatRequest::default()
    }
}

fn message(message: &ModelMessage) -> ChatMessage {
    match message {
        ModelMessage::User(text) => ChatMessage::User(text.clone()),
        ModelMessage::Assistant { text, calls } => {
            ChatMessage::Assistant { text: text.clone(), tool_calls: calls.iter().map(call).collect() }
        }
        ModelMessage::Tool { call_id, output } => {
            ChatMessage::Tool { call_id: call_id.clone(), content: output.to_string() }
        }
    }
}

fn call(call: &ToolRequest) -> ToolCall {
    ToolCall { id: call.id.clone(), name: call.name.clone(), arguments: call.input.to_string() }
}

fn tool(tool: &ToolDefinition) -> ChatTool {
    ChatTool {
        name: tool.name.to_string(),
        description: tool.description.to_string(),
        parameters: Value::clone(&tool.input_schema),
        strict: None,
    }
}

/// What the loop hears; none where there is nothing to hear.
pub(super) fn event(event: ChatEvent) -> Option<ModelEvent> {
    match event {
        ChatEvent::Text(delta) => Some(ModelEvent::Text { delta }),
        ChatEvent::ToolCall(ToolCall { id, name, arguments }) => {
            // What is not JSON goes as it is: the tool's error tells the model.
            let input = serde_json::from_str(&arguments).unwrap_or(Value::String(arguments));
            Some(ModelEvent::ToolCall(ToolRequest { id, name, input }))
        }
        ChatEvent::Usage(usage) => {
            Some(ModelEvent::Usage { input_tokens: usage.input_tokens, output_tokens: usage.output_tokens })
        }
        ChatEvent::Finish(FinishReason::Length) => Some(ModelEvent::Cut),
        ChatEvent::Finish(_) => None,
    }
}

/// What the loop needs to know of a failure.
pub(super) fn error(error: &ServingError) -> ModelError {
    match error {
        ServingError::RateLimited { retry_after, .. } => {
            ModelError::RateLimited { retry_after: *retry_after }
        }
        ServingError::ContextTooLong { .. } => ModelError::ContextTooLong,
        ServingError::ContentFiltered { .. } => ModelError::Filtered,
        ServingError::Denied { .. } => ModelError::Denied,
        ServingError::Unreadable { .. } => ModelError::Unreadable,
        // Another endpoint would not know better, and the built-in engine does.
        _ => ModelError::Unavailable,
    }
}
