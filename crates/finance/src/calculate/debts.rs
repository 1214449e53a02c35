//! Several debts, paid off in an order: the dearest first, the smallest first, or one's own.

use domain::Money;
use rust_decimal::Decimal;

use super::{
    CalculationError, MONTHS_MAX,
    growth::{amount, interest_rate, positive, round_money},
};

/// More debts than this are a mistake.
const DEBTS_MAX: usize = 100;

/// One debt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debt {
    /// What the person calls it.
    pub name: String,
    /// What is owed.
    pub balance: Decimal,
    /// Nominal rate a year, as a fraction; a month costs a twelfth of it.
    pub annual_rate: Decimal,
    /// What must be paid every month.
    pub minimum: Decimal,
}

/// Which debt gets what the minimum payments leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayoffOrder {
    /// The highest rate first; costs the least interest
    /// (<https://en.wikipedia.org/wiki/Debt-snowball_method>, both methods). Of equal rates, the smaller balance.
    Avalanche,
    /// The smallest balance first. Of equal balances, the higher rate.
    Snowball,
    /// The debts' places in the list, first to last.
    Custom(Vec<usize>),
}

/// How one of the debts is paid off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DebtOutcome {
    /// What the person calls it.
    pub name: String,
    /// The month of its last payment, from 1.
    pub months: u32,
    /// Everything paid on it.
    pub paid: Decimal,
    /// Of it, interest.
    pub interest: Decimal,
}

/// How the debts are paid off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DebtPlan {
    /// Months until the last is paid.
    pub months: u32,
    /// Everything paid.
    pub total_paid: Decimal,
    /// Of it, interest.
    pub total_interest: Decimal,
    /// Each debt, in the order of the list.
    pub debts: Vec<DebtOutcome>,
    /// What is owed in all after each month.
    pub balances: Vec<Decimal>,
}

/// Pays the debts off with `monthly_budget` in all. Every month each debt is charged a twelfth of its rate,
/// rounded to `digits`; each gets its minimum; the rest goes to the first debt of the order that is still
/// owed, and what that doesn't need to the next.
pub fn pay_off_debts(
    debts: &[Debt],
    monthly_budget: Decimal,
    order: &PayoffOrder,
    digits: u32,
) -> Result<DebtPlan, CalculationError> {
    check(debts)?;
    positive("monthly_budget", monthly_budget)?;
    let order = places(debts, order)?;
    let minimums: Decimal = debts.iter().map(|debt| debt.minimum.min(debt.balance)).sum();
    if monthly_budget < minimums {
        return Err(CalculationError::BudgetTooSmall { minimums });
    }
    let pay = |owed: &[Decimal]| {
        let mut left = monthly_budget;
        let mut paid: Vec<Decimal> = Vec::with_capacity(owed.len());
        for (debt, owed) in debts.iter().zip(owed) {
            // Interest can lift a last small balance above what the budget leaves for it.
            let part = debt.minimum.min(*owed).min(left);
            left -= part;
            paid.push(part);
        }
        for place in &order {
            let part = left.min(owed[*place] - paid[*place]);
            left -= part;
            paid[*place] += part;
        }
        paid
    };
    simulate(debts, digits, pay).ok_or(CalculationError::BudgetNeverPaysOff { budget: monthly_budget })
}

/// Pays each debt its own minimum and no more; what a debt that is done leaves free is not used. None when
/// that never ends.
pub fn debts_at_minimum(debts: &[Debt], digits: u32) -> Result<Option<DebtPlan>, CalculationError> {
    check(debts)?;
    let pay = |owed: &[Decimal]| debts.iter().zip(owed).map(|(debt, owed)| debt.minimum.min(*owed)).collect();
    Ok(simulate(debts, digits, pay))
}

/// Month after month until nothing is owed; none when a century doesn't do.
fn simulate(
    debts: &[Debt],
    digits: u32,
    mut pay: impl FnMut(&[Decimal]) -> Vec<Decimal>,
) -> Option<DebtPlan> {
    let mut owed: Vec<Decimal> = debts.iter().map(|debt| debt.balance).collect();
    let mut outcomes: Vec<DebtOutcome> = debts
        .iter()
        .map(|debt| DebtOutcome {
            name: debt.name.clone(),
            months: 0,
            paid: Decimal::ZERO,
            interest: Decimal::ZERO,
        })
        .collect();
    let mut balances = Vec::new();
    for month in 1..=MONTHS_MAX {
        for ((debt, owed), outcome) in debts.iter().zip(&mut owed).zip(&mut outcomes) {
            let interest = round_money(*owed * debt.annual_rate / Decimal::from(12), digits);
            *owed += interest;
            outcome.interest += interest;
            if *owed > Money::MAX {
                return None;
            }
        }
        for ((paid, owed), outcome) in pay(&owed).into_iter().zip(&mut owed).zip(&mut outcomes) {
            *owed -= paid;
            outcome.paid += paid;
            if !paid.is_zero() {
                outcome.months = month;
            }
        }
        let left: Decimal = owed.iter().sum();
        balances.push(left);
        if left.is_zero() {
            return Some(DebtPlan {
                months: month,
                total_paid: outcomes.iter().map(|outcome| outcome.paid).sum(),
                total_interest: outcomes.iter().map(|outcome| outcome.interest).sum(),
                debts: outcomes,
                balances,
            });
        }
    }
    None
}

/// The places of the debts in the order that they are paid.
fn places(debts: &[Debt], order: &PayoffOrder) -> Result<Vec<usize>, CalculationError> {
    let mut places: Vec<usize> = (0..debts.len()).collect();
    match order {
        PayoffOrder::Avalanche => {
            places.sort_by_key(|at| (std::cmp::Reverse(debts[*at].annual_rate), debts[*at].balance));
        }
        PayoffOrder::Snowball => {
            places.sort_by_key(|at| (debts[*at].balance, std::cmp::Reverse(debts[*at].annual_rate)));
        }
        PayoffOrder::Custom(own) => {
            let mut sorted = own.clone();
            sorted.sort_unstable();
            if sorted != places {
                return Err(CalculationError::out_of_range("order", "every debt once"));
            }
            places.clone_from(own);
        }
    }
    Ok(places)
}

fn check(debts: &[Debt]) -> Result<(), CalculationError> {
    if debts.is_empty() || debts.len() > DEBTS_MAX {
        return Err(CalculationError::out_of_range("debts", "a list of 1 to 100 debts"));
    }
    for debt in debts {
        positive("balance", debt.balance)?;
        interest_rate("annual_rate", debt.annual_rate)?;
        amount("minimum", debt.minimum)?;
    }
    Ok(())
}
