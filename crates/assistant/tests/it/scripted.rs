//! Models that say what a test tells them.

use std::sync::Mutex;

use assistant::{ChatModel, ModelError, ModelEvent, ModelRequest, ToolRequest};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use serde_json::Value;

pub type Said = Result<ModelEvent, ModelError>;

/// Says one list of events a turn, and keeps what it was asked.
#[derive(Default)]
pub struct Scripted {
    turns: Mutex<std::collections::VecDeque<Vec<Said>>>,
    pub asked: Mutex<Vec<ModelRequest>>,
    /// Hangs when the script is at its end.
    pub hangs: bool,
}

impl Scripted {
    pub fn new(turns: impl IntoIterator<Item = Vec<Said>>) -> Self {
        Self { turns: Mutex::new(turns.into_iter().collect()), ..Self::default() }
    }
}

impl ChatModel for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn respond(&self, request: ModelRequest) -> BoxStream<'static, Said> {
        self.asked.lock().unwrap().push(request);
        match self.turns.lock().unwrap().pop_front() {
            Some(turn) => stream::iter(turn).boxed(),
            None if self.hangs => stream::pending().boxed(),
            None => stream::empty().boxed(),
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a turn is a list of what may fail")]
pub fn text(text: &str) -> Said {
    Ok(ModelEvent::Text { delta: text.to_owned() })
}

#[expect(clippy::unnecessary_wraps, reason = "a turn is a list of what may fail")]
pub fn call(id: &str, name: &str, input: Value) -> Said {
    Ok(ModelEvent::ToolCall(ToolRequest { id: id.to_owned(), name: name.to_owned(), input }))
}

/// A function that hears a request and says a turn.
pub struct Replying<F>(pub F);

impl<F: Fn(&ModelRequest) -> Vec<Said> + Send + Sync> ChatModel for Replying<F> {
    fn name(&self) -> &'static str {
        "replying"
    }

    fn respond(&self, request: ModelRequest) -> BoxStream<'static, Said> {
        stream::iter((self.0)(&request)).boxed()
    }
}
