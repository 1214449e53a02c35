//! What a month is worth in averages and rankings, days that are still ahead, and the periods that words name.

use std::sync::Arc;

use assistant::{
    ToolOutput, Toolbox,
    when::{DayOrder, find},
};
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

/// The periods that a text names on 16 September 2026, as first and last days.
fn named(text: &str) -> Vec<String> {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    find(text, date(2026, 9, 16), DayOrder::MonthFirst)
        .iter()
        .map(|mention| format!("{}..{}", day(mention.period.from), day(mention.period.to)))
        .collect()
}

#[test]
fn the_last_one_beside_this_one_is_the_one_before() {
    let cases = [
        ("this august than last august", ["2026-08-01..2026-08-31", "2025-08-01..2025-08-31"]),
        ("january against last january", ["2026-01-01..2026-01-31", "2025-01-01..2025-01-31"]),
        ("this summer than last summer", ["2026-06-01..2026-08-31", "2025-06-01..2025-08-31"]),
        ("this weekend or last weekend", ["2026-09-12..2026-09-13", "2026-09-05..2026-09-06"]),
        ("this month compared to the last month", ["2026-09-01..2026-09-16", "2026-08-01..2026-08-31"]),
        ("february than last december", ["2026-02-01..2026-02-28", "2025-12-01..2025-12-31"]),
        ("march vs the same month last year", ["2026-03-01..2026-03-31", "2025-03-01..2025-03-31"]),
    ];
    for (text, periods) in cases {
        assert_eq!(named(text), periods, "{text}");
    }
    assert_eq!(named("last june"), ["2026-06-01..2026-06-30"]);
}

#[test]
fn today_has_its_day_in_an_earlier_year_or_month() {
    for text in [
        "this time last year",
        "by this day last year",
        "last year at this point",
        "by now last year",
        "up to this point in 2025",
        "last year to date",
        "at this point a year ago",
    ] {
        assert_eq!(named(text), ["2025-01-01..2025-09-16"], "{text}");
    }
    for text in ["by now last month", "this time last month", "last month so far"] {
        assert_eq!(named(text), ["2026-08-01..2026-08-16"], "{text}");
    }
    for text in ["a year ago today", "on this day last year", "today last year"] {
        assert_eq!(named(text), ["2025-09-16..2025-09-16"], "{text}");
    }
    assert_eq!(named("this month last year"), ["2025-09-01..2025-09-30"]);
}

#[test]
fn an_end_is_open_only_as_far_as_the_year_or_month_that_is_named() {
    for text in [
        "before the 10th of August this year",
        "this year before the 10th of august",
        "in 2026 before 10 august",
        "until the 9th in august this year",
    ] {
        assert_eq!(named(text), ["2026-01-01..2026-08-09"], "{text}");
    }
    assert_eq!(named("last year after june"), ["2025-07-01..2025-12-31"]);
    assert_eq!(named("since june last year"), ["2025-06-01..2026-09-16"]);
    assert_eq!(named("last month until the 10th"), ["2026-08-01..2026-08-10"]);
    assert_eq!(named("between june and now"), ["2026-06-01..2026-09-16"]);
    assert_eq!(named("until june 2026"), ["..2026-06-30"]);
}

#[test]
fn a_date_is_in_the_period_before_it() {
    assert_eq!(named("last year in august"), ["2025-08-01..2025-08-31"]);
    assert_eq!(named("last year from march to may"), ["2025-03-01..2025-05-31"]);
    assert_eq!(named("on the 10th of last month"), ["2026-08-10..2026-08-10"]);
    assert_eq!(named("from the 5th to the 10th of august"), ["2026-08-05..2026-08-10"]);
    assert_eq!(named("from november 2025 to march"), ["2025-11-01..2026-03-31"]);
    assert_eq!(named("last year vs august").len(), 2);
}

#[test]
fn halves_are_of_what_they_are_said_of() {
    assert_eq!(named("the second half of august"), ["2026-08-16..2026-08-31"]);
    assert_eq!(named("first half of last month"), ["2026-08-01..2026-08-15"]);
    assert_eq!(named("the back half of 2025"), ["2025-07-01..2025-12-31"]);
    assert_eq!(named("in the first half of last year"), ["2025-01-01..2025-06-30"]);
    assert_eq!(named("second half"), ["2026-07-01..2026-12-31"]);
}

#[test]
fn a_day_of_the_week_by_itself_is_the_last_one() {
    // 16 September 2026 is a Wednesday.
    assert_eq!(named("what did I spend monday"), ["2026-09-14..2026-09-14"]);
    assert_eq!(named("how much did I spend wednesday"), ["2026-09-16..2026-09-16"]);
    assert_eq!(named("what did I spend on food thursday"), ["2026-09-10..2026-09-10"]);
    for text in ["monday to friday", "from monday until friday", "monday - friday", "last monday to friday"] {
        assert_eq!(named(text), ["2026-09-07..2026-09-11"], "{text}");
    }
    assert_eq!(named("monday through wednesday"), ["2026-09-14..2026-09-16"]);
    for text in ["monday last week", "last week on monday", "on monday of last week"] {
        assert_eq!(named(text), ["2026-09-07..2026-09-07"], "{text}");
    }
    for text in
        ["next monday", "every monday", "at ruby tuesday", "do I spend monday to friday", "monday evening"]
    {
        assert!(named(text).is_empty(), "{text}");
    }
    assert_eq!(named("monday to friday in august"), ["2026-08-01..2026-08-31"]);
}

#[test]
fn a_day_of_the_month_can_be_a_word() {
    assert_eq!(named("on the first"), ["2026-09-01..2026-09-01"]);
    assert_eq!(named("on the tenth of last month"), ["2026-08-10..2026-08-10"]);
    assert_eq!(named("from the first to the tenth"), ["2026-09-01..2026-09-10"]);
    for text in ["on the first of every month", "on the first day", "the first"] {
        assert!(named(text).is_empty(), "{text}");
    }
}

#[test]
fn between_christmas_and_new_year_are_the_days_behind_the_one_and_before_the_other() {
    for text in ["between christmas and new year", "between Christmas Day and New Year's Eve"] {
        assert_eq!(named(text), ["2025-12-26..2025-12-31"], "{text}");
    }
    assert_eq!(named("between christmas and new year 2024"), ["2024-12-26..2024-12-31"]);
}
