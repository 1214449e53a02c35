//! What servers have said of their tools, and when they are to be asked again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use databricks::mcp::McpError;
use domain::UserId;

use super::listed::Listed;

/// How long a list is good. Longer and a tool that is gone is still offered to the model.
const LIST_LASTS: Duration = Duration::from_mins(5);
/// How long a server that failed is left alone.
const RETRY_AFTER: Duration = Duration::from_secs(30);
/// How long a server is taken to be about to answer; whoever asks has given up long before.
const ASKED_FOR: Duration = Duration::from_mins(1);
/// People whose own lists are remembered; the oldest are forgotten first.
const LISTS_KEPT: usize = 1_000;

/// Whose list of which server: everybody's, except where a server knows people apart.
pub(super) type Key = (usize, Option<UserId>);

/// What is known of the servers.
#[derive(Default)]
pub(super) struct Lists(Mutex<HashMap<Key, Known>>);

/// What is known of one server.
#[derive(Clone, Default)]
struct Known {
    tools: Arc<[Listed]>,
    failure: Option<String>,
    heard_at: Option<Instant>,
    asked_at: Option<Instant>,
}

impl Known {
    fn is_asked(&self, now: Instant) -> bool {
        self.asked_at.is_some_and(|at| now.duration_since(at) < ASKED_FOR)
    }

    fn is_due(&self, now: Instant) -> bool {
        let pause = if self.failure.is_some() { RETRY_AFTER } else { LIST_LASTS };
        !self.is_asked(now) && self.heard_at.is_none_or(|at| now.duration_since(at) >= pause)
    }
}

impl Lists {
    fn known(&self) -> MutexGuard<'_, HashMap<Key, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the caller is to ask the server; it is then taken to be asked.
    pub fn claim(&self, key: &Key) -> bool {
        let now = Instant::now();
        let mut known = self.known();
        if known.len() >= LISTS_KEPT && !known.contains_key(key) {
            let people = known.iter().filter(|(key, _)| key.1.is_some());
            let oldest = people.min_by_key(|(_, known)| known.heard_at).map(|(key, _)| key.clone());
            oldest.map(|key| known.remove(&key));
        }
        let entry = known.entry(key.clone()).or_default();
        let is_due = entry.is_due(now);
        if is_due {
            entry.asked_at = Some(now);
        }
        is_due
    }

    /// Keeps what the server said. One that fails has no tools until it answers again.
    pub fn learn(&self, key: Key, answer: Result<Vec<Listed>, McpError>) {
        let (tools, failure) = match answer {
            Ok(tools) => (tools.into(), None),
            Err(error) => (Arc::default(), Some(error.to_string())),
        };
        let heard_at = Some(Instant::now());
        self.known().insert(key, Known { tools, failure, heard_at, asked_at: None });
    }

    /// Whether the server is being asked.
    pub fn is_asked(&self, key: &Key) -> bool {
        self.known().get(key).is_some_and(|known| known.is_asked(Instant::now()))
    }

    /// The server's tools; none while nothing is known.
    pub fn tools(&self, key: &Key) -> Arc<[Listed]> {
        self.known().get(key).map(|known| Arc::clone(&known.tools)).unwrap_or_default()
    }

    /// Why the server's tools are not there.
    pub fn failure(&self, key: &Key) -> Option<String> {
        self.known().get(key)?.failure.clone()
    }
}
