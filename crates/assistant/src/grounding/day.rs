//! Days, months and years as a text names them.

use jiff::civil::Date;

use super::lexeme::{Kind, Lexeme};
use crate::when::DayOrder;

/// A day as far as a text names it.
#[expect(clippy::struct_field_names, reason = "the field is the day of the month")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Day {
    pub year: Option<i16>,
    pub month: Option<i8>,
    pub day: Option<i8>,
}

impl Day {
    /// Whether a day is one that this could mean.
    pub fn fits(self, date: Date) -> bool {
        self.year.is_none_or(|year| year == date.year())
            && self.month.is_none_or(|month| month == date.month())
            && self.day.is_none_or(|day| day == date.day())
    }

    fn is_real(self) -> bool {
        self.month.is_none_or(|month| (1..=12).contains(&month))
            && self.day.is_none_or(|day| (1..=31).contains(&day))
    }
}

/// Months as the languages write them that number formats know, whole and short.
const MONTHS: [&str; 12] = [
    "january jan januar januari jänner janvier janv enero ene gennaio janeiro",
    "february feb februar februari février févr febrero febbraio fevereiro",
    "march mar märz mär mars marzo março maart mrt",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio maio mei",
    "june jun juni juin junio giugno junho",
    "july jul juli juillet juil julio luglio julho",
    "august aug août agosto augustus",
    "september sep sept septembre septiembre settembre setembro",
    "october oct oktober okt octobre octubre ottobre outubro",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc diciembre dicembre dezembro",
];

/// The month that a word names.
pub(super) fn month(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    let at = MONTHS.iter().position(|names| names.split(' ').any(|name| name == word))?;
    i8::try_from(at + 1).ok()
}

/// Days named from the piece at `at` on, and where they end.
pub(super) fn read(pieces: &[Lexeme<'_>], at: usize, order: DayOrder) -> Option<(Vec<Day>, usize)> {
    let found = match pieces[at].kind {
        Kind::Digits => all_digits(pieces, at, order).or_else(|| day_then_month(pieces, at)),
        Kind::Word => month_first(pieces, at),
        Kind::Odd | Kind::Space | Kind::Mark => None,
    };
    found.filter(|(days, _)| days.iter().all(|day| day.is_real()))
}

/// A year that stands alone.
pub(super) fn year(digits: &str) -> Option<i16> {
    let year = digits.parse().ok()?;
    (digits.len() == 4 && (1900..=2199).contains(&year)).then_some(year)
}

fn digits<'a>(pieces: &[Lexeme<'a>], at: usize, lengths: std::ops::RangeInclusive<usize>) -> Option<&'a str> {
    let piece = pieces.get(at).filter(|piece| piece.is(Kind::Digits))?;
    lengths.contains(&piece.text.len()).then_some(piece.text)
}

/// `2024-03-05`, `2024-03`, `05.03.2024`, `3/5/24`.
fn all_digits(pieces: &[Lexeme<'_>], at: usize, order: DayOrder) -> Option<(Vec<Day>, usize)> {
    let separator = pieces.get(at + 1).filter(|piece| piece.is_mark(&['-', '/', '.']))?.text;
    let second = digits(pieces, at + 2, 1..=2)?;
    let is_repeated = pieces.get(at + 3).is_some_and(|piece| piece.text == separator);
    let third = if is_repeated { digits(pieces, at + 4, 1..=4) } else { None };
    let end = if third.is_some() { at + 5 } else { at + 3 };
    let number = |text: &str| text.parse::<i8>().ok();
    if let (Some(year), true) = (year(pieces[at].text), second.len() == 2 && separator != ".") {
        let day = match third {
            Some(text) => Some(number(text)?),
            None => None,
        };
        return Some((vec![Day { year: Some(year), month: number(second), day }], end));
    }
    let first = number(digits(pieces, at, 1..=2)?)?;
    let (second, third) = (number(second)?, third?);
    let year = match third.len() {
        2 => third.parse::<i16>().ok().map(|year| 2000 + year),
        4 => year(third),
        _ => None,
    }?;
    let is_month_first = order == DayOrder::MonthFirst && separator != "." && first <= 12 || second > 12;
    let (month, day) = if is_month_first { (first, second) } else { (second, first) };
    Some((vec![Day { year: Some(year), month: Some(month), day: Some(day) }], end))
}

/// `5 March 2024`, `5. März`, `5th of March`.
fn day_then_month(pieces: &[Lexeme<'_>], at: usize) -> Option<(Vec<Day>, usize)> {
    let first: i8 = digits(pieces, at, 1..=2)?.parse().ok()?;
    let mut next = after_ordinal(pieces, at + 1);
    let mut days = vec![first];
    if let Some((second, end)) = dash_day(pieces, next) {
        days.push(second);
        next = end;
    }
    next = skip(pieces, next, Kind::Space);
    if pieces.get(next).is_some_and(|piece| matches!(piece.text, "of" | "de" | "di")) {
        next = skip(pieces, next + 1, Kind::Space);
    }
    let named = month(pieces.get(next)?.text)?;
    let (year, end) = trailing_year(pieces, next + 1);
    Some((with_days(year, named, &days), end))
}

/// `March 5, 2024`, `March 5–9`, `March 2024`.
fn month_first(pieces: &[Lexeme<'_>], at: usize) -> Option<(Vec<Day>, usize)> {
    let named = month(pieces[at].text)?;
    let mut next = at + 1;
    if pieces.get(next).is_some_and(|piece| piece.text == ".") {
        next += 1;
    }
    let start = skip(pieces, next, Kind::Space);
    if start == next {
        return None;
    }
    if let Some(year) = digits(pieces, start, 4..=4).and_then(year) {
        return Some((vec![Day { year: Some(year), month: Some(named), day: None }], start + 1));
    }
    let mut days = vec![digits(pieces, start, 1..=2)?.parse().ok()?];
    let mut next = after_ordinal(pieces, start + 1);
    if let Some((second, end)) = dash_day(pieces, next) {
        days.push(second);
        next = end;
    }
    let (year, end) = trailing_year(pieces, next);
    Some((with_days(year, named, &days), end))
}

fn with_days(year: Option<i16>, month: i8, days: &[i8]) -> Vec<Day> {
    days.iter().map(|day| Day { year, month: Some(month), day: Some(*day) }).collect()
}

fn skip(pieces: &[Lexeme<'_>], at: usize, kind: Kind) -> usize {
    if pieces.get(at).is_some_and(|piece| piece.is(kind)) { at + 1 } else { at }
}

/// After `.` or `th` behind a day.
fn after_ordinal(pieces: &[Lexeme<'_>], at: usize) -> usize {
    let is_ordinal =
        pieces.get(at).is_some_and(|piece| matches!(piece.text, "." | "st" | "nd" | "rd" | "th"));
    // A full stop before a space and no month ends a sentence; the month decides.
    if is_ordinal { at + 1 } else { at }
}

/// `–9` or ` to 9` after a day.
fn dash_day(pieces: &[Lexeme<'_>], at: usize) -> Option<(i8, usize)> {
    let piece = pieces.get(at)?;
    let is_word = piece.is(Kind::Space)
        && pieces.get(at + 1).is_some_and(|word| matches!(word.text, "to" | "and" | "bis" | "au" | "al"));
    let second = match piece.is_mark(&['-', '–', '—']) {
        true => at + 1,
        false if is_word => at + 3,
        false => return None,
    };
    Some((digits(pieces, second, 1..=2)?.parse().ok()?, after_ordinal(pieces, second + 1)))
}

/// `, 2024` or ` 2024`.
fn trailing_year(pieces: &[Lexeme<'_>], at: usize) -> (Option<i16>, usize) {
    let mut next = at;
    if pieces.get(next).is_some_and(|piece| matches!(piece.text, "," | ".")) {
        next += 1;
    }
    let start = skip(pieces, next, Kind::Space);
    let found = if start > next { digits(pieces, start, 4..=4).and_then(year) } else { None };
    if found.is_some() { (found, start + 1) } else { (None, at) }
}
