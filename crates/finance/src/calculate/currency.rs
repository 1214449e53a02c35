//! Amounts in another currency, by the dated rates that the person supplied.

use domain::{Currency, ExchangeRate, Money};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    CalculationError,
    growth::{div, mul},
};

/// What one currency was worth in another on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatedRate {
    /// Its day.
    pub date: Date,
    /// The currency that one unit is taken of.
    pub from: Currency,
    /// The currency of `rate`.
    pub to: Currency,
    /// Units of `to` for one of `from`; one that is not above zero is not used.
    pub rate: Decimal,
}

impl From<&ExchangeRate> for DatedRate {
    fn from(rate: &ExchangeRate) -> Self {
        Self { date: rate.date, from: rate.from, to: rate.to, rate: rate.rate }
    }
}

/// A rate as it was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateUsed {
    /// The rate, as supplied.
    pub rate: DatedRate,
    /// The amount was divided by it, because it leads the other way.
    pub is_inverse: bool,
}

/// An amount in another currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// The amount, not rounded.
    pub amount: Decimal,
    /// The rates that it went through: none between the same currencies, one, or two through a common one.
    pub rates: Vec<RateUsed>,
}

/// Converts with the latest rate on or before `date`: between the two currencies in either direction (of
/// the same day, the direct one), else through the one common currency whose older rate is the newest. The
/// triangle of rates is multiplied as it is (<https://en.wikipedia.org/wiki/Cross_rate>).
pub fn convert(
    amount: Decimal,
    from: Currency,
    to: Currency,
    date: Date,
    rates: &[DatedRate],
) -> Result<Conversion, CalculationError> {
    if amount.abs() > Money::MAX {
        return Err(CalculationError::out_of_range("amount", "at most 999,999,999,999,999"));
    }
    let path = if from == to {
        Vec::new()
    } else {
        let path = latest(from, to, date, rates).map(|rate| vec![rate]);
        path.or_else(|| across(from, to, date, rates)).ok_or(CalculationError::MissingRate {
            from,
            to,
            date,
        })?
    };
    let mut converted = amount;
    for used in &path {
        converted =
            if used.is_inverse { div(converted, used.rate.rate)? } else { mul(converted, used.rate.rate)? };
    }
    Ok(Conversion { amount: converted, rates: path })
}

/// The latest rate between two currencies, either way.
fn latest(from: Currency, to: Currency, date: Date, rates: &[DatedRate]) -> Option<RateUsed> {
    let ways =
        rates.iter().filter(|rate| rate.date <= date && rate.rate > Decimal::ZERO).filter_map(|rate| {
            let is_inverse = (rate.from, rate.to) == (to, from);
            let fits = is_inverse || (rate.from, rate.to) == (from, to);
            fits.then_some(RateUsed { rate: *rate, is_inverse })
        });
    ways.max_by_key(|used| (used.rate.date, !used.is_inverse))
}

/// The way through one common currency.
fn across(from: Currency, to: Currency, date: Date, rates: &[DatedRate]) -> Option<Vec<RateUsed>> {
    let mut common: Vec<Currency> = rates.iter().flat_map(|rate| [rate.from, rate.to]).collect();
    common.sort_unstable();
    common.dedup();
    let ways = common
        .into_iter()
        .filter(|via| *via != from && *via != to)
        .filter_map(|via| Some([latest(from, via, date, rates)?, latest(via, to, date, rates)?]));
    // The first of equals is kept, so that the order of the rates doesn't matter.
    ways.reduce(|best, way| if older(&way) > older(&best) { way } else { best }).map(Vec::from)
}

fn older(way: &[RateUsed; 2]) -> Date {
    way[0].rate.date.min(way[1].rate.date)
}
