//! Parts of a period: its first week, its second half, its beginning.

use jiff::{ToSpan, civil::Date};

use super::{Mention, Period, days_between, months_between};
use crate::words::{Token, number_word};

/// `the first week of March`, `last 3 months of 2014`.
pub(super) fn part_of(tokens: &[Token], mut mention: Mention, found: &mut Vec<Mention>) -> Mention {
    let word = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map_or("", |token| token.text.as_str());
    let mut at = mention.tokens.start.checked_sub(1);
    if word(at) == "the" {
        at = at.and_then(|at| at.checked_sub(1));
    }
    let is_up_to = matches!(word(at), "to" | "ending" | "until");
    if !is_up_to && !matches!(word(at), "of" | "in") {
        return mention;
    }
    let unit_at = at.and_then(|at| at.checked_sub(1));
    let unit = word(unit_at);
    if unit == "half" {
        return half_of(tokens, mention, unit_at, found);
    }
    if let (Some(start), "weekend", Some((from, to))) = (unit_at, unit, mention.period.bounds())
        && days_between(from, to) <= 2
        && let Some(weekend) = weekend_of(from)
    {
        found.retain(|other| other.tokens.end <= start);
        mention.tokens.start = start;
        mention.period = weekend;
        mention.ends = None;
        return mention;
    }
    if !matches!(unit, "day" | "days" | "week" | "weeks" | "month" | "months") {
        return mention;
    }
    let mut side_at = unit_at.and_then(|at| at.checked_sub(1));
    let mut count = 1;
    if let Some(number) = number_word(word(side_at)).filter(|_| !word(side_at).is_empty()) {
        count = i32::try_from(number).unwrap_or(1).clamp(1, 1000);
        side_at = side_at.and_then(|at| at.checked_sub(1));
    }
    let (Some(start), Some((from, to))) = (side_at, mention.period.bounds()) else { return mention };
    let span = match unit {
        "day" | "days" => count.days(),
        "week" | "weeks" => (count * 7).days(),
        _ => count.months(),
    };
    let part = match word(side_at) {
        _ if is_up_to => None,
        "first" => from
            .checked_add(span)
            .and_then(Date::yesterday)
            .ok()
            .map(|end| Period::between(from, end.min(to))),
        "last" | "final" => to
            .tomorrow()
            .and_then(|day| day.checked_sub(span))
            .ok()
            .map(|start| Period::between(start.max(from), to)),
        _ => None,
    };
    let part = if is_up_to && part.is_none() && count > 1 {
        let start = to.tomorrow().and_then(|day| day.checked_sub(span)).ok();
        start.map(|start| Period::between(start, to))
    } else {
        part
    };
    let part = part.or_else(|| {
        let nth = ordinal_at(tokens, side_at).filter(|_| matches!(unit, "week" | "month"))?;
        nth_part(mention.period, unit, nth)
    });
    // "the week of 4 March" is the one that holds the day.
    let of_day = part.is_none() && unit == "week" && from == to && count == 1;
    if of_day && ordinal_at(tokens, side_at).is_none() {
        let monday = from.checked_sub(from.weekday().to_monday_zero_offset().days()).ok();
        let week =
            monday.and_then(|monday| Some(Period::between(monday, monday.checked_add(6.days()).ok()?)));
        if let (Some(week), Some(at)) = (week, unit_at) {
            mention.tokens.start = at;
            mention.period = week;
        }
        return mention;
    }
    let Some(part) = part else { return mention };
    // "last week" was read as counted from today.
    found.retain(|other| other.tokens.end <= start);
    mention.tokens.start = start;
    mention.period = part;
    mention
}

/// The Saturday and Sunday of a day's week.
fn weekend_of(day: Date) -> Option<Period> {
    let monday = day.checked_sub(day.weekday().to_monday_zero_offset().days()).ok()?;
    Some(Period::between(monday.checked_add(5.days()).ok()?, monday.checked_add(6.days()).ok()?))
}

/// `the second half of August`; a half that days cannot be told of is left unread.
fn half_of(
    tokens: &[Token],
    mut mention: Mention,
    half_at: Option<usize>,
    found: &mut Vec<Mention>,
) -> Mention {
    let Some(start) = half_at.and_then(|at| at.checked_sub(1)) else { return mention };
    found.retain(|other| other.tokens.end <= start);
    let name = mention.tokens.clone().next_back().and_then(|at| tokens.get(at)).map_or("", |it| &it.text);
    let halves = halves(mention.period, name);
    if let (Some(half), Some((first, second))) = (super::atoms::half_at(tokens, start), halves) {
        mention.tokens.start = start;
        mention.period = if half == 1 { first } else { second };
    }
    mention
}

/// Both halves of a month, a year or a span of whole months; one that goes on is taken as a whole.
fn halves(period: Period, name: &str) -> Option<(Period, Period)> {
    let (from, to) = period.bounds()?;
    let is_first = from.day() == 1;
    let to = match name {
        "month" if is_first => to.last_of_month(),
        "year" if is_first && from.month() == 1 => Date::new(from.year(), 12, 31).ok()?,
        _ => to,
    };
    let months = months_between(from, to);
    if !is_first || to != to.last_of_month() {
        return None;
    }
    let second = match months {
        1 => Date::new(from.year(), from.month(), 16).ok()?,
        _ if months % 2 == 0 => from.checked_add((months / 2).months()).ok()?,
        _ => return None,
    };
    Some((Period::between(from, second.yesterday().ok()?), Period::between(second, to)))
}

/// The number that an ordinal stands for: `second`, `3rd`.
fn ordinal_at(tokens: &[Token], at: Option<usize>) -> Option<i32> {
    const WORDS: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];
    let token = tokens.get(at?)?;
    let word = WORDS.iter().position(|word| *word == token.text).and_then(|at| i32::try_from(at + 1).ok());
    word.or_else(|| token.ordinal().and_then(|number| i32::try_from(number).ok()))
}

/// The nth seven days, or the nth month, of a period.
fn nth_part(period: Period, unit: &str, nth: i32) -> Option<Period> {
    let (from, to) = period.bounds()?;
    if !(1..=60).contains(&nth) {
        return None;
    }
    let (start, end) = if unit == "week" {
        let start = from.checked_add(((nth - 1) * 7).days()).ok()?;
        (start, start.checked_add(6.days()).ok()?)
    } else {
        let start = from.checked_add((nth - 1).months()).ok()?;
        (start, start.last_of_month())
    };
    (start <= to).then(|| Period::between(start, end.min(to)))
}

/// `early March`, `mid-March`, `the beginning of March`, `the end of March`: about a third of it.
pub(super) fn third_of(period: Period, word: &str) -> Option<Period> {
    let (from, to) = period.bounds()?;
    let is_month = from.day() == 1 && to == from.last_of_month();
    if !is_month {
        return None;
    }
    let day = |day: i8| Date::new(from.year(), from.month(), day).ok();
    match word {
        "early" | "beginning" | "start" => Some(Period::between(from, day(10)?)),
        "mid" | "middle" => Some(Period::between(day(11)?, day(20)?)),
        "late" | "end" => Some(Period::between(day(21)?, to)),
        _ => None,
    }
}
