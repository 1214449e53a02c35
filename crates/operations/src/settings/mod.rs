//! What a person sets beside the profile: budgets, rules, exchange rates, remembered columns.

pub(crate) mod budgets;
mod exchange_rates;
pub(crate) mod rules;

use std::sync::Arc;

use domain::{Category, ChangeId, Currency, Setting, SettingId, Settings, UserId};
use storage::{Applied, ChangeKind};

pub use budgets::BudgetDraft;
pub use exchange_rates::ExchangeRateDraft;
pub use rules::RuleDraft;

use crate::{OperationError, Operations};

/// Settings that one person may have: what is read for every question stays small.
pub(crate) const SETTINGS_MAX: usize = 10_000;

impl Operations {
    /// Everything that the person has set.
    pub async fn settings(&self, user: &UserId) -> Result<Arc<Settings>, OperationError> {
        Ok(self.store.settings(user).await?)
    }

    /// A new setting's id: the caller's own key, so that a repeat is known, or a new one.
    pub(crate) fn setting_id(&self, key: Option<SettingId>) -> SettingId {
        key.unwrap_or_else(|| SettingId::generate(self.clock.as_ref()))
    }

    /// Saves a new setting and what changes with it, in one change under the id of the new one.
    pub(crate) async fn add_settings(
        &self,
        user: &UserId,
        id: SettingId,
        settings: Vec<Setting>,
    ) -> Result<(), OperationError> {
        let there = self.settings(user).await?;
        if there.contains(id) {
            return Err(OperationError::AlreadyDone);
        }
        if there.len() + settings.len() > SETTINGS_MAX {
            return Err(OperationError::Full);
        }
        let kind = ChangeKind::SettingsSaved { settings };
        match self.write_once(user, ChangeId::from(id.as_uuid()), kind).await? {
            Applied::Now => Ok(()),
            Applied::Before => Err(OperationError::AlreadyDone),
        }
    }

    pub(crate) async fn save_settings(
        &self,
        user: &UserId,
        settings: Vec<Setting>,
    ) -> Result<(), OperationError> {
        self.write(user, ChangeKind::SettingsSaved { settings }).await
    }

    pub(crate) async fn delete_setting(
        &self,
        user: &UserId,
        setting_id: SettingId,
    ) -> Result<(), OperationError> {
        self.write(user, ChangeKind::SettingDeleted { setting_id }).await
    }
}

/// The value of a field that must be given.
pub(crate) fn required<T>(field: &str, value: Option<T>) -> Result<T, OperationError> {
    value.ok_or_else(|| OperationError::field(field, "must be given"))
}

pub(crate) fn parse_category(text: &str) -> Result<Category, OperationError> {
    Category::new(text.trim()).map_err(|error| OperationError::field("category", error.to_string()))
}

pub(crate) fn parse_currency(field: &str, text: &str) -> Result<Currency, OperationError> {
    text.parse().map_err(|_| OperationError::field(field, "must be a three-letter currency code such as EUR"))
}
