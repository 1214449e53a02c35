//! The toolbox by itself: schemas, inputs, outputs.

use assistant::{ToolError, Toolbox};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::household::{TODAY, ledger, profile};

fn toolbox() -> Toolbox {
    Toolbox::new(ledger(), profile(), TODAY)
}

fn figure(name: &str, input: &Value) -> String {
    toolbox().run(name, input).unwrap().figures[0].value.to_string()
}

#[test]
fn a_tool_takes_names_and_periods_in_words() {
    assert_eq!(figure("spending", &json!({ "category": "groceries", "period": "March 2024" })), "93.00");
    assert_eq!(
        figure("spending", &json!({ "category": "Food", "from": "2024-03-01", "to": "2024-03-31" })),
        "127.50"
    );
    assert_eq!(figure("spending", &json!({ "payee": "kin thai", "period": "2023" })), "360.00");
    assert_eq!(figure("balance", &json!({ "account": "savings", "date": "2024-02-29" })), "9700.00");
    assert_eq!(figure("income", &json!({ "period": "december 2023" })), "4500.00");
}

#[test]
fn an_input_that_does_not_fit_is_refused() {
    for (name, input) in [
        ("spending", json!({ "colour": "red" })),
        ("spending", json!({ "from": "2024-02-30" })),
        ("spending", json!({ "from": "2024-03-02", "to": "2024-03-01" })),
        ("spending", json!({ "period": "sometime" })),
        ("spending", json!([])),
        ("look_up", json!({})),
        ("top_payees", json!({ "n": -1 })),
        ("average", json!({ "per": "category" })),
        ("spending", json!({ "group_by": "weekday" })),
        ("spending", json!({ "group_by": "transaction" })),
        ("extreme_period", json!({ "per": "payee" })),
        ("recurring", json!({ "kind": "rent" })),
        ("compare_periods", json!({ "period": "2023" })),
        ("spending", json!({ "payee": "x".repeat(500) })),
    ] {
        let refused = toolbox().run(name, &input);
        assert!(matches!(refused, Err(ToolError::InvalidInput { .. })), "{name} {input}: {refused:?}");
    }
    assert_eq!(toolbox().run("rm", &json!({})), Err(ToolError::UnknownTool));
}

#[test]
fn a_name_that_is_not_in_the_ledger_is_an_error_and_not_a_guess() {
    for (name, input) in [
        ("spending", json!({ "payee": "Nobody" })),
        ("spending", json!({ "category": "unicorns" })),
        ("balance", json!({ "account": "brokerage" })),
    ] {
        assert!(matches!(toolbox().run(name, &input), Err(ToolError::UnknownName { .. })), "{name} {input}");
    }
}

#[test]
fn every_tool_runs_without_optional_input() {
    for tool in Toolbox::list() {
        assert_eq!(tool.input_schema["type"], "object");
        let needs_input =
            tool.input_schema["required"].as_array().is_some_and(|required| !required.is_empty());
        // Those need one of several inputs.
        if !needs_input && tool.name != "compare_periods" && tool.name != "together" {
            let output = toolbox().run(&tool.name, &json!({})).unwrap();
            assert!(!output.summary.is_empty(), "{}", tool.name);
        }
    }
}

#[test]
fn every_property_of_a_schema_is_described() {
    for tool in Toolbox::list() {
        for (name, property) in tool.input_schema["properties"].as_object().unwrap() {
            assert!(property["description"].is_string(), "{} {name}", tool.name);
        }
    }
}

#[test]
fn a_share_is_of_a_side_or_of_a_category() {
    let coffee = json!({ "category": "Coffee", "other_category": "Food", "period": "2023" });
    assert_eq!(figure("share", &coffee), "3.4");
    let market = json!({ "payee": "Corner Market", "category": "Groceries", "other_category": "Groceries", "period": "2023" });
    assert_eq!(figure("share", &market), "51.8");
    let rent = json!({ "category": "Rent", "other_category": "Salary", "period": "2023" });
    assert_eq!(toolbox().run("share", &rent).unwrap().figures[0].value, Decimal::from(40));
}

#[test]
fn a_share_tells_what_it_leaves_out_in_other_currencies() {
    let output = toolbox().run("share", &json!({ "category": "Travel", "period": "March 2024" })).unwrap();
    let figures: Vec<(&str, Decimal)> =
        output.figures.iter().map(|figure| (figure.name.as_str(), figure.value)).collect();
    let (all, part, besides) = (Decimal::ONE_HUNDRED, Decimal::new(18_000, 2), Decimal::new(228_650, 2));
    assert_eq!(figures, [("share", all), ("part", part), ("whole", part), ("besides", besides)]);
}

#[test]
fn rows_of_every_currency_are_counted() {
    let output = toolbox().run("spending", &json!({ "period": "March 2024" })).unwrap();
    assert_eq!(output.details["count"], 8);
}

/// A value that a property's schema allows, and one that it does not; none for free text and lists of objects.
fn samples(property: &Value) -> Option<(Vec<Value>, Value)> {
    let choices = |schema: &Value| schema["enum"].as_array().cloned();
    if let Some(all) = choices(property) {
        return Some((all, json!("something else")));
    }
    match (&property["type"], property["format"].as_str()) {
        (Value::String(kind), Some("date")) if kind == "string" => {
            Some((vec![json!("2024-03-01")], json!("soon")))
        }
        (Value::String(kind), _) if kind == "integer" => {
            Some((vec![property["minimum"].clone()], json!("several")))
        }
        // Of lists of objects the calculators' types are the schema.
        (Value::String(kind), _) if kind == "array" && property["items"]["type"] == "string" => {
            let items = choices(&property["items"]).unwrap_or_else(|| vec![json!("rent")]);
            Some((items.into_iter().map(|item| json!([item])).collect(), json!({ "first": "rent" })))
        }
        (Value::Array(_), _) => Some((vec![json!("12.50"), json!(12.5)], json!("much"))),
        _ => None,
    }
}

/// What serde says of a value that does not fit its type.
const UNREAD: [&str; 3] = ["unknown variant", "invalid type", "invalid value"];

#[test]
fn schemas_say_what_is_read() {
    let mut tried = 0;
    for tool in Toolbox::list() {
        for (name, property) in tool.input_schema["properties"].as_object().unwrap() {
            let Some((allowed, other)) = samples(property) else { continue };
            let run = |value: &Value| {
                let mut input = json!({});
                for needed in tool.input_schema["required"].as_array().unwrap() {
                    let needed = needed.as_str().unwrap();
                    let is_list = tool.input_schema["properties"][needed]["type"] == "array";
                    input[needed] = if is_list { json!([]) } else { json!("12") };
                }
                input[name] = value.clone();
                toolbox().run(&tool.name, &input)
            };
            for value in allowed {
                let read = run(&value);
                // What is read may still be refused for what it says: a month of days, a name that is not there.
                let is_unread = matches!(&read, Err(ToolError::InvalidInput { message })
                    if UNREAD.iter().any(|words| message.contains(words)));
                assert!(!is_unread, "{} {name} {value}: {read:?}", tool.name);
                tried += 1;
            }
            let refused = run(&other);
            assert!(matches!(refused, Err(ToolError::InvalidInput { .. })), "{} {name} {other}", tool.name);
        }
    }
    assert!(tried > 300, "{tried} values");
}
