//! What is verified, what is marked, and that nothing else of a text changes.

use domain::{Align, Cell, Currency, Money, Part, Table, TransactionFilter};
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::json;

use super::{Links, Sources, check, visible::Visible, without_links};
use crate::{
    format::NumberFormat,
    toolbox::{ToolFigure, ToolOutput},
};

fn money(value: &str, currency: Currency) -> ToolFigure {
    let rows = TransactionFilter { currency: Some(currency), ..TransactionFilter::default() };
    ToolFigure::money("total", "Spending", value.parse().unwrap(), currency, Some(rows))
}

fn output() -> ToolOutput {
    ToolOutput {
        summary: "12 rows".to_owned(),
        figures: vec![
            money("1234.56", Currency::USD),
            ToolFigure::plain("share", "Share", Decimal::new(125, 1), None),
            ToolFigure::plain("count", "Transactions", Decimal::from(12), None),
        ],
        details: json!({ "scope": { "from": "2024-03-01", "to": "2024-03-31" }, "rate": "0.0475" }),
        ..ToolOutput::default()
    }
}

fn sources(locale: &str) -> Sources {
    let mut sources = Sources::new(Some(locale), date(2024, 4, 2));
    sources.add_output(&output(), None);
    sources.add_text("Can I keep a budget of 400 until May 5?");
    sources
}

/// The text with `{}` around what is marked.
fn marked(locale: &str, markdown: &str) -> String {
    let Part::Text { markdown, unverified } = check(&mut sources(locale), markdown, Links::Foreign) else {
        panic!("a text")
    };
    let mut out = markdown;
    for range in unverified.into_iter().rev() {
        out.insert(range.end, '}');
        out.insert(range.start, '{');
    }
    out
}

const LINK: &str = "(/money?currency=USD)";

#[test]
fn a_figure_of_a_tool_leads_to_its_rows() {
    assert_eq!(marked("en-US", "You spent **$1,234.56**."), format!("You spent **[$1,234.56]{LINK}**."));
    assert_eq!(marked("de-DE", "Es waren 1.234,56 $."), format!("Es waren [1.234,56 $]{LINK}."));
    assert_eq!(marked("fr-FR", "1\u{202f}234,56\u{a0}$"), format!("[1\u{202f}234,56\u{a0}$]{LINK}"));
    assert_eq!(marked("en-US", "USD 1,234.56, -$1,235"), format!("[USD 1,234.56]{LINK}, -[$1,235]{LINK}"));
}

#[test]
fn a_figure_may_be_rounded_as_it_is_written() {
    for text in [
        "$1,234.6",
        "$1,235",
        "$1.23k",
        "1.2k dollars",
        "about $1,200",
        "roughly 1,230 dollars",
        "one thousand two hundred dollars",
        "12.5%",
        "13 percent",
        "12 transactions",
        "twelve rows",
        "4.75%",
        "on March 1, 2024",
        "1 March 2024",
        "03/31/2024",
        "in March 2024",
        "March 1–31, 2024",
        "2024-03-31",
        "a budget of $400",
        "by May 5",
        "in 2024",
        "Q1 and H2, 2nd, 24/7, 401(k)",
        "one or two of them",
    ] {
        assert!(!marked("en-US", text).contains('{'), "{}", marked("en-US", text));
    }
}

#[test]
fn a_figure_without_a_source_is_marked() {
    for (text, expected) in [
        ("You spent $1,234.57.", "You spent {$1,234.57}."),
        ("You spent $1.234.", "You spent {$1.234}."),
        ("€1,234.56", "{€1,234.56}"),
        ("$1,200", "{$1,200}"),
        ("$12", "{$12}"),
        ("1.3k", "{1.3k}"),
        ("14%", "{14%}"),
        ("17 transactions", "{17} transactions"),
        ("two thousand dollars", "{two thousand dollars}"),
        ("April 1, 2024 or 2023", "{April 1, 2024} or {2023}"),
        ("**1**7", "**{1**7}"),
        ("`$99`", "{`$99`}"),
        ("at 10:30", "at {10:30}"),
        ("½ of it, ٣", "{½} of it, {٣}"),
        ("&#36;9&#57;", "{&#36;9&#57;}"),
    ] {
        assert_eq!(marked("en-US", text), expected);
    }
    assert_eq!(marked("de-DE", "1,234 $"), "{1,234 $}");
}

#[test]
fn a_models_own_links_and_images_are_taken_out() {
    for (text, expected) in [
        ("[$1,234.56](https://evil.example)", format!("[$1,234.56]{LINK}")),
        ("[$9](/money?x)", "{$9}".to_owned()),
        ("![$9](https://evil.example/p.png)", "{$9}".to_owned()),
        ("[![a](https://a.example)](https://b.example) b", "a b".to_owned()),
        ("[a][x]\n\n[x]: https://evil.example", "a\n\n[x]: https://evil.example".to_owned()),
        ("Wow!$1,234.56", "Wow!$1,234.56".to_owned()),
        ("<https://evil.example>", "https://evil.example".to_owned()),
    ] {
        assert_eq!(marked("en-US", text), expected, "{text}");
    }
}

#[test]
fn a_cell_is_a_source_with_its_own_rows() {
    let rows = TransactionFilter { payee: Some("Rent".to_owned()), ..TransactionFilter::default() };
    let cell = Cell::Money {
        money: Money::new(Decimal::from(-800), Currency::EUR).unwrap(),
        rows: Some(Box::new(rows)),
    };
    let columns = vec![domain::TableColumn { name: "Amount".to_owned(), align: Align::End }];
    let table = Table { title: "Payees".to_owned(), columns, rows: vec![vec![cell]], has_total: false };
    let mut sources = Sources::new(None, date(2024, 4, 2));
    sources.add_output(&ToolOutput { tables: vec![table], ..ToolOutput::default() }, None);
    let checked = check(&mut sources, "Rent was €800.", Links::Foreign);
    assert_eq!(checked, Part::text("Rent was [€800](/money?payee=Rent)."));
}

const LOCALES: [&str; 6] = ["en-US", "de-DE", "fr-FR", "de-CH", "en-IN", "pt-BR"];

fn value() -> impl Strategy<Value = Decimal> {
    (0_i64..1_000_000_000_000, 0_u32..=2).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

proptest! {
    #[test]
    fn what_the_program_writes_is_verified_in_every_locale(
        value in value(),
        at in 0..LOCALES.len(),
        euro in any::<bool>(),
    ) {
        let currency = if euro { Currency::EUR } else { Currency::USD };
        let mut sources = Sources::new(Some(LOCALES[at]), date(2024, 4, 2));
        let figures = vec![money(&value.to_string(), currency)];
        sources.add_output(&ToolOutput { figures, ..ToolOutput::default() }, None);
        let written = NumberFormat::of(Some(LOCALES[at])).money(value, currency);
        let Part::Text { markdown, unverified } =
            check(&mut sources, &format!("It was {written}."), Links::Foreign) else { panic!("a text") };
        prop_assert!(unverified.is_empty(), "{markdown}");
        let href = format!("](/money?currency={currency})");
        prop_assert!(markdown.contains(&href), "{markdown}");
    }

    #[test]
    fn another_amount_is_marked_in_every_locale(
        value in value(),
        other in value(),
        at in 0..LOCALES.len(),
    ) {
        let format = NumberFormat::of(Some(LOCALES[at]));
        let written = format.money(other, Currency::USD);
        prop_assume!(written != format.money(value, Currency::USD));
        let mut sources = Sources::new(Some(LOCALES[at]), date(2024, 4, 2));
        let figures = vec![money(&value.to_string(), Currency::USD)];
        sources.add_output(&ToolOutput { figures, ..ToolOutput::default() }, None);
        let text = format!("It was {written}.");
        let Part::Text { markdown, unverified } = check(&mut sources, &text, Links::Foreign) else { panic!("a text") };
        prop_assert_eq!(&markdown, &text);
        prop_assert_eq!(unverified, vec!["It was ".len()..text.len() - 1]);
    }

    #[test]
    fn nothing_that_is_seen_changes_and_marks_stay_in_their_text(
        pieces in prop::collection::vec(piece(), 0..12),
        ours in any::<bool>(),
    ) {
        let text: String = pieces.concat();
        let links = if ours { Links::Ours } else { Links::Foreign };
        let Part::Text { markdown, unverified } = check(&mut sources("en-US"), &text, links) else { panic!("a text") };
        let mut end = 0;
        for range in &unverified {
            prop_assert!(range.start >= end && range.start < range.end);
            prop_assert!(markdown.get(range.clone()).is_some(), "{range:?} of {markdown:?}");
            end = range.end;
        }
        let after = Visible::of(&markdown);
        if ours {
            prop_assert_eq!(markdown, text);
        } else {
            prop_assert_eq!(&after.text, &Visible::of(&without_links(&text)).text);
            for link in after.links {
                prop_assert!(markdown[link.source.clone()].ends_with(&format!("]{LINK}")), "{:?}", link);
                prop_assert!(!markdown[..link.source.start].ends_with('!'), "{}", markdown);
            }
        }
    }
}

/// Bits of markdown that get into each other's way.
fn piece() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "[",
        "]",
        "](",
        ")",
        "(https://evil.example)",
        "!",
        "![",
        "<",
        ">",
        "<https://e.example>",
        "`",
        "**",
        "*",
        "_",
        "~~",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "1. ",
        "# ",
        "|",
        "|a|b|\n|-|-|\n|",
        "\\",
        "&amp;",
        "&#49;",
        "$1,234.56",
        "1.2k",
        "$",
        "€",
        "99",
        "12.5%",
        "March 5",
        "2024",
        "٣",
        "½",
        "ten thousand",
        " ",
        "```\n",
        "[x]: /y\n",
        "[x]",
        "<b>",
        "</b>",
        "\u{202f}",
        ",",
        ".",
        "k",
        "–",
        "ß",
        "   ",
        "\t",
    ]);
    prop_oneof![9 => fixed.prop_map(str::to_owned), 1 => "\\PC{0,3}"]
}
