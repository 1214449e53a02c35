//! The calculators as tools: what they take, what they give, what they refuse.

use assistant::{ToolOutput, Toolbox};
use domain::Ledger;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::household::{TODAY, ledger, profile};

fn run(name: &str, input: &Value) -> ToolOutput {
    Toolbox::new(Ledger::default().into(), domain::Profile::default(), TODAY).run(name, input).unwrap()
}

fn result(name: &str, input: &Value) -> Value {
    serde_json::to_value(run(name, input)).unwrap()
}

fn refused(name: &str, input: &Value) -> String {
    let toolbox = Toolbox::new(Ledger::default().into(), domain::Profile::default(), TODAY);
    toolbox.run(name, input).unwrap_err().to_string()
}

#[test]
fn a_loan_has_its_payment_totals_and_schedule_at_the_top() {
    let loan = result("loan", &json!({ "annual_rate": 0.05, "n_months": 360, "principal": 250_000 }));
    assert_eq!(loan["payment"], "1342.05");
    assert_eq!(loan["total_paid"], "483139.46");
    assert_eq!(loan["total_interest"], "233139.46");
    assert_eq!(loan["schedule"].as_array().unwrap().len(), 360);
    let first = json!({ "period": 1, "payment": "1342.05", "interest": "1041.67", "principal": "300.38", "balance": "249699.62" });
    assert_eq!(loan["schedule"][0], first);
    assert_eq!(loan["schedule"][359]["balance"], "0.00");
    assert_eq!(loan["figures"][0]["name"], "payment");
    assert_eq!(loan["summary"], "1342.05 a month for 250000.00 at 5 % over 30 years");
    assert!(loan["formula"].as_str().unwrap().contains("annual rate ÷ 12"));
}

#[test]
fn numbers_may_be_text_and_rates_percentages() {
    let numbers = result("loan", &json!({ "annual_rate": 0.065, "n_months": 360, "principal": 200_000.5 }));
    let texts =
        result("loan", &json!({ "annual_rate": "6.5%", "n_months": "360", "principal": "200000.50" }));
    assert_eq!(numbers, texts);
    assert_eq!(numbers["payment"], "1264.14");
}

#[test]
fn a_model_reads_the_beginning_of_a_long_schedule() {
    let output = run("loan", &json!({ "annual_rate": 0.05, "n_months": 360, "principal": 250_000 }));
    let schedule = output.to_json()["schedule"].as_array().unwrap().clone();
    assert_eq!((schedule.len(), schedule.last().unwrap()), (25, &json!("336 more")));
}

#[test]
fn extra_payments_say_what_they_save() {
    let loan = result(
        "loan",
        &json!({
            "annual_rate": 0.05, "n_months": 360, "principal": 250_000, "extra_monthly": "200", "currency": "EUR",
            "extra_once": [{ "period": 12, "amount": 5000 }],
        }),
    );
    assert_eq!(loan["months_saved"].as_i64().unwrap() + loan["n_payments"].as_i64().unwrap(), 360);
    assert_eq!(loan["currency"], "EUR");
    assert_eq!(loan["figures"][0]["currency"], "EUR");
    assert!(loan["tables"][0]["rows"].as_array().unwrap().len() < 30);
    let bank = json!({ "annual_rate": 0.06, "n_months": 12, "principal": 1000, "rounding": "cents" });
    let bank = result("loan", &bank);
    assert_eq!((&bank["schedule"][11]["payment"], &bank["total_paid"]), (&json!("86.03"), &json!("1032.80")));
}

#[test]
fn a_payoff_has_its_months_and_one_that_never_ends_says_so() {
    let input = json!({ "annual_rate": 0.1799, "balance": 8000, "monthly_payment": 600 });
    let payoff = result("payoff", &input);
    assert!((payoff["months"].as_f64().unwrap() - 14.986_467_965).abs() < 1e-9);
    assert_eq!(payoff["payments"], 15);
    let never = json!({ "annual_rate": 0.1799, "balance": 8000, "monthly_payment": 100 });
    assert_eq!(
        refused("payoff", &never),
        "a monthly_payment of 100 never pays it off: a month's interest is 119.93"
    );
}

#[test]
fn savings_have_their_future_value() {
    let savings = |when| {
        let input = json!({ "annual_rate": 0.06, "n_months": 12, "start": 1000, "monthly_deposit": 100, "when": when });
        result("savings", &input)["future_value"].clone()
    };
    assert_eq!((savings("end"), savings("begin")), (json!("2295.23"), json!("2301.40")));
    let required = json!({ "target": "2295.23", "start": 1000, "annual_rate": 0.06, "n_months": 12 });
    assert_eq!(result("required_saving", &required)["monthly_deposit"], "100.00");
}

#[test]
fn flows_have_their_rate() {
    let flows = json!({ "flows": [
        { "date": "2008-01-01", "amount": -10_000 }, { "date": "2008-03-01", "amount": 2750 },
        { "date": "2008-10-30", "amount": 4250 }, { "date": "2009-02-15", "amount": 3250 },
        { "date": "2009-04-01", "amount": 2750 },
    ] });
    let xirr = result("xirr", &flows);
    assert!((xirr["rate"].as_f64().unwrap() - 0.373_362_533_5).abs() < 1e-9, "{}", xirr["rate"]);
    assert_eq!(xirr["figures"][0]["value"], "37.34");
    let twr = json!({ "valuations": [
        { "date": "2021-01-01", "value": 0, "flow": 100 }, { "date": "2022-01-01", "value": 110, "flow": 890 },
        { "date": "2023-01-01", "value": 950 },
    ] });
    assert_eq!(result("twr", &twr)["total_return"], 0.045);
}

#[test]
fn debts_are_compared() {
    let debts = result(
        "debts",
        &json!({ "monthly_budget": 600, "debts": [
            { "name": "car", "balance": 9000, "annual_rate": 0.05, "minimum": 150 },
            { "name": "card", "balance": 6000, "annual_rate": "20%", "minimum": 120 },
            { "name": "shop", "balance": 800, "annual_rate": 0.1, "minimum": 25 },
        ], "order": ["shop", "car", "card"] }),
    );
    assert_eq!(debts["strategy"], "avalanche");
    let names: Vec<&str> =
        debts["plans"].as_array().unwrap().iter().map(|plan| plan["strategy"].as_str().unwrap()).collect();
    assert_eq!(names, ["avalanche", "snowball", "custom"]);
    assert_eq!(debts["plans"][1]["debts"][2]["months"], 3);
    assert_eq!(debts["tables"][0]["rows"].as_array().unwrap().len(), 4);
}

#[test]
fn an_emergency_fund_takes_the_usual_spending_and_links_to_it() {
    let toolbox = Toolbox::new(ledger(), profile(), TODAY);
    let fund =
        serde_json::to_value(toolbox.run("emergency_fund", &json!({ "n_months": 3 })).unwrap()).unwrap();
    let expenses =
        fund["figures"].as_array().unwrap().iter().find(|it| it["name"] == "monthly_expenses").unwrap();
    assert!(expenses["link"].is_string());
    let three = expenses["value"].as_str().unwrap().parse::<rust_decimal::Decimal>().unwrap()
        * rust_decimal::Decimal::from(3);
    assert_eq!(fund["target"], json!(three));
    assert!(refused("emergency_fund", &json!({})).contains("monthly_expenses"));
}

#[test]
fn a_retirement_is_calculated_and_simulated() {
    let mut input = json!({
        "start": 50_000, "monthly_deposit": 800, "months_until": 180, "monthly_withdrawal": 1_200, "months_in": 300,
        "annual_return": "6%", "annual_inflation": "2%",
    });
    let plain = result("retirement", &input);
    assert_eq!(plain["lasts"], true);
    assert_eq!(plain["months_paid"], 300);
    input["annual_volatility"] = json!(0.15);
    input["paths"] = json!(2_000);
    let simulated = result("monte_carlo", &input);
    assert_eq!(simulated, result("monte_carlo", &input));
    let success = simulated["success_probability"].as_f64().unwrap();
    assert!(success > 0.3 && success < 0.9, "{success}");
    assert_eq!(simulated["tables"][0]["columns"].as_array().unwrap().len(), 6);
    input["months_in"] = json!(2_000);
    assert!(refused("monte_carlo", &input).contains("months_in"));
}

#[test]
fn inflation_and_conversion_name_what_they_used() {
    let by_rate = json!({ "amount": 100, "annual_inflation": 0.02, "n_months": 120 });
    assert_eq!(result("inflation", &by_rate)["adjusted"], "121.90");
    let by_index = json!({ "amount": 100, "index_from": 218.056, "index_to": 258.811 });
    assert_eq!(result("inflation", &by_index)["adjusted"], "118.69");
    assert!(refused("inflation", &json!({ "amount": 100 })).contains("annual_inflation"));
    let rates = json!([{ "date": "2024-01-02", "from": "EUR", "to": "USD", "rate": "1.10" }]);
    let convert = |to, date| json!({ "amount": 50, "from": "EUR", "to": to, "date": date, "rates": rates });
    let converted = result("convert", &convert("USD", "2024-01-05"));
    assert_eq!(converted["converted"], "55.00");
    assert_eq!(converted["summary"], "50 EUR is 55.00 USD, rate of 2024-01-02");
    assert_eq!(
        refused("convert", &convert("USD", "2024-01-01")),
        "there is no exchange rate from EUR to USD on or before 2024-01-01"
    );
    assert!(refused("convert", &convert("XYZ", "2024-01-05")).contains("to: not an ISO 4217"));
}

#[test]
fn bad_input_names_its_field() {
    let loan = |key: &str, value: Value| {
        let mut input = json!({ "annual_rate": 0.05, "n_months": 12, "principal": 1000 });
        input[key] = value;
        input
    };
    for (key, value) in [
        ("annual_rate", json!("five")),
        ("annual_rate", json!(-0.05)),
        ("annual_rate", json!(1e300)),
        ("annual_rate", json!({})),
        ("n_months", json!(0)),
        ("n_months", json!(12.5)),
        ("n_months", json!(-1)),
        ("n_months", json!(1e12)),
        ("principal", json!("1,000")),
        ("principal", json!("NaN")),
        ("principal", json!("1".repeat(40))),
        ("principal", json!(0)),
        ("principal", json!(null)),
        ("balloon", json!(2000)),
        ("currency", json!("XXZ")),
        ("rounding", json!("roughly")),
        ("colour", json!("red")),
    ] {
        let refused = refused("loan", &loan(key, value.clone()));
        assert!(refused.contains(key), "{key} {value}: {refused}");
    }
    let nested = loan("extra_once", json!([{ "period": 1, "amount": "x" }]));
    assert!(refused("loan", &nested).contains("extra_once[0].amount"));
    assert!(refused("loan", &json!([])).contains("object"));
    assert!(
        refused("xirr", &json!({ "flows": [{ "date": "2024-02-30", "amount": 1 }] }))
            .contains("flows[0].date")
    );
    assert!(refused("xirr", &json!({ "flows": [] })).contains("flows"));
}

/// Numbers at the edges of what inputs may be, and beyond.
const NASTY: [&str; 14] = [
    "0",
    "0.0000000000000000000000000001",
    "79228162514264337593543950335",
    "-79228162514264337593543950335",
    "999999999999999",
    "999999999999999.99999999",
    "-0.9",
    "-1",
    "10",
    "0.9999999999999999999999999999",
    "1",
    "12",
    "1200",
    "0.05",
];
const DAYS: [&str; 4] = ["-9999-01-01", "9999-12-31", "2024-02-29", "2024-03-01"];

proptest! {
    #[test]
    fn no_number_makes_a_calculator_panic(
        numbers in prop::collection::vec(prop::sample::select(&NASTY[..]), 12),
        days in prop::collection::vec(prop::sample::select(&DAYS[..]), 3),
        months in prop::collection::vec(prop::sample::select(&[0, 1, 11, 12, 1_199, 1_200][..]), 3),
    ) {
        let n = |at: usize| json!(numbers[at]);
        let debt = |at: usize| json!({ "name": at.to_string(), "balance": n(at), "annual_rate": n(at + 1), "minimum": n(at + 2) });
        let retirement = json!({
            "start": n(0), "monthly_deposit": n(1), "months_until": months[0], "monthly_withdrawal": n(2),
            "months_in": months[1], "annual_return": n(3), "annual_inflation": n(4),
        });
        let mut varied = retirement.clone();
        (varied["annual_volatility"], varied["paths"]) = (n(5), json!(3));
        let flow = |at: usize| json!({ "date": days[at], "amount": n(at) });
        let value = |at: usize| json!({ "date": days[at], "value": n(at), "flow": n(at + 3) });
        let rate = |at: usize, from, to| json!({ "date": days[at], "from": from, "to": to, "rate": n(at) });
        let toolbox = Toolbox::new(Ledger::default().into(), domain::Profile::default(), TODAY);
        for (name, input) in [
            ("loan", json!({
                "annual_rate": n(0), "n_months": months[0], "principal": n(1), "extra_monthly": n(2), "balloon": n(3),
                "extra_once": [{ "period": months[1], "amount": n(4) }],
                "rate_changes": [{ "period": months[2], "annual_rate": n(5) }], "currency": "JPY",
            })),
            ("loan", json!({ "annual_rate": n(0), "n_months": months[0], "principal": n(1), "rounding": "cents" })),
            ("payoff", json!({ "annual_rate": n(0), "balance": n(1), "monthly_payment": n(2) })),
            ("debts", json!({ "monthly_budget": n(9), "debts": [debt(0), debt(3), debt(6)] })),
            ("savings", json!({ "annual_rate": n(0), "n_months": months[0], "start": n(1), "monthly_deposit": n(2), "when": "begin" })),
            ("required_saving", json!({ "target": n(3), "annual_rate": n(0), "n_months": months[0], "start": n(1) })),
            ("emergency_fund", json!({
                "monthly_expenses": n(0), "n_months": months[0], "start": n(1), "monthly_deposit": n(2), "annual_rate": n(3),
            })),
            ("retirement", retirement),
            ("monte_carlo", varied),
            ("xirr", json!({ "flows": [flow(0), flow(1), flow(2)] })),
            ("twr", json!({ "valuations": [value(0), value(1), value(2)] })),
            ("inflation", json!({ "amount": n(0), "annual_inflation": n(1), "n_months": months[0] })),
            ("inflation", json!({ "amount": n(0), "annual_inflation": n(1), "n_months": -months[1] })),
            ("inflation", json!({ "amount": n(0), "index_from": n(1), "index_to": n(2) })),
            ("convert", json!({
                "amount": n(3), "from": "EUR", "to": "JPY", "date": days[2],
                "rates": [rate(0, "EUR", "USD"), rate(1, "JPY", "USD"), rate(2, "JPY", "EUR")],
            })),
        ] {
            if let Ok(output) = toolbox.run(name, &input) {
                prop_assert!(!output.summary.is_empty());
                let _ = output.to_json();
            }
        }
    }
}
