//! Which transactions: the one filter that pages, figures, queries and stores share.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{AccountId, Category, CategoryKind, Currency, ImportId, Transaction};

/// One side of the household's books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
}

impl TransactionFilter {
    /// Whether a transaction meets every condition. `text` and `payee` compare in lower case.
    pub fn matches(&self, row: &Transaction) -> bool {
        self.from.is_none_or(|from| row.date >= from)
            && self.to.is_none_or(|to| row.date <= to)
            && self.account.is_none_or(|account| row.account_id == account)
            && self.currency.is_none_or(|currency| row.amount.currency() == currency)
            && self.import.is_none_or(|import| row.import_id == import)
            && self.side.is_none_or(|side| match side {
                Side::Spending => row.category.kind() == CategoryKind::Spending,
                Side::Income => row.category.kind() == CategoryKind::Income,
            })
            && self
                .category
                .as_ref()
                .is_none_or(|category| row.category == *category || row.category.group() == category.path())
            && self
                .payee
                .as_ref()
                .is_none_or(|payee| row.payee == *payee || row.payee.to_lowercase() == payee.to_lowercase())
            && self.text.as_ref().is_none_or(|text| {
                let text = text.to_lowercase();
                row.payee.to_lowercase().contains(&text) || row.description.to_lowercase().contains(&text)
            })
    }

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
