//! How often something comes again.

use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::insight::proof::days_between;

/// How often something comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cadence {
    /// Every 7 days.
    Weekly,
    /// Every 14 days.
    Fortnightly,
    /// Every 28 days.
    FourWeekly,
    /// Every month.
    Monthly,
    /// Every second month.
    Bimonthly,
    /// Every third month.
    Quarterly,
    /// Every sixth month.
    HalfYearly,
    /// Every year.
    Yearly,
}

/// One step of a cadence: days, or months of the calendar.
enum Step {
    Days(i32),
    Months(i32),
}

impl Cadence {
    /// Every cadence, the shortest first.
    pub const ALL: [Self; 8] = [
        Self::Weekly,
        Self::Fortnightly,
        Self::FourWeekly,
        Self::Monthly,
        Self::Bimonthly,
        Self::Quarterly,
        Self::HalfYearly,
        Self::Yearly,
    ];

    /// How often, in words: `every month`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Weekly => "every week",
            Self::Fortnightly => "every two weeks",
            Self::FourWeekly => "every four weeks",
            Self::Monthly => "every month",
            Self::Bimonthly => "every two months",
            Self::Quarterly => "every three months",
            Self::HalfYearly => "every six months",
            Self::Yearly => "every year",
        }
    }

    /// How often in twelve months of the calendar.
    pub const fn times_a_year(self) -> i64 {
        match self {
            Self::Weekly => 52,
            Self::Fortnightly => 26,
            Self::FourWeekly => 13,
            Self::Monthly => 12,
            Self::Bimonthly => 6,
            Self::Quarterly => 4,
            Self::HalfYearly => 2,
            Self::Yearly => 1,
        }
    }

    /// What an amount at this cadence comes to in a month: times a year, by twelve.
    pub fn a_month(self, amount: Decimal) -> Decimal {
        amount * Decimal::from(self.times_a_year()) / Decimal::from(12)
    }

    const fn step(self) -> Step {
        match self {
            Self::Weekly => Step::Days(7),
            Self::Fortnightly => Step::Days(14),
            Self::FourWeekly => Step::Days(28),
            Self::Monthly => Step::Months(1),
            Self::Bimonthly => Step::Months(2),
            Self::Quarterly => Step::Months(3),
            Self::HalfYearly => Step::Months(6),
            Self::Yearly => Step::Months(12),
        }
    }

    /// Days from one to the next, on average over the years.
    pub(super) fn days(self) -> f64 {
        match self.step() {
            Step::Days(days) => f64::from(days),
            Step::Months(months) => f64::from(months) * 30.436_875,
        }
    }

    /// How many days off its day one still counts as on time: weekends, holidays, and the longer the
    /// cadence the looser its day.
    pub(crate) const fn tolerance_days(self) -> i32 {
        match self {
            Self::Weekly => 2,
            Self::Fortnightly => 3,
            Self::FourWeekly => 4,
            Self::Monthly => 5,
            Self::Bimonthly => 8,
            Self::Quarterly => 10,
            Self::HalfYearly => 14,
            Self::Yearly => 18,
        }
    }

    /// The day this many steps later; a day that a month lacks is its last.
    pub(crate) fn later(self, from: Date, steps: i32) -> Option<Date> {
        let span = match self.step() {
            Step::Days(days) => days.checked_mul(steps)?.days(),
            Step::Months(months) => months.checked_mul(steps)?.months(),
        };
        from.checked_add(span).ok()
    }

    /// How many steps lie between two days, at least one, and how many days it is off.
    pub(super) fn fit(self, from: Date, to: Date) -> Option<(i32, i32)> {
        let days = days_between(from, to);
        let steps = (f64::from(days) / self.days()).round() as i32;
        if steps < 1 {
            return None;
        }
        let off = days_between(self.later(from, steps)?, to).abs();
        // The end of a month is as good an anchor as a day's number.
        let ends = to_month_end(from);
        if self.is_of_calendar() && ends <= 3 {
            let month = self.later(from.first_of_month(), steps)?.last_of_month();
            return Some((steps, off.min((days_between(month, to) + ends).abs())));
        }
        Some((steps, off))
    }

    /// The cadence counts months of the calendar, not days.
    pub(super) const fn is_of_calendar(self) -> bool {
        matches!(self.step(), Step::Months(_))
    }
}

/// Days from a day to its month's last.
pub(super) fn to_month_end(day: Date) -> i32 {
    i32::from(day.days_in_month() - day.day())
}
