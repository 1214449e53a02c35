//! Days as far into an earlier year or month as today is into its own: "this time last year".

use jiff::{ToSpan, civil::Date};

use super::{
    Period,
    atoms::{Raw, year_token},
    relative::{Unit, ago, calendar, unit},
};
use crate::words::Token;

/// What is said of today, to be found in an earlier unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// `this time`, `this point`: all days up to it.
    Time,
    /// `this day`, `today`: that day; after "by", all days up to it.
    Day,
    /// `now`, and only after a word such as "by".
    Now,
    /// `this month`.
    Whole(Unit),
    /// `the same month`: of the period beside it.
    Same(Unit),
}

/// The earlier unit, and the day in it that today stands for.
struct Earlier {
    length: usize,
    point: Date,
    unit: Unit,
}

/// Reads one at a token: `by this time last year`, `last year at this point`, `a year ago today`.
pub(super) fn read(tokens: &[Token], at: usize, as_of: Date) -> Option<(usize, Raw)> {
    if let Some((first, is_up_to, mark)) = marked(tokens, at) {
        let joint = usize::from(tokens.get(at + first).is_some_and(|token| token.is(&["in", "of"])));
        let earlier = earlier(tokens, at + first + joint, as_of)?;
        return Some((first + joint + earlier.length, raw(&earlier, mark, is_up_to, as_of)?));
    }
    let earlier = earlier(tokens, at, as_of)?;
    let next = at + earlier.length;
    let (second, is_up_to, mark) = marked(tokens, next)?;
    // "2025 to date" goes on to today.
    let goes_on = year_token(&tokens[at]).is_some()
        && earlier.point != as_of
        && tokens.get(next).is_some_and(|token| token.is(&["so", "to", "today"]))
        && !tokens.get(next + 1).is_some_and(|token| token.is(&["this", "that", "the"]));
    let is_same = mark == Mark::Same(Unit::Year);
    if goes_on || !is_same && matches!(mark, Mark::Whole(_) | Mark::Same(_)) {
        return None;
    }
    Some((earlier.length + second, raw(&earlier, mark, is_up_to, as_of)?))
}

/// `by this time`: how many tokens, whether all days up to it are meant, and what it says.
fn marked(tokens: &[Token], at: usize) -> Option<(usize, bool, Mark)> {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let (opener, is_up_to) = match (word(at), word(at + 1)) {
        ("up", "to" | "until" | "till") => (2, true),
        ("by" | "until" | "till" | "to", _) => (1, true),
        ("at" | "around" | "about" | "on", _) => (1, false),
        _ => (0, false),
    };
    let the = usize::from(word(at + opener) == "the");
    let start = at + opener + the;
    let (length, mark) = match (word(start), word(start + 1)) {
        ("this" | "that" | "same", "time" | "point" | "stage") => (2, Mark::Time),
        ("this" | "that" | "same", "day" | "date") => (2, Mark::Day),
        ("same", "period" | "days") => (2, Mark::Same(Unit::Year)),
        ("same", name @ ("week" | "month" | "quarter")) => (2, Mark::Same(unit(name)?)),
        ("this", name @ ("week" | "month" | "quarter")) => (2, Mark::Whole(unit(name)?)),
        ("so", "far") | ("to", "date") if opener == 0 => (2, Mark::Time),
        // The "to" was taken for an opener.
        ("date", _) if word(at) == "to" && the == 0 => (1, Mark::Time),
        ("ytd", _) if opener == 0 => (1, Mark::Time),
        ("year", "to") if word(start + 2) == "date" => (3, Mark::Time),
        ("today", _) => (1, Mark::Day),
        ("now", _) => (1, Mark::Now),
        _ => return None,
    };
    Some((opener + the + length, is_up_to, mark))
}

/// `last year`, `2025`, `a year ago`.
fn earlier(tokens: &[Token], at: usize, as_of: Date) -> Option<Earlier> {
    let token = tokens.get(at)?;
    if let Some(year) = year_token(token) {
        let point = as_of.checked_sub((as_of.year() - year).years()).ok()?;
        return Some(Earlier { length: 1, point, unit: Unit::Year });
    }
    // "At this point this year" is the year to date.
    let next = tokens.get(at + 1).and_then(|next| unit(&next.text));
    if let Some(unit @ (Unit::Week | Unit::Month | Unit::Quarter | Unit::Year)) = next
        && token.is(&["this", "current"])
    {
        return Some(Earlier { length: 2, point: as_of, unit });
    }
    let the = usize::from(token.text == "the");
    if tokens.get(at + the).is_some_and(|token| token.is(&["last", "previous", "prior"])) {
        let unit = unit(&tokens.get(at + the + 1)?.text)?;
        let point = match unit {
            Unit::Week => as_of.checked_sub(1.week()),
            Unit::Month => as_of.checked_sub(1.month()),
            Unit::Quarter => as_of.checked_sub(3.months()),
            Unit::Year => as_of.checked_sub(1.year()),
            _ => return None,
        };
        let is_plural = tokens[at + the + 1].text.ends_with('s');
        return (!is_plural).then_some(Earlier { length: the + 2, point: point.ok()?, unit });
    }
    let (length, point, unit) = ago(tokens, at, as_of)?;
    Some(Earlier { length, point, unit })
}

fn raw(earlier: &Earlier, mark: Mark, is_up_to: bool, as_of: Date) -> Option<Raw> {
    let Earlier { point, unit, .. } = *earlier;
    let up_to = |day: Date| Some(Period { to: Some(day), ..calendar(unit, day)? });
    if point == as_of {
        let is_current = !matches!(mark, Mark::Whole(_) | Mark::Same(_)) && (is_up_to || mark == Mark::Time);
        return if is_current { up_to(as_of).map(Raw::Fixed) } else { None };
    }
    let then = |period: Period, now: Period| Raw::Then { point: Some(point), period, now };
    match mark {
        Mark::Now if !is_up_to => None,
        Mark::Day if !is_up_to => Some(then(Period::day(point), Period::day(as_of))),
        Mark::Time | Mark::Day | Mark::Now => Some(then(up_to(point)?, up_to(as_of)?)),
        Mark::Whole(part) => {
            let now = Period { to: Some(as_of), ..calendar(part, as_of)? };
            Some(Raw::Then { point: None, period: part_then(part, earlier, as_of)?, now })
        }
        // "The same period last month" is as many days of it.
        Mark::Same(Unit::Year) if unit != Unit::Year => Some(then(up_to(point)?, up_to(as_of)?)),
        Mark::Same(Unit::Year) => up_to(point).map(Raw::Same),
        Mark::Same(part) => part_then(part, earlier, as_of).map(Raw::Same),
    }
}

/// The week, month or quarter of today, so many years earlier.
fn part_then(part: Unit, earlier: &Earlier, as_of: Date) -> Option<Period> {
    if earlier.unit != Unit::Year {
        return None;
    }
    match part {
        Unit::Week => {
            let (from, to) = calendar(part, as_of)?.bounds()?;
            let years = (as_of.year() - earlier.point.year()).years();
            Some(Period::between(from.checked_sub(years).ok()?, to.checked_sub(years).ok()?))
        }
        _ => calendar(part, earlier.point),
    }
}
