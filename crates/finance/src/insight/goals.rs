//! How far what the person saves for has come, and whether it will be there in time.

use std::collections::HashMap;

use domain::{AccountId, Currency, FinancialGoal, Ledger, Money, Profile};
use jiff::{ToSpan, civil::Date};
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

use super::{
    Proof,
    cash_flow::{AverageSaving, average_saving},
    proof::{money, percent},
};
use crate::balance_on;

/// Months that the average saving is taken of.
const MONTHS: usize = 6;
/// A goal that takes longer is out of sight: 80 years.
const MONTHS_MAX: i64 = 960;

/// Whether a goal will be reached in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoalStanding {
    /// All is saved.
    Reached,
    /// What is left over a month is enough.
    OnTrack,
    /// It is not enough.
    Behind,
    /// The date has passed.
    Overdue,
    /// Without a date, or without a whole month of rows, nothing can be told.
    Open,
}

/// How far a goal has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoalProgress {
    /// The goal.
    pub goal: FinancialGoal,
    /// What it needs in all.
    pub target: Money,
    /// What is there; none where neither an amount nor an account tells.
    pub saved: Option<Money>,
    /// What is there in percent of the target, one digit.
    pub percent: Decimal,
    /// What is still missing.
    pub missing: Money,
    /// Whole months until the date, at least one; none without a date.
    pub months_left: Option<i64>,
    /// What must be saved each month until the date.
    pub needed_a_month: Option<Money>,
    /// What is left over a month once more urgent goals have theirs; none without a whole month of rows.
    pub available_a_month: Option<Money>,
    /// Whether it will be reached in time.
    pub standing: GoalStanding,
    /// When it would be reached at that pace.
    pub expected: Option<Date>,
    /// How it came about, and the rows of the average.
    pub proof: Proof,
}

/// The profile's goals, the most urgent first: by priority, then by date.
///
/// What is saved a month on average of the last six whole months goes to the most urgent first, as much
/// as it needs; the next have what is left. So does what an account holds that several are linked to.
pub fn goals(ledger: &Ledger, profile: &Profile, day: Date) -> Vec<GoalProgress> {
    let currency = currency(ledger, profile);
    let average = average_saving(ledger, currency, day, MONTHS);
    let mut goals: Vec<&FinancialGoal> = profile.financial_goals.iter().collect();
    goals.sort_by_key(|goal| (goal.priority, goal.target_date.unwrap_or(Date::MAX), &goal.name));
    let mut available = average.as_ref().map(|average| average.a_month.amount().max(Decimal::ZERO));
    let mut told = Vec::with_capacity(goals.len());
    let mut held = Held { ledger, currency, day, given: HashMap::new() };
    for (at, goal) in goals.iter().enumerate() {
        let is_last = goals[at + 1..].iter().all(|later| later.account_id != goal.account_id);
        let saved = held.saved(goal, is_last);
        let progress = progress(goal, saved, (currency, day), available, average.as_ref());
        let takes = progress.needed_a_month.map_or(Decimal::ZERO, Money::amount);
        available = available.map(|available| (available - takes).max(Decimal::ZERO));
        told.push(progress);
    }
    told
}

/// The currency of the profile's amounts, else the first account's.
pub(super) fn currency(ledger: &Ledger, profile: &Profile) -> Currency {
    let first = ledger.accounts.first().map(|account| account.currency);
    profile.base_currency.or(first).unwrap_or(Currency::USD)
}

fn progress(
    goal: &FinancialGoal,
    saved: Option<Decimal>,
    (currency, day): (Currency, Date),
    available: Option<Decimal>,
    average: Option<&AverageSaving>,
) -> GoalProgress {
    let there = saved.unwrap_or_default();
    let missing = (goal.target_amount - there).max(Decimal::ZERO);
    let months_left = goal.target_date.map(|date| months_between(day, date));
    let needed = months_left.map(|months| {
        let a_month = missing / Decimal::from(months.max(1));
        a_month.round_dp_with_strategy(currency.minor_digits(), RoundingStrategy::AwayFromZero)
    });
    let standing = if missing.is_zero() {
        GoalStanding::Reached
    } else if goal.target_date.is_some_and(|date| date <= day) {
        GoalStanding::Overdue
    } else {
        match needed.zip(available) {
            Some((needed, available)) if available >= needed => GoalStanding::OnTrack,
            Some(_) => GoalStanding::Behind,
            None => GoalStanding::Open,
        }
    };
    GoalProgress {
        goal: goal.clone(),
        target: money(goal.target_amount, currency),
        saved: saved.map(|saved| money(saved, currency)),
        percent: percent(there.min(goal.target_amount), goal.target_amount).unwrap_or_default(),
        missing: money(missing, currency),
        months_left: months_left.map(|months| months.max(1)),
        needed_a_month: needed.map(|needed| money(needed, currency)),
        available_a_month: available.map(|available| money(available, currency)),
        standing,
        expected: expected(missing, available, day),
        proof: proof(average, currency),
    }
}

/// What the accounts hold, handed out to the goals in their order.
struct Held<'a> {
    ledger: &'a Ledger,
    currency: Currency,
    day: Date,
    /// What earlier goals have of each account.
    given: HashMap<AccountId, Decimal>,
}

impl Held<'_> {
    /// What is there for a goal: the amount that the person gave, else what its account holds beyond what
    /// goals before it have; no more than it needs, unless it is the account's last.
    fn saved(&mut self, goal: &FinancialGoal, is_last: bool) -> Option<Decimal> {
        let account = goal.account_id.and_then(|id| self.ledger.account(id));
        let Some(account) = account.filter(|account| account.currency == self.currency) else {
            return goal.saved_amount;
        };
        let balance = balance_on(self.ledger, account.id, self.day).amount();
        let given = self.given.entry(account.id).or_default();
        let rest = (balance - *given).max(Decimal::ZERO);
        let saved =
            goal.saved_amount.unwrap_or_else(|| if is_last { rest } else { rest.min(goal.target_amount) });
        *given += saved;
        Some(saved)
    }
}

/// Whole months from a day to another: the last day of a shorter month ends one, too.
fn months_between(from: Date, to: Date) -> i64 {
    let months = i64::from(to.year() - from.year()) * 12 + i64::from(to.month() - from.month());
    months - i64::from(to.day() < from.day().min(to.days_in_month()))
}

fn expected(missing: Decimal, available: Option<Decimal>, day: Date) -> Option<Date> {
    if missing.is_zero() {
        return Some(day);
    }
    let a_month = available.filter(|available| *available > Decimal::ZERO)?;
    let months = (missing / a_month).ceil().to_i64().filter(|months| *months <= MONTHS_MAX)?;
    day.checked_add(months.months()).ok()
}

fn proof(average: Option<&AverageSaving>, currency: Currency) -> Proof {
    let formula = "target less saved, by the whole months until the date; on track where the average saving of \
                   the last whole months, less what more urgent goals need, is at least that";
    average.map_or_else(
        || Proof::of_figures(formula),
        |average| {
            let filter = average.proof.filter.clone().unwrap_or_default();
            Proof::of_filter(format!("{formula}; average: {} {currency}", average.a_month.amount()), filter)
        },
    )
}
