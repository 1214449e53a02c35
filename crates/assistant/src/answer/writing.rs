//! An answer in the making: its parts, what they come from, and how it is sealed.

use std::collections::BTreeSet;

use domain::{Confirmation, MessageStatus, Notice, NoticeLevel, Part, Role};

use super::{
    Answer, AnswerEvent, AnswerSummary, Figure, Question, ToolUse, conversation::text_of,
    prompt::profile_json, record::Recorder,
};
use crate::{
    blocks::Piece,
    grounding::{Links, Sources, check},
    model::ModelRequest,
    toolbox::{LOOK_UP, ToolOutput, Toolbox},
};

/// Tables and charts of tools that one answer shows.
const EXHIBITS_MAX: usize = 6;

/// An answer in the making.
pub(super) struct Writing<'a> {
    emit: &'a mut (dyn FnMut(AnswerEvent) + Send),
    pub parts: Vec<Part>,
    pub intent: Option<String>,
    pub tools: Vec<ToolUse>,
    pub outputs: Vec<ToolOutput>,
    /// Calls that were answered, to notice repeats.
    pub answered: BTreeSet<(String, String)>,
    pub repeats: usize,
    /// The model would have gone on.
    pub is_cut: bool,
    pub links: Links,
    pub recorder: Recorder,
    pub sources: Sources,
    /// The sources before any tool was called.
    given: Sources,
    has_emitted: bool,
}

impl<'a> Writing<'a> {
    pub fn new(
        toolbox: &Toolbox,
        question: &Question,
        emit: &'a mut (dyn FnMut(AnswerEvent) + Send),
    ) -> Self {
        let context = toolbox.context();
        let mut given = Sources::new(context.locale.as_deref(), context.as_of);
        given.add_text(&question.text);
        for message in question.history.iter().filter(|message| message.role == Role::User) {
            given.add_text(&text_of(message));
        }
        given.add_profile(&profile_json(&toolbox.profile));
        Self {
            emit,
            parts: Vec::new(),
            intent: None,
            tools: Vec::new(),
            outputs: Vec::new(),
            answered: BTreeSet::new(),
            repeats: 0,
            is_cut: false,
            links: Links::Ours,
            recorder: Recorder::default(),
            sources: given.clone(),
            given,
            has_emitted: false,
        }
    }

    pub fn tell(&mut self, event: AnswerEvent) {
        self.has_emitted = true;
        (self.emit)(event);
    }

    /// A model is asked. What it is sent is known of an answer that is stopped too.
    pub fn ask(&mut self, model: &str, request: &ModelRequest, is_sent: bool) {
        self.recorder.ask(model, request, is_sent);
        (self.emit)(AnswerEvent::Asked(Box::new(self.recorder.so_far())));
    }

    /// The model has said so much more of its turn.
    pub fn hear(&mut self, bytes: usize) {
        self.recorder.hear(bytes);
        self.tell_spent();
    }

    /// What the turn has cost so far.
    pub fn use_tokens(&mut self, input: u64, output: u64) {
        self.recorder.use_tokens(input, output);
        self.tell_spent();
    }

    /// An answer that is stopped has cost something too. Nothing is shown by it that could be void.
    fn tell_spent(&mut self) {
        let spent = self.recorder.spent();
        if spent.tokens() > 0 {
            (self.emit)(AnswerEvent::Spent(spent));
        }
    }

    pub fn block(&mut self, part: Part) {
        self.tell(AnswerEvent::Block(part.clone()));
        self.parts.push(part);
    }

    pub fn notice(&mut self, level: NoticeLevel, text: &str) {
        self.block(Part::Notice(Notice { level, text: text.to_owned() }));
    }

    /// A piece of the model's text; a whole block is checked.
    pub fn piece(&mut self, piece: Piece) {
        match piece {
            Piece::Delta(delta) => self.tell(AnswerEvent::Text { delta }),
            Piece::Block(markdown) => {
                let part = check(&mut self.sources, &markdown, self.links);
                self.block(part);
            }
        }
    }

    /// Whether the model has said anything that a reader sees.
    pub fn has_text(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Text { .. }))
    }

    /// A change that was already proposed by the same call.
    pub fn proposed(&self, tool: &str, input: &str) -> Option<&Confirmation> {
        let mut before = None;
        for part in &self.parts {
            match part {
                Part::ToolCall(call) => before = Some(call),
                Part::Confirmation(found)
                    if before.is_some_and(|call| call.name == tool && call.input == input) =>
                {
                    return Some(found);
                }
                _ => {}
            }
        }
        None
    }

    /// Voids what a model has written; changes that it proposed are still asked about.
    pub fn start_over(&mut self, notice: &str) {
        if self.has_emitted {
            self.tell(AnswerEvent::Restarted);
        }
        let parts = std::mem::take(&mut self.parts);
        self.intent = None;
        self.tools.clear();
        self.outputs.clear();
        self.answered.clear();
        self.repeats = 0;
        self.sources = self.given.clone();
        self.notice(NoticeLevel::Info, notice);
        let mut call = None;
        for part in parts {
            match part {
                Part::ToolCall(_) => call = Some(part),
                Part::Confirmation(_) => {
                    if let Some(Part::ToolCall(call)) = call.take() {
                        self.tell(AnswerEvent::ToolStarted { name: call.name.clone() });
                        self.tell(AnswerEvent::ToolFinished(call.clone()));
                        self.parts.push(Part::ToolCall(call));
                    }
                    self.block(part);
                }
                _ => {}
            }
        }
    }

    /// Adds the tables and charts behind the text, and sums the answer up.
    pub fn seal(mut self, toolbox: &Toolbox, status: MessageStatus) -> Answer {
        let outputs = std::mem::take(&mut self.outputs);
        if status == MessageStatus::Complete || self.is_cut {
            self.exhibit(&outputs);
        }
        let is_doubtful =
            |part: &Part| matches!(part, Part::Text { unverified, .. } if !unverified.is_empty());
        if self.parts.iter().any(is_doubtful) {
            let text = "The figures that are marked with a question mark come from none of your data. Check them before you rely on them.";
            self.notice(NoticeLevel::Warning, text);
        }
        let figures: Vec<Figure> =
            outputs.iter().flat_map(|output| &output.figures).map(Figure::from).collect();
        let headline = outputs.iter().find(|output| !output.figures.is_empty());
        let transaction_ids = headline.map(|output| toolbox.rows_behind(output)).unwrap_or_default();
        let first_tool = self.tools.iter().find(|tool| tool.name != LOOK_UP);
        let intent = self.intent.take().or_else(|| first_tool.map(|tool| tool.name.clone()));
        let summary = AnswerSummary {
            intent: intent.unwrap_or_else(|| "none".to_owned()),
            as_of: toolbox.context().as_of,
            figures,
            tools: self.tools,
            transaction_ids,
        };
        Answer { parts: self.parts, status, summary, record: self.recorder.finish() }
    }

    /// A model may call a tool twice for one table, and more tools than a reader wants to see.
    fn exhibit(&mut self, outputs: &[ToolOutput]) {
        let mut exhibits: Vec<Part> = Vec::new();
        for output in outputs {
            let tables = output.tables.iter().cloned().map(Part::Table);
            let charts =
                output.charts.iter().filter(|chart| chart.points.len() > 1).cloned().map(Part::Chart);
            for part in tables.chain(charts) {
                if self.links == Links::Ours || exhibits.len() < EXHIBITS_MAX && !exhibits.contains(&part) {
                    exhibits.push(part);
                }
            }
            let computation = output.computation().map(Part::Computation);
            exhibits.extend(computation.filter(|part| !exhibits.contains(part)));
        }
        for part in exhibits {
            self.block(part);
        }
    }
}
