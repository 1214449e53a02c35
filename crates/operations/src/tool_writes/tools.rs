//! The writing tools, as a model is told about them.

use domain::Profile;
use serde_json::{Map, Value, json};

use super::input::{AddRule, Forget, Remember, SetBudget, SetCategory, SetGoal};
use crate::schema::input_schema;

/// A tool that changes something of the person's, after their yes.
#[derive(Debug)]
pub struct WritingTool {
    /// Its name.
    pub name: &'static str,
    /// What it does and when to call it.
    pub description: &'static str,
    /// JSON Schema of its input, from the type that reads it.
    pub input_schema: fn() -> Value,
}

/// Goals have a tool of their own.
const GOALS: &str = "financial_goals";

/// Every tool that changes something. None does before the person has said yes.
pub const WRITING_TOOLS: &[WritingTool] = &[
    WritingTool {
        name: "set_category",
        description: "Puts transactions into a category: those of some ids, or all that meet a filter. \
                      The person's own choice, which no rule overwrites.",
        input_schema: input_schema::<SetCategory>,
    },
    WritingTool {
        name: "set_budget",
        description: "Sets what may be spent on a category in a month, from a month on.",
        input_schema: input_schema::<SetBudget>,
    },
    WritingTool {
        name: "set_goal",
        description: "Sets a goal that the person saves for: a new one, or new figures for the one of \
                      that name.",
        input_schema: input_schema::<SetGoal>,
    },
    WritingTool {
        name: "set_profile",
        description: "Sets fields of the person's profile that they have told; null forgets a field.",
        input_schema: profile_schema,
    },
    WritingTool {
        name: "add_rule",
        description: "Adds a rule that gives a category to every transaction imported from now on whose \
                      payee, or whose payee or description, contains a text.",
        input_schema: input_schema::<AddRule>,
    },
    WritingTool {
        name: "remember",
        description: "Remembers something that the person asked to be remembered, for later chats.",
        input_schema: input_schema::<Remember>,
    },
    WritingTool {
        name: "forget",
        description: "Forgets something that is remembered, by its id or its text.",
        input_schema: input_schema::<Forget>,
    },
];

/// The profile, less what has a tool of its own; null forgets a field.
fn profile_schema() -> Value {
    let mut schema = input_schema::<Profile>();
    if let Some(properties) = schema["properties"].as_object_mut() {
        properties.remove(GOALS);
        for property in properties.values_mut() {
            if let Value::String(only) = &property["type"] {
                property["type"] = json!([only]);
            }
            for allowed in ["type", "enum"] {
                if let Some(Value::Array(values)) = property.get_mut(allowed) {
                    values.push(if allowed == "type" { json!("null") } else { Value::Null });
                }
            }
        }
    }
    schema
}

/// The fields that `set_profile` sets.
pub(super) fn profile_fields() -> Vec<String> {
    let profile = serde_json::to_value(Profile::default()).unwrap_or_default();
    let fields = profile.as_object().into_iter().flat_map(Map::keys);
    fields.filter(|name| *name != GOALS).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_writing_tool_says_what_its_type_reads() {
        for tool in WRITING_TOOLS {
            let schema = (tool.input_schema)();
            assert_eq!(schema["additionalProperties"], false, "{}", tool.name);
            let properties = schema["properties"].as_object().unwrap();
            assert!(!properties.is_empty(), "{}", tool.name);
            for (name, property) in properties {
                assert!(property["description"].is_string(), "{} {name}", tool.name);
                assert!(property["type"].is_string() || property["type"].is_array(), "{} {name}", tool.name);
            }
        }
    }

    #[test]
    fn a_profile_s_fields_can_be_forgotten() {
        let schema = profile_schema();
        let properties = schema["properties"].as_object().unwrap();
        let mut names = profile_fields();
        names.sort();
        assert_eq!(properties.keys().cloned().collect::<Vec<_>>(), names);
        for (name, property) in properties {
            assert!(property["type"].as_array().unwrap().contains(&json!("null")), "{name} {property}");
        }
        let tolerance = &properties["risk_tolerance"]["enum"];
        assert!(tolerance.as_array().unwrap().contains(&json!("moderate")), "{tolerance}");
        assert!(tolerance.as_array().unwrap().contains(&Value::Null), "{tolerance}");
    }
}
