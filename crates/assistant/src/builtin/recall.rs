//! Questions about what was said before: in other chats, and what is remembered.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Done, call, decline::plain, finish};
use crate::model::{ModelEvent, ModelRequest};

/// The tools that answer them.
const SEARCH: &str = "search_chats";
const MEMORIES: &str = "list_memories";
const CALL: &str = "recall";

/// Words before what was talked about.
const LEADS: &[&str] = &[
    "what did we decide about ",
    "what did we decide on ",
    "what did we say about ",
    "what did we agree on ",
    "what did we agree about ",
    "what did we talk about ",
    "what did we discuss about ",
    "what did i decide about ",
    "what did i say about ",
    "what did i tell you about ",
    "what did you say about ",
    "what did you tell me about ",
    "what did you suggest about ",
    "what have we decided about ",
    "what have we said about ",
    "when did we talk about ",
    "did we talk about ",
    "have we talked about ",
    "where did we talk about ",
    "search my chats for ",
    "search our chats for ",
    "find the chat about ",
    "find our chat about ",
    "what was said about ",
];
/// Words that searches do not need.
const SMALL: &[&str] =
    &["the", "a", "an", "my", "our", "your", "that", "this", "of", "for", "about", "again", "before"];

/// The turn of such a question; none for anything else, or when its tool is not offered.
pub(super) fn turn(text: &str, request: &ModelRequest, done: &[Done<'_>]) -> Option<Vec<ModelEvent>> {
    let (tool, input) = read(text)?;
    if !request.tools.iter().any(|offered| offered.name == tool) {
        return None;
    }
    let output = done.iter().find(|done| done.call.id == CALL).map(|done| done.output);
    Some(match output {
        None => vec![call(CALL, tool, input)],
        Some(output) if tool == MEMORIES => finish(tool, &memories(output), None),
        Some(output) => finish(tool, &found(output), None),
    })
}

fn read(text: &str) -> Option<(&'static str, Value)> {
    let text = text.trim().trim_end_matches(['?', '.', '!', ' ']).to_lowercase();
    let remembered = ["what do you remember", "what have you remembered", "what do you know about me"];
    if remembered.iter().any(|lead| text.starts_with(lead)) && text.len() < 60 {
        return Some((MEMORIES, json!({})));
    }
    let rest = LEADS.iter().find_map(|lead| text.strip_prefix(lead))?;
    let words: Vec<&str> = rest.split_whitespace().filter(|word| !SMALL.contains(word)).collect();
    (!words.is_empty()).then(|| (SEARCH, json!({ "text": words.join(" ") })))
}

fn found(output: &Value) -> String {
    let hits = output["details"]["hits"].as_array().map_or(&[][..], Vec::as_slice);
    if let Some(error) = output["error"].as_str() {
        return format!("I can't search your chats: {}.", plain(error));
    }
    if hits.is_empty() {
        return "I find nothing about that in your other chats.".to_owned();
    }
    let mut text = "This is what your chats say about it:\n".to_owned();
    for hit in hits {
        let of = |name: &str| hit[name].as_str().unwrap_or_default();
        let said = match of("who") {
            "person" => format!(": you wrote “{}”", plain(of("text"))),
            "assistant" => format!(": I answered “{}”", plain(of("text"))),
            // The chat's title alone.
            _ => String::new(),
        };
        let _ = write!(text, "\n- [{}]({}), {}{said}", plain(of("chat")), of("link"), of("when"));
    }
    text
}

fn memories(output: &Value) -> String {
    let texts = output["details"]["remembered"].as_array().map_or(&[][..], Vec::as_slice);
    if texts.is_empty() {
        return "I remember nothing beside your profile. Tell me “remember that …” and I will.".to_owned();
    }
    let lines = texts.iter().filter_map(Value::as_str).map(|text| format!("\n- {}", plain(text)));
    format!("This is what I remember; “forget …” drops a line:\n{}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_talked_about_is_searched_without_small_words() {
        assert_eq!(read("What did we decide about the car?"), Some((SEARCH, json!({ "text": "car" }))));
        assert_eq!(read("what do you remember about me?"), Some((MEMORIES, json!({}))));
        assert_eq!(read("what did I spend on the car?"), None);
    }
}
