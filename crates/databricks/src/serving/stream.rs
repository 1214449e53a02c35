//! An answer as it arrives.

use std::collections::VecDeque;
use std::time::Duration;

use reqwest::Response;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::chat::{ChatAnswer, ChatEvent, FinishReason};
use super::endpoint::Dialect;
use super::error::ServingError;
use super::sse::{SseEvent, SseReader, TooLong};
use super::turn::{OPERATION, Turn};
use super::{Limits, SAID_BYTES_MAX};
use crate::error::Error;

/// After the last word only the usage can follow; an endpoint that keeps the connection open is not waited for longer.
const AFTER_FINISH: Duration = Duration::from_secs(2);
/// The longest event of a stream, and the longest whole answer.
const EVENT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A turn in the making. Dropping it ends the request.
#[derive(Debug)]
pub struct ChatStream {
    response: Response,
    dialect: Dialect,
    limits: Limits,
    first_byte_until: Instant,
    turn: Option<Turn>,
    form: Form,
    read_bytes: usize,
    events: VecDeque<ChatEvent>,
    failure: Option<ServingError>,
}

/// What the body turned out to be. Endpoints that cannot stream answer JSON to whoever asks for events.
#[derive(Debug)]
enum Form {
    Unknown,
    Events(SseReader),
    Json(Vec<u8>),
}

impl ChatStream {
    pub(super) fn new(
        response: Response,
        dialect: Dialect,
        limits: Limits,
        first_byte_until: Instant,
    ) -> Self {
        Self {
            response,
            dialect,
            limits,
            first_byte_until,
            turn: Some(Turn::default()),
            form: Form::Unknown,
            read_bytes: 0,
            events: VecDeque::new(),
            failure: None,
        }
    }

    /// How the endpoint was spoken to in the end: without what it refused.
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// What the model says next; none when the turn is over. [`ChatEvent::Finish`] is the last event of a whole turn;
    /// after an error there is nothing more. May be given up while it waits, and called again.
    pub async fn next(&mut self) -> Option<Result<ChatEvent, ServingError>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(Ok(event));
            }
            if let Some(failure) = self.failure.take() {
                return Some(Err(failure));
            }
            let turn = self.turn.as_ref()?;
            let limit = if turn.is_over() { AFTER_FINISH.min(self.limits.idle) } else { self.limits.idle };
            let is_first = self.read_bytes == 0;
            let until = if is_first { self.first_byte_until } else { Instant::now() + limit };
            match timeout_at(until, self.response.chunk()).await {
                Err(_) if turn.is_whole() => self.end(None),
                Err(_) => {
                    let limit = if is_first { self.limits.first_byte } else { limit };
                    self.fail(ServingError::Silent { limit });
                }
                Ok(Err(error)) => {
                    let source = Error::from_reqwest(OPERATION, limit, error);
                    self.end(Some(source));
                }
                Ok(Ok(None)) => self.end(None),
                Ok(Ok(Some(bytes))) => self.take(&bytes),
            }
        }
    }

    /// The whole turn.
    pub async fn collect(mut self) -> Result<ChatAnswer, ServingError> {
        let (mut text, mut tool_calls, mut usage) = (String::new(), Vec::new(), None);
        let mut finish = FinishReason::Stop;
        while let Some(event) = self.next().await {
            match event? {
                ChatEvent::Text(delta) => text.push_str(&delta),
                ChatEvent::ToolCall(call) => tool_calls.push(call),
                ChatEvent::Usage(used) => usage = Some(used),
                ChatEvent::Finish(reason) => finish = reason,
            }
        }
        Ok(ChatAnswer { text, tool_calls, usage, finish })
    }

    fn fail(&mut self, failure: ServingError) {
        self.turn = None;
        self.failure = Some(failure);
    }

    fn take(&mut self, bytes: &[u8]) {
        self.read_bytes += bytes.len();
        if self.read_bytes > SAID_BYTES_MAX {
            return self.fail(too_long(TooLong));
        }
        if matches!(self.form, Form::Unknown) {
            // Blank lines are how some endpoints keep a connection alive.
            let Some(first) = bytes.trim_ascii_start().first() else { return };
            self.form = match first {
                b'{' | b'[' | b'<' => Form::Json(Vec::new()),
                _ => Form::Events(SseReader::new(EVENT_BYTES_MAX)),
            };
        }
        let mut events = Vec::new();
        let outcome = match &mut self.form {
            Form::Unknown => Ok(()),
            Form::Json(body) if body.len() + bytes.len() > EVENT_BYTES_MAX => Err(TooLong),
            Form::Json(body) => {
                body.extend_from_slice(bytes);
                Ok(())
            }
            Form::Events(reader) => reader.push(bytes, &mut events),
        };
        for event in events {
            self.take_event(&event);
        }
        if let Err(error) = outcome {
            self.fail(too_long(error));
        }
        if self.turn.as_ref().is_some_and(Turn::is_done) {
            self.end(None);
        }
    }

    fn take_event(&mut self, event: &SseEvent) {
        let data = event.data.trim();
        let Some(turn) = self.turn.as_mut().filter(|turn| !turn.is_done()) else { return };
        if data.is_empty() {
            return;
        }
        if data == "[DONE]" {
            return turn.take_done();
        }
        match serde_json::from_str::<Value>(data) {
            Ok(piece) => {
                // The event's name is the kind of a piece that has none itself.
                let piece = named(piece, &event.name);
                self.take_piece(&piece);
            }
            Err(_) => self.fail(ServingError::Unreadable { reason: "an event is not JSON" }),
        }
    }

    fn take_piece(&mut self, piece: &Value) {
        let Some(turn) = self.turn.as_mut() else { return };
        let mut events = Vec::new();
        let outcome = turn.take(piece, &mut events);
        self.events.extend(events);
        if let Err(failure) = outcome {
            self.fail(failure);
        }
    }

    /// The stream is over, in good order or `broken`.
    fn end(&mut self, broken: Option<Error>) {
        match &mut self.form {
            Form::Json(body) => {
                let body = std::mem::take(body);
                match serde_json::from_slice::<Value>(&body) {
                    Ok(answer) => {
                        self.take_piece(&answer);
                        if let Some(turn) = &mut self.turn {
                            turn.take_done();
                        }
                    }
                    Err(_) if broken.is_some() => {}
                    Err(_) => return self.fail(ServingError::Unreadable { reason: "it is not JSON" }),
                }
            }
            Form::Events(reader) => {
                if let Ok(Some(event)) = reader.finish()
                    && broken.is_none()
                {
                    self.take_event(&event);
                }
            }
            Form::Unknown if broken.is_none() => {
                return self.fail(ServingError::Unreadable { reason: "it is empty" });
            }
            Form::Unknown => {}
        }
        let Some(turn) = self.turn.take() else { return };
        let mut events = Vec::new();
        match turn.end(broken, &mut events) {
            Ok(()) => self.events.extend(events),
            Err(failure) => self.fail(failure),
        }
    }
}

fn too_long(_: TooLong) -> ServingError {
    ServingError::Unreadable { reason: "it is larger than any answer" }
}

fn named(mut piece: Value, name: &str) -> Value {
    if let Value::Object(fields) = &mut piece
        && (name == "error" || name.starts_with("response."))
    {
        fields.entry("type").or_insert_with(|| name.into());
    }
    piece
}
