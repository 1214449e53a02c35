//! Every tool that a person's assistant may call, ours and other programs', with its switch.

use std::sync::LazyLock;

use domain::{Settings, tool_title};
use operations::WRITING_TOOLS;
use serde_json::json;

use crate::toolbox::{ToolDefinition, Toolbox};

/// The tool that finds what was said in the person's chats.
pub const SEARCH_CHATS: &str = "search_chats";
/// The tool that tells what the person asked to be remembered.
pub(crate) const LIST_MEMORIES: &str = "list_memories";

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

/// The tools of ours that work on more than the ledger: the search of chats, what is remembered, and
/// those that change something.
pub fn beside_tools() -> Vec<ToolDefinition> {
    static TOOLS: LazyLock<Vec<ToolDefinition>> = LazyLock::new(made_beside_tools);
    TOOLS.clone()
}

fn made_beside_tools() -> Vec<ToolDefinition> {
    let text =
        json!({ "type": "string", "description": "One to three words that were used; all must be found." });
    let search = json!({
        "type": "object", "properties": { "text": text }, "required": ["text"], "additionalProperties": false,
    });
    let about =
        "Finds what was said in the person's chats. For questions such as: what did we decide about the car?";
    let writing = WRITING_TOOLS
        .iter()
        .map(|tool| ToolDefinition::writing(tool.name, tool.description, (tool.input_schema)()));
    let nothing =
        json!({ "type": "object", "properties": {}, "required": [], "additionalProperties": false });
    let reading = [
        ToolDefinition::reading(SEARCH_CHATS, about, search),
        ToolDefinition::reading(LIST_MEMORIES, "What the person asked to be remembered.", nothing),
    ];
    reading.into_iter().chain(writing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_beside_the_ledgers_has_a_switch() {
        let all = catalogue(&Settings::default(), beside_tools());
        for name in [SEARCH_CHATS, LIST_MEMORIES, "set_budget"] {
            assert!(all.iter().any(|tool| tool.definition.name == name), "{name}");
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
