//! Calendar periods: the day, week, month, quarter or year that a day lies in.

use jiff::{ToSpan, civil::Date};

/// A kind of calendar period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Period {
    Day,
    /// Monday to Sunday, ISO 8601.
    Week,
    Month,
    Quarter,
    Year,
}

impl Period {
    /// The first day of the period that `day` lies in.
    pub(crate) fn start(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Week => {
                let since_monday = i64::from(day.weekday().to_monday_zero_offset());
                day.saturating_sub(since_monday.days())
            }
            Self::Month => day.first_of_month(),
            Self::Quarter => {
                let first_month = (day.month() - 1) / 3 * 3 + 1;
                Date::new(day.year(), first_month, 1).expect("every month has a first day")
            }
            Self::Year => day.first_of_year(),
        }
    }

    /// The last day of the period that starts on `start`.
    pub(crate) fn end(self, start: Date) -> Date {
        match self {
            Self::Day => start,
            Self::Week => start.saturating_add(6.days()),
            Self::Month => start.last_of_month(),
            Self::Quarter => start.saturating_add(2.months()).last_of_month(),
            Self::Year => start.last_of_year(),
        }
    }

    /// The first day of the next period; none past the last day there is.
    pub(crate) fn next(self, start: Date) -> Option<Date> {
        self.end(start).tomorrow().ok()
    }

    /// A name that sorts by time: `2024-03-05`, `2024-W10`, `2024-03`, `2024-Q1`, `2024`.
    pub(crate) fn label(self, start: Date) -> String {
        match self {
            Self::Day => start.to_string(),
            Self::Week => {
                let week = start.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Self::Month => format!("{:04}-{:02}", start.year(), start.month()),
            Self::Quarter => format!("{:04}-Q{}", start.year(), (start.month() - 1) / 3 + 1),
            Self::Year => format!("{:04}", start.year()),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_leap_day_lies_in_its_periods() {
        let day = date(2024, 2, 29);
        let named = |period: Period| (period.label(period.start(day)), period.end(period.start(day)));
        assert_eq!(named(Period::Week), ("2024-W09".to_owned(), date(2024, 3, 3)));
        assert_eq!(named(Period::Month), ("2024-02".to_owned(), date(2024, 2, 29)));
        assert_eq!(named(Period::Quarter), ("2024-Q1".to_owned(), date(2024, 3, 31)));
        assert_eq!(named(Period::Year), ("2024".to_owned(), date(2024, 12, 31)));
    }

    #[test]
    fn the_last_day_of_all_has_no_next_period() {
        assert_eq!(Period::Year.next(Period::Year.start(Date::MAX)), None);
    }

    proptest! {
        #[test]
        fn periods_tile_the_calendar(days in 0i32..80_000) {
            let day = date(1900, 1, 1).saturating_add(days.days());
            for period in [Period::Day, Period::Week, Period::Month, Period::Quarter, Period::Year] {
                let start = period.start(day);
                prop_assert!(start <= day && day <= period.end(start));
                let next = period.next(start).unwrap();
                prop_assert_eq!(period.start(next), next);
            }
        }
    }
}
