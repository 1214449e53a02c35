//! The JSON schema of what a tool is called with, from the type that reads it.

use schemars::{JsonSchema, Schema, generate::SchemaSettings, transform::RecursiveTransform};
use serde_json::{Value, json};

/// The schema of a tool's input: its fields' docs are its descriptions, everything is in one piece, and
/// what a model has no use for is left out.
pub fn input_schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let settings = settings.with_transform(RecursiveTransform(plain));
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.remove("title");
    schema.remove("description");
    let mut schema = schema.to_value();
    // OpenAI's shape of a tool wants both, empty too.
    for (key, empty) in [("properties", json!({})), ("required", json!([]))] {
        if schema.get(key).is_none() {
            schema[key] = empty;
        }
    }
    schema
}

/// What is optional may be left out, so that no type needs `null` beside its own; the variants of an
/// enumeration are its words; of numbers only limits that someone set are told.
fn plain(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
        choices.retain(|choice| *choice != json!({ "type": "null" }));
        if let [Value::Object(only)] = choices.as_mut_slice() {
            let only = std::mem::take(only);
            object.remove("anyOf");
            // What the field says of it comes before what its type says.
            for (key, value) in only {
                object.entry(key).or_insert(value);
            }
        }
    }
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        } else {
            object.remove("pattern");
        }
    }
    if let Some(Value::Array(words)) = object.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
    let words = |variant: &Value| match (variant.get("const"), variant.get("enum")) {
        (Some(word), _) => Some(vec![word.clone()]),
        (None, Some(Value::Array(words))) => Some(words.clone()),
        _ => None,
    };
    let variants = object.get("oneOf").and_then(Value::as_array);
    let choices = variants.and_then(|variants| variants.iter().map(words).collect::<Option<Vec<_>>>());
    if let Some(choices) = choices {
        object.remove("oneOf");
        object.extend([
            ("type".to_owned(), json!("string")),
            ("enum".to_owned(), Value::Array(choices.concat())),
        ]);
    }
    let is_machine_type = |format: &Value| format.as_str().is_some_and(|it| it.contains("int"));
    if object.get("format").is_some_and(is_machine_type) {
        object.remove("format");
    }
    object.remove("default");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which one.
    #[derive(JsonSchema)]
    #[schemars(rename_all = "snake_case")]
    #[expect(dead_code, reason = "read by the schema only")]
    enum Choice {
        /// The first.
        One,
        TwoWords,
    }

    #[derive(JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read by the schema only")]
    struct Input {
        /// Needed.
        name: String,
        /// As the field says it.
        choice: Option<Choice>,
        amount: Option<rust_decimal::Decimal>,
        n: Option<u8>,
        #[schemars(inner(length(max = 5)))]
        words: Option<Vec<String>>,
    }

    #[test]
    fn a_schema_is_what_a_model_needs_of_a_type() {
        let expected = json!({
            "type": "object",
            "properties": {
                "name": { "type": "string", "description": "Needed." },
                "choice": {
                    "type": "string", "enum": ["two_words", "one"], "description": "As the field says it.",
                },
                "amount": { "type": ["string", "number"] },
                "n": { "type": "integer", "minimum": 0, "maximum": 255 },
                "words": { "type": "array", "items": { "type": "string", "maxLength": 5 } },
            },
            "required": ["name"],
            "additionalProperties": false,
        });
        assert_eq!(input_schema::<Input>(), expected);
    }

    #[test]
    fn a_type_without_fields_has_the_keys_that_endpoints_want() {
        #[derive(JsonSchema)]
        struct Nothing {}
        let schema = input_schema::<Nothing>();
        assert_eq!((&schema["properties"], &schema["required"]), (&json!({}), &json!([])));
    }
}
