//! What Databricks' endpoints do not take.

use serde_json::Value;

use super::script::{ServingScript, Streaming};

/// Fields of a request of chat completions.
const FIELDS: [&str; 22] = [
    "messages",
    "model",
    "max_tokens",
    "max_completion_tokens",
    "temperature",
    "top_p",
    "top_k",
    "stop",
    "n",
    "stream",
    "tools",
    "tool_choice",
    "logprobs",
    "top_logprobs",
    "response_format",
    "reasoning_effort",
    "thinking",
    "parallel_tool_calls",
    "extra_params",
    "client_request_id",
    "usage_context",
    "user",
];

/// The words with which the request is refused, if it is.
pub(super) fn refusal(script: &ServingScript, request: &Value) -> Option<String> {
    let fields = request.as_object()?;
    if request["stream"] == true && script.streaming == Streaming::Refused {
        return Some("This endpoint does not support streaming.".to_owned());
    }
    if script.refuse_tools && fields.contains_key("tools") {
        return Some("Extra inputs are not permitted: tools".to_owned());
    }
    match script.task.as_str() {
        "llm/v1/chat" => chat(script, request),
        "agent/v1/chat" | "agent/v2/chat" => empty(request, "messages"),
        "agent/v1/responses" | "agent/v2/responses" => empty(request, "input"),
        task => Some(format!("The endpoint's task is {task}, which takes no chat.")),
    }
}

fn empty(request: &Value, key: &str) -> Option<String> {
    let is_given = match &request[key] {
        Value::Array(list) => !list.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => false,
    };
    (!is_given).then(|| format!("Missing required field: {key}"))
}

fn chat(script: &ServingScript, request: &Value) -> Option<String> {
    if let Some(unknown) = request.as_object()?.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        return Some(format!("json: unknown field \"{unknown}\""));
    }
    if let Some(refused) = empty(request, "messages") {
        return Some(refused);
    }
    let tools = request["tools"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_strict = tools.iter().any(|tool| tool.pointer("/function/strict").is_some());
    if is_strict && !script.model.contains("gpt") {
        return Some("tools.0.function.strict: Extra inputs are not permitted".to_owned());
    }
    let mut open: Vec<&str> = Vec::new();
    for (at, message) in request["messages"].as_array()?.iter().enumerate() {
        let calls = message["tool_calls"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_blank = message["content"] == "" || (message["content"].is_null() && calls.is_empty());
        if message.get("name").is_some() {
            return Some(format!("messages.{at}.name: Extra inputs are not permitted"));
        }
        if is_blank {
            return Some(format!("messages.{at}: text content blocks must be non-empty"));
        }
        if message["role"] == "tool" {
            let id = message["tool_call_id"].as_str().unwrap_or_default();
            if !open.contains(&id) {
                return Some(format!("messages.{at}: tool_call_id {id:?} answers no call"));
            }
            open.retain(|call| *call != id);
            continue;
        }
        if let Some(id) = open.first() {
            return Some(format!("messages.{at}: call {id:?} has no answer before it"));
        }
        open = calls.iter().filter_map(|call| call["id"].as_str()).collect();
    }
    open.first().map(|id| format!("call {id:?} has no answer"))
}
