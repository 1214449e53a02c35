//! Saving for retirement and living on it, in the prices of today.

use rust_decimal::Decimal;

use super::{
    CalculationError,
    growth::{add, amount, compound, div, growth_rate, monthly_factor, months, mul, twelfth_root},
    inflation::price_factor,
};

/// A retirement. Deposits and withdrawals are in today's prices: both rise with inflation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetirementPlan {
    /// What is there today.
    pub start: Decimal,
    /// Added at the end of each month until retirement.
    pub monthly_deposit: Decimal,
    /// Months until retirement; zero when it has begun.
    pub months_until: u32,
    /// Taken out at the beginning of each month from then on.
    pub monthly_withdrawal: Decimal,
    /// Months in retirement.
    pub months_in: u32,
    /// Nominal return a year, as a fraction; a month earns a twelfth of it.
    pub annual_return: Decimal,
    /// Effective inflation a year, as a fraction.
    pub annual_inflation: Decimal,
}

/// How a retirement goes. Amounts are in today's prices unless they say otherwise, and not rounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetirementOutcome {
    /// What is there when it begins.
    pub at_retirement: Decimal,
    /// The same in the prices of that day.
    pub at_retirement_nominal: Decimal,
    /// What the withdrawals need when it begins.
    pub needed: Decimal,
    /// The withdrawal a month that uses everything up by the end.
    pub sustainable_withdrawal: Decimal,
    /// Withdrawals that are paid in full; `months_in` when the money lasts.
    pub months_paid: u32,
    /// What is left at the end.
    pub at_end: Decimal,
    /// What is there after each twelve months and at the end: the month, and the amount.
    pub yearly: Vec<(u32, Decimal)>,
}

impl RetirementPlan {
    /// The real factor of a month: `(1 + R/12) / (1 + i)^(1/12)` (Fisher,
    /// <https://en.wikipedia.org/wiki/Fisher_equation>).
    pub(super) fn real_factor(&self) -> Result<Decimal, CalculationError> {
        div(monthly_factor(self.annual_return), twelfth_root(Decimal::ONE + self.annual_inflation)?)
    }

    pub(super) fn check(&self) -> Result<(), CalculationError> {
        amount("start", self.start)?;
        amount("monthly_deposit", self.monthly_deposit)?;
        amount("monthly_withdrawal", self.monthly_withdrawal)?;
        growth_rate("annual_return", self.annual_return)?;
        growth_rate("annual_inflation", self.annual_inflation)?;
        if self.months_until > 0 {
            months("months_until", self.months_until)?;
        }
        months("months_in", self.months_in)
    }
}

/// Accumulates month by month, then withdraws, both with the real factor of a month. What is needed and what
/// is sustainable are those of an annuity due over the months in retirement
/// (<https://en.wikipedia.org/wiki/Annuity#Annuity-due>).
pub fn retirement(plan: &RetirementPlan) -> Result<RetirementOutcome, CalculationError> {
    plan.check()?;
    let factor = plan.real_factor()?;
    let mut balance = plan.start;
    let mut yearly = vec![(0, balance)];
    for month in 1..=plan.months_until {
        balance = add(mul(balance, factor)?, plan.monthly_deposit)?;
        if month % 12 == 0 {
            yearly.push((month, balance));
        }
    }
    let at_retirement = balance;
    let mut months_paid = 0;
    let end = plan.months_until + plan.months_in;
    for month in plan.months_until + 1..=end {
        if balance >= plan.monthly_withdrawal {
            months_paid += 1;
        }
        balance = mul((balance - plan.monthly_withdrawal).max(Decimal::ZERO), factor)?;
        if month % 12 == 0 || month == end {
            yearly.push((month, balance));
        }
    }
    let (_, weights) = compound(div(Decimal::ONE, factor)?, plan.months_in)?;
    let prices = price_factor(plan.annual_inflation, plan.months_until.cast_signed())?;
    Ok(RetirementOutcome {
        at_retirement,
        at_retirement_nominal: mul(at_retirement, prices)?,
        needed: mul(plan.monthly_withdrawal, weights)?,
        sustainable_withdrawal: div(at_retirement, weights)?,
        months_paid,
        at_end: balance,
        yearly,
    })
}
