//! What models took on a person's behalf.

use std::collections::BTreeMap;

use domain::{Aside, ChatId, DailyUsage, RunId, Title, Usage, UserId};
use jiff::civil::Date;
use storage::ChangeKind;

use crate::{OperationError, Operations};

/// What was used in a chat in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthlyUsage {
    /// The month's first day, in UTC.
    pub month: Date,
    /// The chat.
    pub chat_id: ChatId,
    /// Its title; none once it has gone for good.
    pub chat_title: Option<Title>,
    /// What was used.
    pub usage: Usage,
}

impl Operations {
    /// What was used by day and chat, since a day (in UTC).
    pub async fn list_usage(&self, user: &UserId, from: Date) -> Result<Vec<DailyUsage>, OperationError> {
        Ok(self.store.usage(user, from).await?)
    }

    /// What was used by month and chat since a month began: the newest month first, in it the chat that
    /// took most.
    pub async fn list_monthly_usage(
        &self,
        user: &UserId,
        from: Date,
    ) -> Result<Vec<MonthlyUsage>, OperationError> {
        let mut months: BTreeMap<(Date, ChatId), MonthlyUsage> = BTreeMap::new();
        for row in self.list_usage(user, from.first_of_month()).await? {
            let month = row.day.first_of_month();
            let DailyUsage { chat_id, chat_title, usage, .. } = row;
            let nothing = MonthlyUsage { month, chat_id, chat_title, usage: Usage::default() };
            months.entry((month, chat_id)).or_insert(nothing).usage += usage;
        }
        let mut months: Vec<_> = months.into_values().collect();
        let most = |row: &MonthlyUsage| (row.month, row.usage.tokens(), row.usage.answers, row.chat_id);
        months.sort_unstable_by_key(|row| std::cmp::Reverse(most(row)));
        Ok(months)
    }

    /// Tokens read and written since a day (in UTC), in all chats.
    pub async fn tokens_since(&self, user: &UserId, from: Date) -> Result<u64, OperationError> {
        let rows = self.list_usage(user, from).await?;
        Ok(rows.iter().map(|row| row.usage.tokens()).fold(0, u64::saturating_add))
    }

    /// Records what a model was asked beside an answer, which counts too. Of a chat that has gone meanwhile
    /// only the count is left.
    pub async fn record_aside(
        &self,
        user: &UserId,
        run_id: RunId,
        chat_id: ChatId,
        aside: Aside,
    ) -> Result<(), OperationError> {
        let usage = aside.usage();
        let kind = ChangeKind::AsideRecorded { run_id, chat_id, aside: Box::new(aside) };
        match self.write(user, kind).await {
            Err(OperationError::NotFound) => self.count_usage(user, chat_id, usage).await,
            written => written,
        }
    }

    /// Counts what a model took beside what is recorded; nothing is no change.
    pub async fn count_usage(
        &self,
        user: &UserId,
        chat_id: ChatId,
        usage: Usage,
    ) -> Result<(), OperationError> {
        if usage == Usage::default() {
            return Ok(());
        }
        self.write(user, ChangeKind::UsageCounted { chat_id, usage }).await
    }
}
