//! The tool loop: model, tools, model again, until the answer is written.

use std::{sync::Arc, time::Instant};

use domain::{Currency, Message, MessageStatus, Notice, NoticeLevel, Part, Role, ToolCall, TransactionId};
use futures::StreamExt;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    blocks::Blocks,
    model::{ChatModel, ModelEvent, ModelMessage, ModelRequest, ToolRequest},
    toolbox::{ToolOutput, Toolbox},
};

/// Turns of one answer. A question takes two or three; more means that a model runs in circles.
const TURNS_MAX: usize = 8;
/// Tool calls of one answer; bounds what one question can cost.
const CALLS_MAX: usize = 16;
/// Earlier messages that a model is shown.
const HISTORY_MAX: usize = 20;

/// What a person asks.
#[derive(Debug, Clone)]
pub struct Question {
    /// Their words.
    pub text: String,
    /// The day that counts as today.
    pub as_of: Date,
    /// Earlier messages of the chat, in any order.
    pub history: Vec<Message>,
}

/// What happens while an answer is written.
#[derive(Debug, Clone, PartialEq)]
pub enum AnswerEvent {
    /// A tool is being called.
    ToolStarted {
        /// Its name.
        name: String,
    },
    /// A tool has answered.
    ToolFinished(ToolCall),
    /// Markdown was added to the unfinished block.
    Text {
        /// The markdown.
        delta: String,
    },
    /// A block is finished; a text block replaces the unfinished one.
    Block(Part),
}

/// An answer, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What a message keeps.
    pub parts: Vec<Part>,
    /// How it ended.
    pub status: MessageStatus,
    /// The same for programs.
    pub summary: AnswerSummary,
}

/// An answer as figures, for programs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerSummary {
    /// What the question was understood as.
    pub intent: String,
    /// The day that counted as today.
    pub as_of: Date,
    /// The figures, the headline first. Spending is positive.
    pub figures: Vec<Figure>,
    /// The tools that were called.
    pub tools: Vec<ToolUse>,
    /// The transactions behind the headline figure.
    pub transaction_ids: Vec<TransactionId>,
}

/// One figure of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: Decimal,
    /// Its currency; none for counts, percentages and months.
    pub currency: Option<Currency>,
}

/// A tool and what it was called with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolUse {
    /// Its name.
    pub name: String,
    /// Its input.
    pub input: Value,
}

/// Answers a question; `emit` hears of everything as it happens.
pub async fn answer(
    model: &dyn ChatModel,
    toolbox: &Toolbox,
    question: Question,
    emit: &mut (dyn FnMut(AnswerEvent) + Send),
) -> Answer {
    let mut writing =
        Writing { emit, parts: Vec::new(), intent: None, tools: Vec::new(), outputs: Vec::new() };
    let mut messages = conversation(&question);
    for _ in 0..TURNS_MAX {
        let request = ModelRequest {
            user: domain::UserId::local(),
            system: Arc::from(""),
            messages: messages.clone(),
            tools: Toolbox::shared_list(),
            context: toolbox.context(),
            output_tokens_max: None,
        };
        let (text, calls, is_whole) = writing.turn(model, request).await;
        if !is_whole {
            let text = "The assistant broke off. Ask again.".to_owned();
            writing.block(Part::Notice(Notice { level: NoticeLevel::Error, text }));
            return writing.seal(toolbox, MessageStatus::Failed);
        }
        if calls.is_empty() {
            return writing.seal(toolbox, MessageStatus::Complete);
        }
        messages.push(ModelMessage::Assistant { text, calls: calls.clone() });
        for call in calls {
            let output = writing.call(toolbox, &call);
            messages.push(ModelMessage::Tool { call_id: call.id, output: Arc::new(output) });
        }
    }
    let text = "The question took too many steps. Ask for one thing at a time.".to_owned();
    writing.block(Part::Notice(Notice { level: NoticeLevel::Warning, text }));
    writing.seal(toolbox, MessageStatus::Failed)
}

/// The chat's earlier texts and the question, oldest first.
fn conversation(question: &Question) -> Vec<ModelMessage> {
    let mut history: Vec<&Message> = question.history.iter().collect();
    history.sort_by_key(|message| message.id);
    let skip = history.len().saturating_sub(HISTORY_MAX);
    let mut messages: Vec<ModelMessage> = history
        .into_iter()
        .skip(skip)
        .map(|message| {
            let texts = message.parts.iter().filter_map(|part| match part {
                Part::Text { markdown, .. } => Some(markdown.as_str()),
                _ => None,
            });
            let text = texts.collect::<Vec<_>>().join("\n\n");
            match message.role {
                Role::User => ModelMessage::User(text),
                Role::Assistant => ModelMessage::Assistant { text, calls: Vec::new() },
            }
        })
        .collect();
    messages.push(ModelMessage::User(question.text.clone()));
    messages
}

/// An answer in the making.
struct Writing<'a> {
    emit: &'a mut (dyn FnMut(AnswerEvent) + Send),
    parts: Vec<Part>,
    intent: Option<String>,
    tools: Vec<ToolUse>,
    outputs: Vec<ToolOutput>,
}

impl Writing<'_> {
    fn block(&mut self, part: Part) {
        (self.emit)(AnswerEvent::Block(part.clone()));
        self.parts.push(part);
    }

    /// One turn: streams its text, gathers its calls, tells whether it came to its end.
    async fn turn(
        &mut self,
        model: &dyn ChatModel,
        request: ModelRequest,
    ) -> (String, Vec<ToolRequest>, bool) {
        let mut stream = model.respond(request);
        let mut blocks = Blocks::default();
        let (mut text, mut calls, mut is_whole) = (String::new(), Vec::new(), true);
        while let Some(event) = stream.next().await {
            match event {
                Ok(ModelEvent::Text { delta }) => {
                    text.push_str(&delta);
                    for piece in blocks.push(&delta) {
                        self.piece(piece);
                    }
                }
                Ok(ModelEvent::ToolCall(call)) => calls.push(call),
                Ok(ModelEvent::Intent(intent)) => self.intent = Some(intent),
                Ok(ModelEvent::Usage { .. }) => {}
                Err(error) => {
                    tracing::warn!(model = model.name(), %error, "a turn broke off");
                    is_whole = false;
                    break;
                }
            }
        }
        if let Some(markdown) = blocks.finish() {
            self.block(Part::text(markdown));
        }
        (text, calls, is_whole)
    }

    fn piece(&mut self, piece: crate::blocks::Piece) {
        match piece {
            crate::blocks::Piece::Delta(delta) => (self.emit)(AnswerEvent::Text { delta }),
            crate::blocks::Piece::Block(markdown) => self.block(Part::text(markdown)),
        }
    }

    /// Runs a tool and keeps what it gave.
    fn call(&mut self, toolbox: &Toolbox, call: &ToolRequest) -> Value {
        (self.emit)(AnswerEvent::ToolStarted { name: call.name.clone() });
        let started = Instant::now();
        let outcome = if self.tools.len() < CALLS_MAX {
            toolbox.run(&call.name, &call.input)
        } else {
            Err(crate::toolbox::ToolError::TooManyCalls)
        };
        let duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let (summary, failed, value) = match &outcome {
            Ok(output) => (output.summary.clone(), false, output.to_json()),
            Err(error) => (error.to_string(), true, json!({ "error": error.to_string() })),
        };
        let input = call.input.to_string();
        let finished = ToolCall { name: call.name.clone(), input, summary, duration_us, failed };
        (self.emit)(AnswerEvent::ToolFinished(finished.clone()));
        self.parts.push(Part::ToolCall(finished));
        self.tools.push(ToolUse { name: call.name.clone(), input: call.input.clone() });
        self.outputs.extend(outcome.ok());
        value
    }

    /// Adds the tables and charts behind the text, and sums the answer up.
    fn seal(mut self, toolbox: &Toolbox, status: MessageStatus) -> Answer {
        let outputs = std::mem::take(&mut self.outputs);
        if status == MessageStatus::Complete {
            for output in &outputs {
                for table in &output.tables {
                    self.block(Part::Table(table.clone()));
                }
                for chart in output.charts.iter().filter(|chart| chart.points.len() > 1) {
                    self.block(Part::Chart(chart.clone()));
                }
            }
        }
        let figures: Vec<Figure> =
            outputs.iter().flat_map(|output| &output.figures).map(Figure::from).collect();
        let headline = outputs.iter().find(|output| !output.figures.is_empty());
        let transaction_ids = headline.map(|output| toolbox.rows_behind(output)).unwrap_or_default();
        let first_tool = self.tools.iter().find(|tool| tool.name != crate::toolbox::LOOK_UP);
        let intent = self.intent.take().or_else(|| first_tool.map(|tool| tool.name.clone()));
        let summary = AnswerSummary {
            intent: intent.unwrap_or_else(|| "none".to_owned()),
            as_of: toolbox.context().as_of,
            figures,
            tools: self.tools,
            transaction_ids,
        };
        Answer { parts: self.parts, status, summary }
    }
}
