//! Messages: asking a question.

use domain::{
    ChangeId, Chat, ChatId, Message, MessageId, MessageStatus, Part, Role, Run, RunId, RunStatus, Title,
    UserId,
};
use storage::{Applied, ChangeKind, Page, PageRequest};
use tokio::try_join;

use crate::{OperationError, Operations};

/// The longest question, in bytes. Longer ones are no questions, and cost a model its context.
pub const QUESTION_MAX_BYTES: usize = 16 * 1024;

/// A question that was written down, with the empty answer and the run that will fill it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The chat, new or not.
    pub chat: Chat,
    /// The question.
    pub question: Message,
    /// The answer, empty and streaming.
    pub answer: Message,
    /// The run.
    pub run: Run,
}

impl Operations {
    /// Writes a question down, in a new chat when none is given; one change. With a `key` a
    /// repeat of the same form is [`OperationError::AlreadyDone`].
    pub async fn send_message(
        &self,
        user: &UserId,
        chat: Option<ChatId>,
        text: &str,
        key: Option<MessageId>,
    ) -> Result<Sent, OperationError> {
        let text = checked_question(text)?;
        let (chat, is_new) = match chat {
            Some(id) => (self.get_chat(user, id).await?, false),
            None => (self.new_chat(Title::from_question(text)), true),
        };
        let now = self.clock.now();
        let clock = self.clock.as_ref();
        let question = Message {
            id: MessageId::generate(clock),
            chat_id: chat.id,
            role: Role::User,
            parts: [Part::text(text)].into(),
            status: MessageStatus::Complete,
            run_id: None,
            created_at: now,
            feedback: None,
        };
        let run_id = RunId::generate(clock);
        let answer = Message {
            id: MessageId::generate(clock),
            chat_id: chat.id,
            role: Role::Assistant,
            parts: [].into(),
            status: MessageStatus::Streaming,
            run_id: Some(run_id),
            created_at: now,
            feedback: None,
        };
        let run = Run {
            id: run_id,
            chat_id: chat.id,
            message_id: answer.id,
            status: RunStatus::Running,
            started_at: now,
        };
        let sent = Sent { chat, question, answer, run };
        let kind = ChangeKind::MessageSent {
            chat: is_new.then(|| sent.chat.clone()),
            question: sent.question.clone(),
            answer: sent.answer.clone(),
            run: sent.run.clone(),
        };
        let change = key.map_or_else(|| ChangeId::generate(clock), |key| ChangeId::from(key.as_uuid()));
        match self.write_once(user, change, kind).await? {
            Applied::Now => Ok(sent),
            Applied::Before => Err(OperationError::AlreadyDone),
        }
    }

    /// The newest messages of a chat, in ascending order; the cursor leads to older ones.
    pub async fn list_messages(
        &self,
        user: &UserId,
        chat: ChatId,
        page: &PageRequest,
    ) -> Result<Page<Message>, OperationError> {
        let listed = async { Ok(self.store.list_messages(user, chat, page).await?) };
        let (_, listed) = try_join!(self.get_chat(user, chat), listed)?;
        Ok(listed)
    }

    /// One message.
    pub async fn get_message(&self, user: &UserId, id: MessageId) -> Result<Message, OperationError> {
        self.store.find_message(user, id).await?.ok_or(OperationError::NotFound)
    }
}

fn checked_question(text: &str) -> Result<&str, OperationError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(OperationError::field("text", "must not be empty"));
    }
    if text.len() > QUESTION_MAX_BYTES {
        return Err(OperationError::field("text", format!("must be at most {QUESTION_MAX_BYTES} bytes")));
    }
    if text.chars().any(|c| c == '\0') {
        return Err(OperationError::field("text", "must not hold control characters"));
    }
    Ok(text)
}
