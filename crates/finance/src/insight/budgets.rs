//! Budgets against what was spent, and budgets that the past suggests.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{Budget, Category, Currency, Ledger, Money, Side, TransactionFilter, TransactionId};
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    Proof,
    own::recurring_until,
    proof::{median, money, percent},
    recurring::Recurring,
};
use crate::{CountedRow, GroupBy, counted_rows, group};

/// Months that a suggestion is the median of.
const MONTHS: i32 = 6;
/// Months that left-over money is followed back at most: a budget rarely stands longer.
const CARRY_MONTHS_MAX: i32 = 120;

/// Where a budget stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetStanding {
    /// It lasts to the month's end at the present pace.
    Within,
    /// It does not last at the present pace.
    WillBeOver,
    /// More is spent than it allows.
    Over,
}

/// A budget in one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetStatus {
    /// The budget.
    pub budget: Budget,
    /// The first day of the month.
    pub month: Date,
    /// What may be spent in a month.
    pub budgeted: Money,
    /// What earlier months left, negative where they took too much; nothing without roll-over.
    pub carried: Money,
    /// Spent, refunds taken off, up to the month's end or the day.
    pub spent: Money,
    /// Budgeted and carried less spent.
    pub left: Money,
    /// Spent, in percent of budgeted and carried, one digit; none where those are not above zero.
    pub percent: Option<Decimal>,
    /// What will be spent by the month's end at the present pace.
    pub projected: Money,
    /// Where it stands.
    pub standing: BudgetStanding,
    /// How the figures came about, and the rows of what was spent.
    pub proof: Proof,
}

/// Every budget that holds in the month of `month`, as known on a day, by category.
pub fn budgets(ledger: &Ledger, budgets: &[Budget], month: Date, day: Date) -> Vec<BudgetStatus> {
    let month = month.first_of_month();
    let mut by_category: BTreeMap<(&Category, Currency), Vec<&Budget>> = BTreeMap::new();
    for budget in budgets {
        by_category.entry((&budget.category, budget.amount.currency())).or_default().push(budget);
    }
    let regular = recurring_until(ledger, day);
    let of_row: HashSet<TransactionId> =
        regular.iter().flat_map(|it| it.proof.rows.iter().copied()).collect();
    let known = Known { ledger, regular: &regular, of_row: &of_row, month, day };
    by_category.values().filter_map(|of_category| known.status(of_category)).collect()
}

/// The budget of a month: of those that hold, the one that began last.
fn holding<'a>(budgets: &[&'a Budget], month: Date) -> Option<&'a Budget> {
    let hold = budgets.iter().filter(|budget| budget.holds_in(month));
    hold.max_by_key(|budget| (budget.from, budget.id)).copied()
}

/// What the budgets of a month are weighed against.
struct Known<'a> {
    ledger: &'a Ledger,
    regular: &'a [Recurring],
    of_row: &'a HashSet<TransactionId>,
    month: Date,
    day: Date,
}

impl Known<'_> {
    fn status(&self, budgets: &[&Budget]) -> Option<BudgetStatus> {
        let budget = holding(budgets, self.month)?;
        let (month, currency) = (self.month, budget.amount.currency());
        let end = month.last_of_month();
        let filter = spending(&budget.category, currency, None, end.min(self.day));
        let by_month: HashMap<Date, Decimal> = group(self.ledger, &filter, GroupBy::Month)
            .into_iter()
            .filter_map(|it| Some((it.filter.from?.first_of_month(), Decimal::ZERO - it.total)))
            .collect();
        let spent_in = |month: Date| by_month.get(&month).copied().unwrap_or_default();
        let carried = carried(budgets, month, spent_in);
        let (budgeted, spent) = (budget.amount.amount(), spent_in(month));
        let allowed = budgeted + carried;
        let rows = TransactionFilter { from: Some(month), ..filter };
        let projected = self.projected(&rows, spent, end);
        let standing = match (spent > allowed, projected > allowed) {
            (true, _) => BudgetStanding::Over,
            (false, true) => BudgetStanding::WillBeOver,
            (false, false) => BudgetStanding::Within,
        };
        Some(BudgetStatus {
            budget: budget.clone(),
            month,
            budgeted: budget.amount,
            carried: money(carried, currency),
            spent: money(spent, currency),
            left: money(allowed - spent, currency),
            percent: if allowed > Decimal::ZERO { percent(spent, allowed) } else { None },
            projected: money(projected, currency),
            standing,
            proof: Proof::of_filter(
                "left is budgeted and carried less spent; projected is bills paid and due, and the rest of what \
                 was spent, by the days so far, times the days of the month",
                rows,
            ),
        })
    }

    /// How much of each row before the month's end counts in the budget, as a fraction: of a split one its part.
    fn shares(&self, rows: &TransactionFilter) -> HashMap<TransactionId, Decimal> {
        let all = TransactionFilter { from: None, ..rows.clone() };
        let share = |it: &CountedRow<'_>| it.counted.checked_div(it.row.amount.amount());
        counted_rows(self.ledger, &all).iter().filter_map(|it| Some((it.row.id, share(it)?))).collect()
    }

    /// Spent by the month's end: bills as they are due, the rest at its pace so far.
    fn projected(&self, rows: &TransactionFilter, spent: Decimal, end: Date) -> Decimal {
        if self.day >= end || self.day < self.month {
            return spent;
        }
        let billed: Decimal = counted_rows(self.ledger, rows)
            .iter()
            .filter(|it| self.of_row.contains(&it.row.id))
            .map(|it| -it.counted)
            .sum();
        let shares = self.shares(rows);
        let tomorrow = self.day.saturating_add(1.day());
        let due: Decimal = self
            .regular
            .iter()
            .filter(|it| it.usual.is_outflow() && Some(it.usual.currency()) == rows.currency)
            .map(|it| {
                let share = it.proof.rows.last().and_then(|row| shares.get(row)).copied().unwrap_or_default();
                let times = it.due_between(tomorrow, end).len();
                -it.usual.amount() * share * Decimal::from(times)
            })
            .sum();
        let pace =
            (spent - billed) * Decimal::from(self.month.days_in_month()) / Decimal::from(self.day.day());
        billed + due + pace
    }
}

/// What the months before left, as long as their budgets roll over.
fn carried(budgets: &[&Budget], month: Date, spent_in: impl Fn(Date) -> Decimal) -> Decimal {
    let Some(first) = budgets.iter().map(|budget| budget.from.first_of_month()).min() else {
        return Decimal::ZERO;
    };
    let first = first.max(month.saturating_sub(CARRY_MONTHS_MAX.months()));
    let months = std::iter::successors(Some(first), |month| month.checked_add(1.month()).ok());
    months.take_while(|before| *before < month).fold(Decimal::ZERO, |carried, before| {
        match holding(budgets, before) {
            Some(budget) if budget.rollover => budget.amount.amount() + carried - spent_in(before),
            _ => Decimal::ZERO,
        }
    })
}

fn spending(category: &Category, currency: Currency, from: Option<Date>, to: Date) -> TransactionFilter {
    TransactionFilter {
        from,
        to: Some(to),
        category: Some(category.clone()),
        side: Some(Side::Spending),
        currency: Some(currency),
        ..TransactionFilter::default()
    }
}

/// A budget that the past suggests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetSuggestion {
    /// The category.
    pub category: Category,
    /// The median month, in whole units of the currency.
    pub amount: Money,
    /// What each of the months took, the oldest first.
    pub months: Vec<Money>,
    /// How it came about, and the rows.
    pub proof: Proof,
}

/// Budgets for the categories that have none in the currency on the day: the median of the last six whole months, of
/// categories with spending in half of them at least; the largest first.
pub fn suggest_budgets(
    ledger: &Ledger,
    budgets: &[Budget],
    currency: Currency,
    day: Date,
) -> Vec<BudgetSuggestion> {
    let (from, to) = whole_months(day);
    let window = TransactionFilter {
        from: Some(from),
        to: Some(to),
        side: Some(Side::Spending),
        currency: Some(currency),
        ..TransactionFilter::default()
    };
    let has_budget = |category: &Category| {
        budgets.iter().any(|budget| {
            let own = &budget.category;
            budget.holds_in(day)
                && budget.amount.currency() == currency
                && (own == category || own.path() == category.group() || own.group() == category.path())
        })
    };
    let mut suggestions: Vec<BudgetSuggestion> = group(ledger, &window, GroupBy::Category)
        .into_iter()
        .filter_map(|of| suggestion(ledger, of.filter, currency, from))
        .filter(|it| !has_budget(&it.category))
        .collect();
    suggestions.sort_by(|a, b| (b.amount.amount(), &a.category).cmp(&(a.amount.amount(), &b.category)));
    suggestions
}

/// The six months before the day's own.
fn whole_months(day: Date) -> (Date, Date) {
    let this = day.first_of_month();
    (this.saturating_sub(MONTHS.months()), this.saturating_sub(1.day()))
}

fn suggestion(
    ledger: &Ledger,
    filter: TransactionFilter,
    currency: Currency,
    from: Date,
) -> Option<BudgetSuggestion> {
    let category = filter.category.clone().filter(|category| *category != Category::UNCATEGORISED)?;
    let by_month: HashMap<Date, Decimal> = group(ledger, &filter, GroupBy::Month)
        .into_iter()
        .filter_map(|it| Some((it.filter.from?.first_of_month(), Decimal::ZERO - it.total)))
        .collect();
    let months = (0..MONTHS).map(|ahead| from.saturating_add(ahead.months()));
    let spent: Vec<Decimal> = months.map(|month| by_month.get(&month).copied().unwrap_or_default()).collect();
    let often = spent.iter().filter(|spent| **spent > Decimal::ZERO).count() * 2 >= spent.len();
    let amount = median(spent.iter().copied())?.ceil();
    (often && amount > Decimal::ZERO).then(|| BudgetSuggestion {
        category,
        amount: money(amount, currency),
        months: spent.into_iter().map(|spent| money(spent, currency)).collect(),
        proof: Proof::of_filter("median of the last six whole months, rounded up", filter),
    })
}
