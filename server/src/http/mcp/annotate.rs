//! The tools of ours as the protocol lists them: schemas, titles and what a call can do.

use std::sync::{Arc, LazyLock};

use assistant::{ToolDefinition, Toolbox, beside_tools};
use domain::tool_title;
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

/// Writing tools that only add; the others put something in the place of what is there.
const ADDING: [&str; 2] = ["add_rule", "remember"];

/// Every tool of ours.
pub(super) fn own() -> &'static [Tool] {
    static TOOLS: LazyLock<Vec<Tool>> = LazyLock::new(|| {
        let beside = beside_tools();
        Toolbox::list().iter().chain(&beside).map(tool).collect()
    });
    &TOOLS
}

fn tool(definition: &ToolDefinition) -> Tool {
    let title = tool_title(&definition.name);
    let annotations = ToolAnnotations::with_title(title.clone())
        .read_only(!definition.writes)
        .destructive(definition.writes && !ADDING.contains(&&*definition.name))
        .idempotent(!definition.writes)
        .open_world(false);
    let (description, output) = if definition.writes {
        let waits = "Nothing is changed before the person has said yes in Lakeledger: the result says where.";
        (format!("{} {waits}", definition.description).into(), waiting_schema())
    } else {
        (definition.description.clone(), output_schema())
    };
    Tool::new(definition.name.clone(), description, object(Value::clone(&definition.input_schema)))
        .with_title(title)
        .with_raw_output_schema(output)
        .with_annotations(annotations)
}

/// What every tool that reads gives back; a calculator adds its results under names of its own.
fn output_schema() -> Arc<JsonObject> {
    static SCHEMA: LazyLock<Arc<JsonObject>> = LazyLock::new(|| {
        let figure = json!({
            "type": "object",
            "properties": {
                "name": text("What it is, for programs."),
                "label": text("What it is, for people."),
                "value": text("An exact decimal number; spending is positive."),
                "currency": { "type": ["string", "null"], "description": "ISO 4217; null for counts, percentages and months." },
                "link": text("The page that shows the rows it was computed from."),
            },
            "required": ["name", "label", "value"],
        });
        let list = |description: &str| json!({ "type": "array", "items": { "type": "object" }, "description": description });
        Arc::new(object(json!({
            "type": "object",
            "properties": {
                "summary": text("The result in a few words."),
                "figures": { "type": "array", "items": figure, "description": "The figures, the headline first." },
                "details": { "description": "What else there is to tell; its shape is the tool's own." },
                "tables": list("Tables."),
                "charts": list("Charts."),
                "truncated": text("Present when the result was cut, and how."),
            },
            "required": ["summary", "figures"],
        })))
    });
    Arc::clone(&SCHEMA)
}

/// What a tool that writes gives back: it has only proposed.
fn waiting_schema() -> Arc<JsonObject> {
    static SCHEMA: LazyLock<Arc<JsonObject>> = LazyLock::new(|| {
        Arc::new(object(json!({
            "type": "object",
            "properties": {
                "status": text("Always that it waits for the person's confirmation."),
                "preview": text("What will change, in words."),
                "tool_write_id": text("Its id; `/api/v1/tool-writes/{id}` tells what came of it."),
                "confirm_at": text("The page where the person says yes or no."),
            },
            "required": ["status", "preview", "tool_write_id", "confirm_at"],
        })))
    });
    Arc::clone(&SCHEMA)
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_says_whether_it_only_reads() {
        let writing: Vec<&str> = person_writing();
        assert!(writing.contains(&"set_budget"));
        for tool in own() {
            let annotations = tool.annotations.as_ref().unwrap();
            let writes = writing.contains(&&*tool.name);
            assert_eq!(annotations.read_only_hint, Some(!writes), "{}", tool.name);
            assert_eq!(annotations.idempotent_hint, Some(!writes), "{}", tool.name);
            assert_eq!(annotations.open_world_hint, Some(false), "{}", tool.name);
            assert_eq!(annotations.destructive_hint == Some(true), writes && !ADDING.contains(&&*tool.name));
            assert_eq!(tool.input_schema["type"], "object", "{}", tool.name);
        }
    }

    fn person_writing() -> Vec<&'static str> {
        let description =
            |tool: &&Tool| tool.description.as_deref().is_some_and(|text| text.contains("said yes"));
        own().iter().filter(description).map(|tool| &*tool.name).collect()
    }
}
