//! How large an emergency fund should be, what it lacks, and when it is full.

use rust_decimal::Decimal;

use super::{
    CalculationError, MONTHS_MAX,
    growth::{amount, growth_rate, monthly_factor, months, mul, positive},
};

/// What an emergency fund is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmergencyFundPlan {
    /// What a month costs.
    pub monthly_expenses: Decimal,
    /// How many months it is to last.
    pub n_months: u32,
    /// What is there already.
    pub start: Decimal,
    /// What is added at the end of each month.
    pub monthly_deposit: Decimal,
    /// Nominal rate a year that the fund earns, as a fraction; a month earns a twelfth of it.
    pub annual_rate: Decimal,
}

/// An emergency fund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmergencyFund {
    /// What it should hold: a month's expenses times the months.
    pub target: Decimal,
    /// What it lacks; zero when it is full.
    pub missing: Decimal,
    /// How many months' expenses are there already, not rounded.
    pub months_covered: Decimal,
    /// How many months of saving fill it; none when that never does.
    pub months_to_target: Option<u32>,
}

/// Works an emergency fund out, its growth month by month.
pub fn emergency_fund(plan: &EmergencyFundPlan) -> Result<EmergencyFund, CalculationError> {
    positive("monthly_expenses", plan.monthly_expenses)?;
    months("n_months", plan.n_months)?;
    amount("start", plan.start)?;
    amount("monthly_deposit", plan.monthly_deposit)?;
    growth_rate("annual_rate", plan.annual_rate)?;
    let target = mul(plan.monthly_expenses, Decimal::from(plan.n_months))?;
    let factor = monthly_factor(plan.annual_rate);
    let mut saved = plan.start;
    let mut months_to_target = (saved >= target).then_some(0);
    for month in 1..=MONTHS_MAX {
        if months_to_target.is_some() {
            break;
        }
        // Below the target, which is bounded, nothing overflows.
        saved = saved * factor + plan.monthly_deposit;
        months_to_target = (saved >= target).then_some(month);
    }
    let months_covered = plan.start.checked_div(plan.monthly_expenses).ok_or(CalculationError::TooLarge)?;
    let missing = (target - plan.start).max(Decimal::ZERO);
    Ok(EmergencyFund { target, missing, months_covered, months_to_target })
}
