//! What tools are called with, checked against their schema.

use domain::Side;
use finance::insight::recurring::RecurringKind;
use jiff::civil::Date;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ToolDefinition, ToolError};

/// Every input that some tool takes; a tool's schema says which are its own, with these docs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Input {
    /// A period in words: last month, Q1 2024, March 2024, 2024-03-01 to 2024-03-31. Or give from and to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// The second period, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_period: Option<String>,
    /// First day of the second period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_from: Option<Date>,
    /// Last day of the second period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_to: Option<Date>,
    /// A second category: compared with the first in the same period, or what a share is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_category: Option<String>,
    /// At the end of this day; today without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// A category or group: Food:Groceries, groceries, food.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// A payee of the ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payee: Option<String>,
    /// Several categories or groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(max = 200)))]
    pub categories: Vec<String>,
    /// Several payees of the ledger.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(max = 200)))]
    pub payees: Vec<String>,
    /// An account's name or id, or a kind: checking, savings, credit card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Several accounts or kinds, whose balances are added up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(max = 200)))]
    pub accounts: Vec<String>,
    /// Text in payee or description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Which side of the books.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// What the breakdown is by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Breakdown>")]
    pub group_by: Option<Grouping>,
    /// Per what; weekday ranks the days of the week.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Span>")]
    pub per: Option<Grouping>,
    /// The order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// Into the account, or out of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Smallest amount, sign left off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Decimal>,
    /// Largest amount, sign left off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Decimal>,
    /// Only amounts above this, sign left off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<Decimal>,
    /// Only amounts below this, sign left off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<Decimal>,
    /// Categories, payees, accounts or texts to leave out; refunds leaves out money that came back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(max = 200)))]
    pub without: Vec<String>,
    /// Only these days of the week.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<DayOfWeek>", length(max = 7))]
    pub weekdays: Vec<String>,
    /// Only the one in this place of the order: 2 is the second largest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100))]
    pub place: Option<u32>,
    /// How many.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100))]
    pub n: Option<u32>,
    /// Only of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<RecurringKind>,
    /// Days ahead; a forecast goes 90 without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 366))]
    pub days: Option<u16>,
    /// What to keep for surprises; a week of ordinary spending without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cushion: Option<Decimal>,
    /// The price of what is to be afforded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Decimal>,
    /// Which figure comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
}

/// What figures are grouped by, or averaged over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Grouping {
    Category,
    Group,
    Payee,
    Account,
    Day,
    Weekday,
    Week,
    Month,
    Quarter,
    Year,
    Transaction,
}

impl Grouping {
    /// Grouped along time.
    pub fn is_time(self) -> bool {
        matches!(self, Self::Day | Self::Week | Self::Month | Self::Quarter | Self::Year)
    }

    /// The word for one of them.
    pub fn word(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Group => "group",
            Self::Payee => "payee",
            Self::Account => "account",
            Self::Day => "day",
            Self::Weekday => "weekday",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Transaction => "transaction",
        }
    }
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    Latest,
    Earliest,
    Largest,
    Smallest,
}

/// Where a transfer goes, as an account sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Direction {
    In,
    Out,
}

/// The groupings of a breakdown.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "read by the schema only")]
enum Breakdown {
    Category,
    Group,
    Payee,
    Account,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// The groupings of an average and of the period with the most.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "read by the schema only")]
enum Span {
    Day,
    Weekday,
    Week,
    Month,
    Quarter,
    Year,
    Transaction,
}

/// A day of the week as a model is told to write it; more spellings are read.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "read by the schema only")]
enum DayOfWeek {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Input {
    /// Checks a call's input: known keys only, each of its type.
    pub fn read(definition: &ToolDefinition, input: &Value) -> Result<Self, ToolError> {
        let invalid = |message: String| ToolError::InvalidInput { message };
        let Value::Object(given) = input else {
            return Err(invalid("must be a JSON object".to_owned()));
        };
        let known = &definition.input_schema["properties"];
        if let Some(key) = given.keys().find(|key| known.get(key.as_str()).is_none()) {
            return Err(invalid(format!("{key:?} is no input of {}", definition.name)));
        }
        let required = definition.input_schema["required"].as_array().into_iter().flatten();
        if let Some(key) = required.filter_map(Value::as_str).find(|key| !given.contains_key(*key)) {
            return Err(invalid(format!("{key:?} is missing")));
        }
        for (key, value) in given {
            let text_max = if key == "text" { 4_000 } else { 200 };
            if value.as_str().is_some_and(|text| text.len() > text_max) {
                return Err(invalid(format!("{key:?} is too long")));
            }
            let words =
                known[key]["enum"].as_array().filter(|words| !value.is_null() && !words.contains(value));
            if let Some(words) = words {
                let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                return Err(invalid(format!("{key:?} must be one of {}", words.join(", "))));
            }
        }
        let cleaned = given.iter().filter(|(_, value)| !value.is_null());
        let cleaned: serde_json::Map<_, _> =
            cleaned.map(|(key, value)| (key.clone(), value.clone())).collect();
        serde_json::from_value(Value::Object(cleaned)).map_err(|error| invalid(error.to_string()))
    }

    /// The input as JSON, without what is not set.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("an input has only string keys")
    }

    /// How many rows a list shows.
    pub fn rows(&self, default: usize) -> usize {
        self.n.map_or(default, |n| n as usize).clamp(1, 100)
    }
}
