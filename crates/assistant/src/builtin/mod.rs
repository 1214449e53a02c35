//! The built-in model: deterministic and without a network. It looks the question's names up,
//! reads what is asked, calls one tool, and writes the answer from the tool's output.

mod amounts;
mod decline;
mod foreign;
mod household;
mod intent;
mod list;
mod plan;
mod ranked;
mod slots;
mod write;

use futures::{StreamExt, stream, stream::BoxStream};
use serde_json::{Value, json};

use crate::{
    model::{ChatModel, ModelContext, ModelError, ModelEvent, ModelMessage, ModelRequest, ToolRequest},
    toolbox::{LOOK_UP, Match, day_order},
};
use plan::Plan;
use slots::Parsed;

/// Characters of a question that are read. Longer ones are pasted texts, not questions.
const READ_MAX: usize = 2_000;
/// Earlier questions that a short follow-up may lean on.
const CHAIN_MAX: usize = 4;

/// The model that is always there.
#[derive(Debug, Clone, Copy, Default)]
pub struct BuiltinModel;

impl ChatModel for BuiltinModel {
    fn name(&self) -> &'static str {
        "built-in"
    }

    fn respond(&self, request: ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>> {
        stream::iter(turn(&request).into_iter().map(Ok)).boxed()
    }
}

/// A tool's output and the call that it answers.
pub(crate) struct Done<'a> {
    pub call: &'a ToolRequest,
    pub output: &'a Value,
}

fn turn(request: &ModelRequest) -> Vec<ModelEvent> {
    let asked = request.messages.iter().rposition(|message| matches!(message, ModelMessage::User(_)));
    let Some(asked) = asked else { return Vec::new() };
    let questions = chain(&request.messages[..=asked], &request.context);
    let done = outcomes(&request.messages[asked + 1..]);
    let (looked_up, results): (Vec<&Done>, Vec<&Done>) =
        done.iter().partition(|done| done.call.name == LOOK_UP);
    let latest = questions.last().map_or("", String::as_str);
    if let Some(talk) = decline::small_talk(latest) {
        return finish(talk.intent, &talk.text, results.first().map(|done| done.output));
    }
    if looked_up.is_empty() {
        let calls = questions.iter().enumerate();
        return calls
            .map(|(at, text)| call(&format!("names-{at}"), LOOK_UP, json!({ "text": text })))
            .collect();
    }
    let parsed = understand(&questions, &looked_up, &request.context);
    let plan = plan::plan(&parsed, &request.context);
    match (&plan, results.is_empty()) {
        (Plan::Calls { calls, .. }, true) => {
            let calls = calls.iter().enumerate();
            calls.map(|(at, (name, input))| call(&format!("call-{at}"), name, input.clone())).collect()
        }
        (Plan::Decline { .. }, true) => vec![call("questions", "suggestions", json!({ "n": 3 }))],
        (Plan::Decline { intent, reason }, false) => {
            finish(intent, &decline::text(reason, results[0].output), None)
        }
        (Plan::Calls { intent, .. }, false) => {
            let is_explained = results.iter().any(|done| done.call.name == "suggestions");
            let text = write::answer(intent, &results, &request.context);
            match text {
                // What went wrong is told with what can be asked instead.
                write::Written::Stuck(_) if !is_explained => {
                    vec![call("questions", "suggestions", json!({ "n": 3 }))]
                }
                write::Written::Stuck(reason) => {
                    let questions = results.iter().find(|done| done.call.name == "suggestions");
                    finish(
                        intent,
                        &decline::text(&reason, questions.map_or(&Value::Null, |done| done.output)),
                        None,
                    )
                }
                write::Written::Text(text) => finish(intent, &text, None),
            }
        }
    }
}

/// The question, with the ones before that it leans on, oldest first.
fn chain(messages: &[ModelMessage], context: &ModelContext) -> Vec<String> {
    let mut questions = Vec::new();
    for message in messages.iter().rev() {
        let ModelMessage::User(text) = message else { continue };
        let text: String = text.chars().take(READ_MAX).collect();
        let leans = slots::leans_on_earlier(&text, context);
        questions.push(text);
        if !leans || questions.len() > CHAIN_MAX {
            break;
        }
    }
    questions.reverse();
    questions
}

/// The tools that were called since the question, with their outputs.
fn outcomes(messages: &[ModelMessage]) -> Vec<Done<'_>> {
    let calls = messages.iter().filter_map(|message| match message {
        ModelMessage::Assistant { calls, .. } => Some(calls),
        _ => None,
    });
    calls
        .flatten()
        .filter_map(|call| {
            let output = messages.iter().find_map(|message| match message {
                ModelMessage::Tool { call_id, output } if *call_id == call.id => Some(output),
                _ => None,
            });
            output.map(|output| Done { call, output })
        })
        .collect()
}

fn understand(questions: &[String], looked_up: &[&Done], context: &ModelContext) -> Parsed {
    let order = day_order(context.locale.as_deref());
    let mut parsed: Option<Parsed> = None;
    for (question, names) in questions.iter().zip(looked_up) {
        let matches: Vec<Match> =
            serde_json::from_value(names.output["details"]["matches"].clone()).unwrap_or_default();
        let next = slots::parse(question, &matches, context.as_of, order);
        parsed = Some(match parsed {
            Some(before) => slots::follow(before, next),
            None => next,
        });
    }
    parsed.unwrap_or_default()
}

fn call(id: &str, name: &str, input: Value) -> ModelEvent {
    ModelEvent::ToolCall(ToolRequest { id: id.to_owned(), name: name.to_owned(), input })
}

/// Says a text, a few words at a time.
fn finish(intent: &str, text: &str, questions: Option<&Value>) -> Vec<ModelEvent> {
    let mut text = text.to_owned();
    if let Some(questions) = questions {
        text.push_str(&decline::list(questions));
    }
    let mut events = vec![ModelEvent::Intent(intent.to_owned())];
    let mut delta = String::new();
    for piece in text.split_inclusive([' ', '\n']) {
        delta.push_str(piece);
        if delta.len() >= 24 {
            events.push(ModelEvent::Text { delta: std::mem::take(&mut delta) });
        }
    }
    if !delta.is_empty() {
        events.push(ModelEvent::Text { delta });
    }
    events
}
