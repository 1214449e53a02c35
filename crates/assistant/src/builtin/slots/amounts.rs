//! Amounts of money, rates and spans of time, in digits and in words.

use rust_decimal::Decimal;

use crate::words::{NUMBERS_TO_NINETEEN, TENS_FROM_TWENTY, Token};

/// An amount in words or digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount {
    pub value: Decimal,
    /// How many tokens it has.
    pub length: usize,
    /// It has a currency, or is worded as only money is: `a grand`.
    pub is_money: bool,
}

/// What a calculator counts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::builtin) struct Quantity {
    pub value: Decimal,
    pub unit: Unit,
    /// Its currency, where a sign or word says one; dollars are those of the person.
    pub currency: Option<&'static str>,
    /// The first token that it has.
    pub start: usize,
    /// The token after it.
    pub end: usize,
}

/// What a quantity is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::builtin) enum Unit {
    Money,
    Percent,
    Months,
    Years,
    /// A bare number.
    None,
}

const SIGNS: [char; 4] = ['$', '€', '£', '¥'];

fn text(words: &[Token], at: usize) -> &str {
    words.get(at).map_or("", |word| word.text.as_str())
}

/// An amount in one or more tokens: `1,000.50`, `1.5k`, `300k`, `two hundred`, `a grand`.
pub(super) fn amount_at(words: &[Token], at: usize) -> Option<Amount> {
    let (mut value, mut length) = digits_at(words, at).or_else(|| worded_at(words, at))?;
    let has_sign = words[at].gap.ends_with(SIGNS);
    let mut is_money = has_sign;
    // "8 grand", "2 thousand", "half a million".
    if let Some((factor, is_slang)) = factor(text(words, at + length)) {
        value = value.checked_mul(factor)?;
        length += 1;
        is_money |= is_slang;
    }
    if matches!(
        text(words, at + length),
        "dollars"
            | "dollar"
            | "euros"
            | "euro"
            | "pounds"
            | "bucks"
            | "buck"
            | "quid"
            | "usd"
            | "eur"
            | "gbp"
            | "chf"
    ) {
        length += 1;
        is_money = true;
    }
    Some(Amount { value: value.normalize(), length, is_money })
}

fn factor(word: &str) -> Option<(Decimal, bool)> {
    match word {
        "grand" => Some((Decimal::ONE_THOUSAND, true)),
        "thousand" | "k" => Some((Decimal::ONE_THOUSAND, false)),
        "hundred" => Some((Decimal::ONE_HUNDRED, false)),
        "million" | "m" | "mio" => Some((Decimal::from(1_000_000), false)),
        _ => None,
    }
}

fn digits_at(words: &[Token], at: usize) -> Option<(Decimal, usize)> {
    let first = words.get(at)?;
    let is_digits =
        |text: &str| !text.is_empty() && text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
    let suffixed = |text: &str| {
        let (digits, factor) = match text.strip_suffix('k') {
            Some(digits) => (digits, 1_000),
            None => (text.strip_suffix('m')?, 1_000_000),
        };
        is_digits(digits).then(|| (digits.to_owned(), Decimal::from(factor)))
    };
    if !is_digits(&first.text) {
        let (digits, factor) = suffixed(&first.text)?;
        return Some((digits.parse::<Decimal>().ok()?.checked_mul(factor)?, 1));
    }
    let mut digits = first.text.clone();
    let mut factor = Decimal::ONE;
    let mut length = 1;
    while let Some(next) = words.get(at + length) {
        match next.gap.as_str() {
            "," | "'" | "’" if is_digits(&next.text) && next.text.len() == 3 => digits.push_str(&next.text),
            "." if is_digits(&next.text) => {
                digits = format!("{digits}.{}", next.text);
                length += 1;
                break;
            }
            "." => {
                let Some((part, times)) = suffixed(&next.text) else { break };
                digits = format!("{digits}.{part}");
                factor = times;
                length += 1;
                break;
            }
            _ => break,
        }
        length += 1;
    }
    Some((digits.parse::<Decimal>().ok()?.checked_mul(factor)?, length))
}

/// `two hundred`, `a grand`, `twenty five`, `a couple hundred`, `half a million`.
fn worded_at(words: &[Token], at: usize) -> Option<(Decimal, usize)> {
    let first = text(words, at);
    let next = text(words, at + 1);
    let big = |word: &str| factor(word).is_some();
    match first {
        "a" | "an" if next == "couple" || next == "few" => {
            let skip = usize::from(text(words, at + 2) == "of");
            big(text(words, at + 2 + skip))
                .then(|| (Decimal::from(if next == "few" { 3 } else { 2 }), 2 + skip))
        }
        "couple" if big(next) => Some((Decimal::TWO, 1)),
        "half" if next == "a" && big(text(words, at + 2)) => Some((Decimal::new(5, 1), 2)),
        "a" | "an" if big(next) => Some((Decimal::ONE, 1)),
        "tenner" => Some((Decimal::TEN, 1)),
        "fiver" => Some((Decimal::from(5), 1)),
        "grand" => Some((Decimal::ONE, 0)),
        _ => {
            let (mut value, mut length) = small_at(words, at)?;
            // "two hundred and fifty", "three thousand five hundred".
            let mut total = Decimal::ZERO;
            while let Some((factor, is_slang)) = factor(text(words, at + length)) {
                let skip = usize::from(text(words, at + length + 1) == "and");
                let Some((more, of_more)) = small_at(words, at + length + 1 + skip).filter(|_| !is_slang)
                else {
                    break;
                };
                total += value * factor;
                value = more;
                length += 1 + skip + of_more;
            }
            Some(if total.is_zero() { (value, length) } else { with_rest(words, at, total, value, length) })
        }
    }
}

/// The last part of a number in words takes its own factor: `five hundred` of `three thousand five hundred`.
fn with_rest(words: &[Token], at: usize, total: Decimal, value: Decimal, length: usize) -> (Decimal, usize) {
    match factor(text(words, at + length)) {
        Some((factor, false)) => (total + value * factor, length + 1),
        _ => (total + value, length),
    }
}

/// A number below a hundred in words.
fn small_at(words: &[Token], at: usize) -> Option<(Decimal, usize)> {
    let place = |list: &[&str], word: &str| list.iter().position(|own| *own == word).map(Decimal::from);
    if let Some(one) = place(&NUMBERS_TO_NINETEEN, text(words, at)) {
        return Some((one, 1));
    }
    let tens = (place(&TENS_FROM_TWENTY, text(words, at))? + Decimal::TWO) * Decimal::TEN;
    match place(&NUMBERS_TO_NINETEEN[1..10], text(words, at + 1)) {
        Some(one) => Some((tens + one + Decimal::ONE, 2)),
        None => Some((tens, 1)),
    }
}

/// The currency of an amount by its sign or its word.
fn currency_of(words: &[Token], start: usize, end: usize, sign_after: &str) -> Option<&'static str> {
    let sign = words[start].gap.chars().last().filter(|c| SIGNS.contains(c));
    let sign = sign.or_else(|| sign_after.chars().next().filter(|c| SIGNS.contains(c)));
    match (sign, text(words, end - 1), text(words, end)) {
        (Some('€'), ..) | (_, "euro" | "euros" | "eur", _) | (_, _, "eur" | "euro" | "euros") => {
            Some("EUR")
        }
        (Some('£'), ..) | (_, "pounds" | "quid" | "gbp", _) => Some("GBP"),
        (Some('¥'), ..) | (_, _, "yen" | "jpy") => Some("JPY"),
        (_, "chf", _) | (_, _, "francs") => Some("CHF"),
        (_, "usd" | "dollars" | "dollar", _) => Some("USD"),
        _ => None,
    }
}

/// Every amount, rate and span of a question, in order.
pub(super) fn quantities(words: &[Token], question: &str) -> Vec<Quantity> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some(amount) = amount_at(words, at).filter(|amount| amount.length > 0) else {
            at += 1;
            continue;
        };
        let end = at + amount.length;
        let rest = words.get(end - 1).and_then(|word| question.get(word.span.end..)).unwrap_or_default();
        let sign_after = rest.trim_start();
        let after = text(words, end);
        let (unit, skip) = match after {
            _ if amount.is_money => (Unit::Money, 0),
            "percent" | "pct" | "percentage" => (Unit::Percent, 1),
            "per" if text(words, end + 1) == "cent" => (Unit::Percent, 2),
            "year" | "years" | "yr" | "yrs" | "yo" => (Unit::Years, 1),
            "month" | "months" | "mo" | "mos" => (Unit::Months, 1),
            _ if sign_after.starts_with('%') => (Unit::Percent, 0),
            _ if sign_after.starts_with(SIGNS) => (Unit::Money, 0),
            _ => (Unit::None, 0),
        };
        let currency = currency_of(words, at, end, sign_after);
        found.push(Quantity { value: amount.value, unit, currency, start: at, end: end + skip });
        at = end + skip;
    }
    found.truncate(20);
    found
}
