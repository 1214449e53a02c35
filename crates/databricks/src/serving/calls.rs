//! Tool calls out of their pieces.

use std::collections::HashSet;

use super::chat::ToolCall;
use crate::random::random_uuid;
use serde_json::Value;

/// The calls of one turn, in the order in which they began.
#[derive(Debug, Default)]
pub(super) struct Calls {
    calls: Vec<Call>,
}

#[derive(Debug, Default)]
struct Call {
    /// Its place in the model's list, where it is told.
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
}

impl Calls {
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// A piece of a call: `index`, and of `id`, `function.name` and `function.arguments` what is new.
    pub(super) fn take_delta(&mut self, delta: &Value) {
        let index = delta.get("index").and_then(Value::as_u64);
        let id = delta.get("id").and_then(Value::as_str).unwrap_or_default();
        let function = delta.get("function").unwrap_or(&Value::Null);
        let name = function.get("name").and_then(Value::as_str).unwrap_or_default();
        let arguments = function.get("arguments").map(arguments_of).unwrap_or_default();
        let call = self.call(index, id, name);
        if call.id.is_empty() {
            id.clone_into(&mut call.id);
        }
        if call.name.is_empty() {
            name.clone_into(&mut call.name);
        }
        call.arguments.push_str(&arguments);
    }

    /// A whole call of a `ResponsesAgent`.
    pub(super) fn take_item(&mut self, item: &Value) {
        let string = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let id = Some(string("call_id")).filter(|id| !id.is_empty()).unwrap_or_else(|| string("id"));
        let arguments = item.get("arguments").map(arguments_of).unwrap_or_default();
        self.calls.push(Call { index: None, id, name: string("name"), arguments });
    }

    /// The call that a piece belongs to. Some endpoints give every call the index 0, so another id begins another call;
    /// some repeat the id in every piece; some leave the index out, and then a piece without an id goes on with the last.
    fn call(&mut self, index: Option<u64>, id: &str, name: &str) -> &mut Call {
        let found = self.calls.iter().rposition(|call| {
            let same_place = index.is_none() || call.index == index;
            let same_id = if id.is_empty() {
                // A second name without an id is a second call as well, if the first one has begun its arguments.
                index.is_some() || name.is_empty() || call.name.is_empty()
            } else {
                call.id.is_empty() || call.id == id
            };
            same_place && same_id
        });
        let position = found.unwrap_or_else(|| {
            self.calls.push(Call { index, ..Call::default() });
            self.calls.len() - 1
        });
        &mut self.calls[position]
    }

    /// The calls that are still to be made: those without a name are none, those in `answered` have been made.
    pub(super) fn take(&mut self, answered: &HashSet<String>) -> Vec<ToolCall> {
        let calls = std::mem::take(&mut self.calls).into_iter();
        let open = calls.filter(|call| !call.name.is_empty() && !answered.contains(&call.id));
        open.map(|call| ToolCall {
            id: if call.id.is_empty() { format!("call_{}", random_uuid().simple()) } else { call.id },
            name: call.name,
            arguments: Some(call.arguments)
                .filter(|arguments| !arguments.trim().is_empty())
                .unwrap_or_else(|| "{}".to_owned()),
        })
        .collect()
    }
}

/// Arguments are a string of JSON, and at some endpoints the JSON itself.
fn arguments_of(arguments: &Value) -> String {
    match arguments {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
