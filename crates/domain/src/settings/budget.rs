//! What may be spent on a category in a month.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Category, CategoryKind, Money, SettingId};

/// Why a budget is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidBudget {
    /// Only spending has a budget.
    #[error("the category must be one of spending")]
    NotSpending,
    /// Nothing, or less, is no budget.
    #[error("the amount must be above zero")]
    NotPositive,
    /// The last month is before the first.
    #[error("the last month must not be before the first")]
    Ends,
}

/// What may be spent on a category in each month from a first one on, until a later budget of the
/// same category takes its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Its id.
    pub id: SettingId,
    /// A category, or a group such as `Food` for all inside it.
    pub category: Category,
    /// What may be spent in a month; above zero.
    pub amount: Money,
    /// The first day of the first month.
    pub from: Date,
    /// The first day of the last month; none while it goes on.
    pub until: Option<Date>,
    /// What is left, or was spent too much, is carried into the next month.
    pub rollover: bool,
}

impl Budget {
    /// The same budget with its months at their first days, or why it is none.
    pub fn validate(mut self) -> Result<Self, InvalidBudget> {
        self.from = self.from.first_of_month();
        self.until = self.until.map(Date::first_of_month);
        if self.category.kind() != CategoryKind::Spending {
            return Err(InvalidBudget::NotSpending);
        }
        if self.amount.amount() <= rust_decimal::Decimal::ZERO {
            return Err(InvalidBudget::NotPositive);
        }
        if self.until.is_some_and(|until| until < self.from) {
            return Err(InvalidBudget::Ends);
        }
        Ok(self)
    }

    /// Whether it holds in the month of a day.
    pub fn holds_in(&self, day: Date) -> bool {
        let month = day.first_of_month();
        self.from <= month && self.until.is_none_or(|until| month <= until)
    }
}
