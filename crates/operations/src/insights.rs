//! What a ledger tells beyond its sums: what comes again, what flows, what is to be expected.
//!
//! `day` counts as today in each; rows after it are not looked at.

use domain::{Profile, TransactionFilter, UserId};
use finance::{
    GroupBy,
    insight::{
        cash_flow::{CashFlow, cash_flow},
        income::{IncomeStream, income_streams},
        net_worth::{NetWorth, net_worth},
        recurring::{Recurring, recurring},
    },
};
use jiff::civil::Date;

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

    async fn insight_profile(&self, user: &UserId) -> Result<Profile, OperationError> {
        Ok(self.store.find_profile(user).await?.unwrap_or_default())
    }
}
