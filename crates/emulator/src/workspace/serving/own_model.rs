//! The model that answers where no script says what: calls the tool that fits the question, tells what it gave back.

use serde_json::{Value, json};

use super::script::{Saying, ServingTurn};

/// Words of a question that call for a tool of another name.
const CALLED: [(&str, &str); 9] = [
    ("spend", "spending"),
    ("spent", "spending"),
    ("earn", "income"),
    ("salary", "income"),
    ("worth", "balances"),
    ("balance", "balances"),
    ("subscription", "recurring"),
    ("forecast", "forecast"),
    ("afford", "afford"),
];
/// Words of a question that are a period, and the period.
const PERIODS: [(&str, &str); 5] = [
    ("last month", "last month"),
    ("this month", "this month"),
    ("last year", "last year"),
    ("this year", "this year"),
    ("last quarter", "last quarter"),
];

/// The conversation as both kinds of requests hold it.
pub(super) fn turn(request: &Value) -> ServingTurn {
    let list = |key: &str| request.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let messages = [list("messages"), list("input")].concat();
    let last = messages.last().unwrap_or(&Value::Null);
    let output = match (last["role"].as_str(), last["type"].as_str()) {
        (Some("tool"), _) => Some(&last["content"]),
        (_, Some("function_call_output")) => Some(&last["output"]),
        _ => None,
    };
    let question = words(last);
    let say = match output {
        Some(output) => told(output.as_str().unwrap_or_default()),
        None => match tool(&question, list("tools")) {
            Some((name, arguments)) => vec![Saying::ToolCall { name, arguments, id: None }],
            None => pieces(
                "I am a model of the emulator: ask about spending, income or balances, and I call the tool that fits.",
            ),
        },
    };
    ServingTurn { say, ..ServingTurn::default() }
}

/// The text of a message, whose content may be in parts.
pub(super) fn words(message: &Value) -> String {
    match &message["content"] {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    }
}

/// The tool that the question calls for, and its input.
fn tool(question: &str, tools: &[Value]) -> Option<(String, Value)> {
    let question = question.to_lowercase();
    let function = |tool: &Value| tool.get("function").unwrap_or(tool).clone();
    let named = |name: &str| tools.iter().map(function).find(|tool| tool["name"] == name);
    let called = CALLED.iter().filter(|(word, _)| question.contains(word)).find_map(|(_, name)| named(name));
    let fits = |tool: &Value| {
        let name = tool["name"].as_str().unwrap_or_default();
        name.split(['_', '-']).filter(|word| word.len() > 3).any(|word| question.contains(word))
    };
    let tool = called.or_else(|| tools.iter().map(function).find(fits))?;
    let mut arguments = json!({});
    let takes_period = tool.pointer("/parameters/properties/period").is_some();
    if let Some((_, period)) = PERIODS.iter().find(|(words, _)| takes_period && question.contains(words)) {
        arguments["period"] = (*period).into();
    }
    Some((tool["name"].as_str()?.to_owned(), arguments))
}

/// What a tool gave back, in words.
fn told(output: &str) -> Vec<Saying> {
    let value: Value = serde_json::from_str(output).unwrap_or(Value::Null);
    let told = value["summary"].as_str().or_else(|| value["error"].as_str()).unwrap_or(output);
    pieces(&format!("Here is what I found: {told}"))
}

/// A text as models stream it, word by word.
fn pieces(text: &str) -> Vec<Saying> {
    text.split_inclusive(' ').map(|word| Saying::Text(word.to_owned())).collect()
}
