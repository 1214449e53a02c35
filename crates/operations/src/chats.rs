//! Chats: the history.

use domain::{Chat, ChatId, Title, UserId};
use storage::{ChangeKind, ChatFilter, Page, PageRequest};

use crate::{OperationError, Operations};

impl Operations {
    /// The history, newest first.
    pub async fn list_chats(
        &self,
        user: &UserId,
        filter: &ChatFilter,
        page: &PageRequest,
    ) -> Result<Page<Chat>, OperationError> {
        Ok(self.store.list_chats(user, filter, page).await?)
    }

    /// A chat that is not in the trash.
    pub async fn get_chat(&self, user: &UserId, id: ChatId) -> Result<Chat, OperationError> {
        let chat = self.store.find_chat(user, id).await?;
        chat.filter(|chat| chat.deleted_at.is_none()).ok_or(OperationError::NotFound)
    }

    /// A new, empty chat.
    pub async fn create_chat(&self, user: &UserId, title: Option<&str>) -> Result<Chat, OperationError> {
        let title = match title {
            Some(text) => checked_title(text)?,
            None => Title::from_question(""),
        };
        let chat = self.new_chat(title);
        self.write(user, ChangeKind::ChatCreated { chat: chat.clone() }).await?;
        Ok(chat)
    }

    /// Gives a chat a new title.
    pub async fn rename_chat(&self, user: &UserId, id: ChatId, title: &str) -> Result<Chat, OperationError> {
        let title = checked_title(title)?;
        self.get_chat(user, id).await?;
        self.write(user, ChangeKind::ChatRenamed { chat_id: id, title }).await?;
        self.get_chat(user, id).await
    }

    /// Puts a chat into the trash.
    pub async fn delete_chat(&self, user: &UserId, id: ChatId) -> Result<(), OperationError> {
        self.get_chat(user, id).await?;
        self.write(user, ChangeKind::ChatDeleted { chat_id: id }).await
    }

    /// Takes a chat out of the trash.
    pub async fn restore_chat(&self, user: &UserId, id: ChatId) -> Result<Chat, OperationError> {
        self.write(user, ChangeKind::ChatRestored { chat_id: id }).await?;
        self.get_chat(user, id).await
    }

    pub(crate) fn new_chat(&self, title: Title) -> Chat {
        let now = self.clock.now();
        let id = ChatId::generate(self.clock.as_ref());
        Chat { id, title, created_at: now, updated_at: now, deleted_at: None }
    }
}

fn checked_title(text: &str) -> Result<Title, OperationError> {
    Title::new(text).map_err(|error| OperationError::field("title", error.to_string()))
}
