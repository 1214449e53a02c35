//! What a person has set beside their profile: rules, budgets, remembered columns, exchange rates.

mod budget;
mod csv_mapping;
mod exchange_rate;
mod rule;

use serde::{Deserialize, Serialize};

use crate::SettingId;

pub use budget::{Budget, InvalidBudget};
pub use csv_mapping::{AmountColumns, CsvMapping, DateOrder, RememberedMapping};
pub use exchange_rate::{ExchangeRate, InvalidRate};
pub use rule::{InvalidRule, Rule, RuleCondition};

/// One thing that a person has set. Saving one under an id that is there replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Setting {
    /// A rule that gives transactions their category.
    Rule(Rule),
    /// What may be spent on a category in a month.
    Budget(Budget),
    /// How a bank's CSV files are to be read.
    CsvMapping(RememberedMapping),
    /// What one currency was worth in another on a day.
    ExchangeRate(ExchangeRate),
}

impl Setting {
    /// Its id.
    pub const fn id(&self) -> SettingId {
        match self {
            Self::Rule(rule) => rule.id,
            Self::Budget(budget) => budget.id,
            Self::CsvMapping(mapping) => mapping.id,
            Self::ExchangeRate(rate) => rate.id,
        }
    }
}

/// Everything that one person has set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Rules in the order in which they are tried; the first that fits decides.
    pub rules: Vec<Rule>,
    /// Budgets by category, then by first month.
    pub budgets: Vec<Budget>,
    /// Remembered columns of CSV files.
    pub csv_mappings: Vec<RememberedMapping>,
    /// Exchange rates by day.
    pub exchange_rates: Vec<ExchangeRate>,
}

impl Settings {
    /// Sorts what was stored into its lists, each in its order.
    pub fn from_list(list: impl IntoIterator<Item = Setting>) -> Self {
        let mut settings = Self::default();
        for setting in list {
            match setting {
                Setting::Rule(rule) => settings.rules.push(rule),
                Setting::Budget(budget) => settings.budgets.push(budget),
                Setting::CsvMapping(mapping) => settings.csv_mappings.push(mapping),
                Setting::ExchangeRate(rate) => settings.exchange_rates.push(rate),
            }
        }
        settings.rules.sort_by_key(|rule| (rule.position, rule.id));
        settings.budgets.sort_by(|a, b| (&a.category, a.from, a.id).cmp(&(&b.category, b.from, b.id)));
        settings.csv_mappings.sort_by_key(|mapping| mapping.id);
        settings.exchange_rates.sort_by_key(|rate| (rate.date, rate.id));
        settings
    }
}
