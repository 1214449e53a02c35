//! Days and seasons that come every year: Christmas, Easter, summer.

use jiff::{ToSpan, civil::Date, civil::Weekday};

use super::Period;
use crate::words::Token;

/// What comes every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Yearly {
    /// Some days of a month, with the day that "since" counts from.
    Days { month: i8, first: i8, last: i8, main: i8 },
    /// Good Friday to Easter Monday.
    Easter,
    /// The fourth Thursday of November, so many days later.
    Thanksgiving { later: i8 },
    /// Three months from a month on.
    Season { first: i8 },
}

impl Yearly {
    /// December to February.
    pub const WINTER: Self = Self::Season { first: 12 };

    /// Its days in a year; a winter is named by the year in which it begins.
    pub fn period(self, year: i16) -> Option<Period> {
        match self {
            Self::Days { month, first, last, .. } => {
                Some(Period::between(Date::new(year, month, first).ok()?, Date::new(year, month, last).ok()?))
            }
            Self::Easter => {
                let sunday = easter(year)?;
                Some(Period::between(sunday.checked_sub(2.days()).ok()?, sunday.tomorrow().ok()?))
            }
            Self::Thanksgiving { later } => {
                let day = Date::new(year, 11, 1).ok()?.nth_weekday_of_month(4, Weekday::Thursday).ok()?;
                Some(Period::day(day.checked_add(i64::from(later).days()).ok()?))
            }
            Self::Season { first } => {
                let from = Date::new(year, first, 1).ok()?;
                let last = from.checked_add(2.months()).ok()?;
                Some(Period::between(from, last.last_of_month()))
            }
        }
    }

    /// The one day that "since" and "before" count from.
    pub fn main_day(self, year: i16) -> Option<Date> {
        match self {
            Self::Days { month, main, .. } => Date::new(year, month, main).ok(),
            Self::Easter => easter(year),
            other => other.period(year)?.from,
        }
    }
}

/// Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher).
fn easter(year: i16) -> Option<Date> {
    let whole = i32::from(year);
    let (golden, century, rest) = (whole % 19, whole / 100, whole % 100);
    let moon = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4) % 7;
    let late = (golden + 11 * moon + 22 * weekday) / 451;
    let n = moon + weekday - 7 * late + 114;
    Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()
}

/// `between Christmas and New Year`: the days behind the one and before the other.
fn between_the_years(tokens: &[Token], at: usize) -> Option<usize> {
    let word = |offset: usize| tokens.get(at + offset).map_or("", |token| token.text.as_str());
    if word(0) != "between" || !matches!(word(1), "christmas" | "xmas") {
        return None;
    }
    let joint = 2 + usize::from(word(2) == "day");
    let the = usize::from(word(joint + 1) == "the");
    let new = joint + 1 + the;
    let is_whole = word(joint) == "and" && word(new) == "new" && matches!(word(new + 1), "year" | "years");
    let day = usize::from(matches!(word(new + 2), "day" | "eve"));
    is_whole.then_some(new + 2 + day)
}

/// The yearly thing that stands at a token, and how many tokens it has.
pub(super) fn read(tokens: &[Token], at: usize) -> Option<(usize, Yearly)> {
    let between = Yearly::Days { month: 12, first: 26, last: 31, main: 26 };
    between_the_years(tokens, at).map(|length| (length, between)).or_else(|| named(tokens, at))
}

fn named(tokens: &[Token], at: usize) -> Option<(usize, Yearly)> {
    let word = |offset: usize| tokens.get(at + offset).map_or("", |token| token.text.as_str());
    let before = at.checked_sub(1).map_or("", |at| tokens[at].text.as_str());
    let day = |month, day| Yearly::Days { month, first: day, last: day, main: day };
    let christmas = Yearly::Days { month: 12, first: 24, last: 26, main: 25 };
    // "Christmas presents" are a category.
    let is_thing = |offset: usize| {
        matches!(
            word(offset),
            "present"
                | "presents"
                | "gift"
                | "gifts"
                | "shopping"
                | "tree"
                | "decorations"
                | "dinner"
                | "party"
                | "cards"
                | "money"
                | "bonus"
        )
    };
    match (word(0), word(1)) {
        ("christmas" | "xmas", "eve") => Some((2, day(12, 24))),
        ("christmas" | "xmas", "day") => Some((2, day(12, 25))),
        ("christmas" | "xmas", "time" | "holidays" | "period") => Some((2, christmas)),
        ("christmas" | "xmas" | "christmastime", _) if before != "for" && !is_thing(1) => {
            Some((1, christmas))
        }
        ("boxing", "day") => Some((2, day(12, 26))),
        ("new", "year" | "years") if word(2) == "eve" => Some((3, day(12, 31))),
        ("new", "year" | "years") if word(2) == "day" => Some((3, day(1, 1))),
        ("new", "year" | "years")
            if matches!(before, "since" | "after" | "before" | "until" | "over" | "at") =>
        {
            Some((2, day(1, 1)))
        }
        ("halloween", _) if before != "for" && !is_thing(1) => Some((1, day(10, 31))),
        ("valentine" | "valentines", "day") => Some((2, day(2, 14))),
        ("valentines", _) if before != "for" && !is_thing(1) => Some((1, day(2, 14))),
        ("black", "friday") => Some((2, Yearly::Thanksgiving { later: 1 })),
        ("cyber", "monday") => Some((2, Yearly::Thanksgiving { later: 4 })),
        ("thanksgiving", "day") => Some((2, Yearly::Thanksgiving { later: 0 })),
        ("thanksgiving", _) if before != "for" && !is_thing(1) => {
            Some((1, Yearly::Thanksgiving { later: 0 }))
        }
        ("independence", "day") => Some((2, day(7, 4))),
        ("easter", "weekend" | "holidays") => Some((2, Yearly::Easter)),
        ("easter", _) if before != "for" && !is_thing(1) => Some((1, Yearly::Easter)),
        (season, after) => {
            let first = match season {
                "spring" => 3,
                "summer" | "summertime" => 6,
                "autumn" | "fall" => 9,
                "winter" => 12,
                _ => return None,
            };
            let is_placed = matches!(
                before,
                "the"
                    | "in"
                    | "last"
                    | "this"
                    | "over"
                    | "during"
                    | "of"
                    | "since"
                    | "previous"
                    | "past"
                    | "vs"
                    | "versus"
                    | "and"
                    | "with"
                    | "than"
                    | "for"
                    | "between"
                    | "compared"
            ) && !(season == "fall"
                && before != "in"
                && before != "last"
                && before != "this"
                && before != "the")
                || tokens.get(at + 1).is_some_and(|next| super::atoms::year_token(next).is_some());
            let is_name = matches!(
                after,
                "clothes"
                    | "holiday"
                    | "vacation"
                    | "tires"
                    | "tyres"
                    | "camp"
                    | "cleaning"
                    | "coat"
                    | "in"
                    | "behind"
            ) && !(after == "in" && season != "fall");
            (is_placed && !is_name).then_some((1, Yearly::Season { first }))
        }
    }
}
