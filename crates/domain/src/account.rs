//! A bank, card or cash account.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{AccountId, Currency, ImportId, Money};

/// What sort of account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// Everyday account.
    Checking,
    /// Savings or money market.
    Savings,
    /// Credit card: a negative balance is owed.
    CreditCard,
    /// Loan or mortgage.
    Loan,
    /// Cash side of a brokerage or retirement account.
    Investment,
    /// Notes and coins.
    Cash,
    /// None of the above, or not known.
    Other,
}

impl AccountKind {
    /// Every kind with the name that programs know it by.
    const NAMES: [(Self, &'static str); 7] = [
        (Self::Checking, "checking"),
        (Self::Savings, "savings"),
        (Self::CreditCard, "credit_card"),
        (Self::Loan, "loan"),
        (Self::Investment, "investment"),
        (Self::Cash, "cash"),
        (Self::Other, "other"),
    ];

    /// The name that programs know it by: `credit_card`.
    pub fn as_str(self) -> &'static str {
        Self::NAMES[self as usize].1
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(_, own)| *own == name).map(|(kind, _)| kind)
    }
}

/// A balance that a statement names, at the end of a day. Balances of other days are
/// counted from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceAnchor {
    /// The day at whose end the balance holds.
    pub date: Date,
    /// The balance; negative when owed.
    pub balance: Money,
}

/// An account that transactions are booked on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What pages show: `Checking`, `Visa …1234`.
    pub name: String,
    /// What sort of account it is.
    pub kind: AccountKind,
    /// The currency of every transaction on it.
    pub currency: Currency,
    /// The bank's own key for it (number, IBAN), by which a later statement finds it again.
    pub number: Option<String>,
    /// A balance that a statement named; without one, balances start at zero.
    pub anchor: Option<BalanceAnchor>,
    /// The import that brought it.
    pub import_id: ImportId,
}
