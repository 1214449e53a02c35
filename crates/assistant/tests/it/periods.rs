//! What a month is worth in averages and rankings, and days that are still ahead.

use std::sync::Arc;

use assistant::{ToolOutput, Toolbox};
use domain::{Currency, Ledger, Profile, Transaction};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::ledgers::{account, ledger, row};

const TODAY: Date = date(2026, 11, 2);

/// Ten a day from 20 January 2026 to today, but 25 a day in May.
fn days() -> Ledger {
    let own = account(1, "Checking", Currency::USD);
    let first = date(2026, 1, 20);
    let all = (0..).map(|ahead: i32| first.saturating_add(ahead.days())).take_while(|day| *day <= TODAY);
    let rows: Vec<Transaction> = (10..)
        .zip(all)
        .map(|(number, day)| {
            let cents = if day.month() == 5 { -2_500 } else { -1_000 };
            row(number, &own, day, cents, "Market", "Food:Groceries")
        })
        .collect();
    ledger(vec![own], rows)
}

fn run(tool: &str, input: Value) -> ToolOutput {
    Toolbox::new(Arc::new(days()), Profile::default(), TODAY).run(tool, &input).unwrap()
}

fn first_value(output: &ToolOutput) -> Decimal {
    output.figures[0].value
}

#[test]
fn an_average_over_the_last_months_divides_by_so_many_months() {
    // 3 August to 2 November: 92 days of 10.
    let last = json!({ "per": "month", "from": "2026-08-03", "to": "2026-11-02" });
    assert_eq!(first_value(&run("average", last)), Decimal::new(30_667, 2));
    // 3 May to 2 November: 29 days of 25 and 155 of 10.
    let half = json!({ "per": "quarter", "from": "2026-05-03", "to": "2026-11-02" });
    assert_eq!(first_value(&run("average", half)), Decimal::new(113_750, 2));
}

#[test]
fn a_month_that_goes_on_is_not_averaged_with_whole_ones() {
    // February to October: 28 + 31 + 30 + 30 + 31 + 31 + 30 + 31 days of 10, 31 of 25, and 12 days of January.
    let year = json!({ "per": "month", "period": "2026" });
    let sum = Decimal::from((28 + 31 + 30 + 30 + 31 + 31 + 30 + 31 + 12) * 10 + 31 * 25);
    assert_eq!(first_value(&run("average", year)), (sum / Decimal::TEN).round_dp(2));
}

#[test]
fn neither_the_month_that_goes_on_nor_the_one_that_the_data_begins_in_is_the_least() {
    let least = run("extreme_period", json!({ "per": "month", "order": "smallest" }));
    assert_eq!(least.figures[0].label, "February 2026");
    let most = run("extreme_period", json!({ "per": "month" }));
    assert_eq!(most.figures[0].label, "May 2026");
}

#[test]
fn what_is_still_ahead_is_not_known() {
    for tool in ["net_worth", "balance"] {
        let ahead = run(tool, json!({ "date": "2027-12-31" }));
        assert_eq!(ahead.details["nothing"], "ahead", "{tool}");
        assert!(ahead.figures.is_empty());
        assert!(!run(tool, json!({ "date": "2026-11-02" })).figures.is_empty());
    }
}
