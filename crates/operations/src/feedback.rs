//! What a person says of answers.

use domain::{Feedback, Message, MessageId, Rating, Role, UserId};
use storage::ChangeKind;

use crate::{OperationError, Operations};

/// Hears what people say of answers, to tell it elsewhere. It must not wait: the person does.
pub trait HearsFeedback: Send + Sync {
    /// What somebody says of an answer has changed; the message tells what it is now.
    fn hear(&self, user: &UserId, message: MessageId);
}

impl Operations {
    /// Says of an answer whether it was good, and why; replaces what was said before.
    pub async fn give_feedback(
        &self,
        user: &UserId,
        id: MessageId,
        rating: Rating,
        reason: Option<&str>,
    ) -> Result<Message, OperationError> {
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        let max = Feedback::REASON_MAX_CHARS;
        if reason.is_some_and(|reason| reason.chars().count() > max) {
            return Err(OperationError::field("reason", format!("must be at most {max} characters")));
        }
        let feedback = Feedback { rating, reason: reason.map(str::to_owned), at: self.clock.now() };
        self.save_feedback(user, id, Some(feedback)).await
    }

    /// Takes back what was said of an answer.
    pub async fn withdraw_feedback(&self, user: &UserId, id: MessageId) -> Result<Message, OperationError> {
        self.save_feedback(user, id, None).await
    }

    async fn save_feedback(
        &self,
        user: &UserId,
        id: MessageId,
        feedback: Option<Feedback>,
    ) -> Result<Message, OperationError> {
        let message = self.get_message(user, id).await?;
        self.get_chat(user, message.chat_id).await?;
        if message.role != Role::Assistant {
            return Err(OperationError::field("message_id", "must be an answer"));
        }
        self.write(user, ChangeKind::FeedbackGiven { message_id: id, feedback }).await?;
        if let Some(listener) = &self.hears_feedback {
            listener.hear(user, id);
        }
        self.get_message(user, id).await
    }
}
