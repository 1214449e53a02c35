//! The statement line, field 61: days, direction, amount, references.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::super::{
    amount,
    text::{is_reference, plain_text, quoted},
};

/// A statement line, read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StatementLine {
    /// The booking day; the value day where the bank gives no other.
    pub(super) date: Date,
    /// Signed.
    pub(super) amount: Decimal,
    /// Expected, not booked (`EC`, `ED`).
    pub(super) is_pending: bool,
    /// The bank's own reference (`//…`).
    pub(super) reference: Option<String>,
    /// Behind the references or on the next line.
    pub(super) supplementary: String,
}

/// Why a line is not read, and how many bytes of its first line stand before the reason.
pub(super) type Problem = (usize, String);

/// Reads field 61. `lines` are the text behind the tag and the lines that continue it.
pub(super) fn parse(lines: &[&str]) -> Result<StatementLine, Problem> {
    let (first, mut more) = lines.split_first().map_or(("", lines), |(first, more)| (first.trim_end(), more));
    let at = |rest: &str| first.len().saturating_sub(rest.len());
    let digits = first.bytes().take_while(u8::is_ascii_digit).count();
    let date = booking_day(&first[..digits]).map_err(|reason| (0, reason))?;
    let rest = first[digits..].trim_start();
    let Some((mark, mut rest)) = mark(rest) else {
        let reason = format!("{} says neither credit nor debit", quoted(rest.get(..2).unwrap_or(rest)));
        return Err((at(rest), reason));
    };
    // The third letter of the currency.
    if let Some(behind) = rest.strip_prefix(|c: char| c.is_ascii_alphabetic()) {
        rest = behind;
    }
    // Some banks break the line before the amount.
    let mut place = at(rest);
    if rest.is_empty()
        && let Some((next, behind)) = more.split_first()
    {
        (rest, more, place) = (next.trim(), behind, 0);
    }
    let length = rest.bytes().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.')).count();
    let (number, rest) = rest.split_at(length);
    let value = amount::parse(number, ',').map_err(|problem| (place, problem.reason(number)))?.value;
    let (reference, same_line) = references(without_type(rest));
    let mut supplementary = same_line.to_owned();
    for line in more {
        supplementary.push(' ');
        supplementary.push_str(line);
    }
    Ok(StatementLine {
        date,
        amount: if mark.is_out && !value.is_zero() { -value } else { value },
        is_pending: mark.is_expected,
        reference,
        supplementary: plain_text(&supplementary),
    })
}

struct Mark {
    is_out: bool,
    is_expected: bool,
}

/// `C` and `D`, reversed (`RC` takes a credit back), expected (`EC`).
fn mark(text: &str) -> Option<(Mark, &str)> {
    const MARKS: [(&str, bool, bool); 6] = [
        ("RC", true, false),
        ("RD", false, false),
        ("EC", false, true),
        ("ED", true, true),
        ("C", false, false),
        ("D", true, false),
    ];
    MARKS.iter().find_map(|(letters, is_out, is_expected)| {
        Some((Mark { is_out: *is_out, is_expected: *is_expected }, text.strip_prefix(letters)?))
    })
}

/// `YYMMDD`, and the entry's `MMDD` behind it; some banks write the year with four digits. The
/// entry's year is the one that brings it nearest to the value day. An entry day that does not
/// exist counts for nothing: some banks write zeros.
fn booking_day(digits: &str) -> Result<Date, String> {
    let (value, entry) = match digits.len() {
        6 | 8 => (digits, ""),
        10 | 12 => digits.split_at(digits.len() - 4),
        _ => return Err(format!("{} is not a date", quoted(digits))),
    };
    let value = day(value)?;
    let number = |part: &str| part.parse::<i8>().ok();
    let (Some(month), Some(day)) = (entry.get(..2).and_then(number), entry.get(2..).and_then(number)) else {
        return Ok(value);
    };
    let near = |year: i16| {
        let date = Date::new(year, month, day).ok()?;
        Some(((date - value).get_days().abs(), date))
    };
    let nearest = (value.year() - 1..=value.year() + 1).filter_map(near).min();
    Ok(nearest.map_or(value, |(_, date)| date))
}

/// A day in six digits, or in eight.
pub(super) fn day(digits: &str) -> Result<Date, String> {
    let not_a_date = || format!("{} is not a date", quoted(digits));
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(not_a_date());
    }
    let number = |part: Option<&str>| part.and_then(|part| part.parse::<i16>().ok()).ok_or_else(not_a_date);
    let (year, rest) = match digits.len() {
        6 => {
            let year = number(digits.get(..2))?;
            (if year < 80 { 2000 + year } else { 1900 + year }, &digits[2..])
        }
        8 => (number(digits.get(..4))?, &digits[4..]),
        _ => return Err(not_a_date()),
    };
    let (month, day) = (number(rest.get(..2))?, number(rest.get(2..))?);
    Some(year)
        .filter(|year| (1900..=2200).contains(year))
        .and_then(|year| Date::new(year, month as i8, day as i8).ok())
        .ok_or_else(|| format!("the date {} does not exist", quoted(digits)))
}

/// Skips the type of transaction, a letter and three characters: `NTRF`, `N026`, `FMSC`.
fn without_type(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_type = bytes.len() >= 4
        && bytes[0].is_ascii_alphabetic()
        && bytes[1..4].iter().all(u8::is_ascii_alphanumeric);
    if is_type { &text[4..] } else { text }
}

/// The bank's reference and what stands behind the references on the line.
fn references(text: &str) -> (Option<String>, &str) {
    if let Some((_, behind)) = text.split_once("//") {
        let behind = behind.trim_start();
        let (bank, supplementary) = behind.split_once("  ").unwrap_or((behind, ""));
        return (Some(plain_text(bank)).filter(|id| is_reference(id)), supplementary);
    }
    // Sixteen characters for the customer's reference, padded, then a name.
    let Some((cut, _)) = text.char_indices().nth(16) else { return (None, "") };
    let (customer, behind) = text.split_at(cut);
    (None, if customer.ends_with(' ') { behind } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match parse(&text.lines().collect::<Vec<_>>()) {
            Ok(line) => format!(
                "{} {}{} {} {}",
                line.date,
                line.amount,
                if line.is_pending { "?" } else { "" },
                line.reference.unwrap_or_default(),
                line.supplementary
            ),
            Err((place, reason)) => format!("{place}: {reason}"),
        }
    }

    #[test]
    fn lines_are_read_as_banks_write_them() {
        for (text, expected) in [
            ("110101D10,00N000NONREF", "2011-01-01 -10.00  "),
            ("1701190119CN0,01NTRFNONREF//MB1\n911-X", "2017-01-19 0.01 MB1 911-X"),
            ("2312311231RC5,NMSCNONREF", "2023-12-31 -5  "),
            ("240101RDR5,5NSTO", "2024-01-01 5.5  "),
            ("240101ED5,NMSC", "2024-01-01 -5?  "),
            ("2312310102CR7,FMSC01//NONREF", "2024-01-02 7  "),
            ("2401011231D7,NMSCX", "2023-12-31 -7  "),
            ("2401010000D7,NMSCX", "2024-01-01 -7  "),
            ("20240131D0,00NMSC", "2024-01-31 0.00  "),
            ("202401310201D1,NMSC", "2024-02-01 -1  "),
            ("990131C1.234,56NMSC", "1999-01-31 1234.56  "),
            ("240131C\n12,NTRFREF", "2024-01-31 12  "),
            ("110527D000000001213,28N0440121470966      W.P. Jansen   ", "2011-05-27 -1213.28  W.P. Jansen"),
            ("110101D1,NTRFEREF//0000", "2011-01-01 -1  "),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_in_a_line_is_named_with_its_place() {
        for (text, expected) in [
            ("", "0: “” is not a date"),
            ("11010D1,", "0: “11010” is not a date"),
            ("000000D1,", "0: the date “000000” does not exist"),
            ("00000101D1,", "0: the date “00000101” does not exist"),
            ("240230D1,", "0: the date “240230” does not exist"),
            ("240101X1,", "6: “X1” says neither credit nor debit"),
            ("240101D", "7: the amount is empty"),
            ("240101DNTRF", "8: the amount is empty"),
            ("240101D1,2,3N", "7: “1,2,3” is not an amount"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        let huge = format!("240101C{}NTRF", "9".repeat(40));
        assert!(read(&huge).ends_with("is out of range"));
    }
}
