//! Money in, out and left, by week, month, quarter or year. Transfers between own accounts are neither;
//! refunds reduce spending.

use std::collections::HashMap;

use domain::{Currency, Ledger, Money, Side, TransactionFilter};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    Proof,
    proof::{money, percent},
};
use crate::{GroupBy, group};

/// What flowed in one period, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashFlow {
    /// `2024-W10`, `2024-03`, `2024-Q1`, `2024`.
    pub label: String,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// The days to come are not in it yet.
    pub is_partial: bool,
    /// Money earned.
    pub income: Money,
    /// Money spent, refunds taken off; positive.
    pub spending: Money,
    /// Income less spending.
    pub net: Money,
    /// Net in percent of income, one digit; none without income.
    pub savings_rate: Option<Decimal>,
    /// The rows of income.
    pub income_rows: TransactionFilter,
    /// The rows of spending.
    pub spending_rows: TransactionFilter,
    /// How net and rate came about.
    pub proof: Proof,
}

/// The periods of a filter's rows up to a day in time's order, by currency code within each; empty ones
/// between the first and the last are there. `by` is a week, month, quarter or year; a filter's side is
/// left out of account.
pub fn cash_flow(ledger: &Ledger, filter: &TransactionFilter, by: GroupBy, day: Date) -> Vec<CashFlow> {
    let to = filter.to.map_or(day, |to| to.min(day));
    let filter = TransactionFilter { side: None, to: Some(to), ..filter.clone() };
    let of = |side: Side| {
        let filter = TransactionFilter { side: Some(side), ..filter.clone() };
        let groups = group(ledger, &filter, by).into_iter();
        groups.map(|it| ((it.label, it.currency), it.total)).collect::<HashMap<_, _>>()
    };
    let (income, spending) = (of(Side::Income), of(Side::Spending));
    let mut flows: Vec<CashFlow> = group(ledger, &filter, by)
        .into_iter()
        .filter_map(|period| {
            let key = (period.label, period.currency);
            let total = |side: &HashMap<_, Decimal>| side.get(&key).copied().unwrap_or_default();
            let sums = (total(&income), Decimal::ZERO - total(&spending));
            flow(key, sums, &period.filter, (by, day))
        })
        .collect();
    flows.sort_by_key(|flow| (flow.from, flow.income.currency()));
    flows
}

fn flow(
    (label, currency): (String, Currency),
    (income, spending): (Decimal, Decimal),
    period: &TransactionFilter,
    (by, day): (GroupBy, Date),
) -> Option<CashFlow> {
    let (from, to) = (period.from?, period.to?);
    let rows = |side| TransactionFilter { side: Some(side), ..period.clone() };
    let net = income - spending;
    Some(CashFlow {
        label,
        from,
        to,
        is_partial: to == day && !is_end(by, day),
        income: money(income, currency),
        spending: money(spending, currency),
        net: money(net, currency),
        savings_rate: if income > Decimal::ZERO { percent(net, income) } else { None },
        income_rows: rows(Side::Income),
        spending_rows: rows(Side::Spending),
        proof: Proof::of_figures(
            "income less spending; the rate is that by income. Transfers between own accounts are in neither, \
             refunds reduce spending",
        ),
    })
}

/// Whether a day is the last of its period.
fn is_end(by: GroupBy, day: Date) -> bool {
    let ends_month = day.day() == day.days_in_month();
    match by {
        GroupBy::Week => day.weekday() == jiff::civil::Weekday::Sunday,
        GroupBy::Month => ends_month,
        GroupBy::Quarter => ends_month && day.month() % 3 == 0,
        GroupBy::Year => ends_month && day.month() == 12,
        _ => true,
    }
}

/// What was saved in a month on average.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AverageSaving {
    /// Income less spending, by months.
    pub a_month: Money,
    /// The months that it is the average of.
    pub months: usize,
    /// The first day of the first.
    pub from: Date,
    /// The last day of the last.
    pub to: Date,
    /// How it came about.
    pub proof: Proof,
}

/// What was saved a month on average in the last whole months of a currency, `months` at most; none
/// without a whole month.
pub fn average_saving(
    ledger: &Ledger,
    currency: Currency,
    day: Date,
    months: usize,
) -> Option<AverageSaving> {
    let filter = TransactionFilter { currency: Some(currency), ..TransactionFilter::default() };
    let flows = cash_flow(ledger, &filter, GroupBy::Month, day);
    // The first month of the data is rarely there from its first day.
    let whole: Vec<&CashFlow> = flows.iter().skip(1).filter(|flow| !flow.is_partial).collect();
    let recent = &whole[whole.len().saturating_sub(months)..];
    let (first, last) = (recent.first()?, recent.last()?);
    let sum: Decimal = recent.iter().map(|flow| flow.net.amount()).sum();
    Some(AverageSaving {
        a_month: money(sum / Decimal::from(recent.len()), currency),
        months: recent.len(),
        from: first.from,
        to: last.to,
        proof: Proof::of_filter(
            format!("income less spending of {} whole months, by {0}", recent.len()),
            TransactionFilter { from: Some(first.from), to: Some(last.to), ..filter },
        ),
    })
}
