//! Amounts as banks write them: `1.234,56-`, `(12.00)`, `€ 12,50`, `1'234.50 CR`.

use domain::{Currency, Money};
use rust_decimal::Decimal;

use super::currency_sign::{Sign, currency_of};

/// What a `CR` or `DR` beside an amount says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Debit,
    Credit,
}

/// An amount as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount {
    /// The signed value.
    pub(super) value: Decimal,
    /// `DR`, `CR`, `S` or `H` beside the number; the value has no sign of its own then.
    pub(super) mark: Option<Mark>,
    /// The currency sign or code beside the number, where it is certain.
    pub(super) currency: Option<Currency>,
}

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AmountProblem {
    Empty,
    NotANumber,
    OutOfRange,
}

/// Digits after the mark that are kept: as many as [`Money`] holds. More are a spreadsheet's
/// rounding noise.
const FRACTION_MAX: usize = 8;

/// More digits than these are no number that anybody computed.
const DIGITS_MAX: usize = 28;

/// Reads an amount. `decimal_mark` decides only where the text alone does not: `1,234`.
pub(super) fn parse(text: &str, decimal_mark: char) -> Result<Amount, AmountProblem> {
    if let Some(value) = plain(text) {
        return Ok(Amount { value, mark: None, currency: None });
    }
    let text = trimmed(text);
    if let Some(value) = plain(text) {
        return Ok(Amount { value, mark: None, currency: None });
    }
    if text.chars().all(|c| is_minus(c) || is_invisible(c)) {
        return Err(AmountProblem::Empty);
    }
    if text.len() > 80 {
        return Err(AmountProblem::NotANumber);
    }
    let (prefix, number, suffix) = parts(text).ok_or(AmountProblem::NotANumber)?;
    let affixes = affixes(prefix, suffix).ok_or(AmountProblem::NotANumber)?;
    let magnitude = magnitude(number, decimal_mark)?;
    let negative = affixes.negative || affixes.mark == Some(Mark::Debit);
    let value = if negative && !magnitude.is_zero() { -magnitude } else { magnitude };
    Ok(Amount { value, mark: affixes.mark, currency: affixes.currency })
}

/// The decimal mark that a text proves, if it does: `1.234,56` proves a comma, `1,234` nothing.
pub(super) fn proven_decimal_mark(text: &str) -> Option<char> {
    let (_, number, _) = parts(trimmed(text))?;
    let number: String = number.chars().map(plain_char).collect();
    let (dots, commas) = (number.matches('.').count(), number.matches(',').count());
    let last = number.rfind(['.', ','])?;
    let (found, other) = if number[last..].starts_with('.') { ('.', ',') } else { (',', '.') };
    let whole = &number[..last];
    match (dots, commas) {
        (0, 1) | (1, 0) => {
            let grouped =
                number.len() - last - 1 == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
            (!grouped).then_some(found)
        }
        (0, _) | (_, 0) => Some(other),
        _ => Some(found),
    }
}

/// True for `1,234` and `1.234`: a group or a fraction, who knows; with the separator.
pub(super) fn ambiguous_separator(text: &str) -> Option<char> {
    if proven_decimal_mark(text).is_some() {
        return None;
    }
    let (_, number, _) = parts(trimmed(text))?;
    number.chars().find(|c| matches!(c, '.' | ','))
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| is_invisible(c) || matches!(c, '"' | '\'' | '='))
}

/// The common case, without allocation: `-1234.56` or `-1234,56`, at most two digits after the
/// mark.
#[expect(
    clippy::inline_always,
    reason = "a number is else copied right after it was written, which takes long"
)]
#[inline(always)]
pub(super) fn plain(text: &str) -> Option<Decimal> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    let (mut mantissa, mut point) = (0i64, None);
    if digits.len() > 18 {
        return None;
    }
    for (at, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + i64::from(byte - b'0'),
            b'.' | b',' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let (whole, fraction) = match point {
        Some(point) => (point, digits.len() - point - 1),
        None => (digits.len(), 0),
    };
    let point_without_digits = point.is_some() && fraction == 0;
    // Fifteen digits and a fraction may be beyond the bound, which `parse` checks.
    if whole == 0 || whole > 14 || fraction > 2 || point_without_digits {
        return None;
    }
    Some(Decimal::new(if negative { -mantissa } else { mantissa }, fraction as u32))
}

/// Splits into what stands before the number, the number, and what stands after it.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    let is_digit = |c: char| plain_char(c).is_ascii_digit();
    let mut start = text.find(is_digit)?;
    let end =
        text.rfind(is_digit).map(|last| last + text[last..].chars().next().map_or(0, char::len_utf8))?;
    // `.50`, but not the dot of `kr.50`.
    if let Some(before) = text[..start].strip_suffix(['.', ','])
        && !before.chars().next_back().is_some_and(char::is_alphabetic)
    {
        start = before.len();
    }
    Some((&text[..start], &text[start..end], &text[end..]))
}

struct Affixes {
    negative: bool,
    mark: Option<Mark>,
    currency: Option<Currency>,
}

fn affixes(prefix: &str, suffix: &str) -> Option<Affixes> {
    let (mut minus, mut plus, mut opened, mut closed) = (0, 0, 0, 0);
    // The dash of `12,-` stands for no cents.
    let suffix = match suffix.strip_prefix([',', '.']) {
        Some(rest) => rest.trim_start_matches(is_minus),
        None => suffix,
    };
    let mut words = String::new();
    for c in prefix.chars().chain(std::iter::once(' ')).chain(suffix.chars()) {
        match c {
            '(' => opened += 1,
            ')' => closed += 1,
            '+' => plus += 1,
            c if is_minus(c) => minus += 1,
            c if is_invisible(c) => words.push(' '),
            c => words.push(c),
        }
    }
    let bracketed = opened == 1 && closed == 1;
    if (opened, closed) != (0, 0) && !bracketed || minus + plus > 1 || bracketed && minus + plus > 0 {
        return None;
    }
    let mut mark = None;
    let mut currency = None;
    for word in words.split_whitespace() {
        match word.trim_end_matches('.').to_ascii_lowercase().as_str() {
            "cr" | "c" | "h" | "haben" | "credit" => mark = Some(Mark::Credit),
            "dr" | "d" | "s" | "soll" | "debit" | "db" => mark = Some(Mark::Debit),
            _ => match currency_of(word)? {
                Sign::Of(known) => currency = Some(known),
                Sign::Shared => {}
            },
        }
    }
    if mark.is_some() && (minus > 0 || bracketed) {
        return None;
    }
    Some(Affixes { negative: minus == 1 || bracketed, mark, currency })
}

fn magnitude(number: &str, decimal_mark: char) -> Result<Decimal, AmountProblem> {
    let number: String = number.chars().filter(|c| !is_direction_mark(*c)).map(plain_char).collect();
    if number.chars().any(|c| !(c.is_ascii_digit() || matches!(c, '.' | ',' | ' '))) {
        return Err(AmountProblem::NotANumber);
    }
    let mark = number.rfind(['.', ',']).filter(|at| is_decimal(&number, *at, decimal_mark));
    let (whole, fraction) = match mark {
        Some(at) => (&number[..at], &number[at + 1..]),
        None => (number.as_str(), ""),
    };
    if !is_grouped(whole) || fraction.contains(' ') {
        return Err(AmountProblem::NotANumber);
    }
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    // Zeros in front and behind say nothing.
    let behind = fraction.trim_end_matches('0');
    let behind = if digits.is_empty() { behind.trim_start_matches('0') } else { behind };
    if digits.len() > 15 || digits.len() + behind.len() > DIGITS_MAX {
        return Err(AmountProblem::OutOfRange);
    }
    let kept = &fraction[..fraction.len().min(FRACTION_MAX + 4)];
    let text = format!("{digits}{kept}");
    let mantissa =
        if text.is_empty() { 0 } else { text.parse::<i128>().map_err(|_| AmountProblem::NotANumber)? };
    let value = Decimal::try_from_i128_with_scale(mantissa, kept.len() as u32)
        .map_err(|_| AmountProblem::OutOfRange)?;
    let value =
        if kept.len() > FRACTION_MAX { value.round_dp(FRACTION_MAX as u32).normalize() } else { value };
    if value > Money::MAX { Err(AmountProblem::OutOfRange) } else { Ok(value) }
}

/// Whether the last separator of a number parts whole and fraction.
fn is_decimal(number: &str, last: usize, decimal_mark: char) -> bool {
    let separator = if number.as_bytes()[last] == b'.' { '.' } else { ',' };
    let same = number.matches(separator).count();
    let other = number.matches(if separator == '.' { ',' } else { '.' }).count();
    let whole = &number[..last];
    let could_group = number.len() - last - 1 == 3
        && (1..=3).contains(&whole.len())
        && !whole.starts_with('0')
        && other == 0;
    same == 1 && (!could_group || separator == decimal_mark)
}

/// Groups of three, or of two before the last three as in India; one kind of separator.
fn is_grouped(whole: &str) -> bool {
    let separators: Vec<char> = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    let Some(separator) = separators.first() else { return true };
    if separators.iter().any(|c| c != separator) {
        return false;
    }
    let groups: Vec<usize> = whole.split(*separator).map(str::len).collect();
    let (first, rest) = (groups[0], &groups[1..]);
    let (last, middle) = (rest[rest.len() - 1], &rest[..rest.len() - 1]);
    let thirds = (1..=3).contains(&first) && middle.iter().all(|len| *len == 3);
    let indian = (1..=2).contains(&first) && middle.iter().all(|len| *len == 2);
    last == 3 && (thirds || indian)
}

/// One spelling for the digits and separators of the world.
fn plain_char(c: char) -> char {
    match c {
        '\u{660}'..='\u{669}' => ascii_digit(c, 0x660),
        '\u{6f0}'..='\u{6f9}' => ascii_digit(c, 0x6f0),
        '\u{ff10}'..='\u{ff19}' => ascii_digit(c, 0xff10),
        '\u{66b}' | '．' => '.',
        '\u{66c}' | '，' => ',',
        '\'' | '’' | '´' | '`' | '‘' | '_' => ' ',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

fn ascii_digit(c: char, zero: u32) -> char {
    char::from_digit(c as u32 - zero, 10).unwrap_or(c)
}

fn is_minus(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2212}' | '\u{2013}' | '\u{2014}' | '\u{2010}' | '\u{2011}' | '\u{fe63}' | '\u{ff0d}'
    )
}

fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
}

fn is_invisible(c: char) -> bool {
    c.is_whitespace() || is_direction_mark(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(text: &str, mark: char) -> String {
        parse(text, mark).map_or_else(|problem| format!("{problem:?}"), |amount| amount.value.to_string())
    }

    #[test]
    fn amounts_are_read_as_banks_write_them() {
        for (text, expected) in [
            ("1.234,56-", "-1234.56"),
            ("(12.00)", "-12.00"),
            ("($1,234.50)", "-1234.50"),
            ("€ 12,50", "12.50"),
            ("12,50 €", "12.50"),
            ("+1 234.50", "1234.50"),
            ("1\u{202f}234,50", "1234.50"),
            ("1'234.50", "1234.50"),
            ("1’234’567.05", "1234567.05"),
            ("-$5.00", "-5.00"),
            ("$-5.00", "-5.00"),
            ("\u{2212}7,5", "-7.5"),
            ("12,-", "12"),
            ("CHF 12.–", "12"),
            (".50", "0.50"),
            ("-.5", "-0.5"),
            ("12,34 S", "-12.34"),
            ("12,34 H", "12.34"),
            ("100.00CR", "100.00"),
            ("1,23,456.78", "123456.78"),
            ("د.ا.\u{200f}4.750", "4.750"),
            ("R$ 1.234,56", "1234.56"),
            ("kr.50", "50"),
            ("-00000000001500.0000", "-1500.0000"),
            ("٤٫٥", "4.5"),
            ("¥1,200", "1200"),
            ("=\"12.00\"", "12.00"),
            ("12.340000000000001", "12.34"),
            ("-0.00", "0.00"),
            ("0.500", "0.500"),
        ] {
            assert_eq!(value(text, '.'), expected, "{text}");
        }
    }

    #[test]
    fn the_files_decimal_mark_decides_what_a_text_does_not() {
        assert_eq!(value("1.234", ','), "1234");
        assert_eq!(value("1.234", '.'), "1.234");
        assert_eq!(value("1,234", '.'), "1234");
        assert_eq!(value("12,50", '.'), "12.50");
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "NaN",
            "inf",
            "abc",
            "1e5",
            "12.03.2024",
            "2024-03-01",
            "1,2.3,4",
            "12 apples",
            "--5",
            "(5",
            "-(5)",
            "12:30",
            "1 2 3",
            "5%",
            "12,34,56",
            "-5 CR",
        ] {
            assert_eq!(value(text, '.'), "NotANumber", "{text}");
        }
        for text in ["", "  ", "-", "\u{feff}"] {
            assert_eq!(value(text, '.'), "Empty");
        }
        for far in ["1000000000000000", "999999999999999.99", "-999999999999999.99", "-999999999999999.01"] {
            assert_eq!(value(far, '.'), "OutOfRange", "{far}");
        }
        assert_eq!(value("-999999999999999.00", '.'), "-999999999999999.00");
        assert_eq!(value(&"9".repeat(60), '.'), "OutOfRange");
    }

    #[test]
    fn a_text_proves_its_decimal_mark_or_does_not() {
        assert_eq!(proven_decimal_mark("1.234,56"), Some(','));
        assert_eq!(proven_decimal_mark("1,234.5"), Some('.'));
        assert_eq!(proven_decimal_mark("12,5"), Some(','));
        assert_eq!(proven_decimal_mark("1.234.567"), Some(','));
        assert_eq!(proven_decimal_mark("1.234"), None);
        assert_eq!(proven_decimal_mark("12"), None);
        assert_eq!(ambiguous_separator("1.234"), Some('.'));
    }

    proptest! {
        #[test]
        fn any_text_is_an_amount_or_a_problem(text in ".{0,40}") {
            for mark in ['.', ','] {
                if let Ok(amount) = parse(&text, mark) {
                    prop_assert!(amount.value.abs() <= Money::MAX);
                }
            }
        }

        #[test]
        fn grouped_and_plain_spellings_are_one_amount(cents in -10i64.pow(13)..10i64.pow(13)) {
            let expected = Decimal::new(cents, 2);
            let (whole, fraction) = (cents.abs() / 100, cents.abs() % 100);
            let mut digits = whole.to_string();
            let mut at = digits.len();
            while at > 3 {
                at -= 3;
                digits.insert(at, '.');
            }
            let sign = if cents < 0 { "-" } else { "" };
            prop_assert_eq!(parse(&format!("{sign}{digits},{fraction:02}"), ',').unwrap().value, expected);
            prop_assert_eq!(parse(&expected.to_string(), '.').unwrap().value, expected);
        }
    }
}
