//! The tool calls of a turn.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use domain::{Confirmation, Part, ToolCall};
use futures::future::join_all;
use serde_json::{Value, json};

use super::{
    AnswerEvent, ToolUse,
    limits::{CALLS_MAX, REPEATS_MAX},
    runner::{ToolOutcome, ToolRunner},
    view,
    writing::Writing,
};
use crate::{
    bound::bounded,
    catalogue::SEARCH_CHATS,
    model::{ModelMessage, ToolRequest},
    toolbox::{ToolDefinition, ToolError, Toolbox},
};

/// What a call is run on.
pub(super) struct Bench<'a> {
    pub toolbox: &'a Toolbox,
    pub runner: Option<&'a dyn ToolRunner>,
    /// The tools that were offered.
    pub tools: &'a [ToolDefinition],
    /// Names of tools that the person has switched off.
    pub switched_off: &'a std::collections::BTreeSet<String>,
    /// The bound of a result; none for the built-in model, which reads it whole.
    pub result_bytes: Option<usize>,
}

/// A call's outcome and how long it took.
type Ran = (Result<ToolOutcome, ToolError>, Duration);

/// A call that runs in circles.
pub(super) struct InCircles;

/// Runs the calls of a turn, those of the runner beside each other, and gives the messages that
/// answer them, in order.
pub(super) async fn run(
    writing: &mut Writing<'_>,
    bench: &Bench<'_>,
    calls: Vec<ToolRequest>,
) -> Result<Vec<ModelMessage>, InCircles> {
    let calls: Vec<ToolRequest> = calls.into_iter().map(tidied).collect();
    let ahead = join_all(calls.iter().enumerate().map(|(at, call)| {
        let is_within = writing.tools.len() + at < CALLS_MAX;
        let is_first = !calls[..at].iter().any(|other| other.name == call.name && other.input == call.input);
        let runner = bench.runner.filter(|_| is_within && is_first && bench.is_beside(call));
        let is_answered = writing.answered.contains(&key(call));
        let proposed = writing.proposed(&call.name, &call.input.to_string()).cloned();
        async move {
            if let Some(proposed) = proposed {
                return Some((Ok(ToolOutcome::Proposed(proposed)), Duration::ZERO));
            }
            let runner = runner.filter(|_| !is_answered)?;
            let started = Instant::now();
            let outcome = runner.call(&call.name, &call.input).await;
            Some((outcome, started.elapsed()))
        }
    }));
    let ahead: Vec<Option<Ran>> = {
        for call in calls.iter().filter(|call| bench.is_beside(call)) {
            writing.tell(AnswerEvent::ToolStarted { name: call.name.clone() });
        }
        ahead.await
    };
    let mut answers = Vec::with_capacity(calls.len());
    for (call, ran) in calls.into_iter().zip(ahead) {
        if !bench.is_beside(&call) {
            writing.tell(AnswerEvent::ToolStarted { name: call.name.clone() });
        }
        let output = writing.call(bench, &call, ran);
        answers.push(ModelMessage::Tool { call_id: call.id, output: Arc::new(output) });
    }
    if writing.repeats > REPEATS_MAX { Err(InCircles) } else { Ok(answers) }
}

/// A call without arguments is one with none.
fn tidied(mut call: ToolRequest) -> ToolRequest {
    let is_empty = match &call.input {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    };
    if is_empty {
        call.input = json!({});
    }
    call
}

fn key(call: &ToolRequest) -> (String, String) {
    (call.name.clone(), call.input.to_string())
}

impl Bench<'_> {
    fn offers(&self, name: &str) -> bool {
        self.tools.iter().any(|tool| tool.name == name)
    }

    /// Whether the runner runs a call.
    fn is_beside(&self, call: &ToolRequest) -> bool {
        self.runner.is_some()
            && self.offers(&call.name)
            && call.input.is_object()
            && !Toolbox::list().iter().any(|tool| tool.name == call.name)
    }

    fn refusal(&self, call: &ToolRequest) -> Option<ToolError> {
        if self.switched_off.contains(&call.name) {
            return Some(ToolError::SwitchedOff);
        }
        if !self.offers(&call.name) {
            return Some(ToolError::UnknownTool);
        }
        let message = || "the arguments must be one JSON object".to_owned();
        (!call.input.is_object()).then(|| ToolError::InvalidInput { message: message() })
    }
}

impl Writing<'_> {
    /// Runs a tool that was not run ahead, keeps what it gave, and tells what the model is sent.
    fn call(&mut self, bench: &Bench<'_>, call: &ToolRequest, ran: Option<Ran>) -> Value {
        let is_repeat = bench.result_bytes.is_some() && self.answered.contains(&key(call));
        let started = Instant::now();
        let (outcome, duration) = if self.tools.len() >= CALLS_MAX {
            (Err(ToolError::TooManyCalls), Duration::ZERO)
        } else if is_repeat {
            self.repeats += 1;
            (Err(ToolError::Repeated), Duration::ZERO)
        } else if let Some(ran) = ran {
            ran
        } else if let Some(error) = bench.refusal(call) {
            (Err(error), Duration::ZERO)
        } else {
            let output = bench.toolbox.run(&call.name, &call.input);
            (output.map(|output| ToolOutcome::Output(Box::new(output))), started.elapsed())
        };
        self.answered.insert(key(call));
        let (summary, value) = self.take(bench, call, &outcome);
        let finished = ToolCall {
            name: call.name.clone(),
            input: call.input.to_string(),
            summary,
            duration_us: u64::try_from(duration.as_micros()).unwrap_or(u64::MAX),
            failed: outcome.is_err(),
        };
        self.tell(AnswerEvent::ToolFinished(finished.clone()));
        self.parts.push(Part::ToolCall(finished));
        self.tools.push(ToolUse { name: call.name.clone(), input: call.input.clone() });
        match outcome {
            Ok(ToolOutcome::Output(output)) => self.outputs.push(*output),
            Ok(ToolOutcome::Proposed(confirmation)) => {
                let part = Part::Confirmation(confirmation);
                if !self.parts.contains(&part) {
                    self.block(part);
                }
            }
            Ok(ToolOutcome::Foreign(_)) | Err(_) => {}
        }
        value
    }

    /// What the person is told in a few words, and what the model is sent.
    fn take(
        &mut self,
        bench: &Bench<'_>,
        call: &ToolRequest,
        outcome: &Result<ToolOutcome, ToolError>,
    ) -> (String, Value) {
        // The built-in model puts nothing into a call that is not the person's or the ledger's.
        let input = bench.result_bytes.map(|_| &call.input);
        match outcome {
            Ok(ToolOutcome::Output(output)) => {
                if call.name == SEARCH_CHATS {
                    self.sources.add_hits(output);
                } else {
                    self.sources.add_output(output, input);
                }
                let value = match bench.result_bytes {
                    Some(bytes_max) => view::of_output(output, bytes_max),
                    None => output.to_json(),
                };
                self.sources.add_cuts(&value);
                (output.summary.clone(), value)
            }
            // A stranger's figures are no source.
            Ok(ToolOutcome::Foreign(value)) => {
                let bytes_max = bench.result_bytes.unwrap_or(super::limits::RESULT_BYTES);
                ("answered".to_owned(), bounded(json!({ "data": value }), bytes_max))
            }
            Ok(ToolOutcome::Proposed(Confirmation { preview, .. })) => {
                self.sources.add_preview(preview, input);
                let value = json!({ "status": "waiting for the person's confirmation", "preview": preview });
                ("waits for your yes".to_owned(), value)
            }
            Err(error) => {
                self.sources.add_error(error, input);
                let mut value = json!({ "error": error.to_string() });
                if *error == ToolError::UnknownTool {
                    let names: Vec<&str> = bench.tools.iter().map(|tool| &*tool.name).collect();
                    value["tools"] = names.into();
                }
                (error.to_string(), value)
            }
        }
    }
}
