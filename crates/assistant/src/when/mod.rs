//! When: the periods that a question names, counted from a given day.

mod apart;
mod atoms;
mod beside;
mod combine;
mod nest;
mod parts;
mod period;
mod relative;
mod to_date;
mod unread;
mod weekdays;
mod yearly;

use std::ops::Range;

use jiff::civil::Date;

pub use atoms::DayOrder;
pub(crate) use atoms::{month_number, year_token};
pub(crate) use beside::{beside, lately};
pub use period::Period;
pub(crate) use period::{days_between, month_name, months_between, months_spanned};
pub(crate) use relative::weekday;
pub(crate) use unread::unread;

use crate::words::{Token, tokens};

/// A period that a question names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Which tokens of the question it covers.
    pub(crate) tokens: Range<usize>,
    /// The days it means.
    pub period: Period,
    /// The first and the last period of a range or an "and", each by itself; of an earlier period that is named
    /// by today ("this time last year"), it and the current one.
    pub ends: Option<(Period, Period)>,
    /// The day that a balance is asked for: `end of March`, `a month ago`.
    pub point: Option<Date>,
    /// How far it reaches.
    pub reach: Reach,
}

/// How far a period reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// From its first to its last day.
    Whole,
    /// Named without clear ends: "recently".
    Vague,
    /// Open towards the present: "since March".
    Since,
    /// Open towards the past: "until March".
    Until,
    /// Ahead, where no transactions are.
    Future,
}

/// The periods that a text names, in order.
pub fn find(text: &str, as_of: Date, order: DayOrder) -> Vec<Mention> {
    find_in(&tokens(text), as_of, order)
}

/// The one period that a text names, such as `last month` or `2014-03-01 to 2014-03-31`.
pub fn read(text: &str, as_of: Date, order: DayOrder) -> Option<Period> {
    match find(text, as_of, order).as_slice() {
        [one] if one.reach != Reach::Future => Some(one.period),
        _ => None,
    }
}

pub(crate) fn find_in(tokens: &[Token], as_of: Date, order: DayOrder) -> Vec<Mention> {
    combine::mentions(tokens, atoms::scan(tokens, as_of, order), as_of)
}
