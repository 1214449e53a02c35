//! The time-weighted return: how the money did, whenever it came and went.

use jiff::civil::Date;
use rust_decimal::{Decimal, prelude::FromPrimitive, prelude::ToPrimitive};

use super::{
    CalculationError,
    growth::{amount, mul},
};

/// The worth of an investment on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Valuation {
    /// The day.
    pub date: Date,
    /// Its worth on that day before the flow.
    pub value: Decimal,
    /// Money put in on that day (positive) or taken out (negative).
    pub flow: Decimal,
}

/// A time-weighted return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeWeighted {
    /// Of the whole time, as a fraction.
    pub total_return: Decimal,
    /// A year, as a fraction with twelve digits; none for less than a year (365 days), which is not
    /// annualised, and where it doesn't fit.
    pub annual_return: Option<Decimal>,
    /// Days from the first valuation to the last.
    pub days: i32,
}

/// Links the returns between valuations, `Π V(k) / (V(k−1) + F(k−1)) − 1`: each part of the time counts
/// alike, whatever was put in (<https://en.wikipedia.org/wiki/Time-weighted_return>). The annual return is
/// `(1 + total)^(365 / days) − 1`, Actual/365 fixed, its power in `f64` to about 15 digits. The last
/// valuation's flow is not looked at.
pub fn time_weighted_return(valuations: &[Valuation]) -> Result<TimeWeighted, CalculationError> {
    check(valuations)?;
    let mut factor = Decimal::ONE;
    for pair in valuations.windows(2) {
        let invested = pair[0].value + pair[0].flow;
        if invested <= Decimal::ZERO {
            return Err(CalculationError::NothingInvested { date: pair[0].date });
        }
        let part = pair[1].value.checked_div(invested).ok_or(CalculationError::TooLarge)?;
        factor = mul(factor, part)?;
    }
    let (first, last) = (valuations[0].date, valuations[valuations.len() - 1].date);
    let days = (last - first).get_days();
    let annual_return = (days >= 365).then(|| annualised(factor, days)).flatten();
    Ok(TimeWeighted { total_return: factor - Decimal::ONE, annual_return, days })
}

fn annualised(factor: Decimal, days: i32) -> Option<Decimal> {
    let yearly = libm::pow(factor.to_f64()?, 365.0 / f64::from(days)) - 1.0;
    Decimal::from_f64(yearly).map(|rate| rate.round_dp(12))
}

fn check(valuations: &[Valuation]) -> Result<(), CalculationError> {
    if !(2..=10_000).contains(&valuations.len()) {
        return Err(CalculationError::out_of_range("valuations", "a list of 2 to 10,000 valuations"));
    }
    if valuations.windows(2).any(|pair| pair[0].date >= pair[1].date) {
        return Err(CalculationError::out_of_range("valuations", "in the order of their days, one a day"));
    }
    for valuation in valuations {
        amount("value", valuation.value)?;
        amount("flow", valuation.flow.abs())?;
    }
    Ok(())
}
