//! What tools are called with, checked against their schema.

use domain::Side;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ToolDefinition, ToolError};

/// Every input that some tool takes; a tool's schema says which are its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Input {
    /// A period in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// The second period of a comparison.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_period: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_from: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_to: Option<Date>,
    /// The category that a category is compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_category: Option<String>,
    /// The day of a balance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payee: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Text in payee or description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_by: Option<Grouping>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per: Option<Grouping>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Decimal>,
    /// Only rows above this size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<Decimal>,
    /// Only rows below this size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<Decimal>,
    /// Categories, payees, accounts or texts that are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// Only rows of these weekdays.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// A kind of what comes again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Days ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    /// What to keep for surprises.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cushion: Option<Decimal>,
    /// The price of something.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    Latest,
    Earliest,
    Largest,
    Smallest,
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
