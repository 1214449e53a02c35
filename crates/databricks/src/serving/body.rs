//! The request as each kind of endpoint wants it.

use serde_json::{Map, Value, json};

use super::chat::{ChatMessage, ChatRequest, ChatTool, ToolCall, ToolChoice};
use super::endpoint::{Dialect, Task};

/// The request's body. `endpoint` stands in for a model's name that is not known.
pub(crate) fn body(endpoint: &str, dialect: &Dialect, request: &ChatRequest) -> Value {
    let model = dialect.model.as_deref().unwrap_or(endpoint).to_lowercase();
    let mut body = Map::new();
    match dialect.task {
        Task::Chat | Task::ChatAgent => {
            let of =
                Speaker { is_claude: model.contains("claude"), names_tools: dialect.task == Task::ChatAgent };
            body.insert("messages".to_owned(), messages(&of, request));
        }
        Task::Responses => {
            body.insert("input".to_owned(), items(request));
        }
    }
    if dialect.takes_tools && !request.tools.is_empty() {
        let keeps_strict = model.contains("gpt");
        let tools = request.tools.iter().map(|tool| tool_of(tool, dialect.task, keeps_strict)).collect();
        body.insert("tools".to_owned(), tools);
        if let Some(choice) = &request.tool_choice {
            body.insert("tool_choice".to_owned(), tool_choice(choice, dialect.task));
        }
    }
    let max_tokens = if dialect.task == Task::Responses { "max_output_tokens" } else { "max_tokens" };
    body.extend(request.max_tokens.map(|tokens| (max_tokens.to_owned(), tokens.into())));
    body.extend(request.temperature.map(|temperature| ("temperature".to_owned(), temperature.into())));
    if dialect.streams {
        // Not with `stream_options`: Databricks refuses the field, and sends the usage without it.
        body.insert("stream".to_owned(), true.into());
    }
    body.into()
}

struct Speaker {
    is_claude: bool,
    /// MLflow's `ChatAgent` wants the tool's name beside its output; chat completions refuse it.
    names_tools: bool,
}

fn messages(of: &Speaker, request: &ChatRequest) -> Value {
    let message = |message: &ChatMessage| match message {
        ChatMessage::System(text) => Some(json!({"role": "system", "content": text})),
        ChatMessage::User(text) => said(text).map(|text| json!({"role": "user", "content": text})),
        ChatMessage::Assistant { text, tool_calls } if tool_calls.is_empty() => {
            said(text).map(|text| json!({"role": "assistant", "content": text}))
        }
        ChatMessage::Assistant { text, tool_calls } => {
            let calls: Vec<Value> = tool_calls.iter().map(call_of).collect();
            // Claude refuses an empty text beside calls, others a blank one.
            let silence = if of.is_claude { json!(" ") } else { Value::Null };
            let content = said(text).map_or(silence, Value::from);
            Some(json!({"role": "assistant", "content": content, "tool_calls": calls}))
        }
        ChatMessage::Tool { call_id, content } => {
            let mut output = json!({"role": "tool", "tool_call_id": call_id, "content": content});
            if of.names_tools {
                output["name"] = tool_name(request, call_id).into();
            }
            Some(output)
        }
    };
    request.messages.iter().filter_map(message).collect()
}

fn items(request: &ChatRequest) -> Value {
    let mut items = Vec::new();
    for message in &request.messages {
        match message {
            ChatMessage::System(text) => items.push(json!({"role": "system", "content": text})),
            ChatMessage::User(text) => {
                items.extend(said(text).map(|text| json!({"role": "user", "content": text})));
            }
            ChatMessage::Assistant { text, tool_calls } => {
                items.extend(said(text).map(|text| json!({"role": "assistant", "content": text})));
                items.extend(tool_calls.iter().map(|call| {
                    json!({
                        "type": "function_call", "call_id": call.id, "name": call.name,
                        "arguments": call.arguments,
                    })
                }));
            }
            ChatMessage::Tool { call_id, content } => items.push(json!({
                "type": "function_call_output", "call_id": call_id, "output": content,
            })),
        }
    }
    items.into()
}

/// No endpoint takes a message without words.
fn said(text: &str) -> Option<&str> {
    (!text.trim().is_empty()).then_some(text)
}

fn call_of(call: &ToolCall) -> Value {
    json!({
        "id": call.id, "type": "function",
        "function": {"name": call.name, "arguments": call.arguments},
    })
}

fn tool_name<'a>(request: &'a ChatRequest, call_id: &str) -> Option<&'a str> {
    let calls = request.messages.iter().flat_map(|message| match message {
        ChatMessage::Assistant { tool_calls, .. } => tool_calls.as_slice(),
        _ => &[],
    });
    calls.rev().find(|call| call.id == call_id).map(|call| call.name.as_str())
}

fn tool_of(tool: &ChatTool, task: Task, keeps_strict: bool) -> Value {
    let mut function = json!({
        "name": tool.name, "description": tool.description, "parameters": tool.parameters,
    });
    if let Some(strict) = tool.strict.filter(|_| keeps_strict) {
        function["strict"] = strict.into();
    }
    if task == Task::Responses {
        function["type"] = "function".into();
        return function;
    }
    json!({"type": "function", "function": function})
}

fn tool_choice(choice: &ToolChoice, task: Task) -> Value {
    match choice {
        ToolChoice::Auto => "auto".into(),
        ToolChoice::None => "none".into(),
        ToolChoice::Required => "required".into(),
        ToolChoice::Function(name) if task == Task::Responses => json!({"type": "function", "name": name}),
        ToolChoice::Function(name) => json!({"type": "function", "function": {"name": name}}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> ChatRequest {
        let call = ToolCall { id: "call_1".into(), name: "spending".into(), arguments: "{}".into() };
        ChatRequest {
            messages: vec![
                ChatMessage::System("Be brief.".into()),
                ChatMessage::User("How much?".into()),
                ChatMessage::Assistant { text: String::new(), tool_calls: Vec::new() },
                ChatMessage::Assistant { text: String::new(), tool_calls: vec![call] },
                ChatMessage::Tool { call_id: "call_1".into(), content: "{\"total\":\"5\"}".into() },
            ],
            tools: vec![ChatTool {
                name: "spending".into(),
                description: "Money spent.".into(),
                parameters: json!({"type": "object", "properties": {}}),
                strict: Some(true),
            }],
            tool_choice: Some(ToolChoice::Auto),
            max_tokens: Some(500),
            temperature: None,
        }
    }

    fn dialect(task: Task, model: &str) -> Dialect {
        Dialect { model: Some(model.to_owned()), ..Dialect::of(task) }
    }

    #[test]
    fn chat_completions_are_asked_for_in_their_own_shape() {
        let body = body("e", &dialect(Task::Chat, "llama"), &request());
        let expected = json!({
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "How much?"},
                {"role": "assistant", "content": null, "tool_calls": [
                    {"id": "call_1", "type": "function", "function": {"name": "spending", "arguments": "{}"}},
                ]},
                {"role": "tool", "tool_call_id": "call_1", "content": "{\"total\":\"5\"}"},
            ],
            "tools": [{"type": "function", "function": {
                "name": "spending", "description": "Money spent.", "parameters": {"type": "object", "properties": {}},
            }}],
            "tool_choice": "auto", "max_tokens": 500, "stream": true,
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn only_gpt_hears_of_strict_and_only_claude_gets_a_blank() {
        let gpt = body("databricks-gpt-5", &Dialect::of(Task::Chat), &request());
        assert_eq!(gpt.pointer("/tools/0/function/strict"), Some(&json!(true)));
        let claude = body("mine", &dialect(Task::Chat, "Claude-Sonnet"), &request());
        assert_eq!(claude.pointer("/messages/2/content"), Some(&json!(" ")));
        assert_eq!(claude.pointer("/tools/0/function/strict"), None);
    }

    #[test]
    fn an_agent_of_messages_hears_which_tool_has_answered() {
        let body = body("agent", &Dialect::of(Task::ChatAgent), &request());
        assert_eq!(body.pointer("/messages/3/name"), Some(&json!("spending")));
    }

    #[test]
    fn an_agent_of_items_gets_items() {
        let dialect = Dialect { streams: false, ..Dialect::of(Task::Responses) };
        let body = body("agent", &dialect, &request());
        let expected = json!({
            "input": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "How much?"},
                {"type": "function_call", "call_id": "call_1", "name": "spending", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "call_1", "output": "{\"total\":\"5\"}"},
            ],
            "tools": [{
                "type": "function", "name": "spending", "description": "Money spent.",
                "parameters": {"type": "object", "properties": {}},
            }],
            "tool_choice": "auto", "max_output_tokens": 500,
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn what_was_refused_is_left_out() {
        let dialect = Dialect { streams: false, takes_tools: false, ..Dialect::of(Task::Chat) };
        let body = body("e", &dialect, &request());
        assert_eq!((body.get("stream"), body.get("tools"), body.get("tool_choice")), (None, None, None));
    }
}
