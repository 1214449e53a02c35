//! What a person may say about how long their data stays, and having it deleted for good.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{Chat, ChatId, Privacy, Setting, UserId};
use jiff::{SignedDuration, Timestamp, civil::Date};
use storage::{ChangeKind, ChatFilter, PageRequest};

use crate::{OperationError, Operations};

/// What has to be typed to have everything deleted.
pub const ERASE_WORDS: &str = "delete everything";
/// Chats that are looked at together.
const PAGE: u16 = 500;
/// Chats that go together: a journal is written anew for all of them once.
const EXPIRED_TOGETHER: usize = 32;
/// People of whom it is known when their chats were last looked through.
const PEOPLE_KEPT: usize = 10_000;

/// On which day each person's chats were last looked through for those that have stayed long enough.
#[derive(Debug, Default)]
pub(crate) struct LookedThrough(Mutex<HashMap<UserId, Date>>);

impl LookedThrough {
    /// Whether this is the person's first time today.
    fn is_first(&self, user: &UserId, today: Date) -> bool {
        let mut days = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if days.len() >= PEOPLE_KEPT {
            days.retain(|_, day| *day == today);
        }
        days.insert(user.clone(), today) != Some(today)
    }

    fn forget(&self, user: &UserId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(user);
    }
}

impl Operations {
    /// Deletes everything of the person for good: rows in every table, in memory and in the journal.
    /// `confirm` must be [`ERASE_WORDS`].
    pub async fn erase_everything(&self, user: &UserId, confirm: &str) -> Result<(), OperationError> {
        if confirm.trim() != ERASE_WORDS {
            return Err(OperationError::field("confirm", format!("must be “{ERASE_WORDS}”")));
        }
        self.write(user, ChangeKind::UserErased).await?;
        self.uploads.forget(user);
        self.looked_through.forget(user);
        Ok(())
    }

    /// Deletes a chat for good, from the trash or not, with everything in it.
    pub async fn purge_chat(&self, user: &UserId, id: ChatId) -> Result<(), OperationError> {
        self.store.find_chat(user, id).await?.ok_or(OperationError::NotFound)?;
        self.write(user, ChangeKind::ChatPurged { chat_id: id }).await
    }

    /// Days after its last message that a chat is deleted for good; none keeps chats.
    pub async fn retention_days(&self, user: &UserId) -> Result<Option<u32>, OperationError> {
        Ok(self.settings(user).await?.privacy.and_then(|privacy| privacy.retention_days))
    }

    /// Says how long chats stay.
    pub async fn set_retention(&self, user: &UserId, days: Option<u32>) -> Result<(), OperationError> {
        let max = Privacy::RETENTION_MAX_DAYS;
        if days.is_some_and(|days| days == 0 || days > max) {
            return Err(OperationError::field("retention_days", format!("must be 1 to {max}, or null")));
        }
        let privacy = Privacy { id: Privacy::id(), retention_days: days };
        self.save_settings(user, vec![Setting::Privacy(privacy)]).await?;
        self.looked_through.forget(user);
        Ok(())
    }

    /// Deletes the chats that have stayed long enough; once a day and person. Not while the
    /// database is away: what is remembered of it doesn't say what was said since on another instance.
    pub(crate) async fn keep_retention(&self, user: &UserId) -> Result<(), OperationError> {
        if self.store.status().degraded {
            return Ok(());
        }
        if !self.looked_through.is_first(user, self.clock.today()) {
            return Ok(());
        }
        let Some(days) = self.retention_days(user).await? else { return Ok(()) };
        let until = self.clock.now() - SignedDuration::from_hours(24 * i64::from(days));
        for chats in self.chats_until(user, until).await?.chunks(EXPIRED_TOGETHER) {
            let expired = chats
                .iter()
                .map(|chat| self.write(user, ChangeKind::ChatExpired { chat_id: chat.id, until }));
            futures::future::try_join_all(expired).await?;
        }
        Ok(())
    }

    /// The same for everybody, those who do not come any more among them. For the program's own use; false
    /// while the database is away.
    pub async fn keep_all_retentions(&self) -> Result<bool, OperationError> {
        if self.store.status().degraded {
            return Ok(false);
        }
        for user in self.store.list_retaining_users().await? {
            if let Err(error) = self.keep_retention(&user).await {
                tracing::warn!(?error, "chats stay longer than their person has said");
            }
        }
        Ok(true)
    }

    /// Chats whose last message is older than this, those in the trash too.
    async fn chats_until(&self, user: &UserId, until: Timestamp) -> Result<Vec<Chat>, OperationError> {
        let mut old = Vec::new();
        for deleted in [false, true] {
            let filter = ChatFilter { deleted, ..ChatFilter::default() };
            let mut request = Some(PageRequest::first(PAGE));
            while let Some(wanted) = request.take() {
                let page = self.store.list_chats(user, &filter, &wanted).await?;
                old.extend(page.items.into_iter().filter(|chat| chat.updated_at < until));
                request = page.next_cursor.map(|cursor| PageRequest { limit: PAGE, cursor: Some(cursor) });
            }
        }
        Ok(old)
    }
}
