//! The tools `payoff` and `debts`.

use domain::Currency;
use finance::calculate::{
    Debt, DebtPlan, PayoffOrder, Rounding, debts_at_minimum, pay_off_debts, round_money,
};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    input::{Number, Rate},
    sheet::{Sheet, months_said, percent},
};
use crate::toolbox::{ToolError, ToolOutput, Toolbox};

/// One debt and what is paid on it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PayoffInput {
    /// Nominal rate a year: 0.1999 or "19.99%". A month costs a twelfth of it.
    pub(super) annual_rate: Rate,
    /// What is owed.
    pub(super) balance: Number,
    /// What is paid at the end of every month.
    pub(super) monthly_payment: Number,
    /// Currency of the amounts; the person's without it.
    pub(super) currency: Option<Currency>,
}

/// How long one debt takes.
pub(super) fn payoff(toolbox: &Toolbox, input: PayoffInput) -> Result<ToolOutput, ToolError> {
    let mut sheet = Sheet::new(toolbox, input.currency);
    let (owed, rate, payment) = (input.balance.0, input.annual_rate.0, input.monthly_payment.0);
    let plan = finance::calculate::payoff(owed, rate, payment, Rounding::Exact)?;
    sheet.plain("months", "Months", plan.months);
    sheet.plain("payments", "Payments", Decimal::from(plan.payments));
    sheet.money("total_interest", "Interest in all", plan.total_interest);
    sheet.money("total_paid", "Paid in all", plan.total_paid);
    sheet.money("last_payment", "Last payment", plan.last_payment);
    let points = plan.balances.iter().enumerate();
    sheet.line("What is owed", points.map(|(at, balance)| (format!("Month {}", at + 1), *balance)));
    let summary = format!(
        "{} at {} with {} a month: {}, {} of interest",
        sheet.said(owed),
        percent(rate),
        sheet.said(payment),
        months_said(plan.payments),
        sheet.said(plan.total_interest),
    );
    let formula = "months = −ln(1 − balance × r ÷ payment) ÷ ln(1 + r) with r = annual rate ÷ 12, every month alike (30/360) \
                   (balance ÷ payment without interest); whole payments are that rounded up, the last one smaller";
    Ok(sheet.done(summary, formula))
}

/// Which debt gets what the minimum payments leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Strategy {
    Compare,
    Avalanche,
    Snowball,
    Custom,
}

/// One of several debts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DebtInput {
    /// What the person calls it.
    #[schemars(length(max = 200))]
    pub(super) name: String,
    /// What is owed.
    pub(super) balance: Number,
    /// Nominal rate a year, as a fraction or in percent.
    pub(super) annual_rate: Rate,
    /// What must be paid every month; 0 without it.
    pub(super) minimum: Option<Number>,
}

/// Several debts and what is paid on them in all.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DebtsInput {
    /// The debts.
    pub(super) debts: Vec<DebtInput>,
    /// What is paid every month in all, minimum payments included.
    pub(super) monthly_budget: Number,
    /// avalanche (highest rate first), snowball (smallest balance first), custom (as order says) or compare (without it).
    pub(super) strategy: Option<Strategy>,
    /// With custom: every debt's name, first to last.
    #[schemars(inner(length(max = 200)))]
    pub(super) order: Option<Vec<String>>,
    /// Currency of the amounts; the person's without it.
    pub(super) currency: Option<Currency>,
}

/// Paying several debts off, by one strategy or several beside each other.
pub(super) fn debts(toolbox: &Toolbox, input: DebtsInput) -> Result<ToolOutput, ToolError> {
    let mut sheet = Sheet::new(toolbox, input.currency);
    let debts: Vec<Debt> = input.debts.iter().map(debt).collect();
    let budget = input.monthly_budget.0;
    let strategies = strategies(&input)?;
    let mut plans: Vec<(&str, DebtPlan)> = Vec::new();
    for (name, order) in strategies {
        plans.push((name, pay_off_debts(&debts, budget, &order, sheet.digits())?));
    }
    let at_minimum = debts_at_minimum(&debts, sheet.digits())?;
    // The least interest, then the sooner end; the first of equals.
    let best = plans.iter().min_by_key(|(_, plan)| (plan.total_interest, plan.months));
    let (name, best) = best.map(|(name, plan)| (*name, plan.clone())).expect("there is always a strategy");
    sheet.plain("months", "Months until the last debt is paid", Decimal::from(best.months));
    sheet.money("total_interest", "Interest in all", best.total_interest);
    sheet.money("total_paid", "Paid in all", best.total_paid);
    let dearest = plans.iter().map(|(_, plan)| plan.total_interest).max().unwrap_or_default();
    if plans.len() > 1 {
        sheet.money("saved", "Interest saved by the best order", dearest - best.total_interest);
    }
    if let Some(minimum) = &at_minimum {
        let saved = minimum.total_interest - best.total_interest;
        sheet.money("saved_against_minimum", "Interest saved against minimum payments", saved);
    }
    sheet.set("strategy", json!(name));
    sheet.set("plans", plans.iter().map(|(name, plan)| plan_json(&sheet, name, plan)).collect());
    sheet.set("at_minimum", json!(at_minimum.as_ref().map(|plan| plan_json(&sheet, "minimum", plan))));
    show(&mut sheet, &plans, at_minimum.as_ref());
    let summary = format!(
        "{name}: {} with {} a month, {} of interest",
        months_said(best.months),
        sheet.said(budget),
        sheet.said(best.total_interest)
    );
    let formula = "every month each debt is charged its balance × annual rate ÷ 12 (30/360), rounded; each gets its minimum; the \
                   rest of the budget goes to the first debt of the order that is still owed";
    Ok(sheet.done(summary, formula))
}

fn debt(input: &DebtInput) -> Debt {
    Debt {
        name: input.name.clone(),
        balance: round_money(input.balance.0, 8),
        annual_rate: input.annual_rate.0,
        minimum: input.minimum.map_or(Decimal::ZERO, |minimum| minimum.0),
    }
}

fn strategies(input: &DebtsInput) -> Result<Vec<(&'static str, PayoffOrder)>, ToolError> {
    let avalanche = ("avalanche", PayoffOrder::Avalanche);
    let snowball = ("snowball", PayoffOrder::Snowball);
    let custom = || {
        let names = input.order.as_deref().unwrap_or_default();
        let place = |name: &String| {
            input.debts.iter().position(|debt| debt.name == *name).ok_or_else(|| ToolError::InvalidInput {
                message: format!("order: there is no debt called {name:?}"),
            })
        };
        names.iter().map(place).collect::<Result<_, _>>().map(|order| ("custom", PayoffOrder::Custom(order)))
    };
    Ok(match input.strategy {
        Some(Strategy::Avalanche) => vec![avalanche],
        Some(Strategy::Snowball) => vec![snowball],
        Some(Strategy::Custom) => vec![custom()?],
        Some(Strategy::Compare) | None if input.order.is_some() => vec![avalanche, snowball, custom()?],
        Some(Strategy::Compare) | None => vec![avalanche, snowball],
    })
}

fn plan_json(sheet: &Sheet, name: &str, plan: &DebtPlan) -> Value {
    let debts = plan.debts.iter().map(|debt| {
        json!({
            "name": debt.name,
            "months": debt.months,
            "paid": sheet.rounded(debt.paid),
            "interest": sheet.rounded(debt.interest),
        })
    });
    json!({
        "strategy": name,
        "months": plan.months,
        "total_interest": sheet.rounded(plan.total_interest),
        "total_paid": sheet.rounded(plan.total_paid),
        "debts": debts.collect::<Value>(),
    })
}

fn show(sheet: &mut Sheet, plans: &[(&str, DebtPlan)], at_minimum: Option<&DebtPlan>) {
    let all =
        plans.iter().map(|(name, plan)| (*name, plan)).chain(at_minimum.map(|plan| ("minimum only", plan)));
    let rows: Vec<(String, Vec<Decimal>)> = all
        .map(|(name, plan)| {
            (format!("{name}, {}", months_said(plan.months)), vec![plan.total_interest, plan.total_paid])
        })
        .collect();
    sheet.table("Ways to pay the debts off", &["Order", "Interest", "Paid"], rows);
    if let Some((name, plan)) = plans.first() {
        let points = plan.balances.iter().enumerate();
        let points = points.map(|(at, balance)| (format!("Month {}", at + 1), *balance));
        sheet.line(&format!("What is owed, {name}"), points);
    }
}
