//! What regular saving grows to, and what has to be saved for a target.

use rust_decimal::Decimal;

use super::{
    CalculationError,
    growth::{add, amount, compound, div, growth_rate, monthly_factor, months, mul},
};

/// When a month's deposit is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum When {
    /// On its first day: it earns that month's interest.
    Begin,
    /// On its last day.
    #[default]
    End,
}

/// Money that is put aside every month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SavingsPlan {
    /// What is there at the start.
    pub start: Decimal,
    /// What is added every month.
    pub monthly_deposit: Decimal,
    /// Nominal rate a year, as a fraction; a month earns a twelfth of it.
    pub annual_rate: Decimal,
    /// How many months.
    pub n_months: u32,
    /// When a month's deposit is made.
    pub when: When,
}

/// The future value of a start and of a level annuity, `FV = S·q^n + D·(1 + q + … + q^(n−1))` with
/// `q = 1 + annual_rate / 12`, the deposits times `q` once more when they are made at the beginning
/// (<https://en.wikipedia.org/wiki/Time_value_of_money#Future_value_of_an_annuity>). Not rounded; exact to
/// about 20 digits.
pub fn future_value(plan: &SavingsPlan) -> Result<Decimal, CalculationError> {
    check(plan)?;
    let (power, deposits) = weights(plan)?;
    add(mul(plan.start, power)?, mul(plan.monthly_deposit, deposits)?)
}

/// The deposit a month that makes `plan` (whose own deposit is not looked at) grow to `target`: the same
/// formula solved for `D`. Zero when the start gets there alone. Not rounded.
pub fn required_saving(target: Decimal, plan: &SavingsPlan) -> Result<Decimal, CalculationError> {
    amount("target", target)?;
    let plan = SavingsPlan { monthly_deposit: Decimal::ZERO, ..*plan };
    check(&plan)?;
    let (power, deposits) = weights(&plan)?;
    let missing = target - mul(plan.start, power)?;
    div(missing.max(Decimal::ZERO), deposits)
}

/// What one unit of the start, and of the deposit, grows to.
fn weights(plan: &SavingsPlan) -> Result<(Decimal, Decimal), CalculationError> {
    let factor = monthly_factor(plan.annual_rate);
    let (power, sum) = compound(factor, plan.n_months)?;
    Ok(match plan.when {
        When::Begin => (power, mul(sum, factor)?),
        When::End => (power, sum),
    })
}

fn check(plan: &SavingsPlan) -> Result<(), CalculationError> {
    amount("start", plan.start)?;
    amount("monthly_deposit", plan.monthly_deposit)?;
    growth_rate("annual_rate", plan.annual_rate)?;
    months("n_months", plan.n_months)
}
