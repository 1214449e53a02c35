//! The tools `savings`, `required_saving` and `emergency_fund`.

use domain::Currency;
use finance::calculate::{EmergencyFundPlan, SavingsPlan, When, future_value, round_money};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{
    input::{Count, Number, Rate},
    sheet::{Sheet, months_said, percent},
};
use crate::toolbox::{ToolError, ToolOutput, Toolbox, usual_spending};

/// When a month's deposit is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum DepositDay {
    Begin,
    End,
}

impl DepositDay {
    fn when(day: Option<Self>) -> When {
        match day {
            Some(Self::Begin) => When::Begin,
            Some(Self::End) | None => When::End,
        }
    }
}

/// Regular saving.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SavingsInput {
    /// Nominal rate a year: 0.03 or "3%", compounding monthly.
    pub(super) annual_rate: Rate,
    /// How many months.
    pub(super) n_months: Count<u32>,
    /// What is there at the start; 0 without it.
    pub(super) start: Option<Number>,
    /// What is added every month; 0 without it.
    pub(super) monthly_deposit: Option<Number>,
    /// Deposits at the begin or at the end of a month; end without it.
    pub(super) when: Option<DepositDay>,
    /// Currency of the amounts; the person's without it.
    pub(super) currency: Option<Currency>,
}

/// What regular saving grows to.
pub(super) fn savings(toolbox: &Toolbox, input: SavingsInput) -> Result<ToolOutput, ToolError> {
    let mut sheet = Sheet::new(toolbox, input.currency);
    let plan = SavingsPlan {
        start: input.start.map_or(Decimal::ZERO, |start| start.0),
        monthly_deposit: input.monthly_deposit.map_or(Decimal::ZERO, |deposit| deposit.0),
        annual_rate: input.annual_rate.0,
        n_months: input.n_months.0,
        when: DepositDay::when(input.when),
    };
    let future = future_value(&plan)?;
    let deposited = plan.start + plan.monthly_deposit * Decimal::from(plan.n_months);
    sheet.money("future_value", "Saved in the end", future);
    sheet.money("deposited", "Paid in", deposited);
    sheet.money("interest", "Interest", future - deposited);
    grow(&mut sheet, &plan)?;
    let summary = format!(
        "{} after {} at {}",
        sheet.said(future),
        months_said(plan.n_months),
        percent(plan.annual_rate)
    );
    Ok(sheet.done(summary, SAVINGS_FORMULA))
}

const SAVINGS_FORMULA: &str = "future value = start × qⁿ + deposit × (1 + q + … + qⁿ⁻¹) with q = 1 + annual rate ÷ 12 \
    and n months, all alike (30/360); deposits at the beginning of a month times q once more";

/// The value at each year's end and at the end.
fn grow(sheet: &mut Sheet, plan: &SavingsPlan) -> Result<(), ToolError> {
    let ends = (12..plan.n_months).step_by(12).chain([plan.n_months]);
    let mut rows = Vec::new();
    for n_months in ends {
        let value = future_value(&SavingsPlan { n_months, ..*plan })?;
        let deposited = plan.start + plan.monthly_deposit * Decimal::from(n_months);
        rows.push((months_said(n_months), vec![deposited, value - deposited, value]));
    }
    sheet.line("Growth of the savings", rows.iter().map(|(after, amounts)| (after.clone(), amounts[2])));
    sheet.table("Growth of the savings", &["After", "Paid in", "Interest", "Value"], rows);
    Ok(())
}

/// A target to save for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RequiredSavingInput {
    /// What is to be there in the end.
    pub(super) target: Number,
    /// How many months.
    pub(super) n_months: Count<u32>,
    /// Nominal rate a year: 0.03 or "3%", compounding monthly; 0 without it.
    pub(super) annual_rate: Option<Rate>,
    /// What is there at the start; 0 without it.
    pub(super) start: Option<Number>,
    /// Deposits at the begin or at the end of a month; end without it.
    pub(super) when: Option<DepositDay>,
    /// Currency of the amounts; the person's without it.
    pub(super) currency: Option<Currency>,
}

/// What has to be saved a month.
pub(super) fn required_saving(
    toolbox: &Toolbox,
    input: RequiredSavingInput,
) -> Result<ToolOutput, ToolError> {
    let mut sheet = Sheet::new(toolbox, input.currency);
    let plan = SavingsPlan {
        start: input.start.map_or(Decimal::ZERO, |start| start.0),
        monthly_deposit: Decimal::ZERO,
        annual_rate: input.annual_rate.map_or(Decimal::ZERO, |rate| rate.0),
        n_months: input.n_months.0,
        when: DepositDay::when(input.when),
    };
    let target = input.target.0;
    let deposit = finance::calculate::required_saving(target, &plan)?;
    sheet.money("monthly_deposit", "To save a month", deposit);
    let grown = future_value(&plan)?;
    sheet.money("start_grows_to", "What the start grows to alone", grown);
    grow(&mut sheet, &SavingsPlan { monthly_deposit: deposit, ..plan })?;
    let summary = format!(
        "{} a month for {} to reach {} at {}",
        sheet.said(deposit),
        months_said(plan.n_months),
        sheet.said(target),
        percent(plan.annual_rate)
    );
    let formula = "monthly deposit = (target − start × qⁿ) ÷ (1 + q + … + qⁿ⁻¹) with q = 1 + annual rate ÷ 12 and n \
                   months, all alike (30/360); deposits at the beginning of a month: divided by q once more";
    Ok(sheet.done(summary, formula))
}

/// An emergency fund.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EmergencyFundInput {
    /// What a month costs; the ledger's usual spending without it.
    pub(super) monthly_expenses: Option<Number>,
    /// How many months it is to last; 6 without it.
    pub(super) n_months: Option<Count<u32>>,
    /// What is there already; 0 without it.
    pub(super) start: Option<Number>,
    /// What is added at the end of every month; 0 without it.
    pub(super) monthly_deposit: Option<Number>,
    /// Nominal rate a year that it earns, compounding monthly; 0 without it.
    pub(super) annual_rate: Option<Rate>,
    /// Currency of the amounts; the person's without it.
    pub(super) currency: Option<Currency>,
}

/// What an emergency fund should hold and lacks.
pub(super) fn emergency_fund(toolbox: &Toolbox, input: EmergencyFundInput) -> Result<ToolOutput, ToolError> {
    let usual = match input.monthly_expenses {
        Some(_) => None,
        None => usual_spending(&toolbox.ledger, &toolbox.profile, toolbox.as_of),
    };
    let missing = || ToolError::InvalidInput {
        message: "\"monthly_expenses\" is missing, and the ledger has no spending to take it from".to_owned(),
    };
    let expenses = match (input.monthly_expenses, &usual) {
        (Some(given), _) => given.0,
        (None, Some(usual)) => usual.monthly,
        (None, None) => return Err(missing()),
    };
    let currency = if usual.is_some() { Some(toolbox.main_currency()) } else { input.currency };
    if currency != input.currency.or(currency) {
        let message = format!(
            "\"currency\": the ledger's expenses are in {}; give \"monthly_expenses\" for another",
            toolbox.main_currency()
        );
        return Err(ToolError::InvalidInput { message });
    }
    let mut sheet = Sheet::new(toolbox, currency);
    let plan = EmergencyFundPlan {
        monthly_expenses: expenses,
        n_months: input.n_months.map_or(6, |months| months.0),
        start: input.start.map_or(Decimal::ZERO, |start| start.0),
        monthly_deposit: input.monthly_deposit.map_or(Decimal::ZERO, |deposit| deposit.0),
        annual_rate: input.annual_rate.map_or(Decimal::ZERO, |rate| rate.0),
    };
    let fund = finance::calculate::emergency_fund(&plan)?;
    sheet.money("target", "Emergency fund", fund.target);
    sheet.money("missing", "Missing", fund.missing);
    sheet.money("monthly_expenses", "What a month costs", expenses);
    sheet.plain("months_covered", "Months covered already", round_money(fund.months_covered, 1));
    match fund.months_to_target {
        Some(months) => sheet.plain("months_to_target", "Months until it is full", Decimal::from(months)),
        None => sheet.set("months_to_target", json!(null)),
    }
    if let Some(usual) = usual {
        let (a_month, start) = (usual.monthly_of("v[1]"), plan.start);
        let target = format!("({a_month} * {})", plan.n_months);
        for (name, formula, expression) in [
            ("monthly_expenses", "what was spent, less refunds, divided by the months", a_month.clone()),
            ("target", "a month's spending times the months", target.clone()),
            (
                "missing",
                "a month's spending times the months, less what is there",
                format!("{target} > {start} ? {target} - {start} : 0"),
            ),
            (
                "months_covered",
                "what is there, divided by a month's spending",
                format!("{start} / {a_month}"),
            ),
        ] {
            sheet.of_rows(name, &usual.filter, formula, expression);
        }
    }
    let summary = format!(
        "{} for {}, {} missing",
        sheet.said(fund.target),
        months_said(plan.n_months),
        sheet.said(fund.missing)
    );
    let formula = "target = a month's expenses × months; missing = target − what is there; months until it is full are \
                   counted month by month, each earning annual rate ÷ 12 (30/360) and adding the deposit";
    Ok(sheet.done(summary, formula))
}
