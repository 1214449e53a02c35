//! Amounts in prose, written as the person's locale does.

use domain::{Currency, Money};
use rust_decimal::{Decimal, RoundingStrategy};

/// Marks and the currency's place of a locale (CLDR, the parts that prose needs).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberFormat {
    decimal: char,
    group: &'static str,
    symbol_follows: bool,
    /// Indian grouping: 12,34,567.
    is_lakh: bool,
}

const NO_BREAK: &str = "\u{a0}";
const NARROW: &str = "\u{202f}";

impl NumberFormat {
    /// The format of a BCP 47 tag; English without one, or for a language not listed.
    pub fn of(locale: Option<&str>) -> Self {
        let tag = locale.unwrap_or("en").to_ascii_lowercase().replace('_', "-");
        let language = tag.split('-').next().unwrap_or("en");
        let format = |decimal, group, symbol_follows| Self { decimal, group, symbol_follows, is_lakh: false };
        match (language, tag.as_str()) {
            (_, "de-ch" | "de-li") => format('.', "’", false),
            (_, "de-at") => format(',', NO_BREAK, false),
            (_, "en-in" | "hi-in" | "hi") => Self { is_lakh: true, ..format('.', ",", false) },
            (_, "en-za") => format(',', NO_BREAK, false),
            (_, "es-mx" | "es-us" | "es-pr") => format('.', ",", false),
            (_, "pt-br") => format(',', ".", false),
            ("nl" | "tr", _) => format(',', ".", false),
            ("de" | "es" | "it" | "id" | "da" | "el" | "ro" | "sl" | "hr" | "vi" | "ca", _) => {
                format(',', ".", true)
            }
            ("fr", _) => format(',', NARROW, true),
            (
                "pt" | "sv" | "nb" | "no" | "nn" | "fi" | "pl" | "cs" | "sk" | "hu" | "uk" | "ru" | "bg"
                | "et" | "lv" | "lt",
                _,
            ) => format(',', NO_BREAK, true),
            _ => format('.', ",", false),
        }
    }

    /// The mark before the fraction.
    pub(crate) fn decimal(&self) -> char {
        self.decimal
    }

    /// Digits are grouped by a space.
    pub(crate) fn groups_by_space(&self) -> bool {
        self.group.chars().all(char::is_whitespace)
    }

    /// An amount with its currency's sign: `$1,234.50`, `1.234,50 €`, `-$3.00`.
    pub fn money(&self, amount: Decimal, currency: Currency) -> String {
        let digits = currency.minor_digits();
        let rounded = amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
        let number = self.number(rounded.abs(), digits);
        let symbol = currency.symbol();
        let sign = if rounded.is_sign_negative() && !rounded.is_zero() { "-" } else { "" };
        if self.symbol_follows {
            format!("{sign}{number}{NO_BREAK}{symbol}")
        } else if symbol.chars().all(|c| c.is_ascii_alphabetic()) {
            format!("{sign}{symbol}{NO_BREAK}{number}")
        } else {
            format!("{sign}{symbol}{number}")
        }
    }

    /// An amount of money.
    pub fn amount(&self, money: Money) -> String {
        self.money(money.amount(), money.currency())
    }

    /// A number with this many digits after the mark.
    pub fn number(&self, value: Decimal, digits: u32) -> String {
        let rounded = value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
        let plain = format!("{:.*}", digits as usize, rounded.abs());
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut text = String::new();
        if rounded.is_sign_negative() && !rounded.is_zero() {
            text.push('-');
        }
        for (at, digit) in whole.chars().enumerate() {
            let left = whole.len() - at;
            let is_cut = if self.is_lakh { left == 3 || left > 3 && left % 2 == 1 } else { left % 3 == 0 };
            if at > 0 && is_cut {
                text.push_str(self.group);
            }
            text.push(digit);
        }
        if !fraction.is_empty() {
            text.push(self.decimal);
            text.push_str(fraction);
        }
        text
    }

    /// A percentage with one digit: `12.5%`, `12,5 %`.
    pub fn percent(&self, percent: Decimal) -> String {
        let number = self.number(percent, 1);
        if self.symbol_follows { format!("{number}{NO_BREAK}%") } else { format!("{number}%") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(locale: &str, cents: i64, currency: Currency) -> String {
        NumberFormat::of(Some(locale))
            .money(Decimal::new(cents, 2), currency)
            .replace(['\u{a0}', '\u{202f}'], "_")
    }

    #[test]
    fn an_amount_is_written_as_the_locale_does() {
        assert_eq!(written("en-US", 123_456_789, Currency::USD), "$1,234,567.89");
        assert_eq!(written("de-DE", -123_456, Currency::EUR), "-1.234,56_€");
        assert_eq!(written("fr-FR", 123_456, Currency::EUR), "1_234,56_€");
        assert_eq!(written("en-IN", 123_456_789, "INR".parse().unwrap()), "₹12,34,567.89");
        assert_eq!(written("en-US", 120_000, "JPY".parse().unwrap()), "¥1,200");
    }

    #[test]
    fn nothing_has_no_sign() {
        assert_eq!(written("en-US", 0, Currency::USD), "$0.00");
        let format = NumberFormat::of(None);
        assert_eq!(format.money(Decimal::new(-1, 3), Currency::USD), "$0.00");
    }
}
