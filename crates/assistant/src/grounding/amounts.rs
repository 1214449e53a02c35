//! The amounts and days that a person's own words name.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    day::Day,
    number::{Style, Unit, What, mentions},
};
use crate::{format::NumberFormat, toolbox::day_order};

/// An amount in a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Amount {
    pub range: std::ops::Range<usize>,
    pub value: Decimal,
    /// It has a currency's sign.
    pub is_money: bool,
}

/// The numbers of a text that can be amounts, in order.
pub(crate) fn amounts(text: &str, locale: Option<&str>) -> Vec<Amount> {
    // `F150` is a name.
    let is_held = |at: usize| text[..at].ends_with(char::is_alphabetic);
    let found = mentions(text, style(locale)).into_iter().filter_map(|mention| match mention.what {
        What::Number(written) if written.unit != Unit::Percent => {
            let is_money = matches!(written.unit, Unit::Money(_));
            if !is_money && is_held(mention.range.start) {
                return None;
            }
            Some(Amount { range: mention.range, value: written.value.normalize(), is_money })
        }
        // `2000` looks like a year and may be an amount.
        What::Year(year) => {
            Some(Amount { range: mention.range, value: Decimal::from(year), is_money: false })
        }
        What::Number(_) | What::Days(_) | What::Rest(_) | What::Odd => None,
    });
    found.collect()
}

/// The last day that a text names: `by June 2025`, `until 2025-06-30`.
pub(crate) fn last_day(text: &str, locale: Option<&str>) -> Option<Date> {
    let mut days = mentions(text, style(locale)).into_iter().filter_map(|mention| match mention.what {
        What::Days(days) => days.last().copied().and_then(end_of),
        What::Number(_) | What::Year(_) | What::Rest(_) | What::Odd => None,
    });
    days.next_back()
}

fn end_of(day: Day) -> Option<Date> {
    let (year, month) = (day.year?, day.month?);
    match day.day {
        Some(day) => Date::new(year, month, day).ok(),
        None => Date::new(year, month, 1).ok().map(Date::last_of_month),
    }
}

fn style(locale: Option<&str>) -> Style {
    Style { format: NumberFormat::of(locale), order: day_order(locale) }
}
