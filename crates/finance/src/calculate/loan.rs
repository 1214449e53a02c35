//! Loans and mortgages that are paid back in level monthly payments.

use rust_decimal::Decimal;

use super::{
    CalculationError, Rounding,
    growth::{add, amount, compound, div, interest_rate, monthly_factor, months, mul, positive, round_money},
};

/// A loan, and how it is paid back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoanTerms {
    /// What is borrowed.
    pub principal: Decimal,
    /// Nominal rate a year, as a fraction; a month costs a twelfth of it.
    pub annual_rate: Decimal,
    /// Number of monthly payments, the first a month after the loan.
    pub n_months: u32,
    /// What is left to pay with the last payment.
    pub balloon: Decimal,
    /// Paid every month beside the level payment.
    pub extra_monthly: Decimal,
    /// Paid once beside it: the payment's number, counted from 1, and the amount.
    pub extra_once: Vec<(u32, Decimal)>,
    /// Rates that change on the way.
    pub rate_changes: Vec<RateChange>,
    /// Whether the schedule is exact or in a bank's cents.
    pub rounding: Rounding,
}

impl LoanTerms {
    /// A loan with nothing special about it, exact.
    pub fn new(principal: Decimal, annual_rate: Decimal, n_months: u32) -> Self {
        Self {
            principal,
            annual_rate,
            n_months,
            balloon: Decimal::ZERO,
            extra_monthly: Decimal::ZERO,
            extra_once: Vec::new(),
            rate_changes: Vec::new(),
            rounding: Rounding::Exact,
        }
    }
}

/// A new rate. The level payment is worked out again for the balance and the months that are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateChange {
    /// The first payment with the new rate, counted from 1.
    pub period: u32,
    /// The new nominal rate a year.
    pub annual_rate: Decimal,
}

/// One payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoanRow {
    /// Its number, from 1.
    pub period: u32,
    /// Everything paid, extra payments and balloon included.
    pub payment: Decimal,
    /// Of it, interest.
    pub interest: Decimal,
    /// Of it, paid back.
    pub principal: Decimal,
    /// What is owed afterwards.
    pub balance: Decimal,
}

/// How a loan is paid back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoanPlan {
    /// The level payment a month, the first where rates change.
    pub payment: Decimal,
    /// Everything that is paid.
    pub total_paid: Decimal,
    /// Of it, interest.
    pub total_interest: Decimal,
    /// The payments; fewer than agreed when extra payments end the loan early.
    pub rows: Vec<LoanRow>,
}

impl LoanPlan {
    /// The payments in whole cents (or a currency's digits), each column rounded so that it adds up to its
    /// rounded total and the last balance is zero. A row may be a cent off its exact value.
    pub fn rows_in(&self, digits: u32) -> Vec<LoanRow> {
        let start = self.rows.first().map_or(Decimal::ZERO, |row| row.balance + row.principal);
        let (mut paid, mut interest) = (Decimal::ZERO, Decimal::ZERO);
        let (mut paid_before, mut interest_before) = (Decimal::ZERO, Decimal::ZERO);
        let rows = self.rows.iter().map(|row| {
            paid += row.payment;
            interest += row.interest;
            let (paid_now, interest_now) = (round_money(paid, digits), round_money(interest, digits));
            let payment = paid_now - paid_before;
            let row_interest = interest_now - interest_before;
            (paid_before, interest_before) = (paid_now, interest_now);
            LoanRow {
                period: row.period,
                payment,
                interest: row_interest,
                principal: payment - row_interest,
                balance: round_money(start, digits) + interest_now - paid_now,
            }
        });
        rows.collect()
    }
}

/// The level payment that brings `principal` down to `balloon` in `n_months`: the present value of an
/// ordinary annuity solved for its payment, `P = (PV − B·v^n) / (v + v² + … + v^n)` with `v = 1 / (1 + i/12)`
/// (<https://en.wikipedia.org/wiki/Mortgage_calculator#Monthly_payment_formula>). At a rate of zero that is
/// `(PV − B) / n`. Exact to about 20 digits.
pub fn level_payment(
    principal: Decimal,
    annual_rate: Decimal,
    n_months: u32,
    balloon: Decimal,
) -> Result<Decimal, CalculationError> {
    let factor = div(Decimal::ONE, monthly_factor(annual_rate))?;
    let (power, sum) = compound(factor, n_months)?;
    div(principal - mul(balloon, power)?, mul(sum, factor)?)
}

/// The schedule of a loan: interest of a month is the balance times `annual_rate / 12`, every month counts
/// the same (30/360), and what a payment leaves after interest is paid back. The last payment is whatever is
/// still owed, which corrects all rounding before it.
pub fn loan(terms: &LoanTerms) -> Result<LoanPlan, CalculationError> {
    check(terms)?;
    let LoanTerms { n_months, balloon, rounding, .. } = *terms;
    let pay = |balance, annual_rate, left| {
        // Extra payments can bring the balance below the balloon: then nothing more is due before it.
        level_payment(balance, annual_rate, left, balloon)
            .map(|exact| rounding.apply(exact).max(Decimal::ZERO))
    };
    let mut balance = terms.principal;
    let mut annual_rate = terms.annual_rate;
    let mut payment = pay(balance, annual_rate, n_months)?;
    let mut plan = LoanPlan {
        payment,
        total_paid: Decimal::ZERO,
        total_interest: Decimal::ZERO,
        rows: Vec::with_capacity(n_months as usize),
    };
    for period in 1..=n_months {
        if let Some(change) = terms.rate_changes.iter().find(|change| change.period == period) {
            annual_rate = change.annual_rate;
            payment = pay(balance, annual_rate, n_months - period + 1)?;
            if period == 1 {
                plan.payment = payment;
            }
        }
        let interest = rounding.apply(mul(balance, annual_rate)? / Decimal::from(12));
        let owed = add(balance, interest)?;
        let once: Decimal =
            terms.extra_once.iter().filter(|(at, _)| *at == period).map(|(_, extra)| *extra).sum();
        let meant = add(payment, terms.extra_monthly + once)?;
        let paid = if period == n_months { owed } else { meant.min(owed) };
        balance = owed - paid;
        plan.total_paid = add(plan.total_paid, paid)?;
        plan.total_interest = add(plan.total_interest, interest)?;
        plan.rows.push(LoanRow { period, payment: paid, interest, principal: paid - interest, balance });
        if balance.is_zero() {
            break;
        }
    }
    Ok(plan)
}

fn check(terms: &LoanTerms) -> Result<(), CalculationError> {
    positive("principal", terms.principal)?;
    interest_rate("annual_rate", terms.annual_rate)?;
    months("n_months", terms.n_months)?;
    amount("extra_monthly", terms.extra_monthly)?;
    if terms.balloon < Decimal::ZERO || terms.balloon > terms.principal {
        return Err(CalculationError::out_of_range("balloon", "from 0 to the principal"));
    }
    if terms.extra_once.len() > terms.n_months as usize {
        return Err(CalculationError::out_of_range("extra_once", "at most one a month"));
    }
    let inside = |period: u32| (1..=terms.n_months).contains(&period);
    for (period, extra) in &terms.extra_once {
        amount("extra_once", *extra)?;
        if !inside(*period) {
            return Err(CalculationError::out_of_range("extra_once", "of a period from 1 to n_months"));
        }
    }
    for (at, change) in terms.rate_changes.iter().enumerate() {
        interest_rate("rate_changes", change.annual_rate)?;
        let again = terms.rate_changes[..at].iter().any(|earlier| earlier.period == change.period);
        if again || !inside(change.period) {
            return Err(CalculationError::out_of_range(
                "rate_changes",
                "each of a period of its own from 1 to n_months",
            ));
        }
    }
    stable(terms)
}

/// What a payment's last digit is wrong by grows with the interest. A loan on which that reaches what people
/// see (a hundred years at 100 %) is refused.
fn stable(terms: &LoanTerms) -> Result<(), CalculationError> {
    let growth_max = match terms.rounding {
        Rounding::Exact => Decimal::from(10_000_000_000_000_000_i64),
        Rounding::Digits(_) => Decimal::from(1_000_000),
    };
    let rates = terms.rate_changes.iter().map(|change| change.annual_rate);
    let highest = rates.fold(terms.annual_rate, Decimal::max);
    if compound(monthly_factor(highest), terms.n_months).is_ok_and(|(growth, _)| growth <= growth_max) {
        return Ok(());
    }
    Err(CalculationError::out_of_range(
        "annual_rate",
        "lower (0.06 is 6 % a year), or n_months fewer: rounding would outgrow the loan",
    ))
}
