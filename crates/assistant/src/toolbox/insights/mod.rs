//! What the ledger tells beyond its sums, as tools: what comes again, what flows, what is to be expected.

mod ahead;
mod anomalies;
mod flows;
mod plans;
mod recurring;

use domain::{Currency, Transaction, TransactionFilter};
use finance::insight::recurring::Recurring;
use rust_decimal::Decimal;
use serde_json::json;

use super::{Input, ToolError, ToolOutput, Toolbox, definition::Row};

/// The tools in the order a list shows.
pub(super) const TOOLS: &[Row] = &[
    (
        "recurring",
        "Bills, subscriptions, income and transfers that come again: how often, the usual amount, when the \
         next is due, price changes; with days, what is due within them.",
        &[],
        &["kind", "category", "payee", "text", "n", "days", "headline"],
    ),
    (
        "subscriptions",
        "What could be cancelled: streaming, software, memberships, with what they cost a month and a year \
         and how their prices rose; with order, the one that costs most or least first.",
        &[],
        &["n", "order"],
    ),
    (
        "income_streams",
        "Which money in comes again, which of it is pay, and the next pay day.",
        &[],
        &["headline"],
    ),
    (
        "cash_flow",
        "Money in, out and left by week, month, quarter or year, with the savings rate; transfers between \
         own accounts are left out.",
        &["period", "from", "to", "account"],
        &["per"],
    ),
    ("net_worth_series", "Assets, debts and net worth at each month's end.", &["period", "from", "to"], &[]),
    (
        "budgets",
        "The budgets of a month: budgeted, carried over, spent, left, and where the month is going; \
         suggestions for categories without one.",
        &[],
        &["date", "category"],
    ),
    (
        "goals",
        "What the person saves for: progress, what is needed a month, and whether it will be there in time.",
        &[],
        &[],
    ),
    (
        "anomalies",
        "What is out of the ordinary: high bills, double charges, new subscriptions, price rises, fees, \
         missing income; the last 90 days without a period.",
        &["period", "from", "to"],
        &["n"],
    ),
    (
        "forecast",
        "The balance of an account, or of all, for the days to come, with its lowest point and a band.",
        &[],
        &["account", "days"],
    ),
    (
        "safe_to_spend",
        "What can be spent until the next pay day: balances less bills due, goals and a cushion.",
        &[],
        &["cushion", "amount"],
    ),
];

/// Runs one of these tools; none when there is none of this name.
pub(super) fn run(toolbox: &Toolbox, name: &str, input: &Input) -> Option<Result<ToolOutput, ToolError>> {
    Some(match name {
        "recurring" => toolbox.recurring(input),
        "subscriptions" => Ok(toolbox.subscriptions(input)),
        "income_streams" => Ok(toolbox.income_streams(input)),
        "cash_flow" => toolbox.cash_flow(input),
        "net_worth_series" => toolbox.net_worth_series(input),
        "budgets" => Ok(toolbox.budgets(input)),
        "goals" => Ok(toolbox.goals()),
        "anomalies" => toolbox.anomalies(input),
        "forecast" => toolbox.forecast(input),
        "safe_to_spend" => toolbox.safe_to_spend(input),
        _ => return None,
    })
}

/// Why there is nothing to tell.
fn nothing(reason: &str, summary: &str) -> ToolOutput {
    ToolOutput {
        summary: summary.to_owned(),
        details: json!({ "nothing": reason, "scope": {} }),
        ..ToolOutput::default()
    }
}

impl Toolbox {
    /// A filter that finds exactly the rows of something recurring, where there is one.
    fn rows_of(&self, it: &Recurring) -> Option<TransactionFilter> {
        let filter = TransactionFilter {
            to: Some(self.as_of),
            payee: Some(it.payee.clone()),
            currency: Some(it.usual.currency()),
            category: Some(it.category.clone()),
            ..TransactionFilter::default()
        };
        let found = self.matching(&filter).map(|row: &Transaction| row.id);
        found.eq(it.proof.rows.iter().copied()).then_some(filter)
    }
}

/// Sums by currency, the base currency first.
fn by_currency(
    toolbox: &Toolbox,
    amounts: impl Iterator<Item = (Currency, Decimal)>,
) -> Vec<(Currency, Decimal)> {
    let mut sums: Vec<(Currency, Decimal)> = Vec::new();
    for (currency, amount) in amounts {
        match sums.iter_mut().find(|(of, _)| *of == currency) {
            Some((_, sum)) => *sum += amount,
            None => sums.push((currency, amount)),
        }
    }
    sums.sort_by_key(|(currency, _)| toolbox.base_first(*currency));
    sums
}
