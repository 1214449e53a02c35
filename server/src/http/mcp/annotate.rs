//! The toolbox as the protocol lists tools: schemas, titles and what a call can do.

use std::sync::{Arc, LazyLock};

use assistant::{ToolDefinition, Toolbox, tool_title};
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

/// Every tool that reads.
pub(super) fn reading() -> &'static [Tool] {
    static TOOLS: LazyLock<Vec<Tool>> = LazyLock::new(|| Toolbox::list().iter().map(reading_tool).collect());
    &TOOLS
}

fn reading_tool(definition: &ToolDefinition) -> Tool {
    let title = tool_title(&definition.name);
    let annotations = ToolAnnotations::with_title(title.clone())
        .read_only(true)
        .destructive(false)
        .idempotent(true)
        .open_world(false);
    Tool::new(
        definition.name.clone(),
        definition.description.clone(),
        object(definition.input_schema.clone()),
    )
    .with_title(title)
    .with_raw_output_schema(output_schema())
    .with_annotations(annotations)
}

/// What every tool of the toolbox gives back; a calculator adds its results under names of its own.
fn output_schema() -> Arc<JsonObject> {
    static SCHEMA: LazyLock<Arc<JsonObject>> = LazyLock::new(|| {
        let text = |description: &str| json!({ "type": "string", "description": description });
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
    fn every_tool_says_that_it_only_reads() {
        for tool in reading() {
            let annotations = tool.annotations.as_ref().unwrap();
            assert_eq!(annotations.read_only_hint, Some(true), "{}", tool.name);
            assert_eq!(annotations.destructive_hint, Some(false), "{}", tool.name);
            assert_eq!(annotations.idempotent_hint, Some(true), "{}", tool.name);
            assert_eq!(annotations.open_world_hint, Some(false), "{}", tool.name);
            assert_eq!(tool.input_schema["type"], "object", "{}", tool.name);
        }
        assert_eq!(reading().len(), Toolbox::list().len());
    }
}
