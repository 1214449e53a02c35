//! What models took, and runs that nobody seems to write.

use std::sync::Arc;

use domain::{ChatId, DailyUsage, RunId, RunStatus, Usage, UserId};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{Entry, MemoryStore, Ticket, read, user::UserState, weight::ROW};

impl UserState {
    pub(super) fn count_usage(&mut self, chat: ChatId, usage: Usage, at: Timestamp) {
        let day = at.to_zoned(TimeZone::UTC).date();
        *self.usage.entry((day, chat)).or_default() += usage;
    }

    pub(super) fn usage_since(&self, from: Date) -> Vec<DailyUsage> {
        let title = |chat| self.chats.get(&chat).map(|chat| chat.title.clone());
        let since = self.usage.iter().filter(|((day, _), _)| *day >= from);
        since
            .map(|((day, chat_id), usage)| DailyUsage {
                day: *day,
                chat_id: *chat_id,
                chat_title: title(*chat_id),
                usage: *usage,
            })
            .collect()
    }
}

impl MemoryStore {
    /// Learns what a database has counted since a day.
    pub(crate) fn remember_usage(&self, user: &UserId, ticket: Ticket, from: Date, given: &[DailyUsage]) {
        self.remember(user, ticket, |state| {
            let before = state.usage.len();
            state.usage.retain(|(day, _), _| *day < from);
            state.usage.extend(given.iter().map(|row| ((row.day, row.chat_id), row.usage)));
            (state.usage.len() as i64 - before as i64) * ROW as i64
        });
    }

    fn everyone(&self) -> Vec<(UserId, Arc<Entry>)> {
        read(&self.users).iter().map(|(user, entry)| (user.clone(), Arc::clone(entry))).collect()
    }

    pub(super) fn retaining_users(&self) -> Vec<UserId> {
        let has_set = |entry: &Entry| {
            let state = read(&entry.state);
            state.settings.privacy.as_ref().is_some_and(|privacy| privacy.retention_days.is_some())
        };
        self.everyone().into_iter().filter(|(_, entry)| has_set(entry)).map(|(user, _)| user).collect()
    }

    pub(super) fn silent_runs(&self, heard_before: Timestamp, limit: u16) -> Vec<(UserId, RunId)> {
        let mut silent = Vec::new();
        for (user, entry) in self.everyone() {
            let state = read(&entry.state);
            let runs = state.runs.values().map(|rows| &rows.run);
            let found = runs.filter(|run| run.status != RunStatus::Ended && run.heartbeat_at < heard_before);
            silent.extend(found.map(|run| (run.heartbeat_at, user.clone(), run.id)));
        }
        silent.sort_unstable_by_key(|(heard_at, _, id)| (*heard_at, *id));
        silent.into_iter().take(usize::from(limit)).map(|(_, user, id)| (user, id)).collect()
    }
}
