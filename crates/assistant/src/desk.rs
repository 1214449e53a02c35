//! Where a person's questions are answered: everything an answer needs is gathered here, and what
//! follows from one (a title, a summary) is seen to.

use std::sync::Arc;

use domain::{Chat, Message, MessageStatus, Part, Title, ToolWriteOrigin, UserId};
use jiff::{Timestamp, tz::TimeZone};
use operations::{OperationError, Operations, Sent};
use storage::PageRequest;

use crate::{
    answer::{Answer, AnswerEvent, AnswerLimits, Assistant, Briefing, Question},
    model::Models,
    person_tools::PersonTools,
    remote::RemoteTools,
    summary, title,
    toolbox::Toolbox,
};

/// Messages of the chat that are read for an answer.
const HISTORY_MESSAGES: u16 = 60;

/// Answers the questions that are written down in chats.
#[derive(Clone)]
pub struct Desk {
    operations: Arc<Operations>,
    models: Models,
    remote: Option<Arc<dyn RemoteTools>>,
    limits: AnswerLimits,
    tokens_per_day: Option<u64>,
}

/// What a person may still have of the model today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Tokens a day; none where nothing bounds them.
    pub tokens_per_day: Option<u64>,
    /// Tokens taken today, in all chats.
    pub tokens_today: u64,
    /// When the next day begins, in UTC.
    pub resets_at: Timestamp,
}

impl Allowance {
    /// Tokens left today; none where nothing bounds them.
    pub fn tokens_left(&self) -> Option<u64> {
        self.tokens_per_day.map(|all| all.saturating_sub(self.tokens_today))
    }
}

impl Desk {
    /// A desk with the usual limits and no remote tools.
    pub fn new(operations: Arc<Operations>, models: Models) -> Self {
        Self { operations, models, remote: None, limits: AnswerLimits::default(), tokens_per_day: None }
    }

    /// The same with the tools of remote servers.
    #[must_use]
    pub fn with_remote_tools(self, remote: Option<Arc<dyn RemoteTools>>) -> Self {
        Self { remote, ..self }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(self, limits: AnswerLimits) -> Self {
        Self { limits, ..self }
    }

    /// The same with so many tokens a day (in UTC) and person; none leaves them unbounded.
    #[must_use]
    pub fn with_tokens_per_day(self, tokens_per_day: Option<u64>) -> Self {
        Self { tokens_per_day, ..self }
    }

    /// Whether a model answers before the built-in engine does.
    pub fn has_model(&self) -> bool {
        self.models.serving.is_some()
    }

    /// What a person may still have of the model today. The store says it, so that all instances on it
    /// keep one budget; answers that are being written at this moment count once they have ended.
    pub async fn allowance(&self, user: &UserId) -> Result<Allowance, OperationError> {
        let today = self.operations.clock().today();
        let tokens_today = self.operations.tokens_since(user, today).await?;
        let tomorrow = today.tomorrow().unwrap_or(today).to_zoned(TimeZone::UTC);
        let resets_at = tomorrow.map_or(Timestamp::MAX, |midnight| midnight.timestamp());
        Ok(Allowance { tokens_per_day: self.tokens_per_day, tokens_today, resets_at })
    }

    /// Tokens that the person has left; not asked for where it makes no difference.
    async fn tokens_left(&self, user: &UserId) -> Result<Option<u64>, OperationError> {
        if self.tokens_per_day.is_none() || !self.has_model() {
            return Ok(None);
        }
        Ok(self.allowance(user).await?.tokens_left())
    }

    /// The operations that it works on.
    pub fn operations(&self) -> &Arc<Operations> {
        &self.operations
    }

    /// Answers a question; `emit` hears of everything as it happens.
    pub async fn answer(
        &self,
        user: &UserId,
        sent: &Sent,
        emit: &mut (dyn FnMut(AnswerEvent) + Send),
    ) -> Result<Answer, OperationError> {
        let operations = &self.operations;
        let (ledger, profile, settings) = tokio::try_join!(
            operations.ledger(user),
            operations.get_profile(user),
            operations.settings(user)
        )?;
        let chat = operations.get_chat(user, sent.chat.id).await?;
        let history = self.history(user, &chat, sent).await?;
        let as_of = sent.run.today.unwrap_or_else(|| operations.clock().today());
        let toolbox = Toolbox::new(ledger, profile, as_of).with_settings(&settings);
        let origin = ToolWriteOrigin::Chat { chat_id: chat.id, message_id: sent.answer.id };
        let runner = PersonTools::new(Arc::clone(operations), user.clone(), origin, self.remote.clone());
        let off = settings.tool_switches.iter().filter(|switch| !switch.enabled);
        let briefing = Briefing {
            user: user.clone(),
            persona: chat.persona,
            remembered: settings.remembered.iter().map(|memory| memory.text.clone()).collect(),
            summary: chat.summary.map(|summary| summary.text),
            switched_off: off.map(|switch| switch.tool.clone()).collect(),
        };
        let limits = AnswerLimits { tokens_left: self.tokens_left(user).await?, ..self.limits };
        let assistant = Assistant {
            builtin: self.models.builtin.as_ref(),
            serving: self.models.serving.as_deref(),
            toolbox: &toolbox,
            runner: Some(&runner),
            briefing,
            limits,
        };
        let text = question_text(&sent.question);
        Ok(assistant.answer(&Question { text, as_of, history }, emit).await)
    }

    /// The messages before a question that its chat's summary does not cover.
    async fn history(&self, user: &UserId, chat: &Chat, sent: &Sent) -> Result<Vec<Message>, OperationError> {
        let page = PageRequest::leading_to(sent.question.id, HISTORY_MESSAGES);
        let mut history = self.operations.list_messages(user, chat.id, &page).await?.items;
        if let Some(summary) = &chat.summary
            && let Some(covered) = history.iter().position(|message| message.id == summary.up_to)
        {
            history.drain(..=covered);
        }
        Ok(history)
    }

    /// What follows from an answer that is sealed: a title for a new chat, a summary of a long one.
    /// Neither is worth an error: the chat is whole without them.
    pub async fn follow_up(&self, user: &UserId, sent: &Sent, answer: &Answer) {
        // An answer that its model's length cut is one all the same.
        let has_text = answer.parts.iter().any(|part| matches!(part, Part::Text { .. }));
        if answer.status != MessageStatus::Complete && !has_text {
            return;
        }
        // A model that did not write the answer is not asked for more.
        let is_served = self.models.serving.as_ref().is_some_and(|it| it.name() == answer.record.model);
        let mut asked = None;
        let outcome = async {
            let has_left = is_served && self.tokens_left(user).await? != Some(0);
            let model = self.models.serving.as_deref().filter(|_| has_left);
            let chat = self.operations.get_chat(user, sent.chat.id).await?;
            let history = self.history(user, &chat, sent).await?;
            if chat.summary.is_none() && history.is_empty() && !chat.titled_by_person {
                let question = question_text(&sent.question);
                let title = title::title(model, user, &question, &answer.parts, &mut asked).await;
                // A chat that was made before its first question has none of its own yet.
                let is_blank = chat.title == Title::from_question("");
                return match title.or_else(|| is_blank.then(|| Title::from_question(&question))) {
                    Some(title) => self.operations.title_chat(user, chat.id, title).await,
                    None => Ok(()),
                };
            }
            match summary::summary(model, user, chat.summary.as_ref(), &history, &mut asked).await {
                Some(summary) => self.operations.summarise_chat(user, chat.id, summary).await,
                None => Ok(()),
            }
        };
        if let Err(error) = outcome.await {
            tracing::warn!(chat.id = %sent.chat.id, ?error, "a chat keeps its title and summary as they were");
        }
        let Some(aside) = asked else { return };
        if let Err(error) = self.operations.record_aside(user, sent.run.id, sent.chat.id, aside).await {
            tracing::warn!(chat.id = %sent.chat.id, ?error, "what a title or summary took is not recorded");
        }
    }
}

fn question_text(question: &Message) -> String {
    match question.parts.first() {
        Some(Part::Text { markdown, .. }) => markdown.clone(),
        _ => String::new(),
    }
}
