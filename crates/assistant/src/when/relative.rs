//! Dates counted from today: "last month", "past 90 days", "yesterday", "year to date".

use jiff::{ToSpan, civil::Date, civil::Weekday};

use super::{
    Period,
    atoms::{BEFORE_DATE, Raw, year_token},
    weekdays,
};
use crate::words::{Token, number_word};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    Week,
    Fortnight,
    Month,
    Quarter,
    Year,
    Weekend,
}

/// The unit that a word names.
pub(super) fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "day" | "days" => Unit::Day,
        "week" | "weeks" | "wk" | "wks" => Unit::Week,
        "fortnight" => Unit::Fortnight,
        "month" | "months" | "mo" | "mth" => Unit::Month,
        "quarter" | "quarters" => Unit::Quarter,
        "year" | "years" | "yr" | "yrs" => Unit::Year,
        "weekend" | "weekends" => Unit::Weekend,
        _ => return None,
    })
}

/// Reads a date at a token, if one starts there.
pub(super) fn read(tokens: &[Token], at: usize, as_of: Date) -> Option<(usize, Raw)> {
    let word = |offset: usize| tokens.get(at + offset).map_or("", |token| token.text.as_str());
    let before = |offset: usize| at.checked_sub(offset).map_or("", |at| tokens[at].text.as_str());
    let fixed = |length: usize, period: Option<Period>| Some((length, Raw::Fixed(period?)));
    match word(0) {
        "yesterday" => return fixed(1, as_of.yesterday().ok().map(Period::day)),
        "today" | "tonight" => return fixed(1, Some(Period::day(as_of))),
        "tomorrow" | "upcoming" => return Some((1, Raw::Future)),
        "ytd" => return fixed(1, current(Unit::Year, as_of)),
        "mtd" => return fixed(1, current(Unit::Month, as_of)),
        "recently" | "recent" | "lately" => return Some((1, Raw::Vague(days_back(as_of, 30)?))),
        "ever" | "overall" | "lifetime" => return fixed(1, Some(Period::ALL)),
        "all" if word(1) == "time" => return fixed(2, Some(Period::ALL)),
        "day" if word(1) == "before" && word(2) == "yesterday" => {
            return fixed(3, as_of.checked_sub(2.days()).ok().map(Period::day));
        }
        one @ ("week" | "month" | "quarter" | "year" | "weekend")
            if word(1) == "before" && word(2) == "last" =>
        {
            let unit = unit(one)?;
            let last = if unit == Unit::Weekend { last_weekend(as_of) } else { full_back(as_of, 1, unit) };
            let day = last?.from?.yesterday().ok()?;
            return fixed(3, if unit == Unit::Weekend { last_weekend(day) } else { calendar(unit, day) });
        }
        "next" | "coming" | "following" if unit(word(1)).is_some() || number_word(word(1)).is_some() => {
            let length = if unit(word(1)).is_some() { 2 } else { 3 };
            return Some((length, Raw::Future));
        }
        "year" | "month" | "quarter" if word(1) == "to" && word(2) == "date" => {
            return fixed(3, current(unit(word(0))?, as_of));
        }
        "year" | "month" | "quarter" | "week"
            if before(1) == "the"
                && (matches!(before(2), "for" | "of" | "so") || before(2) == "in" && word(1) == "so")
                && !matches!(word(1), "of" | "before" | "after" | "when" | "that") =>
        {
            return fixed(1, current(unit(word(0))?, as_of));
        }
        "weekend" if matches!(before(1), "the" | "on" | "over") => return fixed(1, this_weekend(as_of)),
        _ => {}
    }
    if let Some(weekday) = weekday(word(0)).filter(|_| !word(0).ends_with('s')) {
        let is_placed = matches!(before(1), "on" | "last" | "this" | "since" | "past" | "from" | "of");
        let is_meant = is_placed || weekdays::stands_alone(tokens, at);
        return if is_meant { fixed(1, weekday_before(as_of, weekday, before(1) == "last")) } else { None };
    }
    if let Some(year) = year_token(&tokens[at]) {
        return is_year_here(tokens, at).then_some((1, Raw::Year(year)));
    }
    if let Some(found) = weekdays_ago(tokens, at, as_of) {
        return Some(found);
    }
    if let Some((length, point, unit)) = ago(tokens, at, as_of) {
        return Some((length, Raw::Ago { point, period: calendar(unit, point)? }));
    }
    turned(tokens, at, as_of)
}

/// A bare number of four digits is a year unless it is an amount: `over 2000`, `more than 2000`.
fn is_year_here(tokens: &[Token], at: usize) -> bool {
    let before = |offset: usize| at.checked_sub(offset).map_or("", |at| tokens[at].text.as_str());
    let after = tokens.get(at + 1).map_or("", |token| token.text.as_str());
    let is_compared =
        matches!(before(1), "than") && matches!(before(2), "more" | "less" | "greater" | "bigger" | "larger");
    let is_amount = is_compared
        || matches!(
            before(1),
            "above" | "below" | "under" | "exceeding" | "top" | "least" | "most" | "number"
        )
        || before(1) == "over" && !BEFORE_DATE.contains(&before(2))
        || matches!(after, "dollars" | "euros" | "pounds" | "bucks" | "usd" | "eur" | "transactions")
        || tokens.get(at + 1).is_some_and(|token| {
            matches!(token.gap.as_str(), "." | ",") && token.number().is_some() && token.text.len() != 4
        });
    !is_amount
}

/// `last month`, `this year`, `the past 6 months`, `last weekend`, `last march`.
fn turned(tokens: &[Token], at: usize, as_of: Date) -> Option<(usize, Raw)> {
    let word = |offset: usize| tokens.get(at + offset).map_or("", |token| token.text.as_str());
    let before = at.checked_sub(1).map_or("", |at| tokens[at].text.as_str());
    let turn = word(0);
    if matches!(turn, "this" | "current") {
        let skip = usize::from(matches!(word(1), "current" | "past" | "calendar"));
        if let Some(unit) = unit(word(1 + skip)) {
            return Some((2 + skip, Raw::Fixed(current(unit, as_of)?)));
        }
        if let Some(month) = super::atoms::month_number(word(1)) {
            return Some((2, Raw::Month { year: Some(as_of.year()), month }));
        }
        return None;
    }
    if !matches!(turn, "last" | "past" | "previous" | "prior" | "latest" | "preceding" | "trailing") {
        return None;
    }
    if word(1) == "half" && word(2) == "year" {
        return Some((3, Raw::Fixed(rolling(as_of, 6, Unit::Month)?)));
    }
    let counted = number_word(word(1)).filter(|_| !word(1).is_empty());
    if let Some(count) = counted {
        let skip = 2
            + usize::from(word(2) == "of")
            + usize::from(matches!(word(2), "full" | "whole" | "calendar" | "complete" | "or"));
        let unit = unit(word(skip))?;
        let period = match (turn, word(2)) {
            (_, "full" | "whole" | "calendar" | "complete") => full_back(as_of, count, unit),
            _ => rolling(as_of, count, unit),
        };
        return Some((skip + 1, Raw::Fixed(period?)));
    }
    if let Some(unit) = unit(word(1)) {
        let rolls = match unit {
            Unit::Day | Unit::Fortnight => true,
            Unit::Quarter | Unit::Weekend => false,
            Unit::Week | Unit::Month | Unit::Year => turn == "past" || turn == "last" && before == "the",
        };
        let plural = word(1).ends_with('s');
        let period = match (unit, rolls) {
            (Unit::Weekend, _) => last_weekend(as_of),
            (unit, _) if plural => rolling(as_of, 3, unit),
            (unit, true) => rolling(as_of, 1, unit),
            (unit, false) => full_back(as_of, 1, unit),
        };
        return Some((2, Raw::Fixed(period?)));
    }
    if let Some(month) = super::atoms::month_number(word(1)).filter(|_| turn != "latest") {
        if tokens.get(at + 2).is_some_and(|next| year_token(next).is_some()) {
            return None;
        }
        let back = i16::from(month >= as_of.month());
        return Some((2, Raw::Month { year: Some(as_of.year() - back), month }));
    }
    None
}

/// `2 fridays ago`.
fn weekdays_ago(tokens: &[Token], at: usize, as_of: Date) -> Option<(usize, Raw)> {
    let (count, next) = counted(tokens, at)?;
    let day = weekday(&tokens.get(next)?.text)?;
    if tokens.get(next + 1)?.text != "ago" {
        return None;
    }
    let latest = weekday_before(as_of, day, true)?.from?;
    let weeks = i32::try_from(count).ok().filter(|count| (1..=5_000).contains(count))? - 1;
    let point = latest.checked_sub(weeks.weeks()).ok()?;
    Some((next + 2 - at, Raw::Ago { point, period: Period::day(point) }))
}

/// A number, and where the word behind it stands: `2`, `a couple of`.
fn counted(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    let count = number_word(&tokens[at].text)?;
    let is_of = tokens.get(at + 1).is_some_and(|token| token.text == "of");
    Some((count, at + 1 + usize::from(is_of)))
}

/// `2 days ago`, `a month ago`, `two weeks ago`: how many tokens, the day, and the unit that it is counted in.
pub(super) fn ago(tokens: &[Token], at: usize, as_of: Date) -> Option<(usize, Date, Unit)> {
    let is_said = |words: &[&str]| {
        words
            .iter()
            .enumerate()
            .all(|(offset, word)| tokens.get(at + offset).is_some_and(|it| it.text == *word))
    };
    if is_said(&["half", "a", "year", "ago"]) {
        return Some((4, as_of.checked_sub(6.months()).ok()?, Unit::Month));
    }
    let (count, next) = counted(tokens, at)?;
    let unit = unit(&tokens.get(next)?.text)?;
    if !tokens.get(next + 1).is_some_and(|token| token.is(&["ago", "earlier", "back"])) {
        return None;
    }
    let count = i32::try_from(count).ok().filter(|count| *count <= 36_500)?;
    let point = match unit {
        Unit::Day => as_of.checked_sub(count.days()),
        Unit::Week | Unit::Weekend => as_of.checked_sub(count.weeks()),
        Unit::Fortnight => as_of.checked_sub((count * 2).weeks()),
        Unit::Month => as_of.checked_sub(count.months()),
        Unit::Quarter => as_of.checked_sub((count * 3).months()),
        Unit::Year => as_of.checked_sub(count.years()),
    }
    .ok()?;
    Some((next + 2 - at, point, unit))
}

/// The whole unit before the current one, by its name.
pub(super) fn unit_before(word: &str, as_of: Date) -> Option<Period> {
    match unit(word)? {
        unit @ (Unit::Week | Unit::Month | Unit::Quarter | Unit::Year) => full_back(as_of, 1, unit),
        _ => None,
    }
}

/// The calendar unit that holds a day.
pub(super) fn calendar(unit: Unit, day: Date) -> Option<Period> {
    match unit {
        Unit::Day => Some(Period::day(day)),
        Unit::Week | Unit::Fortnight => {
            let monday = monday_of(day)?;
            Some(Period::between(monday, monday.checked_add(6.days()).ok()?))
        }
        Unit::Month => Period::month(day.year(), day.month()),
        Unit::Quarter => Period::quarter(day.year(), (day.month() + 2) / 3),
        Unit::Year => Period::year(day.year()),
        Unit::Weekend => this_weekend(day),
    }
}

/// The current unit, up to today.
fn current(unit: Unit, as_of: Date) -> Option<Period> {
    let period = calendar(unit, as_of)?;
    Some(Period { from: period.from, to: period.to.map(|to| to.min(as_of)) })
}

/// The `count` whole calendar units before the current one.
fn full_back(as_of: Date, count: u32, unit: Unit) -> Option<Period> {
    let count = i32::try_from(count).ok().filter(|count| (1..=36_500).contains(count))?;
    let start = calendar(unit, as_of)?.from?;
    let from = match unit {
        Unit::Day => start.checked_sub(count.days()),
        Unit::Week | Unit::Weekend => start.checked_sub(count.weeks()),
        Unit::Fortnight => start.checked_sub((count * 2).weeks()),
        Unit::Month => start.checked_sub(count.months()),
        Unit::Quarter => start.checked_sub((count * 3).months()),
        Unit::Year => start.checked_sub(count.years()),
    }
    .ok()?;
    Some(Period::between(from, start.yesterday().ok()?))
}

/// The last `count` units up to and including today. At the end of a month, months are whole.
fn rolling(as_of: Date, count: u32, unit: Unit) -> Option<Period> {
    let count = i32::try_from(count).ok().filter(|count| (1..=36_500).contains(count))?;
    let months = match unit {
        // "The last 3 weekends" are no span of days.
        Unit::Weekend => return None,
        Unit::Day => return days_back(as_of, count),
        Unit::Week => return days_back(as_of, count * 7),
        Unit::Fortnight => return days_back(as_of, count * 14),
        Unit::Month => count,
        Unit::Quarter => count * 3,
        Unit::Year => count * 12,
    };
    let from = if as_of == as_of.last_of_month() {
        as_of.first_of_month().checked_sub((months - 1).months()).ok()?
    } else {
        as_of.checked_sub(months.months()).ok()?.tomorrow().ok()?
    };
    Some(Period::between(from, as_of))
}

/// The last `count` days, today included.
fn days_back(as_of: Date, count: i32) -> Option<Period> {
    Some(Period::between(as_of.checked_sub((count - 1).days()).ok()?, as_of))
}

fn monday_of(day: Date) -> Option<Date> {
    day.checked_sub(day.weekday().to_monday_zero_offset().days()).ok()
}

/// The latest Saturday and Sunday that have begun.
fn this_weekend(as_of: Date) -> Option<Period> {
    let since_saturday = (day_number(as_of) + 2) % 7;
    let saturday = as_of.checked_sub(since_saturday.days()).ok()?;
    Some(Period::between(saturday, saturday.tomorrow().ok()?.min(as_of)))
}

/// The weekend before the current week; on a Saturday, a week ago.
fn last_weekend(as_of: Date) -> Option<Period> {
    let saturday = monday_of(as_of)?.checked_sub(2.days()).ok()?;
    Some(Period::between(saturday, saturday.tomorrow().ok()?))
}

/// Monday is 0.
fn day_number(day: Date) -> i8 {
    day.weekday().to_monday_zero_offset()
}

/// The day of the week that a word names.
pub(crate) fn weekday(word: &str) -> Option<Weekday> {
    Some(match word.strip_suffix('s').unwrap_or(word) {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

fn weekday_before(as_of: Date, weekday: Weekday, strictly: bool) -> Option<Period> {
    let back = i32::from((day_number(as_of) - weekday.to_monday_zero_offset()).rem_euclid(7));
    let back = if back == 0 && strictly { 7 } else { back };
    as_of.checked_sub(back.days()).ok().map(Period::day)
}
