//! The writing tools, as a model is told about them.

use domain::Profile;
use serde_json::{Map, Value, json};

/// A tool that changes something of the person's, after their yes.
#[derive(Debug)]
pub struct WritingTool {
    /// Its name.
    pub name: &'static str,
    /// What it does and when to call it.
    pub description: &'static str,
    properties: fn() -> Value,
    required: &'static [&'static str],
}

impl WritingTool {
    /// JSON Schema of its input.
    pub fn input_schema(&self) -> Value {
        json!({
            "type": "object",
            "properties": (self.properties)(),
            "required": self.required,
            "additionalProperties": false
        })
    }
}

/// Every tool that changes something. None does before the person has said yes.
pub const WRITING_TOOLS: &[WritingTool] = &[
    WritingTool {
        name: "set_category",
        description: "Puts transactions into a category: those of some ids, or all that meet a filter. \
                      The person's own choice, which no rule overwrites.",
        properties: set_category,
        required: &["category"],
    },
    WritingTool {
        name: "set_budget",
        description: "Sets what may be spent on a category in a month, from a month on.",
        properties: set_budget,
        required: &["category", "amount"],
    },
    WritingTool {
        name: "set_goal",
        description: "Sets a goal that the person saves for: a new one, or new figures for the one of \
                      that name.",
        properties: set_goal,
        required: &["name", "target_amount"],
    },
    WritingTool {
        name: "set_profile",
        description: "Sets fields of the person's profile that they have told; null forgets a field.",
        properties: set_profile,
        required: &[],
    },
    WritingTool {
        name: "add_rule",
        description: "Adds a rule that gives a category to every transaction imported from now on whose \
                      payee, or whose payee or description, contains a text.",
        properties: add_rule,
        required: &["category"],
    },
    WritingTool {
        name: "remember",
        description: "Remembers something that the person asked to be remembered, for later chats.",
        properties: remember,
        required: &["text"],
    },
    WritingTool {
        name: "forget",
        description: "Forgets something that is remembered, by its id or its text.",
        properties: forget,
        required: &[],
    },
];

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn amount(description: &str) -> Value {
    json!({ "type": ["string", "number"], "description": description })
}

fn set_category() -> Value {
    let day = || json!({ "type": "string", "format": "date" });
    json!({
        "category": text("The category, such as Food:Groceries."),
        "transaction_ids": {
            "type": "array",
            "description": "Which transactions, 1 to 500. Either these or a filter.",
            "items": { "type": "string", "format": "uuid" }
        },
        "filter": {
            "type": "object",
            "description": "Every transaction that meets all of these; at least one.",
            "properties": {
                "from": day(),
                "to": day(),
                "account": { "type": "string", "format": "uuid" },
                "category": text("The category that they have now."),
                "payee": text("Exactly this payee."),
                "text": text("A text in the payee or description."),
                "side": { "type": "string", "enum": ["spending", "income"] },
                "currency": text("ISO 4217."),
                "import": { "type": "string", "format": "uuid" }
            },
            "additionalProperties": false
        }
    })
}

fn set_budget() -> Value {
    json!({
        "category": text("A category of spending, or a group such as Food."),
        "month": text("The first month, YYYY-MM; this month when left out."),
        "amount": amount("What may be spent in a month; above zero."),
        "currency": text("ISO 4217; the profile's when left out, else the first account's."),
        "rollover": { "type": "boolean", "description": "What is left is carried into the next month." }
    })
}

fn set_goal() -> Value {
    json!({
        "name": text("The goal's name."),
        "target_amount": amount("How much it takes."),
        "target_date": { "type": "string", "format": "date" },
        "saved_amount": amount("How much is saved already.")
    })
}

/// The profile's fields; goals have a tool of their own.
pub(super) fn profile_fields() -> Vec<String> {
    let profile = serde_json::to_value(Profile::default()).unwrap_or_default();
    let fields = profile.as_object().into_iter().flat_map(Map::keys);
    fields.filter(|name| *name != "financial_goals").cloned().collect()
}

fn set_profile() -> Value {
    let schema = |name: String| (name, json!({ "type": ["string", "number", "null"] }));
    Value::Object(profile_fields().into_iter().map(schema).collect())
}

fn add_rule() -> Value {
    json!({
        "payee": text("A text in the payee. Either this or text."),
        "text": text("A text in the payee or the description."),
        "category": text("The category that the rule gives.")
    })
}

fn remember() -> Value {
    json!({ "text": text("What to remember, in one sentence.") })
}

fn forget() -> Value {
    json!({
        "id": { "type": "string", "format": "uuid" },
        "text": text("What is remembered, as it is written there.")
    })
}
