//! Checks of single fields, which gather what is wrong.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{FieldError, FinancialGoal, GoalDraft};
use crate::{AccountId, Money};

/// Longest one-line text, in characters.
pub(super) const LINE_MAX: usize = 120;
/// Longest notes, in characters: what a model's context can bear beside the question.
pub(super) const NOTES_MAX: usize = 4_000;
/// More goals than this no form shows.
pub(super) const GOALS_MAX: usize = 20;

pub(super) struct Check {
    pub(super) errors: Vec<FieldError>,
}

impl Check {
    pub(super) fn fail(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    pub(super) fn text(&mut self, field: &str, value: &str, max: usize) -> Option<String> {
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        if value.chars().count() > max {
            self.fail(field, format!("must be at most {max} characters"));
            return None;
        }
        if value.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t') {
            self.fail(field, "must not hold control characters");
            return None;
        }
        Some(value.to_owned())
    }

    pub(super) fn whole(&mut self, field: &str, value: &str, min: u8, max: u8) -> Option<u8> {
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        match value.parse::<u8>() {
            Ok(number) if (min..=max).contains(&number) => Some(number),
            _ => {
                self.fail(field, format!("must be a whole number from {min} to {max}"));
                None
            }
        }
    }

    pub(super) fn choice<T: Copy>(
        &mut self,
        field: &str,
        value: &str,
        parse: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        let choice = parse(value);
        if choice.is_none() {
            self.fail(field, "is not one of the choices");
        }
        choice
    }

    pub(super) fn amount(&mut self, field: &str, value: &str) -> Option<Decimal> {
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        match value.parse::<Decimal>() {
            Ok(amount) if amount.is_sign_negative() && !amount.is_zero() => {
                self.fail(field, "must not be negative");
                None
            }
            Ok(amount) if amount <= Money::MAX && amount.scale() <= 2 => Some(amount),
            _ => {
                self.fail(field, "must be an amount such as 1250.50");
                None
            }
        }
    }

    pub(super) fn date(&mut self, field: &str, value: &str) -> Option<Date> {
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        let date = value.parse::<Date>().ok();
        if date.is_none() {
            self.fail(field, "must be a date written as YYYY-MM-DD");
        }
        date
    }

    fn id(&mut self, field: &str, value: &str) -> Option<AccountId> {
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        let id = value.parse().ok();
        if id.is_none() {
            self.fail(field, "must be the id of an account");
        }
        id
    }

    pub(super) fn goal(&mut self, index: usize, goal: &GoalDraft) -> Option<FinancialGoal> {
        let field = |name: &str| format!("financial_goals.{index}.{name}");
        if *goal == GoalDraft::default() {
            return None;
        }
        let name = self.text(&field("name"), &goal.name, LINE_MAX);
        if name.is_none() {
            self.fail(&field("name"), "must not be empty");
        }
        let target_amount = self.amount(&field("target_amount"), &goal.target_amount);
        if target_amount.is_none() && goal.target_amount.trim().is_empty() {
            self.fail(&field("target_amount"), "must not be empty");
        }
        let target_date = self.date(&field("target_date"), &goal.target_date);
        let priority = self.whole(&field("priority"), &goal.priority, 1, 5).unwrap_or(3);
        let saved_amount = self.amount(&field("saved_amount"), &goal.saved_amount);
        let account_id = self.id(&field("account_id"), &goal.account_id);
        Some(FinancialGoal {
            name: name?,
            target_amount: target_amount?,
            target_date,
            priority,
            saved_amount,
            account_id,
        })
    }
}
