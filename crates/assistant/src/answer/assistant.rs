//! The tool loop: a model, the tools it calls, the model again, until the answer is written; and
//! the built-in engine in its place when a serving model fails.

use std::{collections::BTreeSet, sync::Arc};

use domain::{MessageStatus, NoticeLevel, UserId};
use tokio::time::{Instant, sleep};

use super::{
    Answer, AnswerEvent, AnswerLimits, Briefing, Question, ToolRunner,
    calls::{self, Bench},
    conversation::{HISTORY_BYTES, conversation},
    limits::{RESULT_BYTES, SHORT_RESULT_BYTES},
    patience::{Next, Patience},
    prompt, turn,
    turn::{Broken, Turn},
    writing::Writing,
};
use crate::{
    bound::bounded,
    grounding::Links,
    model::{ChatModel, ModelError, ModelMessage, ModelRequest},
    toolbox::{ToolDefinition, Toolbox},
};

/// Answers one person's questions.
pub struct Assistant<'a> {
    /// Writes without a network, and whenever the other one cannot.
    pub builtin: &'a dyn ChatModel,
    /// Writes first; none where there is none.
    pub serving: Option<&'a dyn ChatModel>,
    /// Tools over the person's ledger.
    pub toolbox: &'a Toolbox,
    /// The tools beside them; none offers no others.
    pub runner: Option<&'a dyn ToolRunner>,
    /// What an answer is told.
    pub briefing: Briefing,
    /// What an answer may take.
    pub limits: AnswerLimits,
}

/// Answers a question with one model and the tools that read; `emit` hears of everything as it
/// happens.
pub async fn answer(
    model: &dyn ChatModel,
    toolbox: &Toolbox,
    question: Question,
    emit: &mut (dyn FnMut(AnswerEvent) + Send),
) -> Answer {
    let briefing = Briefing::of(UserId::local());
    let limits = AnswerLimits::default();
    let assistant = Assistant { builtin: model, serving: None, toolbox, runner: None, briefing, limits };
    assistant.answer(&question, emit).await
}

/// How a model's answer ended.
enum Ended {
    Whole,
    /// The model would have gone on, and may not in this answer.
    Cut,
}

/// Why a model did not answer.
#[derive(Debug)]
enum Stuck {
    Model(ModelError),
    /// More turns or equal calls than an answer takes.
    InCircles,
}

impl Stuck {
    /// What the person is told when the built-in engine takes over.
    fn notice(&self) -> &'static str {
        match self {
            Self::Model(ModelError::RateLimited { .. }) => {
                "The model is asked too often just now. The built-in engine answered instead."
            }
            Self::Model(ModelError::ContextTooLong) => {
                "This chat is too long for the model. The built-in engine answered instead."
            }
            Self::Model(ModelError::Filtered) => {
                "The model's content filter stopped the answer. The built-in engine answered instead."
            }
            Self::Model(ModelError::Denied) => {
                "The model may not be used with your permissions. The built-in engine answered instead."
            }
            Self::Model(ModelError::BudgetSpent) => {
                "The answer took more tokens than one may. The built-in engine answered instead."
            }
            Self::Model(ModelError::Unavailable | ModelError::Unreadable) => {
                "The model could not be reached or broke off. The built-in engine answered instead."
            }
            Self::InCircles => "The model did not come to an end. The built-in engine answered instead.",
        }
    }
}

impl Assistant<'_> {
    /// Answers a question; `emit` hears of everything as it happens. Dropping the future cancels
    /// the model's turn and the tools that still run.
    pub async fn answer(&self, question: &Question, emit: &mut (dyn FnMut(AnswerEvent) + Send)) -> Answer {
        let mut writing = Writing::new(self.toolbox, question, emit);
        let tools = self.tools();
        if let Some(serving) = self.serving {
            writing.links = Links::Foreign;
            let deadline = Some(Instant::now() + self.limits.time);
            match self.attempt(&mut writing, serving, &tools, question, deadline).await {
                Ok(Ended::Whole) => return writing.seal(self.toolbox, MessageStatus::Complete),
                Ok(Ended::Cut) => {
                    let text = "The model stopped here: the answer has the greatest length that it may have. \
                                Continue lets it go on.";
                    writing.notice(NoticeLevel::Info, text);
                    writing.is_cut = true;
                    return writing.seal(self.toolbox, MessageStatus::Failed);
                }
                Err(stuck) => {
                    tracing::warn!(model = serving.name(), ?stuck, "the built-in engine answers instead");
                    match self.day_is_spent(&stuck, &writing) {
                        Some(notice) => writing.start_over(&notice),
                        None => writing.start_over(stuck.notice()),
                    }
                    writing.links = Links::Ours;
                }
            }
        }
        match self.attempt(&mut writing, self.builtin, &tools, question, None).await {
            Ok(_) => {
                let has_figures = writing.outputs.iter().any(|output| !output.figures.is_empty());
                if let Some(text) = prompt::closing(self.briefing.persona, has_figures) {
                    writing.block(domain::Part::text(text));
                }
                writing.seal(self.toolbox, MessageStatus::Complete)
            }
            Err(Stuck::InCircles) => {
                let text = "The question took too many steps. Ask for one thing at a time.";
                writing.notice(NoticeLevel::Warning, text);
                writing.seal(self.toolbox, MessageStatus::Failed)
            }
            Err(Stuck::Model(_)) => {
                writing.notice(NoticeLevel::Error, "The assistant broke off. Ask again.");
                writing.seal(self.toolbox, MessageStatus::Failed)
            }
        }
    }

    /// What the person is told when it was the day's budget that ended the model's part.
    fn day_is_spent(&self, stuck: &Stuck, writing: &Writing<'_>) -> Option<String> {
        let left = self.limits.tokens_left?;
        let is_day = matches!(stuck, Stuck::Model(ModelError::BudgetSpent))
            && left <= writing.recorder.spent().tokens();
        let tomorrow = self.toolbox.context().as_of.tomorrow().ok().filter(|_| is_day)?;
        Some(format!(
            "Your tokens for today are spent. The built-in engine answered instead; the model is back on \
             {tomorrow} at 00:00 UTC."
        ))
    }

    /// Every tool that is on.
    fn tools(&self) -> Arc<[ToolDefinition]> {
        let off: &BTreeSet<String> = &self.briefing.switched_off;
        let beside = self.runner.map(ToolRunner::definitions).unwrap_or_default();
        if off.is_empty() && beside.is_empty() {
            return Toolbox::shared_list();
        }
        let all = Toolbox::list().iter().cloned().chain(beside);
        all.filter(|tool| !off.contains(&*tool.name)).collect()
    }

    /// Writes the answer with one model. With a deadline the model is a serving one: its patience
    /// and its budget are bounded, and it is sent no more than it needs.
    async fn attempt(
        &self,
        writing: &mut Writing<'_>,
        model: &dyn ChatModel,
        tools: &Arc<[ToolDefinition]>,
        question: &Question,
        deadline: Option<Instant>,
    ) -> Result<Ended, Stuck> {
        let context = self.toolbox.context();
        let is_serving = deadline.is_some();
        let mut session = Session {
            messages: conversation(question, if is_serving { HISTORY_BYTES } else { usize::MAX }),
            result_bytes: is_serving.then_some(RESULT_BYTES),
            patience: Patience::default(),
        };
        let system: Arc<str> = if is_serving {
            prompt::system(&self.briefing, &self.toolbox.profile, &context).into()
        } else {
            Arc::from("")
        };
        for _ in 0..self.limits.steps {
            let request = ModelRequest {
                user: self.briefing.user.clone(),
                system: Arc::clone(&system),
                messages: Vec::new(),
                tools: Arc::clone(tools),
                context: context.clone(),
                output_tokens_max: None,
            };
            let Turn { text, calls, is_cut } = self
                .patient_turn(writing, model, &mut session, request, deadline)
                .await
                .map_err(Stuck::Model)?;
            if calls.is_empty() {
                let is_empty = is_serving && !writing.has_text();
                return match (is_empty, is_cut) {
                    (true, _) => Err(Stuck::Model(ModelError::Unreadable)),
                    (false, true) => Ok(Ended::Cut),
                    (false, false) => Ok(Ended::Whole),
                };
            }
            session.messages.push(ModelMessage::Assistant { text, calls: calls.clone() });
            let bench = Bench {
                toolbox: self.toolbox,
                runner: self.runner,
                tools,
                switched_off: &self.briefing.switched_off,
                result_bytes: session.result_bytes,
            };
            let answers = calls::run(writing, &bench, calls).await.map_err(|_| Stuck::InCircles)?;
            session.messages.extend(answers);
        }
        Err(Stuck::InCircles)
    }

    /// A turn that is asked for again when the model wants a pause or less to read.
    async fn patient_turn(
        &self,
        writing: &mut Writing<'_>,
        model: &dyn ChatModel,
        session: &mut Session,
        request: ModelRequest,
        deadline: Option<Instant>,
    ) -> Result<Turn, ModelError> {
        loop {
            if deadline.is_some() && writing.recorder.spent().tokens() >= self.limits.tokens_max() {
                return Err(ModelError::BudgetSpent);
            }
            let request = ModelRequest { messages: session.messages.clone(), ..request.clone() };
            let Broken { error, is_early } = match turn::turn(writing, model, request, deadline).await {
                Ok(turn) => return Ok(turn),
                Err(broken) => broken,
            };
            match session.patience.next(&error) {
                Next::Wait(pause) if is_early && deadline.is_some() => sleep(pause).await,
                Next::Shorten if is_early && deadline.is_some() => session.shorten(),
                Next::Wait(_) | Next::Shorten | Next::GiveUp => return Err(error),
            }
        }
    }
}

/// What a model has been told.
struct Session {
    messages: Vec<ModelMessage>,
    result_bytes: Option<usize>,
    patience: Patience,
}

impl Session {
    /// Leaves earlier messages out and cuts results short.
    fn shorten(&mut self) {
        let asked = self.messages.iter().rposition(|message| matches!(message, ModelMessage::User(_)));
        self.messages.drain(..asked.unwrap_or(0));
        self.result_bytes = Some(SHORT_RESULT_BYTES);
        for message in &mut self.messages {
            if let ModelMessage::Tool { output, .. } = message {
                *output = Arc::new(bounded(output.as_ref().clone(), SHORT_RESULT_BYTES));
            }
        }
    }
}
