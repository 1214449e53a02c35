//! The toolbox by itself: schemas, inputs, outputs.

use assistant::{ToolError, Toolbox};
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
        if !needs_input && tool.name != "compare_periods" {
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
