//! Messages: asking a question.

use domain::{
    ChangeId, Chat, ChatId, Message, MessageId, MessageStatus, Part, Role, Run, RunId, RunStatus, Title,
    UserId,
};
use jiff::Timestamp;
use serde::Serialize;
use storage::{Applied, ChangeKind, ChatFilter, Fork, Page, PageRequest};
use tokio::try_join;

use crate::{OperationError, Operations, Person};

/// The longest question, in bytes. Longer ones are no questions, and cost a model its context.
pub const QUESTION_MAX_BYTES: usize = 16 * 1024;

/// The newest chats and messages among which a question is looked for that was sent before.
const ASKED_IN: u16 = 5;
const ASKED_AMONG: u16 = 50;

/// What a person says who wants the rest of an answer.
pub const CONTINUE: &str = "Continue.";

/// A question that was written down, with the empty answer and the run that will fill it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The chat, new or not.
    pub chat: Chat,
    /// The question, as it was written: where it stands in the chat is the store's to say.
    pub question: Message,
    /// The answer, empty and streaming.
    pub answer: Message,
    /// The run.
    pub run: Run,
}

/// A message of the branch that is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BranchMessage {
    /// The message.
    #[serde(flatten)]
    pub message: Message,
    /// Its place among those that follow the same message.
    pub branch: Branch,
}

/// A message's place among those that follow the same message: the versions of a question or answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Branch {
    /// Its place, from 1.
    pub position: usize,
    /// How many there are.
    pub count: usize,
    /// The version before it.
    pub previous_id: Option<MessageId>,
    /// The version after it.
    pub next_id: Option<MessageId>,
}

impl Branch {
    fn of(message: MessageId, forks: &[Fork]) -> Self {
        let place = |ids: &[MessageId]| ids.iter().position(|id| *id == message);
        let found = forks.iter().find_map(|fork| Some((place(&fork.ids)?, &fork.ids)));
        let Some((index, ids)) = found else {
            return Self { position: 1, count: 1, previous_id: None, next_id: None };
        };
        let previous_id = index.checked_sub(1).map(|before| ids[before]);
        Self { position: index + 1, count: ids.len(), previous_id, next_id: ids.get(index + 1).copied() }
    }
}

impl Operations {
    /// Writes a question down, in a new chat when none is given; one change. It follows the branch
    /// that is shown. With a `key` a repeat of the same form is [`OperationError::AlreadyDone`].
    pub async fn send_message(
        &self,
        person: &Person,
        chat: Option<ChatId>,
        text: &str,
        key: Option<MessageId>,
    ) -> Result<Sent, OperationError> {
        let text = checked_question(text)?;
        let (chat, is_new) = match chat {
            Some(id) => (self.get_chat(&person.user, id).await?, false),
            None => (self.new_chat(Title::from_question(text)), true),
        };
        let sent = self.exchange(person, chat, text);
        self.write_sent(&person.user, sent, is_new, key).await
    }

    /// Writes a question beside one that was asked before, in other words; both branches stay.
    pub async fn edit_message(
        &self,
        person: &Person,
        id: MessageId,
        text: &str,
    ) -> Result<Sent, OperationError> {
        let text = checked_question(text)?;
        let before = self.get_message(&person.user, id).await?;
        if before.role != Role::User {
            return Err(OperationError::field("id", "must be a question"));
        }
        let mut sent = self.exchange(person, self.get_chat(&person.user, before.chat_id).await?, text);
        sent.question.parent_id = before.parent_id;
        sent.answer.parent_id = Some(sent.question.id);
        self.write_sent(&person.user, sent, false, None).await
    }

    /// Has an answer written again, beside the one that is there.
    pub async fn regenerate_answer(&self, person: &Person, id: MessageId) -> Result<Sent, OperationError> {
        let (before, question) = self.ended_answer(&person.user, id).await?;
        let mut sent = self.exchange(person, self.get_chat(&person.user, before.chat_id).await?, "");
        sent.answer.parent_id = Some(question.id);
        sent.question = question;
        let kind = ChangeKind::AnswerStarted { answer: sent.answer.clone(), run: sent.run.clone() };
        self.write(&person.user, kind).await?;
        Ok(sent)
    }

    /// Has an answer that was stopped or failed gone on with, as a question that follows it.
    pub async fn continue_answer(&self, person: &Person, id: MessageId) -> Result<Sent, OperationError> {
        let (before, _) = self.ended_answer(&person.user, id).await?;
        if before.status == MessageStatus::Complete {
            return Err(OperationError::field("id", "must be an answer that was stopped or failed"));
        }
        let mut sent = self.exchange(person, self.get_chat(&person.user, before.chat_id).await?, CONTINUE);
        sent.question.parent_id = Some(before.id);
        sent.answer.parent_id = Some(sent.question.id);
        self.write_sent(&person.user, sent, false, None).await
    }

    /// An answer that is not being written any more, and its question.
    async fn ended_answer(&self, user: &UserId, id: MessageId) -> Result<(Message, Message), OperationError> {
        let answer = self.get_message(user, id).await?;
        if answer.role != Role::Assistant {
            return Err(OperationError::field("id", "must be an answer"));
        }
        if answer.status == MessageStatus::Streaming {
            return Err(OperationError::StillRunning);
        }
        let question = answer.parent_id.ok_or(OperationError::NotFound)?;
        Ok((answer, self.get_message(user, question).await?))
    }

    /// What a run answers: for an instance that has only its id.
    pub async fn get_sent(&self, user: &UserId, run: &Run) -> Result<Sent, OperationError> {
        let answer = self.get_message(user, run.message_id).await?;
        let question = answer.parent_id.ok_or(OperationError::NotFound)?;
        let question = self.get_message(user, question).await?;
        let chat = self.store.find_chat(user, run.chat_id).await?.ok_or(OperationError::NotFound)?;
        Ok(Sent { chat, question, answer, run: run.clone() })
    }

    /// A question, its empty answer, and a run of this instance, behind the branch that is shown.
    fn exchange(&self, person: &Person, chat: Chat, text: &str) -> Sent {
        let now = self.clock.now();
        let clock = self.clock.as_ref();
        let question = Message {
            id: MessageId::generate(clock),
            chat_id: chat.id,
            parent_id: None,
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
            parent_id: None,
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
            today: Some(person.today(clock)),
            owner: self.instance().to_owned(),
            epoch: 1,
            heartbeat_at: now,
        };
        Sent { chat, question, answer, run }
    }

    async fn write_sent(
        &self,
        user: &UserId,
        sent: Sent,
        is_new: bool,
        key: Option<MessageId>,
    ) -> Result<Sent, OperationError> {
        let kind = ChangeKind::MessageSent {
            chat: is_new.then(|| sent.chat.clone()),
            question: sent.question.clone(),
            answer: sent.answer.clone(),
            run: sent.run.clone(),
        };
        let clock = self.clock.as_ref();
        let change = key.map_or_else(|| ChangeId::generate(clock), |key| ChangeId::from(key.as_uuid()));
        match self.write_once(user, change, kind).await? {
            Applied::Now => Ok(sent),
            Applied::Before => Err(OperationError::AlreadyDone),
        }
    }

    /// The last messages of the branch that is shown, in order; the cursor leads to those before.
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

    /// The newest messages of the branch that is shown, each with its place among its versions.
    pub async fn list_branch(
        &self,
        user: &UserId,
        chat: ChatId,
        page: &PageRequest,
    ) -> Result<Page<BranchMessage>, OperationError> {
        let forks = async { Ok(self.store.list_forks(user, chat).await?) };
        let (listed, forks) = try_join!(self.list_messages(user, chat, page), forks)?;
        let place = |message: Message| BranchMessage { branch: Branch::of(message.id, &forks), message };
        let items = listed.items.into_iter().map(place).collect();
        Ok(Page { items, next_cursor: listed.next_cursor })
    }

    /// What a form that was sent before asked: the newest question in these words since its key was
    /// made, in its chat or else in one that began since. None when the form now says something else.
    pub async fn find_asked(
        &self,
        user: &UserId,
        chat: Option<ChatId>,
        text: &str,
        key: MessageId,
    ) -> Result<Option<Message>, OperationError> {
        let parts = [Part::text(text.trim())];
        let since = made_at(key);
        let chats = if let Some(id) = chat {
            vec![id]
        } else {
            let newest = self.list_chats(user, &ChatFilter::default(), &PageRequest::first(ASKED_IN)).await?;
            newest.items.iter().filter(|chat| chat.created_at >= since).map(|chat| chat.id).collect()
        };
        // As a rule one chat: the one that the form began.
        for chat in chats {
            let last = self.list_messages(user, chat, &PageRequest::first(ASKED_AMONG)).await?.items;
            let is_asked =
                |it: &Message| it.role == Role::User && it.created_at >= since && *it.parts == parts;
            if let Some(question) = last.into_iter().rev().find(is_asked) {
                return Ok(Some(question));
            }
        }
        Ok(None)
    }

    /// One message.
    pub async fn get_message(&self, user: &UserId, id: MessageId) -> Result<Message, OperationError> {
        self.store.find_message(user, id).await?.ok_or(OperationError::NotFound)
    }
}

/// When a key was made, to the millisecond; long ago for one that does not say.
fn made_at(key: MessageId) -> Timestamp {
    let at = key.as_uuid().get_timestamp().map(|at| at.to_unix());
    let at = at.and_then(|(seconds, nanos)| {
        Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanos).ok()?).ok()
    });
    at.unwrap_or(Timestamp::UNIX_EPOCH)
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
