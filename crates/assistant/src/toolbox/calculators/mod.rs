//! Calculators as tools: they work on what they are given, not on the ledger.

mod input;
mod loan;
mod payoff;
mod prices;
mod retirement;
mod returns;
mod savings;
mod sheet;

use operations::input_schema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{ToolDefinition, ToolError, ToolOutput, Toolbox};

/// A calculator: its name, what it is for, and what its input type gives.
struct Calculator {
    name: &'static str,
    description: &'static str,
    schema: fn() -> Value,
    run: fn(&Toolbox, &Value) -> Result<ToolOutput, ToolError>,
}

/// A calculator of a function; its input's type gives the schema.
macro_rules! calculator {
    ($name:literal, $input:ty, $run:path, $description:literal) => {
        Calculator {
            name: $name,
            description: $description,
            schema: input_schema::<$input>,
            run: |toolbox, input| with::<$input>(toolbox, input, $run),
        }
    };
}

/// The calculators in the order a list shows.
const CALCULATORS: &[Calculator] = &[
    calculator!(
        "loan",
        loan::LoanInput,
        loan::loan,
        "A loan or mortgage: monthly payment, totals and schedule; extra payments, rate changes, balloon."
    ),
    calculator!(
        "payoff",
        payoff::PayoffInput,
        payoff::payoff,
        "How many months a fixed monthly payment takes to pay one debt off."
    ),
    calculator!(
        "debts",
        payoff::DebtsInput,
        payoff::debts,
        "Paying several debts off with one budget: avalanche, snowball or an own order, compared."
    ),
    calculator!(
        "savings",
        savings::SavingsInput,
        savings::savings,
        "What a start and monthly deposits grow to."
    ),
    calculator!(
        "required_saving",
        savings::RequiredSavingInput,
        savings::required_saving,
        "What has to be saved a month to reach a target."
    ),
    calculator!(
        "emergency_fund",
        savings::EmergencyFundInput,
        savings::emergency_fund,
        "How large an emergency fund should be, what it lacks, and when it is full."
    ),
    calculator!(
        "retirement",
        retirement::RetirementInput,
        retirement::retirement,
        "Saving for retirement and living on it, in today's prices: what is there, needed and sustainable."
    ),
    calculator!(
        "monte_carlo",
        retirement::MonteCarloInput,
        retirement::monte_carlo,
        "How likely a retirement plan is to last on markets that vary, and the spread of what is left."
    ),
    calculator!(
        "xirr",
        returns::XirrInput,
        returns::xirr,
        "The internal rate of return a year of dated amounts paid in and got back."
    ),
    calculator!(
        "twr",
        returns::TwrInput,
        returns::twr,
        "The time-weighted return of an investment from its valuations."
    ),
    calculator!(
        "inflation",
        prices::InflationInput,
        prices::inflation,
        "What an amount is worth in the prices of another time, by a rate or a price index."
    ),
    calculator!(
        "convert",
        prices::ConvertInput,
        prices::convert,
        "An amount in another currency, by dated rates that the person has supplied."
    ),
];

/// Every calculator as a model is told about it.
pub(super) fn definitions() -> impl Iterator<Item = ToolDefinition> {
    CALCULATORS.iter().map(|calculator| {
        ToolDefinition::reading(calculator.name, calculator.description, (calculator.schema)())
    })
}

/// Runs a calculator; none when there is none of this name.
pub(super) fn run(toolbox: &Toolbox, name: &str, input: &Value) -> Option<Result<ToolOutput, ToolError>> {
    let calculator = CALCULATORS.iter().find(|calculator| calculator.name == name)?;
    Some((calculator.run)(toolbox, input))
}

fn with<T: DeserializeOwned>(
    toolbox: &Toolbox,
    input: &Value,
    run: fn(&Toolbox, T) -> Result<ToolOutput, ToolError>,
) -> Result<ToolOutput, ToolError> {
    run(toolbox, input::read(input)?)
}
