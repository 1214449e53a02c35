//! Single dates of a question: a day, a month, a quarter, "last week"; years may still be open.

use std::ops::Range;

use jiff::{ToSpan, civil::Date};

use super::{
    Period, relative, to_date,
    yearly::{self, Yearly},
};
use crate::words::Token;

/// A date as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Raw {
    /// A day; the year may be open.
    Day { year: Option<i16>, month: i8, day: i8 },
    /// `the 10th`.
    DayOfMonth { day: i8 },
    /// A month; the year may be open.
    Month { year: Option<i16>, month: i8 },
    /// `count` months from a month on: quarters and half years.
    Months { year: Option<i16>, first: i8, count: i8 },
    /// A day or season of every year; the year may be open. `since` counts from one day of it.
    Yearly { year: Option<i16>, what: Yearly, is_day: bool },
    /// A year, written as its number.
    Year(i16),
    /// Counted from today.
    Fixed(Period),
    /// Counted from today, without clear ends: "recently".
    Vague(Period),
    /// "a month ago": a point for balances, a calendar unit for sums.
    Ago { point: Date, period: Period },
    /// "This time last year": days of an earlier unit, the day in it that is meant by itself, and the days of the
    /// current unit that they are compared with.
    Then { point: Option<Date>, period: Period, now: Period },
    /// "The same month last year": that of the period beside it; these days where there is none.
    Same(Period),
    /// After today.
    Future,
}

impl Raw {
    /// The year that is written, if one is.
    pub fn year(&self) -> Option<i16> {
        match *self {
            Self::Day { year, .. }
            | Self::Month { year, .. }
            | Self::Months { year, .. }
            | Self::Yearly { year, .. } => year,
            Self::Year(year) => Some(year),
            Self::Fixed(period) => period.from.map(Date::year),
            _ => None,
        }
    }

    /// Whether a year is still wanted.
    pub fn lacks_year(&self) -> bool {
        matches!(
            self,
            Self::Day { year: None, .. }
                | Self::Month { year: None, .. }
                | Self::Months { year: None, .. }
                | Self::Yearly { year: None, .. }
        )
    }

    /// The same with its open year filled.
    pub fn in_year(self, wanted: i16) -> Self {
        match self {
            Self::Day { year: None, month, day } => Self::Day { year: Some(wanted), month, day },
            Self::Month { year: None, month } => Self::Month { year: Some(wanted), month },
            Self::Months { year: None, first, count } => Self::Months { year: Some(wanted), first, count },
            Self::Yearly { year: None, what, is_day } => Self::Yearly { year: Some(wanted), what, is_day },
            other => other,
        }
    }

    /// The period it means; an open year is the latest in which it does not begin after today.
    pub fn period(&self, as_of: Date) -> Option<Period> {
        let latest = |make: &dyn Fn(i16) -> Option<Period>| {
            // A leap day may be seven years back.
            (0..=8)
                .filter_map(|back| make(as_of.year() - back))
                .find(|period| period.from.is_some_and(|from| from <= as_of))
        };
        match *self {
            Self::Day { year: Some(year), month, day } => Date::new(year, month, day).ok().map(Period::day),
            Self::Day { year: None, month, day } => {
                latest(&|year| Date::new(year, month, day).ok().map(Period::day))
            }
            Self::DayOfMonth { day } => day_of_month(as_of, day).map(Period::day),
            Self::Month { year: Some(year), month } => Period::month(year, month),
            Self::Month { year: None, month } => latest(&|year| Period::month(year, month)),
            Self::Months { year: Some(year), first, count } => Period::months(year, first, count),
            Self::Months { year: None, first, count } => latest(&|year| Period::months(year, first, count)),
            Self::Yearly { year, what, is_day } => {
                let make = |year: i16| {
                    if is_day { what.main_day(year).map(Period::day) } else { what.period(year) }
                };
                year.map_or_else(|| latest(&make), make)
            }
            Self::Year(year) => Period::year(year),
            Self::Fixed(period)
            | Self::Vague(period)
            | Self::Ago { period, .. }
            | Self::Then { period, .. }
            | Self::Same(period) => Some(period),
            Self::Future => None,
        }
    }
}

/// The latest day with this number that is not after today.
fn day_of_month(as_of: Date, day: i8) -> Option<Date> {
    (0..=3).find_map(|back: i32| {
        let month = as_of.first_of_month().checked_sub(back.months()).ok()?;
        let date = Date::new(month.year(), month.month(), day).ok()?;
        (date <= as_of).then_some(date)
    })
}

/// A date and the tokens it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Atom {
    pub tokens: Range<usize>,
    pub raw: Raw,
    pub within: Option<Within>,
    /// Where the year or month begins that stands before it and that it is in.
    pub lead: Option<usize>,
}

impl Atom {
    pub fn new(tokens: Range<usize>, raw: Raw) -> Self {
        Self { tokens, raw, within: None, lead: None }
    }
}

/// What bounds an open end: "before the 10th of August this year" begins with the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// These days.
    Days(Period),
    /// The month of the date itself.
    Month,
}

/// How `03/04/2024` is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    /// 4 March: United States.
    MonthFirst,
    /// 3 April: everywhere else.
    DayFirst,
}

/// Every date of the question, in order.
pub(super) fn scan(tokens: &[Token], as_of: Date, order: DayOrder) -> Vec<Atom> {
    let mut atoms = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let found = to_date::read(tokens, at, as_of)
            .or_else(|| numeric(tokens, at, order))
            .or_else(|| now(tokens, at, atoms.last(), as_of))
            .or_else(|| yearly_at(tokens, at, as_of))
            .or_else(|| named(tokens, at))
            .or_else(|| relative::read(tokens, at, as_of));
        if let Some((length, raw)) = found {
            // "Next two" may be all there is.
            let length = length.min(tokens.len() - at);
            let is_open = raw.lacks_year();
            let (length, raw) = with_month(tokens, at, length, raw, as_of);
            let (length, raw) = with_year(tokens, at, length, raw, as_of);
            let length = length.min(tokens.len() - at);
            let place = at..at + length;
            let within = within(&tokens[place.clone()], &raw, is_open);
            atoms.push(Atom { tokens: place, raw, within, lead: None });
            at += length;
        } else {
            at += 1;
        }
    }
    atoms
}

/// What a date begins with that says "this year" or "this month" itself: "before June last year" is a part of it.
fn within(words: &[Token], raw: &Raw, was_open: bool) -> Option<Within> {
    let [.., turn, unit] = words else { return None };
    match (raw, unit.text.as_str()) {
        (Raw::Day { .. } | Raw::DayOfMonth { .. }, "month") => Some(Within::Month),
        (_, "year") if was_open && turn.is(&["this", "current", "last", "previous"]) => {
            let from = Date::new(raw.year()?, 1, 1).ok();
            Some(Within::Days(Period { from, to: None }))
        }
        _ => None,
    }
}

/// `now` as the end of a range: `from June to now`, `between June and now`, `June to date`.
fn now(tokens: &[Token], at: usize, last: Option<&Atom>, as_of: Date) -> Option<(usize, Raw)> {
    let last = last?;
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let joints: Vec<&str> = tokens[last.tokens.end..at].iter().map(|token| token.text.as_str()).collect();
    let before = |offset: usize| last.tokens.start.checked_sub(offset).map_or("", word);
    let is_between = before(1) == "between" || before(1) == "the" && before(2) == "between";
    let is_joined = match (joints.as_slice(), word(at)) {
        (["to"] | ["up", "to"], "now" | "date" | "present")
        | (["until" | "till" | "through"] | ["up", "until" | "till"], "now")
        | (["to", "the"], "present") => true,
        (["and"], "now") => is_between,
        _ => false,
    };
    is_joined.then_some((1, Raw::Fixed(Period::day(as_of))))
}

/// `the 10th of last month`, `the 3rd this month`.
fn with_month(tokens: &[Token], at: usize, length: usize, raw: Raw, as_of: Date) -> (usize, Raw) {
    let Raw::DayOfMonth { day } = raw else { return (length, raw) };
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| token.is(words));
    let next = at + length + usize::from(is(at + length, &["of", "in"]));
    if !is(next + 1, &["month"]) {
        return (length, raw);
    }
    let month = as_of.first_of_month();
    let month = match tokens[next].text.as_str() {
        "this" | "current" => Some(month),
        "last" | "previous" | "prior" => month.yesterday().ok(),
        "the" => return (next + 2 - at, raw),
        _ => None,
    };
    match month.filter(|month| day <= month.days_in_month()) {
        Some(month) => (next + 2 - at, Raw::Day { year: Some(month.year()), month: month.month(), day }),
        None => (length, raw),
    }
}

/// Christmas, Easter, a season: the latest that has begun; "last summer" the latest that is over.
fn yearly_at(tokens: &[Token], at: usize, as_of: Date) -> Option<(usize, Raw)> {
    let before = |offset: usize| at.checked_sub(offset).map_or("", |at| tokens[at].text.as_str());
    let (opener, skip) = match tokens[at].text.as_str() {
        turn @ ("last" | "this" | "past" | "previous") => (turn, 1),
        _ => ("", 0),
    };
    let (length, what) = yearly::read(tokens, at + skip).filter(|_| at + skip < tokens.len())?;
    let is_day = matches!(before(1), "since" | "before" | "after" | "until" | "till" | "by");
    let open = Raw::Yearly { year: None, what, is_day };
    let latest = open.period(as_of)?;
    let year = match opener {
        // A winter that runs, or is just over, began the year before.
        "this" if what == Yearly::WINTER && as_of.month() < 6 => latest.from.map(Date::year),
        "this" => Some(as_of.year()),
        "" => None,
        // Over: a season that still runs is not the last one.
        _ if latest.to.is_some_and(|to| to >= as_of) => latest.from.map(|from| from.year() - 1),
        _ => latest.from.map(Date::year),
    };
    Some((length + skip, Raw::Yearly { year, what, is_day }))
}

fn is_gap(tokens: &[Token], at: usize, marks: &[&str]) -> bool {
    tokens.get(at).is_some_and(|token| marks.contains(&token.gap.as_str()))
}

/// `2014-03-01`, `2014-03`, `3/2014`, `15.03.2014`, `03/15/14`, `20140315`.
fn numeric(tokens: &[Token], at: usize, order: DayOrder) -> Option<(usize, Raw)> {
    const MARKS: [&str; 3] = ["-", "/", "."];
    let first = &tokens[at];
    let value = i32::try_from(first.number()?).ok()?;
    if first.text.len() == 8 {
        let (year, month, day) = (value / 10_000, value / 100 % 100, value % 100);
        return day_of(year, month, day).map(|raw| (1, raw));
    }
    if !is_gap(tokens, at + 1, &MARKS) {
        return None;
    }
    let second = i32::try_from(tokens[at + 1].number()?).ok()?;
    let third = tokens
        .get(at + 2)
        .filter(|token| token.gap == tokens[at + 1].gap)
        .and_then(Token::number)
        .and_then(|number| i32::try_from(number).ok());
    if first.text.len() == 4 {
        return match third {
            Some(day) => day_of(value, second, day).map(|raw| (3, raw)),
            None if tokens[at + 1].text.len() == 2 && (1..=12).contains(&second) => {
                let year = i16::try_from(value).ok().filter(|year| is_year(*year))?;
                Some((2, Raw::Month { year: Some(year), month: i8::try_from(second).ok()? }))
            }
            None => None,
        };
    }
    // `6/2025`, `06.2025`.
    let year = i16::try_from(second).ok().filter(|year| tokens[at + 1].text.len() == 4 && is_year(*year));
    if let (None, Some(year), 1..=12) = (third, year, value) {
        return Some((2, Raw::Month { year: Some(year), month: i8::try_from(value).ok()? }));
    }
    let Some(year) = third else { return short_numeric(tokens, at, order) };
    let year = if tokens[at + 2].text.len() == 2 { year + 2000 } else { year };
    let (month, day) = match order {
        DayOrder::MonthFirst if value <= 12 && tokens[at + 1].gap != "." => (value, second),
        DayOrder::DayFirst if second > 12 => (value, second),
        _ => (second, value),
    };
    day_of(year, month, day).map(|raw| (3, raw))
}

/// `8/15` where a date stands: behind a preposition, or as one end of a range. Elsewhere it may be a fraction.
fn short_numeric(tokens: &[Token], at: usize, order: DayOrder) -> Option<(usize, Raw)> {
    const OPENERS: [&str; 13] = [
        "on", "since", "from", "until", "till", "before", "after", "by", "between", "through", "thru", "to",
        "and",
    ];
    let is_pair = |at: usize| is_gap(tokens, at + 1, &["/"]) && tokens[at + 1].number().is_some();
    let follows = tokens.get(at + 2).is_some_and(|next| {
        next.gap.trim() == "-" && is_pair(at + 2)
            || next.is(&["to", "through", "thru", "until", "till"]) && is_pair(at + 3)
    });
    let is_placed = at > 0 && (tokens[at - 1].is(&OPENERS) || tokens[at].gap.trim() == "-");
    if !is_pair(at) || !(is_placed || follows) {
        return None;
    }
    let (first, second) = (tokens[at].number()?, tokens[at + 1].number()?);
    let (month, day) = if order == DayOrder::MonthFirst { (first, second) } else { (second, first) };
    let month = i8::try_from(month).ok().filter(|month| (1..=12).contains(month))?;
    real_day(month, day).map(|day| (2, Raw::Day { year: None, month, day }))
}

fn day_of(year: i32, month: i32, day: i32) -> Option<Raw> {
    let year = i16::try_from(year).ok().filter(|year| is_year(*year))?;
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(Raw::Day { year: Some(year), month: date.month(), day: date.day() })
}

pub(super) fn is_year(year: i16) -> bool {
    (1900..=2199).contains(&year)
}

/// A month's number, by its English name or abbreviation.
pub(crate) fn month_number(word: &str) -> Option<i8> {
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let index = names.iter().position(|short| word.starts_with(short))?;
    let month = i8::try_from(index).ok()? + 1;
    let full = super::period::month_name(month).to_lowercase();
    let is_month = word.len() == 3 || word == full || word == "sept";
    is_month.then_some(month)
}

/// Words after which a doubtful word (`may`, `mar`, a bare number) is a date.
pub(super) const BEFORE_DATE: [&str; 29] = [
    "in", "of", "for", "since", "from", "to", "until", "till", "through", "during", "and", "or", "by",
    "after", "before", "between", "than", "vs", "versus", "with", "late", "early", "mid", "end", "last",
    "this", "on", "thru", "about",
];

fn doubtful_month(tokens: &[Token], at: usize) -> bool {
    let word = tokens[at].text.as_str();
    if !matches!(word, "may" | "mar" | "apr" | "march") {
        return false;
    }
    let after = tokens.get(at + 1);
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    // "24% APR" is a rate.
    if word == "apr" && (tokens[at].gap.contains('%') || before.is_some_and(|token| token.text == "percent"))
    {
        return true;
    }
    let is_dated = after.is_some_and(|token| year_token(token).is_some() || token.number().is_some());
    let is_placed = before.is_none_or(|token| {
        token.is(&BEFORE_DATE)
            || token.ordinal().is_some()
            || token.number().is_some_and(|n| n <= 31)
            || month_number(&token.text).is_some()
    }) || tokens[at].gap == "-";
    let is_last = after
        .is_none_or(|token| token.is(&["and", "vs", "versus", "to", "through", "or", "than", "at", "on"]));
    let is_plain = before.is_some() && is_placed || is_last;
    // `may i …` asks for leave.
    let is_modal = word == "may" && after.is_some_and(|token| token.is(&["i", "we", "you", "have", "be"]));
    is_modal || !(is_dated || is_plain)
}

/// Days of a month in words.
const ORDINALS: [&str; 10] =
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

/// `March`, `15 March`, `March 15th`, `the 15th of March`, `Q1`, `first half`.
fn named(tokens: &[Token], at: usize) -> Option<(usize, Raw)> {
    let token = &tokens[at];
    if let Some(month) = month_number(&token.text)
        && !doubtful_month(tokens, at)
    {
        let next = tokens.get(at + 1).filter(|next| !is_short_year(next));
        let day = next.and_then(|next| {
            let day = next.ordinal().or_else(|| next.number().filter(|_| next.text.len() <= 2))?;
            // `January 1,000` is an amount.
            let is_amount = is_gap(tokens, at + 2, &[","]) && tokens[at + 2].text.len() == 3;
            (!is_amount).then_some(day)
        });
        if let Some(day) = day.and_then(|day| real_day(month, day)) {
            return Some((2, Raw::Day { year: None, month, day }));
        }
        return Some((1, Raw::Month { year: None, month }));
    }
    if let (Some(half), true) = (half_at(tokens, at), is_half_of_year(tokens, at)) {
        return Some((2, months(half * 6 - 5, 6)));
    }
    let count = token.ordinal().or_else(|| token.number().filter(|_| token.text.len() <= 2)).or_else(|| {
        ORDINALS.iter().position(|word| *word == token.text).and_then(|index| u32::try_from(index + 1).ok())
    });
    if let Some(count) = count {
        // "The 10th in August"; "my first in August" is no day.
        let joins = |next: &Token| next.text == "of" || next.text == "in" && token.ordinal().is_some();
        let skip = usize::from(tokens.get(at + 1).is_some_and(joins));
        let month = tokens.get(at + 1 + skip).and_then(|next| month_number(&next.text));
        if let Some((month, day)) = month.and_then(|month| real_day(month, count).map(|day| (month, day))) {
            return Some((2 + skip, Raw::Day { year: None, month, day }));
        }
        let unit = tokens.get(at + 1).map_or("", |next| next.text.as_str());
        let count = i8::try_from(count).ok()?;
        match unit {
            "quarter" if count <= 4 => return Some((2, months(count * 3 - 2, 3))),
            _ => {}
        }
        let is_placed = at > 0 && tokens[at - 1].text == "the";
        if token.ordinal().is_none() && is_placed && is_day_by_word(tokens, at) {
            return Some((1, Raw::DayOfMonth { day: count }));
        }
        if token.ordinal().is_some() && is_placed && count <= 31 && !matches!(unit, "largest" | "biggest") {
            return Some((1, Raw::DayOfMonth { day: count }));
        }
        return None;
    }
    let mut letters = token.text.chars();
    match (letters.next(), letters.as_str().parse::<i8>()) {
        (Some('q'), Ok(quarter @ 1..=4)) => Some((1, months(quarter * 3 - 2, 3))),
        (Some('h'), Ok(half @ 1..=2)) => Some((1, months(half * 6 - 5, 6))),
        _ if token.text == "quarter" => {
            let quarter = i8::try_from(tokens.get(at + 1)?.number()?).ok().filter(|n| (1..=4).contains(n))?;
            Some((2, months(quarter * 3 - 2, 3)))
        }
        _ => None,
    }
}

/// `on the first`, `since the first of the month`: a day, and no first of other things.
fn is_day_by_word(tokens: &[Token], at: usize) -> bool {
    let is = |at: Option<usize>, words: &[&str]| {
        at.and_then(|at| tokens.get(at)).is_some_and(|token| token.is(words))
    };
    let opens = is(
        at.checked_sub(2),
        &["on", "by", "until", "till", "since", "from", "to", "through", "before", "after", "between", "and"],
    );
    let next = at + 1;
    let of = usize::from(is(Some(next), &["of"]));
    let is_of_month =
        is(Some(next + of), &["this", "last", "the", "previous"]) && is(Some(next + of + 1), &["month"]);
    let ends =
        next == tokens.len() || is(Some(next), &["to", "and", "until", "till", "through", "for", "at"]);
    opens && (ends || is_of_month)
}

/// Which half of something begins at a token: `first half`, `the back half`.
pub(super) fn half_at(tokens: &[Token], at: usize) -> Option<i8> {
    let half = match tokens.get(at)?.text.as_str() {
        "first" | "1st" | "front" | "1" => 1,
        "second" | "2nd" | "last" | "latter" | "back" | "2" => 2,
        _ => return None,
    };
    tokens.get(at + 1).is_some_and(|next| next.text == "half").then_some(half)
}

/// Whether a half is one of a year, or of nothing that is named: "the last half year" is counted from today.
fn is_half_of_year(tokens: &[Token], at: usize) -> bool {
    let word = |offset: usize| tokens.get(at + offset).map_or("", |token| token.text.as_str());
    let is_rolling = matches!(word(2), "year" | "a" | "an");
    let of = if word(3) == "the" { 4 } else { 3 };
    let is_of_year = tokens.get(at + of).is_some_and(|token| year_token(token).is_some())
        || matches!((word(3), word(4)), ("this" | "last" | "current" | "previous" | "the", "year"));
    !is_rolling && (word(2) != "of" || is_of_year)
}

fn months(first: i8, count: i8) -> Raw {
    Raw::Months { year: None, first, count }
}

fn real_day(month: i8, day: u32) -> Option<i8> {
    let day = i8::try_from(day).ok()?;
    // 2024 has a 29 February; a year without one is refused when it is known.
    Date::new(2024, month, day).is_ok().then_some(day)
}

/// `2014` as a year.
pub(crate) fn year_token(token: &Token) -> Option<i16> {
    let year = token.number().filter(|_| token.text.len() == 4)?;
    let is_amount = token.gap.ends_with(['$', '€', '£', '¥', '#', '.']);
    i16::try_from(year).ok().filter(|year| is_year(*year) && !is_amount)
}

/// `'14`.
fn is_short_year(token: &Token) -> bool {
    token.gap.ends_with(['\'', '’']) && token.text.len() == 2 && token.number().is_some()
}

/// Adds a year that follows (`March 2014`, `March of 2014`, `Q1, 2014`) or, as part of a bare
/// year, a quarter or month that follows it (`2014 Q1`).
fn with_year(tokens: &[Token], at: usize, length: usize, raw: Raw, as_of: Date) -> (usize, Raw) {
    let next = at + length;
    if raw.lacks_year() {
        let mut skip = 0;
        while skip < 2 && tokens.get(next + skip).is_some_and(|t| t.is(&["of", "in", "the", "year"])) {
            skip += 1;
        }
        let Some(token) = tokens.get(next + skip) else { return (length, raw) };
        if let Some(year) = year_token(token) {
            return (length + skip + 1, raw.in_year(year));
        }
        if skip == 0 && is_short_year(token) {
            let year = i16::try_from(token.number().unwrap_or(0)).unwrap_or(0) + 2000;
            return (length + 1, raw.in_year(year));
        }
        let year = match tokens.get(next + skip + 1) {
            Some(unit) if unit.text == "year" && token.is(&["last", "previous"]) => Some(as_of.year() - 1),
            Some(unit) if unit.text == "year" && token.is(&["this", "current"]) => Some(as_of.year()),
            _ => None,
        };
        return year.map_or((length, raw), |year| (length + skip + 2, raw.in_year(year)));
    }
    if let (Raw::Year(year), Some(_)) = (raw, tokens.get(next))
        && let Some((more, dated)) = named(tokens, next)
        && dated.lacks_year()
        && !matches!(dated, Raw::Day { .. })
        && tokens.get(next + more).is_none_or(|token| year_token(token).is_none())
    {
        return (length + more, dated.in_year(year));
    }
    (length, raw)
}
