//! Which transactions: the one filter that pages, figures, queries and stores share.

mod narrow;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{AccountId, AccountKind, Category, Currency, ImportId, TransactionId};
pub use narrow::{LeftOut, LeftOuts, Weekdays};

/// One side of the household's books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Transactions whose category is spending; refunds are among them.
    Spending,
    /// Transactions whose category is income.
    Income,
}

/// Which transactions; every condition given must hold. Behind each figure of an answer stands
/// one of these, and [`TransactionFilter::href`] leads to its rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TransactionFilter {
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// One account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// A category, or a group with everything in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Exactly this payee, whatever its case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payee: Option<String>,
    /// Text in the payee or description, whatever its case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// One side of the books.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// One currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Rows of one import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import: Option<ImportId>,
    /// One transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction: Option<TransactionId>,
    /// Accounts of one kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_kind: Option<AccountKind>,
    /// Rows of at least this size, sign left off; a split transaction's size is the whole's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Decimal>,
    /// Rows of at most this size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Decimal>,
    /// Rows above this size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<Decimal>,
    /// Rows below this size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<Decimal>,
    /// Rows of these days of the week; of every day when empty.
    #[serde(skip_serializing_if = "Weekdays::is_empty")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub weekdays: Weekdays,
    /// What is left out.
    #[serde(skip_serializing_if = "LeftOuts::is_empty")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub without: LeftOuts,
}

impl TransactionFilter {
    /// The address of the transactions page that shows these rows.
    pub fn href(&self) -> String {
        let mut pairs: Vec<String> = Vec::new();
        let mut push = |key: &str, value: Option<&str>| {
            pairs.extend(value.map(|value| format!("{key}={}", percent_encode(value))));
        };
        push("from", self.from.map(|date| date.to_string()).as_deref());
        push("to", self.to.map(|date| date.to_string()).as_deref());
        push("account", self.account.map(|id| id.to_string()).as_deref());
        push("category", self.category.as_ref().map(Category::path));
        push("payee", self.payee.as_deref());
        push("text", self.text.as_deref());
        push(
            "side",
            self.side.map(|side| match side {
                Side::Spending => "spending",
                Side::Income => "income",
            }),
        );
        push("currency", self.currency.map(Currency::code));
        push("import", self.import.map(|id| id.to_string()).as_deref());
        for name in Self::NARROWING {
            push(name, self.narrowing(name).as_deref());
        }
        if pairs.is_empty() { "/money".to_owned() } else { format!("/money?{}", pairs.join("&")) }
    }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986.
fn percent_encode(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("writing to a string cannot fail");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_encodes_what_a_url_cannot_hold() {
        let filter = TransactionFilter {
            category: Some(Category::known("Food:Groceries")),
            payee: Some("Café & Co".into()),
            ..TransactionFilter::default()
        };
        assert_eq!(filter.href(), "/money?category=Food%3AGroceries&payee=Caf%C3%A9%20%26%20Co");
    }
}
