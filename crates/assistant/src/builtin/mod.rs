//! The built-in model: deterministic and without a network. It looks the question's names up,
//! reads what is asked, calls one tool, and writes the answer from the tool's output.

mod amounts;
mod calculate;
mod command;
mod compared;
mod decline;
mod foreign;
mod household;
mod insight;
mod intent;
mod list;
mod missing;
mod odd;
mod plan;
mod ranked;
mod recall;
mod slots;
mod split;
mod write;

use std::borrow::Cow;

use futures::{StreamExt, stream, stream::BoxStream};
use serde_json::{Value, json};

use crate::{
    model::{ChatModel, ModelContext, ModelError, ModelEvent, ModelMessage, ModelRequest, ToolRequest},
    toolbox::{LOOK_UP, day_order},
};
use decline::Missing;
use intent::Intent;
use plan::Plan;
use slots::{Found, Parsed};
use split::Part;

/// Characters of a question that are read. Longer ones are pasted texts, not questions.
const READ_MAX: usize = 2_000;
/// Earlier questions that a short follow-up may lean on.
const CHAIN_MAX: usize = 4;
/// Texts whose names are looked up for one answer; the rest of its calls are left to the answer.
const LOOK_UPS_MAX: usize = 6;

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
    let done = outcomes(&request.messages[asked + 1..]);
    if let ModelMessage::User(text) = &request.messages[asked] {
        let beside = command::turn(text, request, &done).or_else(|| recall::turn(text, request, &done));
        if let Some(events) = beside {
            return events;
        }
    }
    let chain = chain(&asked_again(&request.messages[..=asked]), &request.context);
    let (looked_up, results): (Vec<&Done>, Vec<&Done>) =
        done.iter().partition(|done| done.call.name == LOOK_UP);
    if let Some(talk) = decline::small_talk(chain.latest()) {
        return finish(talk.intent, &talk.text, results.first().map(|done| done.output));
    }
    if looked_up.is_empty() {
        let calls = chain.parts.iter().enumerate();
        return calls
            .map(|(at, part)| call(&format!("names-{at}"), LOOK_UP, json!({ "text": part.text })))
            .collect();
    }
    let plans = plans(&chain, &looked_up, &request.context);
    if results.is_empty() {
        return calls_of(&plans);
    }
    answer(&plans, &results, &request.context)
}

/// A part of the question, planned.
struct Planned {
    plan: Plan,
    /// Words that were read as others.
    corrections: Vec<(String, String)>,
}

/// The tools that the parts need; with a part that cannot be answered, what can be asked instead.
fn calls_of(plans: &[Planned]) -> Vec<ModelEvent> {
    let mut events = Vec::new();
    for (part, planned) in plans.iter().enumerate() {
        if let Plan::Calls { calls, .. } = &planned.plan {
            let calls = calls.iter().enumerate();
            events.extend(
                calls.map(|(at, (name, input))| call(&format!("call-{part}-{at}"), name, input.clone())),
            );
        }
    }
    if events.is_empty() { vec![suggestions()] } else { events }
}

fn suggestions() -> ModelEvent {
    call("questions", "suggestions", json!({ "n": 3 }))
}

/// The answer to every part, in order.
fn answer(plans: &[Planned], results: &[&Done], context: &ModelContext) -> Vec<ModelEvent> {
    let questions = results.iter().find(|done| done.call.name == "suggestions");
    let mut texts = Vec::new();
    let mut intents: Vec<(&'static str, bool)> = Vec::new();
    for (part, planned) in plans.iter().enumerate() {
        let prefix = format!("call-{part}-");
        let own: Vec<&Done> =
            results.iter().copied().filter(|done| done.call.id.starts_with(&prefix)).collect();
        let (intent, written) = match &planned.plan {
            Plan::Calls { intent, .. } => (*intent, write::answer(intent, &own, context)),
            Plan::Decline { intent, reason } => (*intent, write::Written::Stuck(reason.clone())),
        };
        match written {
            write::Written::Text(text) => {
                intents.push((intent, true));
                texts.push(decline::understood(&planned.corrections) + &text);
            }
            write::Written::Stuck(reason) => {
                intents.push((intent, false));
                texts.push(decline::understood(&planned.corrections) + &decline::opening(&reason));
            }
        }
    }
    let is_answered = intents.iter().any(|(_, is_answered)| *is_answered);
    // What went wrong is told with what can be asked instead.
    if !is_answered && questions.is_none() {
        return vec![suggestions()];
    }
    // "When was it and what did it cost": one row tells both.
    texts.dedup();
    let intent = intents.iter().find(|(_, is_answered)| *is_answered).or(intents.first());
    let mut text = texts.join("\n\n");
    if let (false, Some(questions)) = (is_answered, questions) {
        text.push_str(&decline::list(questions.output));
    }
    finish(intent.map_or("none", |(intent, _)| intent), &text, None)
}

/// The messages up to the question that "continue" or "again" means: the latest that says more.
fn asked_again(messages: &[ModelMessage]) -> Cow<'_, [ModelMessage]> {
    let is_again = |message: &ModelMessage| matches!(message, ModelMessage::User(text) if says_again(text));
    if !messages.iter().any(is_again) {
        return Cow::Borrowed(messages);
    }
    let mut kept: Vec<ModelMessage> = messages.iter().filter(|message| !is_again(message)).cloned().collect();
    if let Some(last) = kept.iter().rposition(|message| matches!(message, ModelMessage::User(_))) {
        kept.truncate(last + 1);
        Cow::Owned(kept)
    } else {
        Cow::Borrowed(messages)
    }
}

/// Nothing but the wish for the answer before, once more or to its end.
fn says_again(text: &str) -> bool {
    const AGAIN: [&str; 18] = [
        "again",
        "again please",
        "ask again",
        "carry on",
        "continue",
        "continue please",
        "go on",
        "go on please",
        "keep going",
        "once again",
        "once more",
        "one more time",
        "please continue",
        "please go on",
        "repeat that",
        "same again",
        "same question",
        "try again",
    ];
    let words: Vec<String> = crate::words::tokens(text).into_iter().take(4).map(|token| token.text).collect();
    AGAIN.contains(&words.join(" ").as_str())
}

/// The question's parts, after the parts of the questions that it leans on.
struct Chain {
    parts: Vec<Part>,
    /// Where the question itself begins.
    own: usize,
    /// Whether each part goes on from the one before.
    leans: Vec<bool>,
}

impl Chain {
    fn latest(&self) -> &str {
        match &self.parts[self.own..] {
            [only] => &only.text,
            _ => "a question of several parts",
        }
    }
}

fn chain(messages: &[ModelMessage], context: &ModelContext) -> Chain {
    let mut asked: Vec<Vec<Part>> = Vec::new();
    for message in messages.iter().rev() {
        let ModelMessage::User(text) = message else { continue };
        let text: String = text.chars().take(READ_MAX).collect();
        let mut parts = split::parts(&text);
        parts.truncate(split::PARTS_MAX);
        let leans = slots::leans_on_earlier(&parts[0].text, context);
        asked.push(parts);
        if !leans || asked.len() > CHAIN_MAX {
            break;
        }
    }
    asked.reverse();
    let own = asked.iter().rev().skip(1).map(Vec::len).sum::<usize>();
    let mut parts: Vec<Part> = asked.into_iter().flatten().collect();
    // Old parts beyond what one answer can look up are left.
    let skip = own.min(parts.len().saturating_sub(LOOK_UPS_MAX));
    parts.drain(..skip);
    let leans = parts
        .iter()
        .enumerate()
        .map(|(at, part)| at > 0 && slots::leans_on_earlier(&part.text, context))
        .collect();
    Chain { parts, own: own - skip, leans }
}

/// Whether a message of several sentences tells a bank of a trouble, and asks nothing of a ledger.
fn is_foreign(parts: &[Part], context: &ModelContext) -> bool {
    let whole = parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ");
    let order = day_order(context.locale.as_deref());
    let parsed = slots::parse(&whole, &Found::default(), context.as_of, order);
    parsed.intent == Some(Intent::Foreign) && !parts.iter().any(|part| slots::asks_of_ledger(&part.text))
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

/// The question's parts, read with what stands before them, and planned.
fn plans(chain: &Chain, looked_up: &[&Done], context: &ModelContext) -> Vec<Planned> {
    let order = day_order(context.locale.as_deref());
    let mut all: Vec<Parsed> = Vec::new();
    for (at, (part, names)) in chain.parts.iter().zip(looked_up).enumerate() {
        let details = &names.output["details"];
        let found = Found {
            matches: serde_json::from_value(details["matches"].clone()).unwrap_or_default(),
            paydays: serde_json::from_value(details["paydays"].clone()).unwrap_or_default(),
        };
        let mut next = slots::parse(&part.text, &found, context.as_of, order);
        // "How many rides was that? What's the average?": what could not be read is passed over.
        let latest = all.iter().rposition(|parsed| parsed.intent.is_some_and(Intent::is_open));
        let latest = latest.filter(|_| chain.leans[at]).or(all.len().checked_sub(1));
        if let Some(before) = latest.and_then(|at| all.get_mut(at)) {
            let is_saved = matches!(next.intent, Some(Intent::Saved { .. }));
            if is_saved && at > chain.own && next.slots.periods.is_empty() && !chain.leans[at] {
                next.slots.periods.clone_from(&before.slots.periods);
            }
            let leads_up = before.intent.is_none() && at > chain.own;
            if chain.leans[at] {
                next = slots::follow(before.clone(), next);
            } else if leads_up {
                slots::take_over(&before.slots, &mut next.slots);
            } else if part.is_joined {
                slots::take_names(before, &mut next, &part.text);
                // Of two questions in one sentence, the period is said once.
                if next.slots.periods.is_empty() {
                    next.slots.periods.clone_from(&before.slots.periods);
                } else if before.slots.periods.is_empty() && before.intent.is_some_and(Intent::takes_period) {
                    before.slots.periods.clone_from(&next.slots.periods);
                }
            }
        }
        all.push(next);
    }
    let own_parts = &chain.parts[chain.own..];
    if own_parts.len() > 1 && is_foreign(own_parts, context) {
        for parsed in all.iter_mut().skip(chain.own) {
            parsed.intent = Some(Intent::Foreign);
        }
    }
    let supposed = all[chain.own..].iter().find_map(|parsed| match parsed.intent {
        Some(intent @ Intent::Declined(Missing::Supposition)) => Some(intent),
        _ => None,
    });
    if supposed.is_some() {
        for parsed in all.iter_mut().skip(chain.own) {
            parsed.intent = supposed;
        }
    }
    // "What about …?" goes on from nothing.
    if let ([only], [parsed]) = (own_parts, all.as_mut_slice())
        && parsed.intent == Some(Intent::Named)
        && parsed.slots.periods.is_empty()
        && slots::asks_what_about(&only.text)
    {
        parsed.intent = None;
    }
    let own = chain.parts[chain.own..].iter().zip(all.drain(chain.own..)).collect::<Vec<_>>();
    let has_question = own.iter().any(|(_, parsed)| parsed.intent.is_some());
    own.into_iter()
        // What only leads up to a question is not one.
        .filter(|(part, parsed)| part.asks || parsed.intent.is_some() || !has_question)
        .map(|(_, parsed)| Planned {
            plan: plan::plan(&parsed, context),
            corrections: parsed.slots.corrections,
        })
        .collect()
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
