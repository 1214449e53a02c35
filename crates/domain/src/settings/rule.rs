//! A person's rule for the category of transactions.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{AccountId, Category, SettingId, Side};

/// Why a rule is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidRule {
    /// A rule without a condition would take every transaction.
    #[error("a rule needs at least one condition")]
    NoCondition,
    /// The condition at this place, from 0, has no text.
    #[error("condition {} needs a text of at most 200 characters", at + 1)]
    Text {
        /// The condition's place.
        at: usize,
    },
    /// The condition at this place, from 0, has a negative amount.
    #[error("condition {} needs an amount of zero or more", at + 1)]
    Amount {
        /// The condition's place.
        at: usize,
    },
}

/// What must be true of a transaction. Texts are compared whatever their case; amounts without
/// their sign, in the account's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RuleCondition {
    /// The payee is this.
    PayeeIs {
        /// The whole payee.
        text: String,
    },
    /// The payee contains this.
    PayeeContains {
        /// A part of the payee.
        text: String,
    },
    /// The payee or the description contains this.
    TextContains {
        /// A part of either.
        text: String,
    },
    /// At least this much.
    AmountAtLeast {
        /// Zero or more.
        amount: Decimal,
    },
    /// At most this much.
    AmountAtMost {
        /// Zero or more.
        amount: Decimal,
    },
    /// Money out, or money in.
    SideIs {
        /// Spending is money out, income money in.
        side: Side,
    },
    /// Booked on this account.
    AccountIs {
        /// Which account.
        account_id: AccountId,
    },
    /// The merchant's category code (ISO 18245).
    MccIs {
        /// Four digits.
        code: u16,
    },
}

/// A person's rule: transactions of which every condition is true get its category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id.
    pub id: SettingId,
    /// Its place among the rules; smaller ones are tried first.
    pub position: u32,
    /// All must be true; at least one.
    pub conditions: Vec<RuleCondition>,
    /// The category that it gives.
    pub category: Category,
    /// The payee's name that it gives, if it gives one.
    #[serde(default)]
    pub payee: Option<String>,
}

impl Rule {
    /// The same rule with its texts trimmed, or why it is none.
    pub fn validate(mut self) -> Result<Self, InvalidRule> {
        if self.conditions.is_empty() {
            return Err(InvalidRule::NoCondition);
        }
        for (at, condition) in self.conditions.iter_mut().enumerate() {
            match condition {
                RuleCondition::PayeeIs { text }
                | RuleCondition::PayeeContains { text }
                | RuleCondition::TextContains { text } => {
                    *text = text.trim().to_owned();
                    if text.is_empty() || text.chars().count() > 200 {
                        return Err(InvalidRule::Text { at });
                    }
                }
                RuleCondition::AmountAtLeast { amount } | RuleCondition::AmountAtMost { amount } => {
                    if amount.is_sign_negative() {
                        return Err(InvalidRule::Amount { at });
                    }
                }
                RuleCondition::SideIs { .. }
                | RuleCondition::AccountIs { .. }
                | RuleCondition::MccIs { .. } => {}
            }
        }
        self.payee = self.payee.map(|payee| payee.trim().to_owned()).filter(|payee| !payee.is_empty());
        Ok(self)
    }
}
