//! The months of the sample's two years.

use jiff::{ToSpan, civil::Date};

/// One month of the sample.
#[derive(Debug, Clone, Copy)]
pub(super) struct Month {
    /// Its first day.
    pub(super) first: Date,
    /// Counted from the first month, 0.
    pub(super) index: u32,
}

impl Month {
    /// Every month that has a day from `from` to `until`.
    pub(super) fn between(from: Date, until: Date) -> impl Iterator<Item = Self> {
        let firsts =
            std::iter::successors(Some(from.first_of_month()), |first| first.checked_add(1.month()).ok());
        firsts.take_while(move |first| *first <= until).zip(0..).map(|(first, index)| Self { first, index })
    }

    /// 1 is January.
    pub(super) fn number(self) -> i8 {
        self.first.month()
    }

    /// A day of the month; its last where the month is shorter.
    pub(super) fn day(self, day: i8) -> Date {
        let last = self.first.last_of_month();
        self.first.saturating_add((i64::from(day.min(last.day())) - 1).days())
    }

    /// The day, or the Friday before it where it falls on a weekend.
    pub(super) fn working_day(self, day: i8) -> Date {
        let day = self.day(day);
        let past_friday = (i64::from(day.weekday().to_monday_zero_offset()) - 4).max(0);
        day.saturating_sub(past_friday.days())
    }

    /// The price after rises: the last whose month has come.
    pub(super) fn price(self, steps: &[(u32, i64)]) -> i64 {
        steps
            .iter()
            .rev()
            .find(|(from, _)| self.index >= *from)
            .or(steps.first())
            .map_or(0, |(_, cents)| *cents)
    }
}
