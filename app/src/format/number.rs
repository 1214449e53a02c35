//! Numbers and amounts.

use domain::Money;
use rust_decimal::{Decimal, RoundingStrategy};

use super::Locale;

/// U+2212, which lines up with figures and is read aloud as "minus".
const MINUS: char = '\u{2212}';

/// An amount with its currency: `$1,234.50`, `−1.234,50 €`.
pub(crate) fn money(amount: Money, locale: Locale) -> String {
    let currency = amount.currency();
    let text = amount.to_decimal_string();
    let (digits, is_negative) = match text.strip_prefix('-') {
        Some(digits) => (digits, true),
        None => (text.as_str(), false),
    };
    let symbol = symbol(currency.code(), locale);
    let space = locale.currency_space.or_else(|| (symbol == currency.code()).then_some('\u{a0}'));
    let mut out = String::with_capacity(digits.len() + 12);
    if is_negative {
        out.push(MINUS);
    }
    if locale.currency_first {
        out.push_str(symbol);
        out.extend(space);
        push_grouped(&mut out, digits, locale);
    } else {
        push_grouped(&mut out, digits, locale);
        out.extend(space);
        out.push_str(symbol);
    }
    out
}

/// A count: `12,345`.
pub(crate) fn count(value: impl Into<Decimal>, locale: Locale) -> String {
    decimal(value.into(), locale)
}

/// A plain number with the digits that it has.
fn decimal(value: Decimal, locale: Locale) -> String {
    let mut out = String::new();
    if value.is_sign_negative() && !value.is_zero() {
        out.push(MINUS);
    }
    push_grouped(&mut out, &value.abs().to_string(), locale);
    out
}

/// A percentage with one decimal place at most: `12.5%`.
pub(crate) fn percent(value: Decimal, locale: Locale) -> String {
    sign(value.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero).normalize(), locale)
}

/// The same with one decimal place always, for figures below each other.
pub(crate) fn percent_in_column(value: Decimal, locale: Locale) -> String {
    let mut rounded = value.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(1);
    sign(rounded, locale)
}

fn sign(rounded: Decimal, locale: Locale) -> String {
    let mut out = decimal(rounded, locale);
    if locale.percent_space {
        out.push('\u{a0}');
    }
    out.push('%');
    out
}

fn push_grouped(out: &mut String, digits: &str, locale: Locale) {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_grouped = whole.len() >= if locale.groups_from_five { 5 } else { 4 };
    for (index, digit) in whole.chars().enumerate() {
        if is_grouped && index > 0 && (whole.len() - index) % 3 == 0 {
            out.push(locale.group_mark);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(locale.decimal_mark);
        out.push_str(fraction);
    }
}

/// The sign of a currency where it can mean no other one to a reader of the locale; else its code.
fn symbol(code: &'static str, locale: Locale) -> &'static str {
    match code {
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "INR" => "₹",
        "KRW" => "₩",
        "BRL" => "R$",
        "PLN" => "zł",
        "ILS" => "₪",
        "VND" => "₫",
        "UAH" => "₴",
        _ if code == locale.dollar => "$",
        "USD" => "US$",
        _ => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str, currency: &str) -> Money {
        Money::new(text.parse().unwrap(), currency.parse().unwrap()).unwrap()
    }

    fn written(text: &str, currency: &str, tag: &str) -> String {
        money(amount(text, currency), Locale::of(Some(tag)))
    }

    #[test]
    fn amounts_are_written_as_each_locale_writes_them() {
        assert_eq!(written("1234.5", "USD", "en-US"), "$1,234.50");
        assert_eq!(written("-1234.5", "USD", "en-US"), "−$1,234.50");
        assert_eq!(written("-1234.5", "EUR", "de-DE"), "−1.234,50\u{a0}€");
        assert_eq!(written("1234567.89", "EUR", "fr-FR"), "1\u{202f}234\u{202f}567,89\u{a0}€");
        assert_eq!(written("1234.5", "EUR", "es-ES"), "1234,50\u{a0}€");
        assert_eq!(written("12345.6", "PLN", "pl-PL"), "12\u{a0}345,60\u{a0}zł");
        assert_eq!(written("1234.5", "EUR", "nl-NL"), "€\u{a0}1.234,50");
        assert_eq!(written("1234.5", "CHF", "de-CH"), "CHF\u{a0}1’234.50");
        assert_eq!(written("1200", "JPY", "ja-JP"), "¥1,200");
    }

    #[test]
    fn a_bare_dollar_sign_is_the_readers_own_dollar() {
        assert_eq!(written("5", "CAD", "en-CA"), "$5.00");
        assert_eq!(written("5", "USD", "en-CA"), "US$5.00");
        assert_eq!(written("5", "CAD", "en-US"), "CAD\u{a0}5.00");
    }

    #[test]
    fn a_language_that_is_not_known_reads_as_american_english() {
        assert_eq!(written("-0.5", "EUR", "tlh"), "−€0.50");
    }

    #[test]
    fn percentages_keep_one_decimal_place() {
        assert_eq!(percent("12.46".parse().unwrap(), Locale::default()), "12.5%");
        assert_eq!(percent("-40".parse().unwrap(), Locale::of(Some("de"))), "−40\u{a0}%");
        assert_eq!(percent_in_column("18".parse().unwrap(), Locale::default()), "18.0%");
    }
}
