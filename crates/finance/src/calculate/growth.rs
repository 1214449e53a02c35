//! Compound growth in decimals: powers, geometric sums, the twelfth root, and the bounds of inputs.

use domain::Money;
use rust_decimal::{Decimal, RoundingStrategy};

use super::CalculationError;

/// The longest time that is calculated: a hundred years.
pub const MONTHS_MAX: u32 = 1_200;

/// How the amounts of a schedule are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// As the formula has them, with 28 digits.
    Exact,
    /// Each interest and payment rounded to this many digits after the mark, as a bank books them.
    Digits(u32),
}

impl Rounding {
    pub(super) fn apply(self, amount: Decimal) -> Decimal {
        match self {
            Self::Exact => amount,
            Self::Digits(digits) => round_money(amount, digits),
        }
    }
}

/// Rounded to this many digits after the mark, halves away from zero.
pub fn round_money(amount: Decimal, digits: u32) -> Decimal {
    amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

/// `q^n` and `1 + q + … + q^(n-1)`, by doubling. A rate of zero (`q = 1`) is no special case, and
/// nothing is subtracted, so that each keeps about 26 of its digits.
pub(super) fn compound(q: Decimal, n: u32) -> Result<(Decimal, Decimal), CalculationError> {
    let (mut power, mut sum) = (Decimal::ONE, Decimal::ZERO);
    for bit in (0..u32::BITS - n.leading_zeros()).rev() {
        sum = add(sum, mul(sum, power)?)?;
        power = mul(power, power)?;
        if n >> bit & 1 == 1 {
            sum = add(mul(sum, q)?, Decimal::ONE)?;
            power = mul(power, q)?;
        }
    }
    Ok((power, sum))
}

/// The twelfth root of a factor above zero, by Newton's method from above, to about 25 digits.
pub(super) fn twelfth_root(factor: Decimal) -> Result<Decimal, CalculationError> {
    let twelve = Decimal::from(12);
    // 1 + (x - 1) / 12 is never below the root (Bernoulli's inequality).
    let mut root = add(Decimal::ONE, (factor - Decimal::ONE) / twelve)?;
    for _ in 0..100 {
        let (power, _) = compound(root, 11)?;
        let Some(quotient) = factor.checked_div(power) else { break };
        let next = add(mul(root, Decimal::from(11))?, quotient)? / twelve;
        if next >= root {
            break;
        }
        root = next;
    }
    Ok(root)
}

/// `1 + annual_rate / 12`.
pub(super) fn monthly_factor(annual_rate: Decimal) -> Decimal {
    Decimal::ONE + annual_rate / Decimal::from(12)
}

pub(super) fn mul(a: Decimal, b: Decimal) -> Result<Decimal, CalculationError> {
    a.checked_mul(b).ok_or(CalculationError::TooLarge)
}

pub(super) fn add(a: Decimal, b: Decimal) -> Result<Decimal, CalculationError> {
    a.checked_add(b).ok_or(CalculationError::TooLarge)
}

pub(super) fn div(a: Decimal, b: Decimal) -> Result<Decimal, CalculationError> {
    a.checked_div(b).ok_or(CalculationError::TooLarge)
}

/// An amount from zero on.
pub(super) fn amount(field: &'static str, value: Decimal) -> Result<(), CalculationError> {
    if value < Decimal::ZERO || value > Money::MAX {
        return Err(CalculationError::out_of_range(field, "from 0 to 999,999,999,999,999"));
    }
    Ok(())
}

/// An amount above zero.
pub(super) fn positive(field: &'static str, value: Decimal) -> Result<(), CalculationError> {
    if value <= Decimal::ZERO || value > Money::MAX {
        return Err(CalculationError::out_of_range(field, "above 0 and at most 999,999,999,999,999"));
    }
    Ok(())
}

/// What a debt costs a year.
pub(super) fn interest_rate(field: &'static str, rate: Decimal) -> Result<(), CalculationError> {
    if rate < Decimal::ZERO || rate > Decimal::TEN {
        return Err(CalculationError::out_of_range(field, "a fraction from 0 to 10, such as 0.05 for 5 %"));
    }
    Ok(())
}

/// What money earns a year, or prices rise; both may be negative.
pub(super) fn growth_rate(field: &'static str, rate: Decimal) -> Result<(), CalculationError> {
    if rate < Decimal::new(-9, 1) || rate > Decimal::TEN {
        return Err(CalculationError::out_of_range(
            field,
            "a fraction from -0.9 to 10, such as 0.05 for 5 %",
        ));
    }
    Ok(())
}

/// A time of at least one month.
pub(super) fn months(field: &'static str, n: u32) -> Result<(), CalculationError> {
    if n == 0 || n > MONTHS_MAX {
        return Err(CalculationError::out_of_range(field, "a whole number from 1 to 1200"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_and_sums_are_those_of_step_by_step_growth() {
        for (q, n) in [("1", 360), ("1.0041666666666666666666666667", 360), ("0.99", 77), ("1.05", 1)] {
            let q: Decimal = q.parse().unwrap();
            let (mut power, mut sum) = (Decimal::ONE, Decimal::ZERO);
            for _ in 0..n {
                sum += power;
                power *= q;
            }
            let (by_doubling, sum_by_doubling) = compound(q, n).unwrap();
            assert!((power - by_doubling).abs() < Decimal::new(1, 22), "{power} {by_doubling}");
            assert!((sum - sum_by_doubling).abs() < Decimal::new(1, 20), "{sum} {sum_by_doubling}");
        }
    }

    #[test]
    fn twelve_twelfth_roots_multiply_back() {
        for factor in ["1", "1.02", "0.98", "11", "0.1", "1.5"] {
            let factor: Decimal = factor.parse().unwrap();
            let (back, _) = compound(twelfth_root(factor).unwrap(), 12).unwrap();
            assert!((back - factor).abs() < Decimal::new(1, 22), "{factor} {back}");
        }
    }

    #[test]
    fn growth_beyond_28_digits_is_an_error() {
        assert_eq!(compound(Decimal::TWO, 1_200), Err(CalculationError::TooLarge));
    }
}
