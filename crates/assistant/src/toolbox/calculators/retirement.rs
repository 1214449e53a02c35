//! The tools `retirement` and `monte_carlo`.

use domain::Currency;
use finance::calculate::{MonteCarloPlan, Percentiles, RetirementPlan, ReturnModel};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    input::{Count, Number, Rate},
    sheet::{Sheet, months_said, percent},
};
use crate::toolbox::{ToolError, ToolOutput, Toolbox};

/// Paths without a number of one's own; the success is then known to a percent.
const PATHS: u32 = 10_000;

/// A retirement.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RetirementInput {
    /// What is there today; 0 without it.
    pub(super) start: Option<Number>,
    /// Added at the end of every month until retirement, in today's prices.
    pub(super) monthly_deposit: Option<Number>,
    /// Months until retirement; 0 when it has begun.
    pub(super) months_until: Count<u32>,
    /// Taken out at the beginning of every month from then on, in today's prices.
    pub(super) monthly_withdrawal: Number,
    /// Months in retirement.
    pub(super) months_in: Count<u32>,
    /// Nominal return a year: 0.05 or "5%", compounding monthly.
    pub(super) annual_return: Rate,
    /// Effective inflation a year, as a fraction or in percent; 0 without it.
    pub(super) annual_inflation: Option<Rate>,
    /// Currency of the amounts; the person's without it.
    pub(super) currency: Option<Currency>,
}

/// Saving for retirement and living on it.
pub(super) fn retirement(toolbox: &Toolbox, input: RetirementInput) -> Result<ToolOutput, ToolError> {
    let mut sheet = Sheet::new(toolbox, input.currency);
    let plan = RetirementPlan {
        start: or_zero(input.start),
        monthly_deposit: or_zero(input.monthly_deposit),
        months_until: input.months_until.0,
        monthly_withdrawal: input.monthly_withdrawal.0,
        months_in: input.months_in.0,
        annual_return: input.annual_return.0,
        annual_inflation: input.annual_inflation.map_or(Decimal::ZERO, |rate| rate.0),
    };
    let outcome = finance::calculate::retirement(&plan)?;
    sheet.money("at_retirement", "When retirement begins, in today's prices", outcome.at_retirement);
    sheet.money("at_retirement_nominal", "The same in the prices of that day", outcome.at_retirement_nominal);
    sheet.money("needed", "Needed when retirement begins", outcome.needed);
    let sustainable = outcome.sustainable_withdrawal;
    sheet.money("sustainable_withdrawal", "Withdrawal a month that lasts just until the end", sustainable);
    sheet.plain("months_paid", "Months paid in full", Decimal::from(outcome.months_paid));
    sheet.money("at_end", "Left at the end", outcome.at_end);
    let lasts = outcome.months_paid == plan.months_in;
    sheet.set("lasts", json!(lasts));
    let rows: Vec<(String, Vec<Decimal>)> =
        outcome.yearly.iter().map(|(month, amount)| (months_said(*month), vec![*amount])).collect();
    sheet.line("Money in today's prices", rows.iter().map(|(after, amounts)| (after.clone(), amounts[0])));
    sheet.table("Money in today's prices", &["After", "Amount"], rows);
    let summary = format!(
        "{} when retirement begins; {} a month {}",
        sheet.said(outcome.at_retirement),
        sheet.said(plan.monthly_withdrawal),
        if lasts { "last".to_owned() } else { format!("last {}", months_said(outcome.months_paid)) },
    );
    Ok(sheet.done(summary, RETIREMENT_FORMULA))
}

const RETIREMENT_FORMULA: &str = "in today's prices, month by month, all alike (30/360): amount × (1 + annual \
    return ÷ 12) ÷ (1 + annual inflation)^(1/12) + deposit until retirement, then (amount − withdrawal) × the same factor; needed = withdrawal × \
    (1 + v + … + vⁿ⁻¹) with v = 1 ÷ that factor";

/// How a month's return is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Model {
    LogNormal,
    Normal,
}

/// A retirement on markets that vary.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MonteCarloInput {
    /// What is there today; 0 without it.
    pub(super) start: Option<Number>,
    /// Added at the end of every month until retirement, in today's prices.
    pub(super) monthly_deposit: Option<Number>,
    /// Months until retirement; 0 when it has begun.
    pub(super) months_until: Count<u32>,
    /// Taken out at the beginning of every month from then on, in today's prices.
    pub(super) monthly_withdrawal: Number,
    /// Months in retirement.
    pub(super) months_in: Count<u32>,
    /// Mean nominal return a year: 0.05 or "5%", compounding monthly.
    pub(super) annual_return: Rate,
    /// Standard deviation of a year's return: 0.15 or "15%".
    pub(super) annual_volatility: Rate,
    /// Effective inflation a year, as a fraction or in percent; 0 without it.
    pub(super) annual_inflation: Option<Rate>,
    /// How monthly returns are spread; lognormal without it.
    pub(super) model: Option<Model>,
    /// How many paths, at most 100000; 10000 without it.
    pub(super) paths: Option<Count<u32>>,
    /// The same seed gives the same figures; 1 without it.
    pub(super) seed: Option<Count<u64>>,
    /// Currency of the amounts; the person's without it.
    pub(super) currency: Option<Currency>,
}

/// How likely a retirement is to last.
pub(super) fn monte_carlo(toolbox: &Toolbox, input: MonteCarloInput) -> Result<ToolOutput, ToolError> {
    let mut sheet = Sheet::new(toolbox, input.currency);
    let plan = MonteCarloPlan {
        plan: RetirementPlan {
            start: or_zero(input.start),
            monthly_deposit: or_zero(input.monthly_deposit),
            months_until: input.months_until.0,
            monthly_withdrawal: input.monthly_withdrawal.0,
            months_in: input.months_in.0,
            annual_return: input.annual_return.0,
            annual_inflation: input.annual_inflation.map_or(Decimal::ZERO, |rate| rate.0),
        },
        annual_volatility: input.annual_volatility.0,
        model: match input.model {
            Some(Model::Normal) => ReturnModel::Normal,
            Some(Model::LogNormal) | None => ReturnModel::LogNormal,
        },
        paths: input.paths.map_or(PATHS, |paths| paths.0),
        seed: input.seed.map_or(1, |seed| seed.0),
    };
    let outcome = finance::calculate::monte_carlo(&plan)?;
    sheet.rate("success_probability", "Every withdrawal is paid", outcome.success);
    sheet.money("at_retirement", "When retirement begins, the median", outcome.at_retirement.p50);
    sheet.money("at_end", "Left at the end, the median", outcome.at_end.p50);
    let spreads =
        [("at_retirement_percentiles", outcome.at_retirement), ("at_end_percentiles", outcome.at_end)];
    for (name, spread) in spreads {
        let spread = percentiles_json(&sheet, &spread);
        sheet.set(name, spread);
    }
    sheet.set("paths", json!(plan.paths));
    sheet.set("seed", json!(plan.seed));
    let rows: Vec<(String, Vec<Decimal>)> = outcome
        .marks
        .iter()
        .map(|(month, at)| (months_said(*month), vec![at.p5, at.p25, at.p50, at.p75, at.p95]))
        .collect();
    sheet.line("Median in today's prices", rows.iter().map(|(after, amounts)| (after.clone(), amounts[2])));
    let columns = ["After", "5 % end below", "25 %", "50 %", "75 %", "95 %"];
    sheet.table("Spread in today's prices", &columns, rows);
    let summary = format!(
        "{} of {} paths pay {} a month for {}",
        percent(outcome.success),
        plan.paths,
        sheet.said(plan.plan.monthly_withdrawal),
        months_said(plan.plan.months_in)
    );
    let formula = "the retirement in today's prices on many random paths: independent returns of months that are \
                   all alike (30/360), with the given mean and deviation ÷ √12, from a ChaCha generator with the seed; the share of paths on which every \
                   withdrawal is paid, and percentiles by nearest rank";
    Ok(sheet.done(summary, formula))
}

fn percentiles_json(sheet: &Sheet, spread: &Percentiles) -> Value {
    json!({
        "p5": sheet.rounded(spread.p5),
        "p25": sheet.rounded(spread.p25),
        "p50": sheet.rounded(spread.p50),
        "p75": sheet.rounded(spread.p75),
        "p95": sheet.rounded(spread.p95),
    })
}

fn or_zero(number: Option<Number>) -> Decimal {
    number.map_or(Decimal::ZERO, |number| number.0)
}
