//! One turn out of an endpoint's pieces, whatever their shape: chunks of chat completions, `ChatAgent` chunks without
//! `choices`, `response.…` events, and the whole answers of all three.

use std::collections::HashSet;

use serde_json::Value;

use super::calls::Calls;
use super::chat::{ChatEvent, FinishReason, Usage};
use super::error::ServingError;
use crate::error::{Error, error_in_success};

/// What was tried, in errors.
pub(super) const OPERATION: &str = "ask a serving endpoint";

/// What is known of a turn so far.
#[derive(Debug, Default)]
pub(super) struct Turn {
    calls: Calls,
    /// Calls that the agent has made itself: their outputs came along.
    answered: HashSet<String>,
    usage: Option<Usage>,
    finish: Option<FinishReason>,
    /// The endpoint said that nothing follows.
    is_done: bool,
    /// A piece had the shape of an agent's, which may end without a word.
    is_agent: bool,
    /// The text of the message that is being written, which its last event repeats.
    item_text: String,
    /// The id of the message that is being written by a `ChatAgent`.
    message_id: Option<String>,
    has_text: bool,
}

impl Turn {
    /// Takes one piece. Text goes to `events` at once, the rest when the turn ends.
    pub(super) fn take(&mut self, piece: &Value, events: &mut Vec<ChatEvent>) -> Result<(), ServingError> {
        if let Some(error) = failure(piece) {
            return Err(error);
        }
        if let Some(kind) = piece.get("type").and_then(Value::as_str).filter(|it| it.starts_with("response."))
        {
            return self.take_response_event(kind, piece, events);
        }
        self.take_usage(piece);
        if let Some(choices) = piece.get("choices").and_then(Value::as_array) {
            // Only the first answer was asked for.
            let Some(choice) = choices.first() else { return Ok(()) };
            let said = choice.get("delta").or_else(|| choice.get("message")).unwrap_or(&Value::Null);
            self.take_message(said, events);
            return self.take_finish(choice);
        }
        if let Some(messages) = piece.get("messages").and_then(Value::as_array) {
            self.is_agent = true;
            for message in messages {
                self.take_message(message, events);
            }
        } else if let Some(output) = piece.get("output").and_then(Value::as_array) {
            self.is_agent = true;
            for item in output {
                self.take_item(item, events);
            }
            self.take_status(piece)?;
        } else if let Some(delta) = piece.get("delta").filter(|delta| delta.is_object()) {
            self.is_agent = true;
            self.take_message(delta, events);
        }
        self.take_finish(piece)
    }

    /// `[DONE]`.
    pub(super) fn take_done(&mut self) {
        self.is_done = true;
    }

    /// Whether the answer would be whole if nothing followed.
    pub(super) fn is_whole(&self) -> bool {
        self.is_done || self.finish.is_some()
    }

    /// Whether nothing but the usage can follow. An agent gives a reason for the end of each of its messages.
    pub(super) fn is_over(&self) -> bool {
        self.is_whole() && !self.is_agent
    }

    /// Whether nothing at all can follow.
    pub(super) fn is_done(&self) -> bool {
        self.is_done
    }

    /// What the end of the stream says: the calls, the usage, and the reason. `broken` tells how the connection was not
    /// closed in good order.
    pub(super) fn end(
        mut self,
        broken: Option<Error>,
        events: &mut Vec<ChatEvent>,
    ) -> Result<(), ServingError> {
        let may_end_so = self.is_agent && self.has_output() && broken.is_none();
        if !self.is_whole() && !may_end_so {
            return Err(ServingError::CutOff { source: broken });
        }
        let calls = self.calls.take(&self.answered);
        let finish = match self.finish {
            Some(FinishReason::Length) => FinishReason::Length,
            // Endpoints say `stop` beside calls, and `tool_calls` where an agent has made them all itself.
            _ if calls.is_empty() => FinishReason::Stop,
            _ => FinishReason::ToolCalls,
        };
        events.extend(calls.into_iter().map(ChatEvent::ToolCall));
        events.extend(self.usage.map(ChatEvent::Usage));
        events.push(ChatEvent::Finish(finish));
        Ok(())
    }

    /// A message of chat completions or of a `ChatAgent`, or a piece of one.
    fn take_message(&mut self, message: &Value, events: &mut Vec<ChatEvent>) {
        let string = |key: &str| message.get(key).and_then(Value::as_str);
        if string("role") == Some("tool") {
            // What an agent's own tool gave back is no answer.
            self.answered.extend(string("tool_call_id").map(str::to_owned));
            return;
        }
        let id = string("id").filter(|_| self.is_agent);
        let is_new = id.is_some() && self.message_id.is_some() && self.message_id.as_deref() != id;
        if is_new && self.has_text {
            self.say("\n\n", events);
        }
        self.message_id = id.map(str::to_owned).or_else(|| self.message_id.take());
        self.say(&text_of(message.get("content").unwrap_or(&Value::Null)), events);
        // Refusals of OpenAI's models come beside the content.
        self.say(string("refusal").unwrap_or_default(), events);
        for call in message.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
            self.calls.take_delta(call);
        }
    }

    fn has_output(&self) -> bool {
        self.has_text || !self.calls.is_empty()
    }

    fn say(&mut self, text: &str, events: &mut Vec<ChatEvent>) {
        if !text.is_empty() {
            self.has_text = true;
            events.push(ChatEvent::Text(text.to_owned()));
        }
    }

    fn take_finish(&mut self, holder: &Value) -> Result<(), ServingError> {
        let Some(reason) = holder.get("finish_reason").and_then(Value::as_str) else { return Ok(()) };
        self.finish = match reason {
            "content_filter" => return Err(ServingError::ContentFiltered { source: None }),
            "length" | "max_tokens" => Some(FinishReason::Length),
            "tool_calls" | "function_call" | "tool_use" => Some(FinishReason::ToolCalls),
            "" => self.finish,
            _ => Some(FinishReason::Stop),
        };
        Ok(())
    }

    /// `usage` counts from the turn's beginning wherever it stands, so the last one is the sum.
    fn take_usage(&mut self, holder: &Value) {
        let Some(usage) = holder.get("usage").filter(|usage| usage.is_object()) else { return };
        let count =
            |keys: [&str; 2]| keys.iter().find_map(|key| usage.get(key)?.as_u64()).unwrap_or_default();
        let usage = Usage {
            input_tokens: count(["prompt_tokens", "input_tokens"]),
            output_tokens: count(["completion_tokens", "output_tokens"]),
        };
        self.usage = Some(usage).filter(|usage| *usage != Usage::default()).or(self.usage);
    }

    fn take_response_event(
        &mut self,
        kind: &str,
        event: &Value,
        events: &mut Vec<ChatEvent>,
    ) -> Result<(), ServingError> {
        self.is_agent = true;
        self.take_usage(event);
        match kind {
            "response.output_text.delta" | "response.refusal.delta" => {
                let delta = event.get("delta").and_then(Value::as_str).unwrap_or_default();
                if self.item_text.is_empty() && self.has_text && !delta.is_empty() {
                    self.say("\n\n", events);
                }
                self.item_text.push_str(delta);
                self.say(delta, events);
            }
            "response.output_item.done" => {
                self.take_item(event.get("item").unwrap_or(&Value::Null), events);
            }
            "response.completed" | "response.incomplete" | "response.failed" => {
                let response = event.get("response").unwrap_or(&Value::Null);
                if let Some(error) = failure(response) {
                    return Err(error);
                }
                if kind == "response.failed" {
                    return Err(ServingError::Unreadable { reason: "the agent failed without saying why" });
                }
                if !self.has_output() {
                    for item in response.get("output").and_then(Value::as_array).into_iter().flatten() {
                        self.take_item(item, events);
                    }
                }
                self.take_usage(response);
                self.take_status(response)?;
                self.is_done = true;
            }
            _ => {}
        }
        Ok(())
    }

    /// A finished item of a `ResponsesAgent`. Its text has mostly been streamed before.
    fn take_item(&mut self, item: &Value, events: &mut Vec<ChatEvent>) {
        let string = |key: &str| item.get(key).and_then(Value::as_str);
        match string("type") {
            Some("message") => {
                let text = text_of(item.get("content").unwrap_or(&Value::Null));
                let streamed = std::mem::take(&mut self.item_text);
                if streamed.is_empty() && self.has_text && !text.is_empty() {
                    self.say("\n\n", events);
                }
                // Of a text that went on after its last delta the rest is still to be said.
                self.say(text.strip_prefix(streamed.as_str()).unwrap_or_default(), events);
            }
            Some("function_call") => {
                self.calls.take_item(item);
            }
            Some("function_call_output") => {
                self.answered.extend(string("call_id").map(str::to_owned));
            }
            _ => {}
        }
    }

    /// The `status` of a whole response.
    fn take_status(&mut self, response: &Value) -> Result<(), ServingError> {
        if response.get("status").and_then(Value::as_str) != Some("incomplete") {
            self.finish = self.finish.or(Some(FinishReason::Stop));
            return Ok(());
        }
        if response.pointer("/incomplete_details/reason").and_then(Value::as_str) == Some("content_filter") {
            return Err(ServingError::ContentFiltered { source: None });
        }
        self.finish = Some(FinishReason::Length);
        Ok(())
    }
}

/// The failure that a piece tells of, if it does.
fn failure(piece: &Value) -> Option<ServingError> {
    let is_set = |key: &str| piece.get(key).is_some_and(|value| !value.is_null());
    let is_error = is_set("error")
        || is_set("error_code")
        || is_set("external_model_message")
        || piece.get("finishReason").and_then(Value::as_str).is_some_and(|it| it.ends_with("_triggered"));
    // An answer that has something to say beside an empty error is none.
    if !is_error && piece.get("type").and_then(Value::as_str) != Some("error") {
        return None;
    }
    let error = error_in_success(OPERATION, piece, &[]);
    Some(ServingError::from_error(Error::Api(Box::new(error))))
}

/// The text of a content, which is a string or a list of parts. What a model thinks is none of it.
fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(text_of_part).collect(),
        Value::Object(_) => text_of_part(content),
        _ => String::new(),
    }
}

fn text_of_part(part: &Value) -> String {
    if let Value::String(text) = part {
        return text.clone();
    }
    let string = |key: &str| part.get(key).and_then(Value::as_str);
    match string("type") {
        None | Some("text" | "output_text") => string("text").unwrap_or_default().to_owned(),
        Some("refusal") => string("refusal").unwrap_or_default().to_owned(),
        Some(_) => String::new(),
    }
}
