//! The tools `xirr` and `twr`.

use finance::calculate::{Valuation, time_weighted_return};
use jiff::civil::Date;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    input::Number,
    sheet::{Sheet, percent},
};
use crate::toolbox::{ToolError, ToolOutput, Toolbox};

/// Money that went in or came out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FlowInput {
    /// The day.
    pub(super) date: Date,
    /// Below zero: paid in. Above: got back, or worth at the end.
    pub(super) amount: Number,
}

/// The flows of an investment.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct XirrInput {
    /// Every amount paid in (below zero) and got back (above), the worth at the end as the last.
    pub(super) flows: Vec<FlowInput>,
}

/// The internal rate of return of dated flows.
pub(super) fn xirr(toolbox: &Toolbox, input: XirrInput) -> Result<ToolOutput, ToolError> {
    let mut sheet = Sheet::new(toolbox, None);
    let flows: Vec<(Date, Decimal)> = input.flows.iter().map(|flow| (flow.date, flow.amount.0)).collect();
    let rate = finance::calculate::xirr(&flows)?;
    sheet.rate("rate", "Internal rate of return a year", rate);
    let gain: Decimal = flows.iter().map(|(_, amount)| *amount).sum();
    sheet.money("gain", "Gain", gain);
    let formula = "the yearly rate r at which Σ amount ÷ (1 + r)^(days since the first flow ÷ 365) is zero (Actual/365 \
                   fixed), solved by Newton's method inside a bracket";
    Ok(sheet.done(format!("{} a year", percent(rate)), formula))
}

/// The worth of an investment on a day.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ValuationInput {
    /// The day.
    pub(super) date: Date,
    /// Its worth on that day, before money was put in or taken out.
    pub(super) value: Number,
    /// Money put in on that day (above zero) or taken out (below).
    pub(super) flow: Option<Number>,
}

/// An investment's valuations.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TwrInput {
    /// Its worth on the first day, on each day on which money was put in or taken out, and on the last.
    pub(super) valuations: Vec<ValuationInput>,
}

/// The time-weighted return.
pub(super) fn twr(toolbox: &Toolbox, input: TwrInput) -> Result<ToolOutput, ToolError> {
    let mut sheet = Sheet::new(toolbox, None);
    let valuations = input.valuations.iter().map(|valuation| Valuation {
        date: valuation.date,
        value: valuation.value.0,
        flow: valuation.flow.map_or(Decimal::ZERO, |flow| flow.0),
    });
    let valuations: Vec<Valuation> = valuations.collect();
    let weighted = time_weighted_return(&valuations)?;
    sheet.rate("total_return", "Time-weighted return", weighted.total_return);
    if let Some(annual) = weighted.annual_return {
        sheet.rate("annual_return", "Time-weighted return a year", annual);
    }
    sheet.plain("days", "Days", Decimal::from(weighted.days));
    let summary = format!("{} in {} days", percent(weighted.total_return), weighted.days);
    let formula = "the product of worth ÷ (worth before + money put in) over the times between valuations, less one; a \
                   year: to the power of 365 ÷ days (Actual/365 fixed), from a year on";
    Ok(sheet.done(summary, formula))
}
