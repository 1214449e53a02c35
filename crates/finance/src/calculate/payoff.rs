//! How long a fixed monthly payment takes to pay one debt off.

use rust_decimal::{Decimal, prelude::FromPrimitive, prelude::ToPrimitive};

use super::{
    CalculationError, MONTHS_MAX, Rounding,
    growth::{interest_rate, positive, round_money},
};

/// How one debt is paid off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payoff {
    /// Months by the formula, with a fraction: 13.3 are 13 full payments and a smaller one. Ten digits after
    /// the mark.
    pub months: Decimal,
    /// Number of payments, the last one smaller.
    pub payments: u32,
    /// The last payment.
    pub last_payment: Decimal,
    /// Everything that is paid.
    pub total_paid: Decimal,
    /// Of it, interest.
    pub total_interest: Decimal,
    /// What is owed after each payment.
    pub balances: Vec<Decimal>,
}

/// Pays a debt off with `monthly_payment` at the end of each month, interest a twelfth of `annual_rate`.
///
/// Months are those of an ordinary annuity solved for its length, `n = −ln(1 − B·r / P) / ln(1 + r)` with
/// `r = annual_rate / 12` (NPER, <https://en.wikipedia.org/wiki/Amortization_calculator#The_formula>); with no
/// interest, `B / P`. The logarithms are `f64`, the difference under them decimal: the error is below 1e-9
/// months for debts of up to a century. Amounts are simulated month by month.
pub fn payoff(
    balance: Decimal,
    annual_rate: Decimal,
    monthly_payment: Decimal,
    rounding: Rounding,
) -> Result<Payoff, CalculationError> {
    positive("balance", balance)?;
    interest_rate("annual_rate", annual_rate)?;
    positive("monthly_payment", monthly_payment)?;
    let rate = annual_rate / Decimal::from(12);
    let never =
        CalculationError::NeverPaysOff { payment: monthly_payment, interest: round_money(balance * rate, 2) };
    if monthly_payment <= balance * rate {
        return Err(never);
    }
    let months = length(balance, rate, monthly_payment).ok_or(CalculationError::TooLarge)?;
    if months > Decimal::from(MONTHS_MAX) {
        return Err(CalculationError::OutOfRange {
            field: "monthly_payment",
            expected: "enough to pay the balance off within 1200 months",
        });
    }
    let mut payoff = Payoff {
        months,
        payments: 0,
        last_payment: Decimal::ZERO,
        total_paid: Decimal::ZERO,
        total_interest: Decimal::ZERO,
        balances: Vec::new(),
    };
    let mut owed = balance;
    // Rounded interest may need a payment more than the formula; one that never ends is bounded.
    while !owed.is_zero() {
        if payoff.payments > MONTHS_MAX {
            return Err(never);
        }
        let interest = rounding.apply(owed * annual_rate / Decimal::from(12));
        let paid = monthly_payment.min(owed + interest);
        owed = owed + interest - paid;
        payoff.payments += 1;
        payoff.last_payment = paid;
        payoff.total_paid += paid;
        payoff.total_interest += interest;
        payoff.balances.push(owed);
    }
    Ok(payoff)
}

/// The formula's months; none where `f64` cannot hold them.
fn length(balance: Decimal, rate: Decimal, payment: Decimal) -> Option<Decimal> {
    if rate.is_zero() {
        return balance.checked_div(payment).map(|months| months.round_dp(10));
    }
    let left = ((payment - balance * rate) / payment).to_f64()?;
    let share = (balance * rate / payment).to_f64()?;
    // Near one, the share is the exact number; near zero, what is left.
    let logarithm = if share < 0.5 { libm::log1p(-share) } else { libm::log(left) };
    Decimal::from_f64(-logarithm / libm::log1p(rate.to_f64()?)).map(|months| months.round_dp(10))
}
