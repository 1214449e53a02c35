//! What a model was sent and what it cost, kept for the person who asks what it saw.

use domain::{RunRecord, SeenMessage, SeenStep};

use crate::model::{ModelMessage, ModelRequest};

/// Gathers a run's record.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    record: RunRecord,
    /// Messages that the steps so far hold.
    seen: usize,
    /// Tokens of the turn that is being written.
    turn: (u64, u64),
}

impl Recorder {
    /// A model is asked. The built-in one is a part of the program: nothing is sent anywhere.
    pub fn ask(&mut self, model: &str, request: &ModelRequest, is_sent: bool) {
        model.clone_into(&mut self.record.model);
        self.turn = (0, 0);
        if !is_sent {
            return;
        }
        if request.messages.len() < self.seen {
            self.seen = 0;
        }
        let messages = request.messages[self.seen..].iter().map(seen).collect();
        self.seen = request.messages.len();
        let is_first = self.record.steps.last().is_none_or(|step| step.system != *request.system);
        let system = if is_first { request.system.to_string() } else { String::new() };
        let tools = if is_first {
            request.tools.iter().map(|tool| tool.name.to_string()).collect()
        } else {
            Vec::new()
        };
        self.record.steps.push(SeenStep { system, messages, tools });
    }

    /// What the turn has cost so far.
    pub fn use_tokens(&mut self, input: u64, output: u64) {
        self.record.input_tokens += input.saturating_sub(self.turn.0);
        self.record.output_tokens += output.saturating_sub(self.turn.1);
        self.turn = (input.max(self.turn.0), output.max(self.turn.1));
    }

    /// Tokens of all turns.
    pub fn tokens(&self) -> u64 {
        self.record.input_tokens + self.record.output_tokens
    }

    pub fn finish(self) -> RunRecord {
        self.record.bounded()
    }
}

fn seen(message: &ModelMessage) -> SeenMessage {
    let (role, text) = match message {
        ModelMessage::User(text) => ("user", text.clone()),
        ModelMessage::Assistant { text, calls } => {
            let calls = calls.iter().map(|call| format!("{} {}", call.name, call.input));
            let said = std::iter::once(text.clone()).filter(|text| !text.is_empty());
            ("assistant", said.chain(calls).collect::<Vec<_>>().join("\n"))
        }
        ModelMessage::Tool { output, .. } => ("tool", output.to_string()),
    };
    SeenMessage { role: role.to_owned(), text }
}
