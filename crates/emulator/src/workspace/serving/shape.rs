//! A turn as each kind of endpoint puts it on the wire, streamed and whole.

use serde_json::{Value, json};

use super::script::{Saying, ServingTurn};

/// How requests and answers look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Chat completions.
    Chat,
    /// MLflow's `ChatAgent`: no `choices`.
    ChatAgent,
    /// MLflow's `ResponsesAgent`: items and their deltas.
    Agent,
    /// OpenAI's responses: the same between its first and its last event.
    Responses,
}

/// A part of a streamed answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Frame {
    /// An event: its name, if it has one, and its data.
    Event(Option<String>, String),
    WaitMs(u64),
    Hang,
    Break,
}

/// Who answers, and how it is to look.
pub(super) struct Voice<'a> {
    pub(super) shape: Shape,
    pub(super) model: &'a str,
    pub(super) id: &'a str,
    /// Tokens that were read.
    pub(super) read: u64,
}

impl Voice<'_> {
    fn usage(&self, turn: &ServingTurn) -> (u64, u64) {
        let words = |saying: &Saying| match saying {
            Saying::Text(text) => text.split_whitespace().count() as u64,
            Saying::ToolCall { .. } => 10,
            Saying::Parts(_) | Saying::WaitMs(_) | Saying::Raw(_) => 0,
        };
        turn.usage.unwrap_or_else(|| (self.read, turn.say.iter().map(words).sum()))
    }

    fn usage_of_chat(&self, turn: &ServingTurn) -> Value {
        let (read, written) = self.usage(turn);
        json!({"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written})
    }

    fn finish(turn: &ServingTurn) -> &str {
        let calls = turn.say.iter().any(|saying| matches!(saying, Saying::ToolCall { .. }));
        turn.finish_reason.as_deref().unwrap_or(if calls { "tool_calls" } else { "stop" })
    }

    fn call_id(&self, id: Option<&str>, index: usize) -> Option<String> {
        match id {
            Some("") => None,
            Some(id) => Some(id.to_owned()),
            None => Some(format!("call_{}_{index}", self.id)),
        }
    }

    /// The events of a turn; what waits between them is in `say`.
    pub(super) fn frames(&self, turn: &ServingTurn) -> Vec<Frame> {
        let mut frames = match self.shape {
            Shape::Chat => self.chat_frames(turn),
            Shape::ChatAgent => self.chat_agent_frames(turn),
            Shape::Agent | Shape::Responses => self.item_frames(turn),
        };
        frames.push(Frame::Event(None, "[DONE]".to_owned()));
        frames
    }

    fn chat_frames(&self, turn: &ServingTurn) -> Vec<Frame> {
        let (read, written) = self.usage(turn);
        let chunk = |delta: Value, finish: Option<&str>| {
            let mut chunk = json!({
                "id": format!("chatcmpl_{}", self.id), "object": "chat.completion.chunk", "created": 1_768_467_600,
                "model": self.model, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
            });
            // Every chunk says what the turn has cost so far.
            let written = if finish.is_some() { written } else { 0 };
            chunk["usage"] = json!({
                "prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written,
            });
            Frame::Event(None, chunk.to_string())
        };
        let mut frames = vec![chunk(json!({"role": "assistant", "content": ""}), None)];
        let mut calls = 0;
        for saying in &turn.say {
            match saying {
                Saying::Text(text) => frames.push(chunk(json!({ "content": text }), None)),
                Saying::Parts(parts) => frames.push(chunk(json!({ "content": parts }), None)),
                Saying::WaitMs(ms) => frames.push(Frame::WaitMs(*ms)),
                Saying::Raw(data) => frames.push(Frame::Event(None, data.clone())),
                Saying::ToolCall { name, arguments, id } => {
                    let arguments = text_of(arguments);
                    let middle = arguments.chars().count() / 2;
                    let mut first = json!({
                        "index": calls, "type": "function", "function": {"name": name, "arguments": ""},
                    });
                    if let Some(id) = self.call_id(id.as_deref(), calls) {
                        first["id"] = id.into();
                    }
                    frames.push(chunk(json!({"content": null, "tool_calls": [first]}), None));
                    let halves: [String; 2] =
                        [arguments.chars().take(middle).collect(), arguments.chars().skip(middle).collect()];
                    for half in halves.iter().filter(|half| !half.is_empty()) {
                        let piece = json!({"index": calls, "function": {"arguments": half}});
                        frames.push(chunk(json!({ "tool_calls": [piece] }), None));
                    }
                    calls += 1;
                }
            }
        }
        frames.push(chunk(json!({}), Some(Self::finish(turn))));
        frames
    }

    fn chat_agent_frames(&self, turn: &ServingTurn) -> Vec<Frame> {
        let chunk = |delta: Value| {
            let mut delta = delta;
            delta["role"] = "assistant".into();
            delta["id"] = format!("msg_{}", self.id).into();
            Frame::Event(None, json!({"id": self.id, "delta": delta}).to_string())
        };
        let mut frames = Vec::new();
        for (index, saying) in turn.say.iter().enumerate() {
            match saying {
                Saying::Text(text) => frames.push(chunk(json!({ "content": text }))),
                Saying::Parts(parts) => frames.push(chunk(json!({ "content": parts }))),
                Saying::WaitMs(ms) => frames.push(Frame::WaitMs(*ms)),
                Saying::Raw(data) => frames.push(Frame::Event(None, data.clone())),
                Saying::ToolCall { name, arguments, id } => {
                    let call = self.call(name, arguments, id.as_deref(), index);
                    frames.push(chunk(json!({"content": "", "tool_calls": [call]})));
                }
            }
        }
        let end = json!({
            "id": self.id, "delta": {"role": "assistant", "content": "", "id": format!("msg_{}", self.id)},
            "finish_reason": Self::finish(turn), "usage": self.usage_of_chat(turn),
        });
        frames.push(Frame::Event(None, end.to_string()));
        frames
    }

    fn call(&self, name: &str, arguments: &Value, id: Option<&str>, index: usize) -> Value {
        let function = json!({"name": name, "arguments": text_of(arguments)});
        let mut call = json!({"type": "function", "function": function});
        if let Some(id) = self.call_id(id, index) {
            call["id"] = id.into();
        }
        call
    }

    fn item_frames(&self, turn: &ServingTurn) -> Vec<Frame> {
        let is_named = self.shape == Shape::Responses;
        let mut number = 0;
        let mut event = |kind: &str, fields: Value| {
            let mut data = fields;
            data["type"] = kind.into();
            data["sequence_number"] = number.into();
            number += 1;
            Frame::Event(is_named.then(|| kind.to_owned()), data.to_string())
        };
        let items = self.items(turn);
        let mut frames = Vec::new();
        if is_named {
            let begun = self.response(turn, "in_progress", Vec::new());
            frames.push(event("response.created", json!({ "response": begun })));
        }
        let message_at = items.iter().position(|item| item["type"] == "message");
        if let Some(at) = message_at {
            let mut begun = items[at].clone();
            (begun["content"], begun["status"]) = (json!([]), "in_progress".into());
            frames.push(event("response.output_item.added", json!({"output_index": at, "item": begun})));
            if is_named {
                let part = json!({"type": "output_text", "text": "", "annotations": [], "logprobs": []});
                let fields = json!({
                    "item_id": format!("msg_{}", self.id), "output_index": at, "content_index": 0, "part": part,
                });
                frames.push(event("response.content_part.added", fields));
            }
        }
        for saying in &turn.say {
            match saying {
                Saying::Text(text) => frames.push(event(
                    "response.output_text.delta",
                    json!({
                        "item_id": format!("msg_{}", self.id), "output_index": message_at, "content_index": 0,
                        "delta": text, "logprobs": [],
                    }),
                )),
                Saying::WaitMs(ms) => frames.push(Frame::WaitMs(*ms)),
                Saying::Raw(data) => frames.push(Frame::Event(None, data.clone())),
                Saying::Parts(_) | Saying::ToolCall { .. } => {}
            }
        }
        for (at, item) in items.iter().enumerate() {
            frames.push(event("response.output_item.done", json!({"output_index": at, "item": item})));
        }
        if is_named {
            let whole = self.response(turn, "completed", items);
            frames.push(event("response.completed", json!({ "response": whole })));
        }
        frames
    }

    fn items(&self, turn: &ServingTurn) -> Vec<Value> {
        let mut items = Vec::new();
        let text = said(turn);
        if !text.is_empty() {
            items.push(json!({
                "type": "message", "id": format!("msg_{}", self.id), "role": "assistant", "status": "completed",
                "content": [{"type": "output_text", "text": text, "annotations": []}],
            }));
        }
        for (index, saying) in turn.say.iter().enumerate() {
            if let Saying::ToolCall { name, arguments, id } = saying {
                let call_id = self.call_id(id.as_deref(), index).unwrap_or_default();
                items.push(json!({
                    "type": "function_call", "id": format!("fc_{}_{index}", self.id), "call_id": call_id,
                    "name": name, "arguments": text_of(arguments), "status": "completed",
                }));
            }
        }
        items
    }

    fn response(&self, turn: &ServingTurn, status: &str, output: Vec<Value>) -> Value {
        let (read, written) = self.usage(turn);
        json!({
            "id": format!("resp_{}", self.id), "object": "response", "created_at": 1_768_467_600, "status": status,
            "model": self.model, "output": output, "parallel_tool_calls": true, "tool_choice": "auto", "tools": [],
            "error": null, "incomplete_details": null, "instructions": null, "metadata": {},
            "usage": {
                "input_tokens": read, "output_tokens": written, "total_tokens": read + written,
                "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0},
            },
        })
    }

    /// The turn as one answer.
    pub(super) fn whole(&self, turn: &ServingTurn) -> Value {
        let calls: Vec<Value> = turn
            .say
            .iter()
            .enumerate()
            .filter_map(|(index, saying)| match saying {
                Saying::ToolCall { name, arguments, id } => {
                    Some(self.call(name, arguments, id.as_deref(), index))
                }
                _ => None,
            })
            .collect();
        let parts = turn.say.iter().find_map(|saying| match saying {
            Saying::Parts(parts) => Some(Value::from(parts.clone())),
            _ => None,
        });
        // Beside calls an empty text is none at all.
        let text = Some(said(turn)).filter(|text| !text.is_empty() || calls.is_empty());
        let mut message = json!({"role": "assistant", "content": parts.unwrap_or_else(|| text.into())});
        if !calls.is_empty() {
            message["tool_calls"] = calls.into();
        }
        match self.shape {
            Shape::Chat => json!({
                "id": format!("chatcmpl_{}", self.id), "object": "chat.completion", "created": 1_768_467_600,
                "model": self.model, "usage": self.usage_of_chat(turn),
                "choices": [{"index": 0, "message": message, "finish_reason": Self::finish(turn)}],
            }),
            Shape::ChatAgent => {
                message["id"] = format!("msg_{}", self.id).into();
                json!({"id": self.id, "messages": [message], "finish_reason": Self::finish(turn)})
            }
            Shape::Agent | Shape::Responses => self.response(turn, "completed", self.items(turn)),
        }
    }
}

fn said(turn: &ServingTurn) -> String {
    let texts = turn.say.iter().filter_map(|saying| match saying {
        Saying::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

fn text_of(arguments: &Value) -> String {
    match arguments {
        Value::String(text) => text.clone(),
        Value::Null => "{}".to_owned(),
        other => other.to_string(),
    }
}
