//! Every tool that a person's assistant may call, ours and other programs', with its switch.

use domain::{Role, Settings};
use operations::WRITING_TOOLS;
use serde_json::{Value, json};
use storage::SearchHit;

use crate::toolbox::{ToolDefinition, ToolOutput, Toolbox};

/// The tool that finds what was said in the person's chats.
pub const SEARCH_CHATS: &str = "search_chats";

/// A tool as its person sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogueTool {
    /// What a model is told about it.
    pub definition: ToolDefinition,
    /// Its name for people.
    pub title: String,
    /// The person has not switched it off.
    pub enabled: bool,
}

/// Every tool: those on the ledger, then those that stand `beside` them.
pub fn catalogue(settings: &Settings, beside: Vec<ToolDefinition>) -> Vec<CatalogueTool> {
    let all = Toolbox::list().iter().cloned().chain(beside);
    all.map(|definition| CatalogueTool {
        title: tool_title(&definition.name),
        enabled: settings.tool_is_enabled(&definition.name),
        definition,
    })
    .collect()
}

/// The tools of ours that work on more than the ledger: the search of chats, and those that change
/// something.
pub fn beside_tools() -> Vec<ToolDefinition> {
    let search = search_tool(
        "Finds what was said in the person's chats. For questions such as: what did we decide about the car?",
    );
    std::iter::once(search).chain(writing_tools()).collect()
}

/// The search of chats, as a model is told about it.
pub(crate) fn search_tool(description: &'static str) -> ToolDefinition {
    let text =
        json!({ "type": "string", "description": "One to three words that were used; all must be found." });
    let schema = json!({
        "type": "object", "properties": { "text": text }, "required": ["text"], "additionalProperties": false,
    });
    ToolDefinition::reading(SEARCH_CHATS, description, schema)
}

/// The tools that change something once the person says yes.
pub(crate) fn writing_tools() -> impl Iterator<Item = ToolDefinition> {
    WRITING_TOOLS.iter().map(|tool| ToolDefinition::writing(tool.name, tool.description, tool.input_schema()))
}

/// What the search of chats gives back.
pub fn search_output<'a>(hits: impl IntoIterator<Item = &'a SearchHit>) -> ToolOutput {
    let hits: Vec<Value> = hits.into_iter().map(hit_json).collect();
    let summary = match hits.len() {
        1 => "1 message".to_owned(),
        count => format!("{count} messages"),
    };
    ToolOutput { summary, details: json!({ "hits": hits }), ..ToolOutput::default() }
}

fn hit_json(hit: &SearchHit) -> Value {
    let text: String = hit.snippet.iter().map(|piece| piece.text.as_str()).collect();
    let place = hit.message_id.map_or_else(String::new, |id| format!("#m-{id}"));
    json!({
        "chat": hit.chat_title.as_str(),
        "when": hit.created_at.strftime("%Y-%m-%d").to_string(),
        "who": if hit.role == Some(Role::Assistant) { "assistant" } else { "person" },
        "text": text,
        "link": format!("/chats/{}{place}", hit.chat_id),
    })
}

/// A tool's name for people: `top_payees` is `Top payees`. A remote tool's server is told beside it.
pub fn tool_title(name: &str) -> String {
    if matches!(name, "xirr" | "twr") {
        return name.to_uppercase();
    }
    let own = name.split_once("__").map_or(name, |(_, own)| own);
    let words = own.replace('_', " ");
    let words = words.trim();
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_words() {
        for (name, expected) in [
            ("top_payees", "Top payees"),
            ("xirr", "XIRR"),
            ("loan", "Loan"),
            ("weather__next_days", "Next days"),
            ("shop__", "shop__"),
        ] {
            assert_eq!(tool_title(name), expected);
        }
    }

    #[test]
    fn a_tool_is_on_until_it_is_switched_off() {
        let mut settings = Settings::default();
        assert!(catalogue(&settings, Vec::new()).iter().all(|tool| tool.enabled));
        settings.tool_switches.push(domain::ToolSwitch {
            id: "0193a0e0-0000-7000-8000-000000000001".parse().unwrap(),
            tool: "loan".to_owned(),
            enabled: false,
        });
        let off = catalogue(&settings, Vec::new());
        let off: Vec<_> = off.iter().filter(|tool| !tool.enabled).map(|tool| &tool.definition.name).collect();
        assert_eq!(off, ["loan"]);
    }
}
