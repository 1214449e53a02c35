//! The tools about what comes again, flows and is to be expected, on the household.

use assistant::{ToolError, Toolbox};
use domain::{Budget, Category, Currency, Money};
use jiff::civil::date;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::household::{TODAY, ledger, profile};

fn toolbox() -> Toolbox {
    Toolbox::new(ledger(), profile(), TODAY)
}

fn run(name: &str, input: &Value) -> Value {
    toolbox().run(name, input).unwrap().to_json()
}

#[test]
fn recurring_names_rent_power_and_salary() {
    let all = run("recurring", &json!({}));
    let items: Vec<(&str, &str, &str)> = all["details"]["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (
                it["kind"].as_str().unwrap(),
                it["cadence"].as_str().unwrap(),
                it["usual"]["amount"].as_str().unwrap(),
            )
        })
        .collect();
    for expected in
        [("bill", "monthly", "-1200.00"), ("bill", "monthly", "-60.00"), ("income", "monthly", "3000.00")]
    {
        assert!(items.contains(&expected), "{expected:?} in {items:?}");
    }
    let bills = run("recurring", &json!({ "kind": "bill" }));
    // Rent, power, and the three places that take the same on the same day of every month.
    assert_eq!(bills["figures"][0]["value"], "1344.50");
    let wrong = toolbox().run("recurring", &json!({ "kind": "habit" }));
    assert!(matches!(wrong, Err(ToolError::InvalidInput { .. })));
}

#[test]
fn income_streams_name_the_next_pay_day() {
    let streams = run("income_streams", &json!({}));
    assert_eq!(streams["details"]["next_pay_day"], "2024-04-25");
    assert_eq!(streams["figures"][0]["value"], "3000.00");
}

#[test]
fn how_often_the_band_held_names_the_days_that_were_tried() {
    let forecast = toolbox().run("forecast", &json!({})).unwrap();
    let held = forecast.figures.iter().find(|figure| figure.name == "held").unwrap();
    let formula = &held.proof.formula;
    assert!(formula.contains("forecasts") && formula.contains("days lay in the band"), "{formula}");
}

#[test]
fn cash_flow_adds_up_over_its_months() {
    let flow = run("cash_flow", &json!({ "period": "2023" }));
    assert_eq!(flow["tables"][0]["rows"].as_array().unwrap().len(), 12);
    let figure = |name: &str| {
        let figures = flow["figures"].as_array().unwrap();
        figures.iter().find(|it| it["name"] == name).unwrap()["value"]
            .as_str()
            .unwrap()
            .parse::<Decimal>()
            .unwrap()
    };
    // Twelve salaries and a bonus.
    assert_eq!(figure("income"), Decimal::from(37_500));
    assert_eq!(figure("net"), figure("income") - figure("spending"));
    assert!(toolbox().run("cash_flow", &json!({ "per": "day" })).is_err());
}

#[test]
fn a_budget_tells_what_is_left() {
    let budget = Budget {
        id: "00000000-0000-7000-8000-000000000001".parse().unwrap(),
        category: Category::known("Food:Groceries"),
        amount: Money::new(Decimal::from(100), Currency::USD).unwrap(),
        from: date(2024, 3, 1),
        until: None,
        rollover: false,
    };
    let output = toolbox().with_budgets(vec![budget]).run("budgets", &json!({})).unwrap();
    // Green Grocer 43.00 and Corner Market 50.00.
    assert_eq!(output.figures[0].value.to_string(), "7.00");
    let without = run("budgets", &json!({}));
    assert_eq!(without["figures"][0]["name"], "suggested");
}

#[test]
fn a_forecast_starts_at_the_balance_and_names_its_lowest_day() {
    let output = run("forecast", &json!({ "account": "checking", "days": 30 }));
    let balance = run("balance", &json!({ "account": "checking" }));
    let start = output["figures"].as_array().unwrap().iter().find(|it| it["name"] == "start").unwrap();
    assert_eq!(start["value"], balance["figures"][0]["value"]);
    assert_eq!(output["charts"][0]["points"].as_array().unwrap().len(), 30);
    assert!(output["details"]["back_test"]["percent"].is_string());
}

#[test]
fn the_parts_of_safe_to_spend_stand_in_its_table() {
    let output = run("safe_to_spend", &json!({ "cushion": "100" }));
    let rows = output["tables"][0]["rows"].as_array().unwrap();
    let amount = |row: &Value| {
        let cells = row.as_array().unwrap();
        cells[2]["money"]["amount"].as_str().unwrap().parse::<Decimal>().unwrap()
    };
    let (total, parts) = rows.split_last().unwrap();
    assert_eq!(parts.iter().map(amount).sum::<Decimal>(), amount(total));
    assert!(toolbox().run("safe_to_spend", &json!({ "cushion": -1 })).is_err());
}

#[test]
fn large_purchases_are_no_anomaly_of_their_own() {
    let output = run("anomalies", &json!({}));
    assert_eq!(output["figures"][0]["name"], "anomalies");
    assert!(output["figures"][0]["value"].as_str().unwrap().parse::<u32>().unwrap() <= 3, "{output:#}");
}
