//! Chats: the history.

use domain::{Chat, ChatId, ChatSummary, MessageId, Persona, Title, UserId};
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
        if page.cursor.is_none()
            && let Err(error) = self.keep_retention(user).await
        {
            tracing::warn!(error = %storage::causes(&error), "old chats could not be deleted");
        }
        Ok(self.store.list_chats(user, filter, page).await?)
    }

    /// A chat that is not in the trash.
    pub async fn get_chat(&self, user: &UserId, id: ChatId) -> Result<Chat, OperationError> {
        let chat = self.store.find_chat(user, id).await?;
        chat.filter(|chat| chat.deleted_at.is_none()).ok_or(OperationError::NotFound)
    }

    /// A chat that lies in the trash.
    pub async fn find_deleted_chat(&self, user: &UserId, id: ChatId) -> Result<Option<Chat>, OperationError> {
        let chat = self.store.find_chat(user, id).await?;
        Ok(chat.filter(|chat| chat.deleted_at.is_some()))
    }

    /// A new, empty chat.
    pub async fn create_chat(&self, user: &UserId, title: Option<&str>) -> Result<Chat, OperationError> {
        let title_given = title.is_some();
        let title = match title {
            Some(text) => checked_title(text)?,
            None => Title::from_question(""),
        };
        let chat = Chat { titled_by_person: title_given, ..self.new_chat(title) };
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

    /// Gives a chat a title that was made for the person; their own stays.
    pub async fn title_chat(&self, user: &UserId, id: ChatId, title: Title) -> Result<(), OperationError> {
        self.write(user, ChangeKind::ChatTitled { chat_id: id, title }).await
    }

    /// Sets how a chat's answers sound from now on.
    pub async fn choose_persona(
        &self,
        user: &UserId,
        id: ChatId,
        persona: Persona,
    ) -> Result<Chat, OperationError> {
        self.get_chat(user, id).await?;
        self.write(user, ChangeKind::ChatPersonaChosen { chat_id: id, persona }).await?;
        self.get_chat(user, id).await
    }

    /// Keeps what a chat's messages say in short.
    pub async fn summarise_chat(
        &self,
        user: &UserId,
        id: ChatId,
        summary: ChatSummary,
    ) -> Result<(), OperationError> {
        self.write(user, ChangeKind::ChatSummarised { chat_id: id, summary: Some(summary) }).await
    }

    /// Forgets what a chat's messages say in short. A chat that goes on is summed up again.
    pub async fn forget_summary(&self, user: &UserId, id: ChatId) -> Result<(), OperationError> {
        self.get_chat(user, id).await?.summary.ok_or(OperationError::NotFound)?;
        self.write(user, ChangeKind::ChatSummarised { chat_id: id, summary: None }).await
    }

    /// Shows the branch that a message is on, to its end.
    pub async fn choose_branch(
        &self,
        user: &UserId,
        id: ChatId,
        message: MessageId,
    ) -> Result<Chat, OperationError> {
        let (_, message) = tokio::try_join!(self.get_chat(user, id), self.get_message(user, message))?;
        if message.chat_id != id {
            return Err(OperationError::NotFound);
        }
        let leaf = self.store.find_leaf(user, message.id).await?.ok_or(OperationError::NotFound)?;
        self.write(user, ChangeKind::BranchChosen { chat_id: id, head_id: leaf }).await?;
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
        Chat {
            id,
            title,
            created_at: now,
            updated_at: now,
            deleted_at: None,
            head_id: None,
            persona: Persona::default(),
            titled_by_person: false,
            summary: None,
        }
    }
}

fn checked_title(text: &str) -> Result<Title, OperationError> {
    Title::new(text).map_err(|error| OperationError::field("title", error.to_string()))
}
