//! Numbers as a text writes them: amounts, percentages, counts, with what they are in.

use std::ops::Range;

use rust_decimal::Decimal;

use super::{
    day::{self, Day},
    lexeme::{Kind, Lexeme, lexemes},
    sign, spelled,
};
use crate::{format::NumberFormat, when::DayOrder};

/// How a person writes numbers and days.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub format: NumberFormat,
    pub order: DayOrder,
}

/// A figure that a text names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mention {
    /// Bytes of the text, with sign and unit.
    pub range: Range<usize>,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    Number(Written),
    Days(Vec<Day>),
    /// A year, or a number that looks like one.
    Year(i16),
    /// The rest of a list: `23 more`.
    Rest(Decimal),
    /// Digits that are no number: a time of day, another script.
    Odd,
}

/// A number as it is written. Its sign is left to the words around it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Written {
    pub value: Decimal,
    /// What it is rounded to: `0.01` of `1.23`, `100` of `1.2k`.
    pub step: Decimal,
    pub unit: Unit,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Unit {
    None,
    Percent,
    /// A currency's sign, code or word, as written.
    Money(String),
}

/// Marks that group digits, other than the comma and the full stop.
const GROUPS: &[char] = &['\'', '’'];
const THIN: &[char] = &['\u{a0}', '\u{202f}', '\u{2009}'];

/// Every figure of a text, in order.
pub(super) fn mentions(text: &str, style: Style) -> Vec<Mention> {
    let pieces = lexemes(text);
    let reader = Reader { pieces: &pieces, style };
    let (mut found, mut at) = (Vec::new(), 0);
    while at < pieces.len() {
        let (mention, end) = reader.read(at);
        found.extend(mention);
        at = end.max(at + 1);
    }
    found
}

pub(super) struct Reader<'a> {
    pub(super) pieces: &'a [Lexeme<'a>],
    style: Style,
}

impl Reader<'_> {
    /// What begins at a piece, and the piece after it.
    fn read(&self, at: usize) -> (Option<Mention>, usize) {
        let piece = &self.pieces[at];
        match piece.kind {
            Kind::Space | Kind::Mark => (None, at + 1),
            Kind::Odd => (Some(self.mention(at, at + 1, What::Odd)), at + 1),
            Kind::Word => self.word(at),
            Kind::Digits => self.digits(at),
        }
    }

    fn mention(&self, start: usize, end: usize, what: What) -> Mention {
        Mention { range: self.pieces[start].range.start..self.pieces[end - 1].range.end, what }
    }

    fn word(&self, at: usize) -> (Option<Mention>, usize) {
        if let Some((days, end)) = day::read(self.pieces, at, self.style.order) {
            return (Some(self.mention(at, end, What::Days(days))), end);
        }
        let Some(number) = spelled::read(self.pieces, at) else { return (None, at + 1) };
        let (unit, factor, end) = self.unit_after(number.end);
        // "one", "two" are said of anything.
        let is_figure = unit != Unit::None || number.step > Decimal::ONE || number.value > Decimal::from(12);
        let (value, step) = (number.value * factor, number.step * factor);
        let mention = self.mention(at, end, What::Number(Written { value, step, unit }));
        (is_figure.then_some(mention), end)
    }

    fn digits(&self, at: usize) -> (Option<Mention>, usize) {
        if self.is_part_of_name(at) {
            return (None, at + 1);
        }
        if let Some((days, end)) = day::read(self.pieces, at, self.style.order) {
            return (Some(self.mention(at, end, What::Days(days))), end);
        }
        let next = self.pieces.get(at + 1);
        let is_next =
            |offset: usize, text: &str| self.pieces.get(at + offset).is_some_and(|p| p.text == text);
        if matches!(next.map(|piece| piece.text), Some("st" | "nd" | "rd" | "th")) {
            return (None, at + 2);
        }
        // Plans and habits that are named by numbers.
        match self.pieces[at].text {
            _ if self.sign_before(at).is_some() => {}
            "401" | "403" if is_next(1, "(") => return (None, at + 4),
            "401" if is_next(1, "k") && self.unit_after(at + 1).0 == Unit::None => return (None, at + 2),
            "24" if is_next(1, "/") && is_next(2, "7") => return (None, at + 3),
            _ => {}
        }
        let is_time = is_next(1, ":") && self.pieces.get(at + 2).is_some_and(|p| p.is(Kind::Digits));
        if is_time {
            return (Some(self.mention(at, at + 3, What::Odd)), at + 3);
        }
        self.number(at)
    }

    /// `Q1`, `B2B`: a few letters that are no currency hold a digit or two.
    fn is_part_of_name(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|at| &self.pieces[at]) else { return false };
        before.is(Kind::Word)
            && before.text.chars().count() <= 3
            && self.pieces[at].text.len() <= 2
            && !sign::is_sign(before.text)
    }

    fn number(&self, at: usize) -> (Option<Mention>, usize) {
        let end = self.end_of_digits(at);
        let start = self.sign_before(at);
        let written = self.raw(at, end);
        let Some((value, mut step)) = self.parse(&written) else {
            return (Some(self.mention(at, end, What::Odd)), end);
        };
        let (unit, factor, unit_end) = self.unit_after(end);
        let unit = match start {
            Some(start) => Unit::Money(self.sign_text(start, at)),
            None => unit,
        };
        if start.is_none()
            && unit == Unit::None
            && factor == Decimal::ONE
            && let Some(year) = day::year(&written)
        {
            return (Some(self.mention(at, end, What::Year(year))), end);
        }
        if start.is_none() && unit == Unit::None && factor == Decimal::ONE && self.is_rest(end) {
            return (Some(self.mention(at, end, What::Rest(value))), end);
        }
        if self.is_about(start.unwrap_or(at)) && step == Decimal::ONE && factor == Decimal::ONE {
            step = last_digit(value);
        }
        let (Some(value), Some(step)) = (value.checked_mul(factor), step.checked_mul(factor)) else {
            return (Some(self.mention(at, end, What::Odd)), end);
        };
        let mention =
            self.mention(start.unwrap_or(at), unit_end, What::Number(Written { value, step, unit }));
        (Some(mention), unit_end)
    }

    /// The piece after the digits and the marks between them.
    fn end_of_digits(&self, at: usize) -> usize {
        let groups_by_space = self.style.format.groups_by_space();
        let mut end = at + 1;
        while let (Some(mark), Some(digits)) = (self.pieces.get(end), self.pieces.get(end + 1)) {
            let is_group = digits.is(Kind::Digits) && digits.text.len() == 3;
            let is_space = mark.is(Kind::Space)
                && (mark.text.chars().all(|c| THIN.contains(&c)) || groups_by_space && mark.text == " ")
                && mark.text.chars().count() == 1
                && self.pieces[end - 1].text.len() <= 3
                && is_group;
            let is_mark =
                mark.is_mark(&['.', ',']) && digits.is(Kind::Digits) || mark.is_mark(GROUPS) && is_group;
            if !is_space && !is_mark {
                break;
            }
            end += 2;
        }
        end
    }

    fn raw(&self, at: usize, end: usize) -> String {
        self.pieces[at..end]
            .iter()
            .map(|piece| if piece.is(Kind::Space) { " " } else { piece.text })
            .collect()
    }

    /// The value, and what it is rounded to; none for digits that are no number.
    fn parse(&self, written: &str) -> Option<(Decimal, Decimal)> {
        let marks: Vec<(usize, char)> = written.char_indices().filter(|(_, c)| !c.is_ascii_digit()).collect();
        let decimal = decimal_mark(written, &marks, self.style.format.decimal());
        let grouped = decimal.map_or(written, |at| &written[..at]);
        let mut groups = grouped.split(|c: char| !c.is_ascii_digit());
        let first = groups.next()?;
        let rest: Vec<&str> = groups.collect();
        let is_last = |at: usize| at + 1 == rest.len();
        let fits = |(at, group): (usize, &&str)| {
            group.len() == 3 || group.len() == 2 && first.len() <= 2 && !is_last(at)
        };
        if !rest.is_empty() && (first.len() > 3 || !rest.iter().enumerate().all(fits)) {
            return None;
        }
        let fraction = decimal.map_or("", |at| &written[at + 1..]);
        let digits: String = std::iter::once(first).chain(rest).collect();
        let value: Decimal = format!("{digits}.{fraction}0").parse().ok()?;
        let scale = u32::try_from(fraction.len()).ok().filter(|scale| *scale <= 20)?;
        Some((value.normalize(), Decimal::new(1, scale)))
    }

    fn is_rest(&self, end: usize) -> bool {
        self.pieces.get(end).is_some_and(|piece| piece.is(Kind::Space))
            && self.pieces.get(end + 1).is_some_and(|piece| matches!(piece.text, "more" | "others"))
    }
}

/// Where the decimal mark of a written number stands.
fn decimal_mark(written: &str, marks: &[(usize, char)], locale: char) -> Option<usize> {
    let (at, mark) = *marks.last()?;
    if !matches!(mark, '.' | ',') {
        return None;
    }
    let alike = marks.iter().filter(|(_, other)| *other == mark).count();
    if alike > 1 {
        return None;
    }
    let after = written.len() - at - 1;
    // One mark before three digits is what the locale says it is.
    let is_decimal = marks.len() > 1 || after != 3 || mark == locale || written.starts_with('0');
    is_decimal.then_some(at)
}

/// The place of the last digit that is no zero: `100` of `1200`.
fn last_digit(value: Decimal) -> Decimal {
    let mut step = Decimal::ONE;
    while let Some(next) = step.checked_mul(Decimal::TEN).filter(|next| *next <= value) {
        if !(value % next).is_zero() {
            break;
        }
        step = next;
    }
    step
}
