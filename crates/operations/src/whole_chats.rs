//! Chats with every branch, for taking them away.

use std::collections::BTreeMap;

use domain::{ChatId, Message, MessageId, RunId, RunRecord, UserId};
use futures::future::try_join_all;
use storage::PageRequest;

use crate::{OperationError, Operations};

/// Messages that are read at once.
const PAGE: u16 = 500;
/// Records that are read side by side; more would take the pool from others.
const READ_AT_ONCE: usize = 4;

impl Operations {
    /// Every message of a chat that may be in the trash, whichever branch it is on, oldest first.
    pub async fn list_every_message(
        &self,
        user: &UserId,
        chat: ChatId,
    ) -> Result<Vec<Message>, OperationError> {
        let mut all = BTreeMap::new();
        self.add_branch(user, chat, PageRequest::first(PAGE), &mut all).await?;
        for id in self.store.list_forks(user, chat).await?.into_iter().flat_map(|fork| fork.ids) {
            if all.contains_key(&id) {
                continue;
            }
            let Some(leaf) = self.store.find_leaf(user, id).await? else { continue };
            let Some(message) = self.store.find_message(user, leaf).await? else { continue };
            all.insert(leaf, message);
            self.add_branch(user, chat, PageRequest::leading_to(leaf, PAGE), &mut all).await?;
        }
        Ok(all.into_values().collect())
    }

    /// What the models of these messages were sent, as far as it is kept, in the messages' order.
    pub async fn list_run_records(
        &self,
        user: &UserId,
        messages: &[Message],
    ) -> Result<Vec<(RunId, RunRecord)>, OperationError> {
        let runs: Vec<RunId> = messages.iter().filter_map(|message| message.run_id).collect();
        let mut records = Vec::new();
        for some in runs.chunks(READ_AT_ONCE) {
            let found = try_join_all(some.iter().map(|run| self.store.find_run_record(user, *run))).await?;
            records.extend(some.iter().zip(found).filter_map(|(run, record)| Some((*run, record?))));
        }
        Ok(records)
    }

    /// Adds the messages of a branch, from its end back to one that is there already.
    async fn add_branch(
        &self,
        user: &UserId,
        chat: ChatId,
        from: PageRequest,
        all: &mut BTreeMap<MessageId, Message>,
    ) -> Result<(), OperationError> {
        let mut next = Some(from);
        while let Some(request) = next.take() {
            let page = self.store.list_messages(user, chat, &request).await?;
            let mut is_known = false;
            for message in page.items {
                is_known |= all.insert(message.id, message).is_some();
            }
            let cursor = page.next_cursor.filter(|_| !is_known);
            next = cursor.map(|cursor| PageRequest { limit: PAGE, cursor: Some(cursor) });
        }
        Ok(())
    }
}
