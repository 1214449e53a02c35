//! What a text can try: another currency, another unit, digits that look like a name.

use domain::{Align, Cell, Part, Table, TableColumn};
use jiff::civil::date;
use rust_decimal::Decimal;
use serde_json::json;

use super::{Links, Sources, check};
use crate::toolbox::{ToolFigure, ToolOutput};

/// Fourteen rows, an amount in dollars, a rate, words with an amount.
fn output() -> ToolOutput {
    let row = |at: i64| {
        vec![Cell::Text { text: format!("Payee {}", char::from(b'A' + u8::try_from(at).unwrap())) }]
    };
    let columns = vec![TableColumn { name: "Payee".to_owned(), align: Align::Start }];
    let rows = (0..14).map(row).collect();
    ToolOutput {
        summary: "14 rows".to_owned(),
        figures: vec![
            ToolFigure::plain("rate", "Savings rate", Decimal::new(225, 1), None),
            ToolFigure::plain("months", "Months of 9.99 USD", Decimal::from(40), None),
        ],
        details: json!({
            "item": { "id": "0193a0e0-0000-7000-8000-000000000001", "amount": { "amount": "-15.99", "currency": "USD" } },
            "goal": { "goal": { "target_amount": "5000" }, "missing": { "amount": "777.00", "currency": "EUR" } },
            "exchange": { "from": "EUR", "to": "USD", "rate": "1.0825" },
            "units": "2.5",
            "growth": "0.0475",
            "growth_rate": 0.0475,
        }),
        tables: vec![Table { title: "Payees".to_owned(), columns, rows, has_total: false }],
        ..ToolOutput::default()
    }
}

/// The figures of a text that are marked.
fn marked(sources: &mut Sources, text: &str) -> Vec<String> {
    let Part::Text { markdown, unverified } = check(sources, text, Links::Foreign) else { panic!("a text") };
    unverified.into_iter().map(|range| markdown[range].to_owned()).collect()
}

fn of_tool() -> Sources {
    let mut sources = Sources::new(Some("en-US"), date(2024, 4, 2));
    sources.add_output(&output(), None);
    sources
}

#[test]
fn a_figure_in_another_unit_is_marked() {
    for (text, expected) in [
        ("€15.99", "€15.99"),
        ("15.99 EUR", "15.99 EUR"),
        ("15.99 eur", "15.99 eur"),
        ("eur15.99", "eur15.99"),
        ("15.99eur", "15.99eur"),
        ("Eur 15.99", "Eur 15.99"),
        ("CA$15.99", "CA$15.99"),
        ("16 kr", "16 kr"),
        ("16 Kč", "16 Kč"),
        ("15.99%", "15.99%"),
        ("15.99 percent", "15.99 percent"),
        ("up 14%", "14%"),
        ("fourteen percent", "fourteen percent"),
        ("$14", "$14"),
        ("$22.50", "$22.50"),
        ("$40", "$40"),
        ("40 %", "40 %"),
        ("€9.99", "€9.99"),
        ("9.99%", "9.99%"),
        ("$5,000", "$5,000"),
        ("$777", "$777"),
        ("$2.50", "$2.50"),
        ("250%", "250%"),
        ("7000", "7000"),
    ] {
        assert_eq!(marked(&mut of_tool(), text), [expected], "{text}");
    }
}

#[test]
fn a_figure_in_its_unit_is_not() {
    for text in [
        "$15.99, 15.99 USD, usd15.99, 15.99 usd, US$15.99, 15.99 dollars, about $16, 15.99",
        "22.5%, 23 percent, 4.75%",
        "14 rows, all 14 of them, top 14, try 14, 40 months",
        "$9.99, 9.99 USD, 9.99 US$",
        "€5,000, 777 euros",
        "1 EUR is 1.0825 USD",
        "2.5",
    ] {
        assert_eq!(marked(&mut of_tool(), text), [""; 0], "{text}");
    }
}

#[test]
fn digits_that_look_like_a_name_are_read() {
    for (text, expected) in [
        ("You have $401k in savings", &["$401k"][..]),
        ("You have 401k dollars", &["401k dollars"]),
        ("You have $403(b)", &["$403"]),
        ("€24/7", &["€24", "7"]),
        ("usd500 and eur900", &["usd500", "eur900"]),
        ("500usd", &["500usd"]),
        ("It is900", &["900"]),
        ("x4210", &["4210"]),
        ("401(k), 401k, 403(b), 24/7, Q1, B2B, MP3, top5, all12", &[]),
    ] {
        assert_eq!(marked(&mut of_tool(), text), expected, "{text}");
    }
}

#[test]
fn only_a_list_that_is_told_in_part_has_more() {
    for (text, expected) in [
        ("3 more", &["3"][..]),
        ("11 more", &["11"]),
        ("Payee A, Payee B and 11 more", &["11"]),
        ("Payee A, Payee B and 12 more", &[]),
        ("Payee A and 13 others", &[]),
        ("Payee AB and 13 others", &["13"]),
        ("14 more", &[]),
    ] {
        assert_eq!(marked(&mut of_tool(), text), expected, "{text}");
    }
    let mut sources = of_tool();
    sources.add_cuts(&json!({ "rows": ["a", "b", "976 more left out"] }));
    assert_eq!(marked(&mut sources, "976 more rows"), [""; 0]);
}

#[test]
fn the_profile_is_in_its_currency_and_the_persons_numbers_in_any() {
    let mut sources = Sources::new(Some("en-US"), date(2024, 4, 2));
    let profile =
        json!({ "annual_income": "48000", "age": 35, "base_currency": "EUR", "notes": "I pay £70 and 60" });
    sources.add_profile(&profile);
    sources.add_text("Can I spend $90 or 80, and what is 5% of it?");
    let good = "€48,000, 35 years, £70, $60, €60, 60%, $90, 90 USD, €80, 80%, 5%";
    assert_eq!(marked(&mut sources, good), [""; 0]);
    let bad = "$48,000, 48000%, $35, 35%, €70, 70%, €90, 90%, $5";
    assert_eq!(marked(&mut sources, bad).join(", "), bad);
}

#[test]
fn only_calculated_errors_are_sources() {
    use crate::toolbox::ToolError;
    let told = |text: &str| ToolError::Told { message: text.to_owned() };
    let unknown = ToolError::UnknownName { what: "category", name: "$1,234.56".to_owned() };
    let several = ToolError::Ambiguous { name: "$77".to_owned(), choices: "Visa 4402, Visa 4403".to_owned() };
    for (error, text, expected) in [
        (told("the limit is $500"), "$500", &["$500"][..]),
        (unknown, "$1,234.56", &["$1,234.56"]),
        (several, "Visa 4402 or 4403, $77", &["$77"]),
    ] {
        let mut sources = Sources::new(Some("en-US"), date(2024, 4, 2));
        sources.add_error(&error, None);
        assert_eq!(marked(&mut sources, text), expected, "{error}");
    }
}
