//! Amounts and days as a person of a locale reads them. The same input gives the same text on
//! every machine: no system locale, no clock.

mod date;
mod locale;
mod number;

pub(crate) use date::{day, day_heading, label, moment, month};
pub(crate) use locale::Locale;
pub(crate) use number::{count, money, percent, percent_in_column};
