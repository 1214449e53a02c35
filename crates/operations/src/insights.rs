//! What a ledger tells beyond its sums: what comes again, what flows, what is to be expected.
//!
//! `day` counts as today in each; rows after it are not looked at.

use domain::{Currency, Profile, TransactionFilter, UserId};
use finance::{
    GroupBy,
    insight::{
        anomalies::{Anomaly, anomalies},
        budgets::{BudgetStatus, BudgetSuggestion, budgets, suggest_budgets},
        cash_flow::{CashFlow, cash_flow},
        forecast::{Forecast, ForecastQuery, forecast},
        goals::{GoalProgress, goals},
        income::{IncomeStream, income_streams},
        net_worth::{NetWorth, net_worth},
        recurring::{Recurring, recurring},
        safe_to_spend::{SafeToSpend, safe_to_spend},
    },
};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;

use crate::{OperationError, Operations};

impl Operations {
    /// Bills, subscriptions, income and transfers that come again.
    pub async fn recurring(&self, user: &UserId, day: Date) -> Result<Vec<Recurring>, OperationError> {
        Ok(recurring(&*self.store.ledger(user).await?, day))
    }

    /// Which money in comes again, pay first.
    pub async fn income_streams(
        &self,
        user: &UserId,
        day: Date,
    ) -> Result<Vec<IncomeStream>, OperationError> {
        let profile = self.insight_profile(user).await?;
        Ok(income_streams(&*self.store.ledger(user).await?, &profile, day))
    }

    /// Money in, out and left of a filter's rows by week, month, quarter or year.
    pub async fn cash_flow(
        &self,
        user: &UserId,
        filter: &TransactionFilter,
        by: GroupBy,
        day: Date,
    ) -> Result<Vec<CashFlow>, OperationError> {
        Ok(cash_flow(&*self.store.ledger(user).await?, filter, by, day))
    }

    /// What is owned and owed at month ends, from the first row or `from` on.
    pub async fn net_worth(
        &self,
        user: &UserId,
        from: Option<Date>,
        day: Date,
    ) -> Result<Vec<NetWorth>, OperationError> {
        Ok(net_worth(&*self.store.ledger(user).await?, from, day))
    }

    /// The balances of the days to come; none without accounts or rows.
    pub async fn forecast(
        &self,
        user: &UserId,
        query: &ForecastQuery,
        day: Date,
    ) -> Result<Option<Forecast>, OperationError> {
        Ok(forecast(&*self.store.ledger(user).await?, query, day))
    }

    /// What can be spent until the next pay; none without an everyday account. Without a cushion
    /// given, a week of ordinary spending is kept.
    pub async fn safe_to_spend(
        &self,
        user: &UserId,
        cushion: Option<Decimal>,
        day: Date,
    ) -> Result<Option<SafeToSpend>, OperationError> {
        let profile = self.insight_profile(user).await?;
        Ok(safe_to_spend(&*self.store.ledger(user).await?, &profile, cushion, day))
    }

    /// The profile's goals with their progress, the most urgent first.
    pub async fn goals(&self, user: &UserId, day: Date) -> Result<Vec<GoalProgress>, OperationError> {
        let profile = self.insight_profile(user).await?;
        Ok(goals(&*self.store.ledger(user).await?, &profile, day))
    }

    /// The budgets of a month, each with what was spent and what is left.
    pub async fn budget_statuses(
        &self,
        user: &UserId,
        month: Date,
        day: Date,
    ) -> Result<Vec<BudgetStatus>, OperationError> {
        let settings = self.store.settings(user).await?;
        Ok(budgets(&*self.store.ledger(user).await?, &settings.budgets, month, day))
    }

    /// Budgets that the past suggests for categories without one, in the profile's currency, else the
    /// first account's.
    pub async fn budget_suggestions(
        &self,
        user: &UserId,
        day: Date,
    ) -> Result<Vec<BudgetSuggestion>, OperationError> {
        let (currency, settings) = (self.main_currency(user).await?, self.store.settings(user).await?);
        Ok(suggest_budgets(&*self.store.ledger(user).await?, &settings.budgets, currency, day))
    }

    /// What is out of the ordinary from a day to another, today at most, the gravest first.
    pub async fn anomalies(
        &self,
        user: &UserId,
        from: Date,
        day: Date,
    ) -> Result<Vec<Anomaly>, OperationError> {
        let profile = self.insight_profile(user).await?;
        // It is tomorrow already where the person may be.
        let day = day.min(self.clock.now().to_zoned(TimeZone::UTC).date().saturating_add(1.day()));
        Ok(anomalies(&*self.store.ledger(user).await?, &profile, from, day))
    }

    /// The profile's currency, else the first account's.
    pub async fn main_currency(&self, user: &UserId) -> Result<Currency, OperationError> {
        let profile = self.insight_profile(user).await?;
        let first = self.store.ledger(user).await?.accounts.first().map(|account| account.currency);
        Ok(profile.base_currency.or(first).unwrap_or(Currency::USD))
    }

    async fn insight_profile(&self, user: &UserId) -> Result<Profile, OperationError> {
        Ok(self.store.find_profile(user).await?.unwrap_or_default())
    }
}
