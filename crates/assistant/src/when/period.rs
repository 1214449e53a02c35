//! A span of days, and the words for it.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

/// A span of days, both ends included; without an end it is open there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
}

impl Period {
    /// Every day there is.
    pub const ALL: Self = Self { from: None, to: None };

    /// The days from one to another.
    pub const fn between(from: Date, to: Date) -> Self {
        Self { from: Some(from), to: Some(to) }
    }

    /// One day.
    pub const fn day(day: Date) -> Self {
        Self::between(day, day)
    }

    /// A calendar month.
    pub fn month(year: i16, month: i8) -> Option<Self> {
        let first = Date::new(year, month, 1).ok()?;
        Some(Self::between(first, first.last_of_month()))
    }

    /// A quarter, 1 to 4.
    pub fn quarter(year: i16, quarter: i8) -> Option<Self> {
        Self::months(year, quarter * 3 - 2, 3)
    }

    /// A calendar year.
    pub fn year(year: i16) -> Option<Self> {
        Self::months(year, 1, 12)
    }

    /// `count` calendar months from a month on, within one year.
    pub(super) fn months(year: i16, first: i8, count: i8) -> Option<Self> {
        let from = Date::new(year, first, 1).ok()?;
        let last = Date::new(year, first + count - 1, 1).ok()?;
        Some(Self::between(from, last.last_of_month()))
    }

    /// Open at neither end and not empty.
    pub fn bounds(&self) -> Option<(Date, Date)> {
        self.from.zip(self.to).filter(|(from, to)| from <= to)
    }

    /// Whether both ends are whole calendar months, and how many they span.
    fn whole_months(&self) -> Option<i32> {
        let (from, to) = self.bounds()?;
        let whole = from.day() == 1 && to == to.last_of_month();
        whole.then(|| months_between(from, to))
    }

    /// The period of the same length just before: the year before a year, the month before a
    /// month, as many days before other spans.
    pub fn previous(&self) -> Option<Self> {
        let (from, to) = self.bounds()?;
        let end = from.yesterday().ok()?;
        let start = match self.whole_months() {
            Some(months) => from.checked_sub(months.months()).ok()?,
            None => end.checked_sub((days_between(from, to) - 1).days()).ok()?,
        };
        Some(Self::between(start, end))
    }

    /// The same days a year earlier.
    pub fn year_earlier(&self) -> Option<Self> {
        let (from, to) = self.bounds()?;
        let start = from.checked_sub(1.year()).ok()?;
        let end = to.checked_sub(1.year()).ok()?;
        let end = if to == to.last_of_month() { end.last_of_month() } else { end };
        Some(Self::between(start, end))
    }

    /// The period as words that follow a verb: `in March 2014`, `on 30 June 2014`, `since …`.
    pub fn phrase(&self) -> String {
        let long = |date: Date| format!("{} {} {}", date.day(), month_name(date.month()), date.year());
        match (self.from, self.to) {
            (None, None) => "in all".to_owned(),
            (Some(from), None) => format!("since {}", long(from)),
            (None, Some(to)) => format!("up to {}", long(to)),
            (Some(from), Some(to)) if from == to => format!("on {}", long(from)),
            (Some(from), Some(to)) => {
                if let Some(name) = self.name() {
                    return format!("in {name}");
                }
                let start = if from.year() != to.year() {
                    long(from)
                } else if from.month() != to.month() {
                    format!("{} {}", from.day(), month_name(from.month()))
                } else {
                    from.day().to_string()
                };
                format!("from {start} to {}", long(to))
            }
        }
    }

    /// The name of a month, quarter, half year, year or day; the span of others.
    pub fn label(&self) -> String {
        if let Some(name) = self.name() {
            return name;
        }
        let phrase = self.phrase();
        for opening in ["on ", "from "] {
            if let Some(rest) = phrase.strip_prefix(opening) {
                return rest.to_owned();
            }
        }
        phrase
    }

    fn name(&self) -> Option<String> {
        let (from, _) = self.bounds()?;
        let year = from.year();
        match (self.whole_months()?, from.month()) {
            (1, month) => Some(format!("{} {year}", month_name(month))),
            (3, month @ (1 | 4 | 7 | 10)) => Some(format!("Q{} {year}", (month + 2) / 3)),
            (6, 1) => Some(format!("the first half of {year}")),
            (6, 7) => Some(format!("the second half of {year}")),
            (12, 1) => Some(year.to_string()),
            _ => None,
        }
    }
}

/// How many calendar months two days touch, both ends included.
pub(crate) fn months_between(from: Date, to: Date) -> i32 {
    let index = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
    index(to) - index(from) + 1
}

/// How many months two days span, both ends included, as a fraction: whole ones from the first day on, then
/// the days left over of the next. 22 August to 21 November are three.
pub(crate) fn months_spanned(from: Date, to: Date) -> (i32, i32) {
    let after = to.tomorrow().unwrap_or(to);
    let months_on = |months: i32| from.saturating_add(months.months());
    let touched = months_between(from, to);
    let whole = (0..=touched).rev().find(|months| months_on(*months) <= after).unwrap_or_default();
    let days = |from: Date, to: Date| from.until(to).map_or(0, |span| span.get_days());
    match days(months_on(whole), after) {
        0 => (whole, 1),
        rest => {
            let length = days(months_on(whole), months_on(whole + 1)).max(1);
            (whole * length + rest, length)
        }
    }
}

/// How many days lie between two days, both ends included.
pub(crate) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days()) + 1
}

/// The English name of a month, 1 to 12.
pub(crate) fn month_name(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    NAMES.get(usize::try_from(month - 1).unwrap_or(0)).copied().unwrap_or("January")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn months_are_counted_from_the_first_day_on() {
        let spanned = |from, to| months_spanned(from, to);
        assert_eq!(spanned(date(2026, 8, 22), date(2026, 11, 21)), (3, 1));
        assert_eq!(spanned(date(2025, 11, 22), date(2026, 11, 21)), (12, 1));
        assert_eq!(spanned(date(2026, 1, 1), date(2026, 12, 31)), (12, 1));
        assert_eq!(spanned(date(2026, 2, 1), date(2026, 2, 28)), (1, 1));
        assert_eq!(spanned(date(2026, 1, 31), date(2026, 2, 27)), (1, 1));
        assert_eq!(spanned(date(2026, 11, 1), date(2026, 11, 10)), (10, 30));
        assert_eq!(spanned(date(2026, 8, 15), date(2026, 11, 21)), (3 * 30 + 7, 30));
    }
}
