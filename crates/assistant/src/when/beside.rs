//! The days that a period is set beside when only one is named: today's own, up to today, and as many of the one
//! before.

use jiff::{ToSpan, civil::Date};

use super::{
    Mention, Period,
    relative::{Unit, calendar, unit, unit_before},
};
use crate::words::Token;

/// What stands beside each other: the current days up to today, and as many of the unit before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Beside {
    pub now: Period,
    pub then: Period,
    /// The current one is named, not the one before.
    pub is_current: bool,
}

/// The days that `last month` or `this month` is compared by: both up to the same day, since the current one goes on.
/// None where the unit of today that a period belongs to is open.
pub(crate) fn beside(tokens: &[Token], mention: &Mention, as_of: Date) -> Option<Beside> {
    let (turn, unit) = unit_of(tokens, mention)?;
    let is_current = matches!(turn, "this" | "current" | "today");
    let named = if is_current { calendar(unit, as_of)? } else { unit_before_today(unit, as_of)? };
    // "Since last month", "the last 30 days" and "before this week" are other days.
    let is_it = mention.period.from == named.from
        && (mention.period.to == named.to || is_current && mention.period.to == Some(as_of));
    if !is_it || mention.ends.is_some() {
        return None;
    }
    of_unit(unit, as_of, is_current)
}

/// This month beside the last, where no time is named.
pub(crate) fn lately(as_of: Date) -> Option<Beside> {
    of_unit(Unit::Month, as_of, true)
}

fn of_unit(unit: Unit, as_of: Date, is_current: bool) -> Option<Beside> {
    let from = calendar(unit, as_of)?.from?;
    let before = unit_before_today(unit, as_of)?;
    let end = same_day(unit, as_of)?.min(before.to?).max(before.from?);
    // The last day of a month stands for the end of the one before.
    let is_whole = unit != Unit::Week && calendar(unit, as_of)?.to == Some(as_of);
    let then = Period { from: before.from, to: if is_whole { before.to } else { Some(end) } };
    Some(Beside { now: Period::between(from, as_of), then, is_current })
}

/// `last month`: its turn and its unit; `yesterday` and `today` are days.
fn unit_of<'a>(tokens: &'a [Token], mention: &Mention) -> Option<(&'a str, Unit)> {
    let words: Vec<&str> = tokens[mention.tokens.clone()].iter().map(|token| token.text.as_str()).collect();
    if let Some(day) = words.iter().find(|word| matches!(**word, "today" | "yesterday")) {
        return Some((day, Unit::Day));
    }
    let turned = words.windows(2).find_map(|pair| {
        let is_turn = matches!(pair[0], "last" | "previous" | "prior" | "this" | "current");
        Some((pair[0], unit(pair[1]).filter(|_| is_turn && !pair[1].ends_with('s'))?))
    });
    turned.filter(|(_, unit)| matches!(unit, Unit::Week | Unit::Month | Unit::Quarter | Unit::Year))
}

fn unit_before_today(unit: Unit, as_of: Date) -> Option<Period> {
    let word = match unit {
        Unit::Day => return as_of.yesterday().ok().map(Period::day),
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Quarter => "quarter",
        Unit::Year => "year",
        Unit::Fortnight | Unit::Weekend => return None,
    };
    unit_before(word, as_of)
}

/// The day of the unit before that today is of its own.
fn same_day(unit: Unit, as_of: Date) -> Option<Date> {
    let day = match unit {
        Unit::Day => as_of.yesterday(),
        Unit::Week => as_of.checked_sub(1.week()),
        Unit::Month => as_of.checked_sub(1.month()),
        Unit::Quarter => as_of.checked_sub(3.months()),
        Unit::Year => as_of.checked_sub(1.year()),
        Unit::Fortnight | Unit::Weekend => return None,
    };
    day.ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{when, words::tokens};

    fn read(text: &str, as_of: Date) -> Option<(Period, Period)> {
        let tokens = tokens(text);
        let mentions = when::find_in(&tokens, as_of, when::DayOrder::DayFirst);
        beside(&tokens, mentions.first()?, as_of).map(|it| (it.now, it.then))
    }

    #[test]
    fn a_unit_that_goes_on_is_set_beside_as_many_days_of_the_one_before() {
        let days =
            |a: (i16, i8, i8), b: (i16, i8, i8)| Period::between(date(a.0, a.1, a.2), date(b.0, b.1, b.2));
        let wednesday = date(2025, 8, 20);
        for text in ["than last month", "less this month", "the previous month", "so far this month"] {
            let wanted = (days((2025, 8, 1), (2025, 8, 20)), days((2025, 7, 1), (2025, 7, 20)));
            assert_eq!(read(text, wednesday), Some(wanted), "{text}");
        }
        let week = (days((2025, 8, 18), (2025, 8, 20)), days((2025, 8, 11), (2025, 8, 13)));
        assert_eq!(read("than last week", wednesday), Some(week));
        let year = (days((2025, 1, 1), (2025, 8, 20)), days((2024, 1, 1), (2024, 8, 20)));
        assert_eq!(read("than last year", wednesday), Some(year));
        let ends = (days((2024, 3, 1), (2024, 3, 31)), days((2024, 2, 1), (2024, 2, 29)));
        assert_eq!(read("than last month", date(2024, 3, 31)), Some(ends));
        let short = (days((2024, 3, 1), (2024, 3, 30)), days((2024, 2, 1), (2024, 2, 29)));
        assert_eq!(read("than last month", date(2024, 3, 30)), Some(short));
        let feb = (days((2023, 2, 1), (2023, 2, 28)), days((2023, 1, 1), (2023, 1, 31)));
        assert_eq!(read("than last month", date(2023, 2, 28)), Some(feb));
    }

    #[test]
    fn other_periods_leave_open_what_stands_beside_them() {
        for text in
            ["than in March", "since last month", "the last 30 days", "than in 2024", "than a year ago"]
        {
            assert_eq!(read(text, date(2025, 8, 20)), None, "{text}");
        }
    }
}
