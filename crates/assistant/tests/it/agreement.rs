//! Every figure agrees with the rows that it leads to, and says how it came about.

use std::{collections::HashSet, sync::Arc};

use assistant::{ToolFigure, ToolOutput, Toolbox};
use domain::{Cell, Ledger, Profile, TransactionFilter};
use finance::counted_rows;
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::ledgers::any_ledger;

/// Calls of every tool that tells of the ledger, with the words of random ledgers.
pub fn calls() -> Vec<(&'static str, Value)> {
    let scopes = [
        json!({}),
        json!({ "period": "2023" }),
        json!({ "from": "2023-05-17", "to": "2024-03-03" }),
        json!({ "category": "Food" }),
        json!({ "payee": "Market" }),
        json!({ "account": "Savings" }),
        json!({ "account": "checking" }),
        json!({ "text": "kio" }),
        json!({ "without": ["Food"] }),
        json!({ "without": ["refunds", "Kiosk"] }),
        json!({ "without": ["Savings"], "category": "Food:Groceries" }),
        json!({ "weekdays": ["saturday", "sunday"] }),
        json!({ "min": "50", "below": "300" }),
        json!({ "above": "20", "max": "120.50", "period": "2023" }),
    ];
    let with = |scope: &Value, own: Value| {
        let mut input = scope.clone();
        input.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        input
    };
    let mut calls = Vec::new();
    for scope in &scopes {
        for (tool, own) in [
            ("spending", json!({})),
            ("spending", json!({ "group_by": "month" })),
            ("income", json!({ "group_by": "payee" })),
            ("average", json!({ "per": "month" })),
            ("average", json!({ "per": "week", "side": "income" })),
            ("average", json!({ "per": "transaction" })),
            ("share", json!({})),
            ("share", json!({ "headline": "income" })),
            ("top_payees", json!({ "n": 3 })),
            ("top_categories", json!({})),
            ("extreme_period", json!({ "per": "week" })),
            ("largest_transactions", json!({ "n": 2 })),
            ("largest_transactions", json!({ "place": 3 })),
            ("top_payees", json!({ "place": 2 })),
            ("top_payees", json!({ "headline": "number" })),
            ("usual", json!({ "period": "March 2024" })),
            ("largest_transactions", json!({ "side": "spending", "n": 3 })),
            ("largest_transactions", json!({ "order": "smallest", "n": 1, "side": "income" })),
            ("list_transactions", json!({ "n": 1 })),
            ("list_transactions", json!({ "side": "spending", "order": "largest" })),
            ("compare_periods", json!({ "period": "2023", "other_period": "2024" })),
        ] {
            calls.push((tool, with(scope, own)));
        }
    }
    calls.extend([
        ("compare_periods", json!({ "category": "Food", "other_category": "Housing", "period": "2023" })),
        ("changes", json!({ "period": "June 2023" })),
        ("balance", json!({})),
        ("balance", json!({ "account": "Savings", "date": "2023-09-30" })),
        ("transfers", json!({ "account": "Savings", "period": "2023" })),
        ("frequency", json!({ "category": "Coffee", "side": "spending", "per": "week" })),
        ("together", json!({ "categories": ["Groceries", "Rent"], "payees": ["Own Savings"] })),
        ("subscriptions", json!({ "order": "largest" })),
        ("transfers", json!({ "account": "Checking", "direction": "out" })),
        ("net_worth", json!({})),
        ("net_worth", json!({ "headline": "owed", "date": "2023-12-31" })),
        ("net_worth_series", json!({ "period": "2023" })),
        ("savings_rate", json!({ "period": "2023" })),
        ("savings_rate", json!({ "headline": "rate" })),
        ("savings_rate", json!({ "per": "month" })),
        ("savings_rate", json!({ "per": "week", "period": "2023" })),
        ("runway", json!({})),
        ("income_check", json!({})),
        ("accounts", json!({})),
        ("categories", json!({})),
        ("cash_flow", json!({ "per": "quarter" })),
        ("cash_flow", json!({ "account": "Checking", "period": "2023" })),
        ("recurring", json!({})),
        ("subscriptions", json!({})),
        ("income_streams", json!({})),
        ("budgets", json!({})),
        ("goals", json!({})),
        ("anomalies", json!({ "period": "2023" })),
        ("forecast", json!({ "days": 30 })),
        ("safe_to_spend", json!({ "amount": "10" })),
        ("profile", json!({})),
    ]);
    calls
}

fn sum(ledger: &Ledger, rows: &TransactionFilter) -> Decimal {
    counted_rows(ledger, rows).iter().map(|it| it.counted).sum()
}

/// Whether a figure is what its rows make; none where it is more than their sum or number.
fn agrees(ledger: &Ledger, figure: &ToolFigure) -> Option<bool> {
    let rows = figure.rows.as_ref()?;
    let (value, sum) = (figure.value, sum(ledger, rows));
    let said = if rows.side == Some(domain::Side::Spending) { -sum } else { sum };
    match figure.name.as_str() {
        "count" => Some(value == Decimal::from(counted_rows(ledger, rows).len())),
        "moved" => Some(value == sum.abs()),
        "amount" => Some(value == sum.abs() && counted_rows(ledger, rows).len() == 1),
        "balance" | "net_worth" => {
            let own = ledger
                .accounts
                .iter()
                .filter(|it| rows.account.is_none_or(|id| it.id == id) && rows.currency == Some(it.currency));
            let opening = own.map(|it| finance::opening_balance(ledger, it.id).amount());
            Some(value == opening.sum::<Decimal>() + sum)
        }
        // Those are of these rows, but not their sum.
        "average" | "monthly" | "next" | "next_pay" | "left_of" | "categories" | "days" | "number"
        | "single" => None,
        _ => Some(value == said),
    }
}

/// Whether the cells of tables that break a sum down are what their rows make.
fn cells_agree(ledger: &Ledger, tool: &str, output: &ToolOutput) -> Result<(), String> {
    let is_of_sums = matches!(
        tool,
        "spending"
            | "income"
            | "average"
            | "top_payees"
            | "top_categories"
            | "extreme_period"
            | "compare_periods"
            | "changes"
            | "largest_transactions"
            | "list_transactions"
            | "together"
            | "cash_flow"
            | "categories"
            | "savings_rate"
    );
    let cells = output.tables.iter().flat_map(|table| &table.rows).flatten().filter(|_| is_of_sums);
    for cell in cells {
        if let Cell::Money { money, rows: Some(rows) } = cell {
            let own = TransactionFilter { currency: Some(money.currency()), ..(**rows).clone() };
            let sum = sum(ledger, &own);
            if money.amount().abs() != sum.abs() {
                return Err(format!("{tool}: {money} is not {sum} of {rows:?}"));
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_figure_is_what_its_rows_make(ledger in any_ledger()) {
        let ledger = Arc::new(ledger);
        let toolbox = Toolbox::new(Arc::clone(&ledger), Profile::default(), date(2025, 3, 15));
        for (tool, input) in calls() {
            let Ok(output) = toolbox.run(tool, &input) else { continue };
            for figure in &output.figures {
                prop_assert!(agrees(&ledger, figure) != Some(false), "{} {}: {:?}", tool, input, figure);
                prop_assert!(!figure.proof.formula.is_empty(), "{} {}", tool, figure.name);
                if let (Some(rows), Some(link)) = (&figure.rows, &figure.link) {
                    prop_assert_eq!(&rows.href(), link);
                }
            }
            if let (Some(names), Some(figure)) = (output.details["names"].as_array(), output.figures.first()) {
                let names: HashSet<_> = names.iter().map(Value::to_string).collect();
                prop_assert!(tool != "categories" || figure.value == names.len().into(), "{} {:?}", input, names);
            }
            let cells = cells_agree(&ledger, tool, &output);
            prop_assert!(cells.is_ok(), "{}: {:?}", input, cells);
        }
    }
}

#[test]
fn every_figure_of_the_household_says_how_it_came_about() {
    let toolbox =
        Toolbox::new(crate::household::ledger(), crate::household::profile(), crate::household::TODAY);
    let mut names = std::collections::BTreeSet::new();
    for (tool, input) in calls() {
        let Ok(output) = toolbox.run(tool, &input) else { continue };
        for figure in output.figures {
            let formula = &figure.proof.formula;
            assert_ne!(formula, "what the tool's table shows", "{tool}: {}", figure.name);
            names.insert(figure.name);
        }
    }
    assert!(names.len() > 30, "{names:?}");
}
