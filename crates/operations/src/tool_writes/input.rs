//! What writing tools are called with.

use domain::{SettingId, TransactionFilter, TransactionId};
use rust_decimal::Decimal;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::OperationError;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetCategory {
    pub(super) transaction_ids: Option<Vec<TransactionId>>,
    pub(super) filter: Option<Box<TransactionFilter>>,
    pub(super) category: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetBudget {
    pub(super) category: String,
    pub(super) month: Option<String>,
    pub(super) amount: Decimal,
    pub(super) currency: Option<String>,
    pub(super) rollover: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AddRule {
    pub(super) payee: Option<String>,
    pub(super) text: Option<String>,
    pub(super) category: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Remember {
    pub(super) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forget {
    pub(super) id: Option<SettingId>,
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
