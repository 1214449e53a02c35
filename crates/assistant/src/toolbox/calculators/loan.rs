//! The tool `loan`.

use domain::Currency;
use finance::calculate::{LoanPlan, LoanRow, LoanTerms, RateChange, Rounding};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    input::{Count, Number, Rate},
    sheet::{Sheet, months_said, percent},
};
use crate::toolbox::{ToolError, ToolOutput, Toolbox};

/// Schedules of up to two years are shown by the month, longer ones by the year.
const MONTHS_SHOWN: usize = 24;

/// How the schedule is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ScheduleRounding {
    Exact,
    Cents,
}

/// A payment beside the level one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExtraPayment {
    /// The payment's number, from 1.
    pub(super) period: Count<u32>,
    /// What is paid beside the level payment.
    pub(super) amount: Number,
}

/// A rate that changes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRate {
    /// The first payment with the new rate, from 1.
    pub(super) period: Count<u32>,
    /// The new rate a year, as a fraction or in percent.
    pub(super) annual_rate: Rate,
}

/// A loan.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LoanInput {
    /// Nominal rate a year: 0.05 or "5%". A month costs a twelfth of it.
    pub(super) annual_rate: Rate,
    /// Number of monthly payments.
    pub(super) n_months: Count<u32>,
    /// What is borrowed.
    pub(super) principal: Number,
    /// Paid every month beside the level payment.
    pub(super) extra_monthly: Option<Number>,
    /// Paid once beside it.
    pub(super) extra_once: Option<Vec<ExtraPayment>>,
    /// Rates that change on the way.
    pub(super) rate_changes: Option<Vec<NewRate>>,
    /// What is left to pay with the last payment.
    pub(super) balloon: Option<Number>,
    /// exact (the formula, columns add up to its totals) or cents (a bank's rounded payments, the last one corrects).
    pub(super) rounding: Option<ScheduleRounding>,
    /// Currency of the amounts; the person's without it.
    pub(super) currency: Option<Currency>,
}

/// A loan's payment, totals and schedule.
pub(super) fn loan(toolbox: &Toolbox, input: LoanInput) -> Result<ToolOutput, ToolError> {
    let mut sheet = Sheet::new(toolbox, input.currency);
    let terms = terms(&input, sheet.digits());
    let plan = finance::calculate::loan(&terms)?;
    sheet.money("payment", "Monthly payment", plan.payment);
    sheet.money("total_interest", "Interest in all", plan.total_interest);
    sheet.money("total_paid", "Paid in all", plan.total_paid);
    let is_plain = terms
        == LoanTerms {
            rounding: terms.rounding,
            ..LoanTerms::new(terms.principal, terms.annual_rate, terms.n_months)
        };
    // With extra payments a row is not the level payment.
    let has_extras =
        !terms.extra_monthly.is_zero() || !terms.extra_once.is_empty() || !terms.balloon.is_zero();
    for change in terms.rate_changes.iter().filter(|_| !has_extras) {
        let Some(row) = plan.rows.iter().find(|row| row.period == change.period) else { continue };
        let name = format!("payment_from_{}", change.period);
        sheet.money(&name, &format!("Monthly payment from number {} on", change.period), row.payment);
    }
    if !is_plain {
        beside_plain(&mut sheet, &terms, &plan)?;
    }
    let rows = plan.rows_in(sheet.digits());
    sheet.set("n_payments", json!(rows.len()));
    sheet.set("schedule", rows.iter().map(|row| row_json(&sheet, row)).collect());
    show(&mut sheet, &rows);
    let summary = format!(
        "{} a month for {} at {} over {}",
        sheet.said(plan.payment),
        sheet.said(terms.principal),
        percent(terms.annual_rate),
        months_said(terms.n_months)
    );
    let formula = match terms.rounding {
        Rounding::Exact => {
            "payment = principal ÷ (v + v² + … + vⁿ) with v = 1 ÷ (1 + annual rate ÷ 12) and n months; a month's \
             interest is the balance × annual rate ÷ 12 (30/360); rows are rounded so that the columns add up"
        }
        Rounding::Digits(_) => {
            "payment = principal ÷ (v + v² + … + vⁿ) with v = 1 ÷ (1 + annual rate ÷ 12) and n months, rounded; a \
             month's interest is the balance × annual rate ÷ 12 (30/360), rounded; the last payment corrects"
        }
    };
    Ok(sheet.done(summary, formula))
}

fn terms(input: &LoanInput, digits: u32) -> LoanTerms {
    let amount = |number: Option<Number>| number.map_or(Decimal::ZERO, |number| number.0);
    let extra_once = input.extra_once.iter().flatten().map(|extra| (extra.period.0, extra.amount.0));
    let changes = input.rate_changes.iter().flatten();
    let changes =
        changes.map(|change| RateChange { period: change.period.0, annual_rate: change.annual_rate.0 });
    LoanTerms {
        principal: input.principal.0,
        annual_rate: input.annual_rate.0,
        n_months: input.n_months.0,
        balloon: amount(input.balloon),
        extra_monthly: amount(input.extra_monthly),
        extra_once: extra_once.collect(),
        rate_changes: changes.collect(),
        rounding: match input.rounding {
            Some(ScheduleRounding::Cents) => Rounding::Digits(digits),
            Some(ScheduleRounding::Exact) | None => Rounding::Exact,
        },
    }
}

/// What extra payments save against the same loan without them.
fn beside_plain(sheet: &mut Sheet, terms: &LoanTerms, plan: &LoanPlan) -> Result<(), ToolError> {
    if terms.extra_monthly.is_zero() && terms.extra_once.is_empty() {
        return Ok(());
    }
    let without = LoanTerms { extra_monthly: Decimal::ZERO, extra_once: Vec::new(), ..terms.clone() };
    let without = finance::calculate::loan(&without)?;
    sheet.money("interest_saved", "Interest saved", without.total_interest - plan.total_interest);
    let months = without.rows.len().saturating_sub(plan.rows.len());
    sheet.plain("months_saved", "Months earlier", Decimal::from(months));
    Ok(())
}

fn row_json(sheet: &Sheet, row: &LoanRow) -> Value {
    json!({
        "period": row.period,
        "payment": sheet.rounded(row.payment),
        "interest": sheet.rounded(row.interest),
        "principal": sheet.rounded(row.principal),
        "balance": sheet.rounded(row.balance),
    })
}

fn show(sheet: &mut Sheet, rows: &[LoanRow]) {
    let (step, word) = if rows.len() <= MONTHS_SHOWN { (1, "Month") } else { (12, "Year") };
    let shown = rows.chunks(step).enumerate().map(|(at, part)| {
        let sum = |of: fn(&LoanRow) -> Decimal| part.iter().map(of).sum::<Decimal>();
        let balance = part.last().map_or(Decimal::ZERO, |row| row.balance);
        let amounts =
            vec![sum(|row| row.payment), sum(|row| row.interest), sum(|row| row.principal), balance];
        ((at + 1).to_string(), amounts)
    });
    let shown: Vec<(String, Vec<Decimal>)> = shown.collect();
    sheet.line("Balance of the loan", shown.iter().map(|(at, amounts)| (format!("{word} {at}"), amounts[3])));
    sheet.table("Payments of the loan", &[word, "Paid", "Interest", "Principal", "Balance"], shown);
}
