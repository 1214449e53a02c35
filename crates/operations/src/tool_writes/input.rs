//! What writing tools are called with.

use domain::{SettingId, TransactionFilter, TransactionId};
use jiff::civil::Date;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::OperationError;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetCategory {
    /// Which transactions, 1 to 500. Either these or a filter.
    pub(super) transaction_ids: Option<Vec<TransactionId>>,
    /// Every transaction that meets all of these; at least one.
    pub(super) filter: Option<Box<TransactionFilter>>,
    /// The category, such as Food:Groceries.
    pub(super) category: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetBudget {
    /// A category of spending, or a group such as Food.
    pub(super) category: String,
    /// The first month, YYYY-MM; this month when left out.
    pub(super) month: Option<String>,
    /// What may be spent in a month; above zero.
    pub(super) amount: Decimal,
    /// ISO 4217; the profile's when left out, else the first account's.
    pub(super) currency: Option<String>,
    /// What is left is carried into the next month.
    pub(super) rollover: Option<bool>,
}

/// Its figures are read with the goal's own rules.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the goal of that name is changed by what was given")]
pub(super) struct SetGoal {
    /// The goal's name.
    #[schemars(with = "String")]
    name: Value,
    /// How much it takes; a goal that is there keeps its amount when left out.
    #[serde(default)]
    #[schemars(with = "Option<Decimal>")]
    target_amount: Value,
    /// By when.
    #[serde(default)]
    #[schemars(with = "Option<Date>")]
    target_date: Value,
    /// How much is saved already.
    #[serde(default)]
    #[schemars(with = "Option<Decimal>")]
    saved_amount: Value,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddRule {
    /// A text in the payee. Either this or text.
    pub(super) payee: Option<String>,
    /// A text in the payee or the description.
    pub(super) text: Option<String>,
    /// The category that the rule gives.
    pub(super) category: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Remember {
    /// What to remember, in one sentence.
    pub(super) text: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Forget {
    /// Its id, instead of its text.
    pub(super) id: Option<SettingId>,
    /// What is remembered, as it is written there.
    pub(super) text: Option<String>,
}

/// Reads an input; what is wrong names its field.
pub(super) fn read<T: DeserializeOwned>(input: &Value) -> Result<T, OperationError> {
    serde_path_to_error::deserialize(input).map_err(|error| {
        let message = error.inner().to_string();
        let path = error.path().to_string();
        // serde names an unknown or a missing field between back quotes, and its parent as the path.
        let named = message.contains(" field `").then(|| message.split('`').nth(1)).flatten();
        let field = match named {
            Some(name) if path == "." || path == name => name.to_owned(),
            Some(name) if path.ends_with(&format!(".{name}")) => path,
            Some(name) => format!("{path}.{name}"),
            None if path == "." => "input".to_owned(),
            None => path,
        };
        let reason = if message.starts_with("missing field") {
            "must be given"
        } else if message.starts_with("unknown field") {
            "is not an input of this tool"
        } else {
            "is not of the type that the tool's schema says"
        };
        OperationError::field(&field, reason)
    })
}
