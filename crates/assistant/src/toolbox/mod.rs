//! The toolbox: what a model can ask of one person's ledger and profile.

mod balances;
mod calculators;
mod compare;
mod definition;
mod flows;
mod frequency;
mod household;
mod input;
mod insights;
mod lists;
mod names;
mod narrow;
mod output;
mod overview;
mod saved_per;
mod scope;
mod share;
mod together;
mod transfers;
mod usual;

use std::sync::{Arc, OnceLock};

use domain::{Budget, Currency, ExchangeRate, Ledger, Profile, Settings, TransactionId};
use finance::calculate::CalculationError;
use jiff::civil::Date;
use serde_json::Value;
use thiserror::Error;

pub(crate) use definition::LOOK_UP;
pub use definition::{ToolDefinition, ToolSource};
pub(crate) use household::usual_spending;
pub(crate) use input::{Direction, Grouping, Input, Order};
pub(crate) use names::{Certainty, Match, MatchKind, Names};
pub use output::{ToolFigure, ToolOutput};
pub(crate) use scope::Described;
pub(crate) use scope::main_currency;

use crate::{model::ModelContext, when::DayOrder};

/// What a figure without a formula of its own came from.
const UNEXPLAINED: &str = "what the tool's table shows";

/// Why a tool gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ToolError {
    /// There is no tool of this name.
    #[error("there is no tool of this name")]
    UnknownTool,
    /// The input does not fit the schema.
    #[error("the input does not fit: {message}")]
    InvalidInput {
        /// What is wrong with it.
        message: String,
    },
    /// A name in the input is not in the ledger.
    #[error("there is no {what} called {name:?} in this ledger")]
    UnknownName {
        /// Category, payee or account.
        what: &'static str,
        /// As given.
        name: String,
    },
    /// A name in the input means several.
    #[error("{name:?} could be several accounts: {choices}")]
    Ambiguous {
        /// As given.
        name: String,
        /// What it could be.
        choices: String,
    },
    /// A calculation has no result.
    #[error(transparent)]
    Calculation(#[from] CalculationError),
    /// One answer called more tools than it may.
    #[error("too many tools were called for one answer")]
    TooManyCalls,
    /// The same call was answered before.
    #[error("this call was answered already: use that result")]
    Repeated,
    /// The person has switched the tool off.
    #[error("the person has switched this tool off")]
    SwitchedOff,
    /// What an operation or another program says.
    #[error("{message}")]
    Told {
        /// A sentence for the person.
        message: String,
    },
}

/// The tools over one person's data.
#[derive(Debug)]
pub struct Toolbox {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) profile: Profile,
    pub(crate) as_of: Date,
    pub(crate) exchange_rates: Vec<ExchangeRate>,
    pub(crate) budgets: Vec<Budget>,
    names: OnceLock<Arc<Names>>,
}

impl Toolbox {
    /// Tools over a snapshot; `as_of` counts as today.
    pub fn new(ledger: Arc<Ledger>, profile: Profile, as_of: Date) -> Self {
        Self {
            ledger,
            profile,
            as_of,
            exchange_rates: Vec::new(),
            budgets: Vec::new(),
            names: OnceLock::new(),
        }
    }

    /// The same tools with the exchange rates that the person has set.
    #[must_use]
    pub fn with_exchange_rates(mut self, exchange_rates: Vec<ExchangeRate>) -> Self {
        self.exchange_rates = exchange_rates;
        self
    }

    /// The same tools with the budgets that the person has set.
    #[must_use]
    pub fn with_budgets(mut self, budgets: Vec<Budget>) -> Self {
        self.budgets = budgets;
        self
    }

    /// The same tools with all that the person has set for them.
    #[must_use]
    pub fn with_settings(self, settings: &Settings) -> Self {
        self.with_exchange_rates(settings.exchange_rates.clone()).with_budgets(settings.budgets.clone())
    }

    /// Every tool.
    pub fn list() -> &'static [ToolDefinition] {
        definition::all()
    }

    /// Every tool, to be kept.
    pub fn shared_list() -> Arc<[ToolDefinition]> {
        Arc::clone(definition::all())
    }

    /// Runs a tool.
    pub fn run(&self, name: &str, input: &Value) -> Result<ToolOutput, ToolError> {
        let mut output = if let Some(output) = calculators::run(self, name, input) {
            output?
        } else {
            let definition =
                Self::list().iter().find(|tool| tool.name == name).ok_or(ToolError::UnknownTool)?;
            self.run_on(name, &Input::read(definition, input)?)?
        };
        let formula = output.details["formula"].as_str().unwrap_or(UNEXPLAINED).to_owned();
        for figure in &mut output.figures {
            figure.prove(&self.ledger, &formula);
        }
        Ok(output)
    }

    fn run_on(&self, name: &str, input: &Input) -> Result<ToolOutput, ToolError> {
        match name {
            LOOK_UP => Ok(self.look_up(input)),
            "spending" => self.flow(input, domain::Side::Spending),
            "income" => self.flow(input, domain::Side::Income),
            "average" => self.average(input),
            "frequency" => self.frequency(input),
            "share" => self.share(input),
            "compare_periods" => self.compare_periods(input),
            "usual" => self.usual(input),
            "changes" => self.changes(input),
            "top_payees" => self.top(input, Grouping::Payee),
            "top_categories" => self.top(input, Grouping::Category),
            "extreme_period" => self.extreme_period(input),
            "largest_transactions" => self.largest_transactions(input),
            "list_transactions" => self.list_transactions(input),
            "together" => self.together(input),
            "transfers" => self.transfers(input),
            "balance" => self.balance(input),
            "net_worth" => self.net_worth(input),
            "savings_rate" => self.savings_rate(input),
            "runway" => self.runway(input),
            "income_check" => self.income_check(input),
            "profile" => Ok(self.show_profile()),
            "accounts" => Ok(self.accounts()),
            "categories" => self.categories(input),
            "suggestions" => Ok(self.suggest(input)),
            _ => insights::run(self, name, input).unwrap_or(Err(ToolError::UnknownTool)),
        }
    }

    /// What every answer needs to know.
    pub(crate) fn context(&self) -> ModelContext {
        ModelContext {
            as_of: self.as_of,
            locale: self.profile.locale.clone(),
            base_currency: self.profile.base_currency,
        }
    }

    /// The transactions behind an output's headline figure.
    pub(crate) fn rows_behind(&self, output: &ToolOutput) -> Vec<TransactionId> {
        if let Some(ids) = &output.ids {
            return ids.clone();
        }
        let rows = output.figures.first().and_then(|figure| figure.rows.as_ref());
        rows.map(|filter| self.matching(filter).map(|row| row.id).collect()).unwrap_or_default()
    }

    pub(crate) fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            self.ledger.transactions.derived(|_: &Names| true, || Names::of(&self.ledger.transactions))
        })
    }

    /// How the person writes `03/04/2024`.
    pub(crate) fn day_order(&self) -> DayOrder {
        day_order(self.profile.locale.as_deref())
    }

    /// The currencies' order in an answer: the base currency first, then as given.
    pub(crate) fn base_first(&self, currency: Currency) -> bool {
        self.profile.base_currency != Some(currency)
    }
}

/// How a locale writes `03/04/2024`; without a locale, as the United States do.
pub(crate) fn day_order(locale: Option<&str>) -> DayOrder {
    match locale {
        None => DayOrder::MonthFirst,
        Some(tag) if tag.eq_ignore_ascii_case("en") || tag.to_ascii_lowercase().ends_with("-us") => {
            DayOrder::MonthFirst
        }
        Some(_) => DayOrder::DayFirst,
    }
}
