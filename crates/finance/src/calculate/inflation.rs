//! What an amount of one time is worth in the prices of another.

use rust_decimal::Decimal;

use super::{
    CalculationError,
    growth::{amount, compound, div, growth_rate, mul, positive, twelfth_root},
};

/// The factor by which prices change in `n_months`, negative for months back, at an effective rate a year:
/// `(1 + annual_inflation)^(n_months / 12)`, to about 20 digits.
pub(super) fn price_factor(annual_inflation: Decimal, n_months: i32) -> Result<Decimal, CalculationError> {
    growth_rate("annual_inflation", annual_inflation)?;
    if n_months.unsigned_abs() > super::MONTHS_MAX {
        return Err(CalculationError::out_of_range("n_months", "a whole number from -1200 to 1200"));
    }
    let yearly = Decimal::ONE + annual_inflation;
    let (years, months) = (n_months.unsigned_abs() / 12, n_months.unsigned_abs() % 12);
    let (whole, _) = compound(yearly, years)?;
    let factor = if months == 0 { whole } else { mul(whole, compound(twelfth_root(yearly)?, months)?.0)? };
    if n_months < 0 { div(Decimal::ONE, factor) } else { Ok(factor) }
}

/// What buys after `n_months` the same as `value` now, prices rising by `annual_inflation` (an effective
/// rate, as a fraction); with negative months, what `value` was worth that long ago. The Fisher relation,
/// `real = nominal / (1 + i)^t` (<https://en.wikipedia.org/wiki/Real_versus_nominal_value>). Not rounded.
pub fn adjust_by_rate(
    value: Decimal,
    annual_inflation: Decimal,
    n_months: i32,
) -> Result<Decimal, CalculationError> {
    amount("amount", value)?;
    mul(value, price_factor(annual_inflation, n_months)?)
}

/// The same by two values of a consumer price index, `value · index_to / index_from`
/// (<https://www.bls.gov/cpi/factsheets/escalation.htm>). Not rounded.
pub fn adjust_by_index(
    value: Decimal,
    index_from: Decimal,
    index_to: Decimal,
) -> Result<Decimal, CalculationError> {
    amount("amount", value)?;
    positive("index_from", index_from)?;
    positive("index_to", index_to)?;
    div(mul(value, index_to)?, index_from)
}
