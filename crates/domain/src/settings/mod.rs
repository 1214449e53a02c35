//! What a person has set beside their profile: rules, budgets, remembered columns, exchange rates, what
//! the assistant remembers and may use, how long chats stay.

mod assistant;
mod budget;
mod csv_mapping;
mod exchange_rate;
mod rule;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::SettingId;

pub use assistant::{Privacy, Remembered, RememberedSource, ToolSwitch};
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
    /// Something that the assistant remembers of the person.
    Remembered(Remembered),
    /// Whether the assistant may call a tool.
    ToolSwitch(ToolSwitch),
    /// How long the person's data stays.
    Privacy(Privacy),
}

impl Setting {
    /// The word for what it is, as its JSON has it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Rule(_) => "rule",
            Self::Budget(_) => "budget",
            Self::CsvMapping(_) => "csv_mapping",
            Self::ExchangeRate(_) => "exchange_rate",
            Self::Remembered(_) => "remembered",
            Self::ToolSwitch(_) => "tool_switch",
            Self::Privacy(_) => "privacy",
        }
    }

    /// Its id.
    pub const fn id(&self) -> SettingId {
        match self {
            Self::Rule(rule) => rule.id,
            Self::Budget(budget) => budget.id,
            Self::CsvMapping(mapping) => mapping.id,
            Self::ExchangeRate(rate) => rate.id,
            Self::Remembered(remembered) => remembered.id,
            Self::ToolSwitch(switch) => switch.id,
            Self::Privacy(privacy) => privacy.id,
        }
    }
}

/// Everything that one person has set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// Rules in the order in which they are tried; the first that fits decides.
    pub rules: Vec<Rule>,
    /// Budgets by category, then by first month.
    pub budgets: Vec<Budget>,
    /// Remembered columns of CSV files.
    pub csv_mappings: Vec<RememberedMapping>,
    /// Exchange rates by day.
    pub exchange_rates: Vec<ExchangeRate>,
    /// What the assistant remembers, oldest first.
    pub remembered: Vec<Remembered>,
    /// Switches of tools, by the tool's name.
    pub tool_switches: Vec<ToolSwitch>,
    /// How long data stays; none when the person has not said.
    pub privacy: Option<Privacy>,
}

impl Settings {
    /// Sorts what was stored into its lists, each in its order.
    pub fn from_list(list: impl IntoIterator<Item = Setting>) -> Self {
        let mut settings = Self::default();
        settings.add(list);
        settings
    }

    /// Adds settings; those whose ids are there already are replaced.
    pub fn put(&mut self, given: Vec<Setting>) {
        let replaced: HashSet<SettingId> = given.iter().map(Setting::id).collect();
        self.retain(|id| !replaced.contains(&id));
        self.add(given);
    }

    /// Takes a setting out.
    pub fn remove(&mut self, id: SettingId) {
        self.retain(|there| there != id);
    }

    /// Whether there is a setting of this id.
    pub fn contains(&self, id: SettingId) -> bool {
        self.rules.iter().any(|rule| rule.id == id)
            || self.budgets.iter().any(|budget| budget.id == id)
            || self.csv_mappings.iter().any(|mapping| mapping.id == id)
            || self.exchange_rates.iter().any(|rate| rate.id == id)
            || self.remembered.iter().any(|remembered| remembered.id == id)
            || self.tool_switches.iter().any(|switch| switch.id == id)
            || self.privacy.is_some_and(|privacy| privacy.id == id)
    }

    /// Whether the assistant may call a tool: it may unless the person has switched it off.
    pub fn tool_is_enabled(&self, tool: &str) -> bool {
        self.tool_switches.iter().all(|switch| switch.tool != tool || switch.enabled)
    }

    /// How many settings there are.
    pub fn len(&self) -> usize {
        self.rules.len()
            + self.budgets.len()
            + self.csv_mappings.len()
            + self.exchange_rates.len()
            + self.remembered.len()
            + self.tool_switches.len()
            + usize::from(self.privacy.is_some())
    }

    /// Nothing is set.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn retain(&mut self, keep: impl Fn(SettingId) -> bool) {
        self.rules.retain(|rule| keep(rule.id));
        self.budgets.retain(|budget| keep(budget.id));
        self.csv_mappings.retain(|mapping| keep(mapping.id));
        self.exchange_rates.retain(|rate| keep(rate.id));
        self.remembered.retain(|remembered| keep(remembered.id));
        self.tool_switches.retain(|switch| keep(switch.id));
        self.privacy = self.privacy.filter(|privacy| keep(privacy.id));
    }

    fn add(&mut self, list: impl IntoIterator<Item = Setting>) {
        for setting in list {
            match setting {
                Setting::Rule(rule) => self.rules.push(rule),
                Setting::Budget(budget) => self.budgets.push(budget),
                Setting::CsvMapping(mapping) => self.csv_mappings.push(mapping),
                Setting::ExchangeRate(rate) => self.exchange_rates.push(rate),
                Setting::Remembered(remembered) => self.remembered.push(remembered),
                Setting::ToolSwitch(switch) => self.tool_switches.push(switch),
                Setting::Privacy(privacy) => self.privacy = Some(privacy),
            }
        }
        self.rules.sort_by_key(|rule| (rule.position, rule.id));
        self.budgets.sort_by(|a, b| (&a.category, a.from, a.id).cmp(&(&b.category, b.from, b.id)));
        self.csv_mappings.sort_by_key(|mapping| mapping.id);
        self.exchange_rates.sort_by_key(|rate| (rate.date, rate.id));
        self.remembered.sort_by_key(|remembered| (remembered.at, remembered.id));
        self.tool_switches.sort_by(|a, b| (&a.tool, a.id).cmp(&(&b.tool, b.id)));
    }
}
