//! Budgets: what may be spent on a category in a month.

use domain::{Budget, Currency, InvalidBudget, Money, Setting, SettingId, UserId};
use finance::insight::budgets::BudgetStatus;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{parse_category, parse_currency, required};
use crate::{OperationError, Operations, Person, json::given};

/// A budget as sent: to make one, or to change some fields of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BudgetDraft {
    /// A category of spending, or a group such as `Food`.
    pub category: Option<String>,
    /// What may be spent in a month; above zero.
    pub amount: Option<Decimal>,
    /// Its ISO 4217 code; the profile's, else the first account's, when a new budget names none.
    pub currency: Option<String>,
    /// The first month, `2024-03` or a day in it; this month when a new budget names none.
    pub from: Option<String>,
    /// The last month; null while it goes on.
    #[serde(deserialize_with = "given")]
    pub until: Option<Option<String>>,
    /// What is left, or was spent too much, is carried into the next month.
    pub rollover: Option<bool>,
}

impl Operations {
    /// Every budget, by category.
    pub async fn list_budgets(&self, user: &UserId) -> Result<Vec<Budget>, OperationError> {
        Ok(self.settings(user).await?.budgets.clone())
    }

    /// The budgets that hold in a month written as `2024-03`, with what is spent and left of them.
    pub async fn budgets_in_month(
        &self,
        person: &Person,
        month: &str,
    ) -> Result<Vec<BudgetStatus>, OperationError> {
        let month = parse_month("month", month)?;
        self.budget_statuses(&person.user, month, person.today(&*self.clock)).await
    }

    /// Makes a budget. With a `key` a repeat is [`OperationError::AlreadyDone`].
    pub async fn create_budget(
        &self,
        person: &Person,
        draft: &BudgetDraft,
        key: Option<SettingId>,
    ) -> Result<Budget, OperationError> {
        let user = &person.user;
        let id = self.setting_id(key);
        let currency = match &draft.currency {
            Some(code) => parse_currency("currency", code)?,
            None => self.main_currency(user).await?,
        };
        let budget = Budget {
            id,
            category: parse_category(&required("category", draft.category.clone())?)?,
            amount: money(required("amount", draft.amount)?, currency)?,
            from: draft
                .from
                .as_deref()
                .map_or_else(|| Ok(person.today(&*self.clock)), |it| parse_month("from", it))?,
            until: until(draft)?,
            rollover: draft.rollover.unwrap_or_default(),
        };
        let budget = self.checked_budget(user, budget).await?;
        self.add_settings(user, id, vec![Setting::Budget(budget.clone())]).await?;
        Ok(budget)
    }

    /// Changes the fields given of a budget.
    pub async fn update_budget(
        &self,
        user: &UserId,
        id: SettingId,
        draft: &BudgetDraft,
    ) -> Result<Budget, OperationError> {
        let settings = self.settings(user).await?;
        let there = settings.budgets.iter().find(|budget| budget.id == id);
        let mut budget = there.cloned().ok_or(OperationError::NotFound)?;
        if let Some(category) = &draft.category {
            budget.category = parse_category(category)?;
        }
        let currency = draft.currency.as_deref().map(|it| parse_currency("currency", it)).transpose()?;
        if draft.amount.is_some() || currency.is_some() {
            let amount = draft.amount.unwrap_or(budget.amount.amount());
            budget.amount = money(amount, currency.unwrap_or(budget.amount.currency()))?;
        }
        if let Some(from) = &draft.from {
            budget.from = parse_month("from", from)?;
        }
        if draft.until.is_some() {
            budget.until = until(draft)?;
        }
        budget.rollover = draft.rollover.unwrap_or(budget.rollover);
        let budget = self.checked_budget(user, budget).await?;
        self.save_settings(user, vec![Setting::Budget(budget.clone())]).await?;
        Ok(budget)
    }

    /// Takes a budget away.
    pub async fn delete_budget(&self, user: &UserId, id: SettingId) -> Result<(), OperationError> {
        if !self.settings(user).await?.budgets.iter().any(|budget| budget.id == id) {
            return Err(OperationError::NotFound);
        }
        self.delete_setting(user, id).await
    }

    /// Two budgets of one category that start in the same month would leave open which one holds.
    pub(crate) async fn checked_budget(
        &self,
        user: &UserId,
        budget: Budget,
    ) -> Result<Budget, OperationError> {
        let budget = budget.validate().map_err(|error| {
            let field = match error {
                InvalidBudget::NotSpending => "category",
                InvalidBudget::NotPositive => "amount",
                InvalidBudget::Ends => "until",
            };
            OperationError::field(field, error.to_string())
        })?;
        let key = |it: &Budget| (it.category.clone(), it.from, it.amount.currency());
        let is_taken = |other: &Budget| other.id != budget.id && key(other) == key(&budget);
        if self.settings(user).await?.budgets.iter().any(is_taken) {
            return Err(OperationError::field("category", "has a budget from this month on already"));
        }
        Ok(budget)
    }
}

fn until(draft: &BudgetDraft) -> Result<Option<Date>, OperationError> {
    draft.until.as_ref().and_then(Option::as_deref).map(|text| parse_month("until", text)).transpose()
}

pub(crate) fn money(amount: Decimal, currency: Currency) -> Result<Money, OperationError> {
    Money::new(amount, currency).map_err(|error| OperationError::field("amount", error.to_string()))
}

/// The first day of a month written as `2024-03`, or as a day in it.
pub(crate) fn parse_month(field: &str, text: &str) -> Result<Date, OperationError> {
    let text = text.trim();
    let day = if text.len() == 7 { format!("{text}-01") } else { text.to_owned() };
    let day: Date =
        day.parse().map_err(|_| OperationError::field(field, "must be a month written as YYYY-MM"))?;
    Ok(day.first_of_month())
}
