//! The tools `inflation` and `convert`.

use domain::Currency;
use finance::calculate::{DatedRate, RateUsed, adjust_by_index, adjust_by_rate};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    input::{Count, Number, Rate},
    sheet::{Sheet, percent},
};
use crate::toolbox::{ToolError, ToolOutput, Toolbox};

/// An amount in the prices of another time.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InflationInput {
    /// The amount.
    pub(super) amount: Number,
    /// Effective inflation a year: 0.02 or "2%"; with `n_months`.
    pub(super) annual_inflation: Option<Rate>,
    /// Months on; below zero: months back.
    pub(super) n_months: Option<Count<i32>>,
    /// Price index of the amount's time; with `index_to`, instead of a rate.
    pub(super) index_from: Option<Number>,
    /// Price index of the other time.
    pub(super) index_to: Option<Number>,
    /// Currency of the amount; the person's without it.
    pub(super) currency: Option<Currency>,
}

/// An amount in the prices of another time.
pub(super) fn inflation(toolbox: &Toolbox, input: InflationInput) -> Result<ToolOutput, ToolError> {
    let mut sheet = Sheet::new(toolbox, input.currency);
    let amount = input.amount.0;
    let (adjusted, formula) = match (
        &input.annual_inflation,
        &input.n_months,
        input.index_from,
        input.index_to,
    ) {
        (Some(rate), Some(months), None, None) => (
            adjust_by_rate(amount, rate.0, months.0)?,
            "amount × (1 + annual inflation)^(months ÷ 12), all months alike (30/360); months back divide",
        ),
        (None, None, Some(from), Some(to)) => {
            (adjust_by_index(amount, from.0, to.0)?, "amount × index of the other time ÷ index of its own")
        }
        _ => {
            let message = "give annual_inflation and n_months, or index_from and index_to".to_owned();
            return Err(ToolError::InvalidInput { message });
        }
    };
    sheet.money("adjusted", "The same in the other time's prices", adjusted);
    sheet.money("difference", "Difference", adjusted - amount);
    let how = match (input.annual_inflation, input.n_months) {
        (Some(rate), Some(months)) => format!("{} over {} months", percent(rate.0), months.0),
        _ => "by the index".to_owned(),
    };
    let summary = format!("{} is {}, {how}", sheet.said(amount), sheet.said(adjusted));
    Ok(sheet.done(summary, formula))
}

/// A rate that the person supplies.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RateInput {
    /// Its day.
    pub(super) date: Date,
    /// The currency that one unit is taken of.
    pub(super) from: Currency,
    /// The currency of the rate.
    pub(super) to: Currency,
    /// Units of `to` for one of `from`.
    pub(super) rate: Number,
}

/// An amount in another currency.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConvertInput {
    /// The amount.
    pub(super) amount: Number,
    /// Its currency.
    pub(super) from: Currency,
    /// The currency asked for.
    pub(super) to: Currency,
    /// The day; today without it.
    pub(super) date: Option<Date>,
    /// Rates to use beside those that the person has set.
    pub(super) rates: Option<Vec<RateInput>>,
}

/// An amount in another currency, by dated rates; without one it declines.
pub(super) fn convert(toolbox: &Toolbox, input: ConvertInput) -> Result<ToolOutput, ToolError> {
    let mut sheet = Sheet::new(toolbox, Some(input.to));
    let date = input.date.unwrap_or(toolbox.as_of);
    let mut rates: Vec<DatedRate> = toolbox.exchange_rates.iter().map(DatedRate::from).collect();
    rates.extend(input.rates.iter().flatten().map(dated_rate).collect::<Result<Vec<_>, _>>()?);
    let conversion = finance::calculate::convert(input.amount.0, input.from, input.to, date, &rates)?;
    sheet.money("converted", "Converted", conversion.amount);
    sheet.set("date", json!(date));
    sheet.set("rates_used", conversion.rates.iter().map(rate_json).collect());
    let days: Vec<String> = conversion.rates.iter().map(|used| used.rate.date.to_string()).collect();
    let how = match days.as_slice() {
        [] => "the same currency".to_owned(),
        [day] => format!("rate of {day}"),
        days => format!("rates of {}", days.join(" and ")),
    };
    let summary = format!("{} {} is {}, {how}", input.amount.0, input.from, sheet.said(conversion.amount));
    let formula = "amount × rate (÷ rate where it leads the other way), the latest rate on or before the day; without \
                   one between the two currencies, through one common currency";
    Ok(sheet.done(summary, formula))
}

fn dated_rate(input: &RateInput) -> Result<DatedRate, ToolError> {
    let refused = |message: &str| Err(ToolError::InvalidInput { message: format!("rates: {message}") });
    if input.rate.0.is_sign_negative() || input.rate.0.is_zero() {
        return refused("the rate must be above zero");
    }
    if input.from == input.to {
        return refused("the currencies must differ");
    }
    Ok(DatedRate { date: input.date, from: input.from, to: input.to, rate: input.rate.0 })
}

fn rate_json(used: &RateUsed) -> Value {
    json!({
        "date": used.rate.date,
        "from": used.rate.from,
        "to": used.rate.to,
        "rate": used.rate.rate,
        "is_inverse": used.is_inverse,
    })
}
