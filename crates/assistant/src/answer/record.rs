//! What a model was sent and what it cost, kept for the person who asks what it saw.

use domain::{RunRecord, SeenMessage, SeenStep, Usage};

use crate::model::{ModelMessage, ModelRequest};

/// Gathers a run's record.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    record: RunRecord,
    /// Messages that the steps so far hold.
    seen: usize,
    /// Tokens of the turn that is being written.
    turn: (u64, u64),
    /// Bytes that the model was sent in this turn, and that it has said.
    bytes: (usize, usize),
}

/// Tokens of a text where nobody counts them. Four bytes a token is what most models come to.
pub(crate) fn estimated_tokens(bytes: usize) -> u64 {
    bytes.div_ceil(4) as u64
}

impl Recorder {
    /// A model is asked. The built-in one is a part of the program: nothing is sent anywhere.
    pub fn ask(&mut self, model: &str, request: &ModelRequest, is_sent: bool) {
        model.clone_into(&mut self.record.model);
        self.end_turn();
        if !is_sent {
            return;
        }
        let told = request.messages.iter().map(|message| seen(message).text.len());
        self.bytes.0 = request.system.len() + told.sum::<usize>();
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

    /// The model has said so much more of its turn.
    pub fn hear(&mut self, bytes: usize) {
        self.bytes.1 += bytes;
    }

    /// A turn is over, whether it was finished or broke off.
    pub fn end_turn(&mut self) {
        let unsaid = self.estimate();
        self.record.input_tokens += unsaid.input_tokens;
        self.record.output_tokens += unsaid.output_tokens;
        (self.turn, self.bytes) = ((0, 0), (0, 0));
    }

    /// What the turn takes as far as its endpoint does not say; one that has said nothing took nothing.
    fn estimate(&self) -> Usage {
        let (sent, said) = self.bytes;
        if self.turn != (0, 0) || said == 0 || sent == 0 {
            return Usage::default();
        }
        let (input_tokens, output_tokens) = (estimated_tokens(sent), estimated_tokens(said));
        Usage { answers: 0, input_tokens, output_tokens }
    }

    /// Tokens of all turns so far.
    pub fn spent(&self) -> Usage {
        let mut spent = self.estimate();
        spent += Usage { answers: 0, ..self.record.usage() };
        spent
    }

    /// What was sent so far.
    pub fn so_far(&self) -> RunRecord {
        self.record.clone().bounded()
    }

    pub fn finish(mut self) -> RunRecord {
        self.end_turn();
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::UserId;
    use jiff::civil::Date;

    use super::*;
    use crate::model::ModelContext;

    #[test]
    fn tokens_that_an_endpoint_does_not_count_are_estimated_once_it_has_said_something() {
        let request = ModelRequest {
            user: UserId::local(),
            system: Arc::from("12345678"),
            messages: vec![ModelMessage::User("1234".to_owned())],
            tools: Arc::new([]),
            context: ModelContext { as_of: Date::default(), locale: None, base_currency: None },
            output_tokens_max: None,
        };
        let mut recorder = Recorder::default();
        recorder.ask("m", &request, true);
        assert_eq!(recorder.spent().tokens(), 0, "it may have refused");
        recorder.hear(5);
        assert_eq!(recorder.spent(), Usage { answers: 0, input_tokens: 3, output_tokens: 2 });
        recorder.ask("m", &request, true);
        recorder.hear(4);
        recorder.use_tokens(100, 10);
        recorder.use_tokens(100, 12);
        assert_eq!(recorder.spent(), Usage { answers: 0, input_tokens: 103, output_tokens: 14 });
        let record = recorder.finish();
        assert_eq!((record.input_tokens, record.output_tokens), (103, 14));
        let mut ours = Recorder::default();
        ours.ask("builtin", &request, false);
        ours.hear(400);
        assert_eq!(ours.finish().usage(), Usage { answers: 1, ..Usage::default() });
    }
}
