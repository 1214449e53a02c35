//! What goes for good.

use domain::{ChangeId, ChatId, ToolWriteOrigin, UserId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{Entry, MemoryStore, user::UserState};
use crate::{Change, ChangeKind};

impl UserState {
    pub(super) fn purge_chat(&mut self, id: ChatId) {
        self.chats.remove(&id);
        let all = (id, Uuid::nil().into())..=(id, Uuid::max().into());
        let messages: Vec<_> = self.messages.range(all).map(|(key, _)| *key).collect();
        for key in messages {
            self.messages.remove(&key);
            self.chat_of_message.remove(&key.1);
            self.unlinked.remove(&key.1);
        }
        self.runs.retain(|_, rows| rows.run.chat_id != id);
        self.tool_writes.retain(|_, write| match write.origin {
            ToolWriteOrigin::Chat { chat_id, .. } => chat_id != id,
            ToolWriteOrigin::Mcp { .. } => true,
        });
    }

    /// Nothing is left but when that was; of a database's rows it is then known that there are none.
    pub(super) fn erase(&mut self, change: ChangeId, at: Timestamp) {
        *self = Self::erased(self.version, change, at);
    }
}

impl MemoryStore {
    /// Gives back the bytes of a user of whom nothing is left.
    pub(super) fn settle_bytes(&self, entry: &Entry, change: &Change) {
        if matches!(change.kind, ChangeKind::UserErased) {
            let bytes = entry.used_bytes.load(std::sync::atomic::Ordering::Relaxed);
            self.count(entry, -bytes.cast_signed());
        }
    }

    /// A change of the user is not in the journal any more.
    pub(crate) fn unpin_removed(&self, owners: &[UserId]) {
        for user in owners {
            self.unpin(user);
        }
    }
}
