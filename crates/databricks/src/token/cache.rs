//! The cache: fresh tokens are served, stale ones are served while a new one is fetched, expired ones are waited for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::{Token, TokenSource};
use crate::error::Error;

/// A token counts as expired so long before it is: a request must arrive while it is valid.
const EXPIRED_EARLY: Duration = Duration::from_secs(40);
/// A token is renewed in the second half of its life, but not longer than so before its end.
const STALE_MAX: Duration = Duration::from_mins(20);
/// After a failed renewal the next waits so long, as long as the old token is good.
const RENEWAL_PAUSE: Duration = Duration::from_mins(1);

pub(crate) struct TokenCache<S> {
    shared: Arc<Shared<S>>,
}

struct Shared<S> {
    source: S,
    state: Mutex<State>,
    /// Held by whoever fetches.
    flight: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// Counts the tokens that were thrown away: what was fetched for an earlier generation is not kept.
    generation: u64,
    /// Counts the finished fetches, so that those who waited for one can tell that it was theirs.
    flights: u64,
    last_failure: Option<Error>,
    no_renewal_before: Option<Instant>,
    renewal: Option<JoinHandle<()>>,
}

struct Held {
    token: Arc<Token>,
    stale_at: Instant,
    expired_at: Instant,
}

/// A token to use now.
#[derive(Debug, Clone)]
pub(crate) struct Cached {
    pub(crate) token: Arc<Token>,
    /// What to name when the token turns out to be refused.
    pub(crate) generation: u64,
    /// Whether it was fetched for this very caller.
    pub(crate) is_new: bool,
}

impl<S: TokenSource> TokenCache<S> {
    pub(crate) fn new(source: S) -> Self {
        let shared = Shared { source, state: Mutex::default(), flight: tokio::sync::Mutex::new(()) };
        Self { shared: Arc::new(shared) }
    }

    pub(crate) fn source(&self) -> &S {
        &self.shared.source
    }

    /// A valid token. Waits only when there is none; those who wait together share one fetch and its failure.
    pub(crate) async fn get(&self) -> Result<Cached, Error> {
        let shared = &self.shared;
        let flights = {
            let mut state = shared.state();
            if let Some(cached) = state.valid(Instant::now()) {
                self.renew_if_stale(&mut state);
                return Ok(cached);
            }
            state.flights
        };
        let _flight = shared.flight.lock().await;
        let generation = {
            let state = shared.state();
            if let Some(cached) = state.valid(Instant::now()) {
                return Ok(cached);
            }
            if let Some(failure) = state.last_failure.as_ref().filter(|_| state.flights != flights) {
                return Err(failure.clone());
            }
            state.generation
        };
        let token = shared.fetch(generation).await?;
        Ok(Cached { token, generation, is_new: true })
    }

    /// Throws the token of that generation away; a later one is kept.
    pub(crate) fn invalidate(&self, generation: u64) {
        let mut state = self.shared.state();
        if state.generation == generation {
            state.generation += 1;
            state.held = None;
        }
    }

    fn renew_if_stale(&self, state: &mut State) {
        let now = Instant::now();
        let is_stale = state.held.as_ref().is_some_and(|held| now >= held.stale_at);
        let is_paused = state.no_renewal_before.is_some_and(|until| now < until);
        let is_running = state.renewal.as_ref().is_some_and(|renewal| !renewal.is_finished());
        if is_stale && !is_paused && !is_running {
            let shared = Arc::clone(&self.shared);
            let generation = state.generation;
            state.renewal = Some(tokio::spawn(async move {
                let Ok(_flight) = shared.flight.try_lock() else { return };
                if let Err(error) = shared.fetch(generation).await {
                    tracing::warn!(%error, "the workspace token could not be renewed; the old one is still valid");
                }
            }));
        }
    }
}

impl<S> Drop for TokenCache<S> {
    fn drop(&mut self) {
        if let Some(renewal) = self.shared.state().renewal.take() {
            renewal.abort();
        }
    }
}

impl<S> Shared<S> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: TokenSource> Shared<S> {
    /// Fetches and keeps a token; the flight is held by the caller.
    async fn fetch(&self, generation: u64) -> Result<Arc<Token>, Error> {
        let asked_at = Instant::now();
        let result = self.source.fetch().await;
        let mut state = self.state();
        state.flights += 1;
        match result {
            Ok(token) => {
                let token = Arc::new(token);
                state.last_failure = None;
                state.no_renewal_before = None;
                if state.generation == generation {
                    state.held = Some(Held::new(Arc::clone(&token), asked_at));
                }
                Ok(token)
            }
            Err(error) => {
                state.last_failure = Some(error.clone());
                state.no_renewal_before = Some(Instant::now() + RENEWAL_PAUSE);
                Err(error)
            }
        }
    }
}

impl State {
    fn valid(&self, now: Instant) -> Option<Cached> {
        let held = self.held.as_ref().filter(|held| now < held.expired_at)?;
        Some(Cached { token: Arc::clone(&held.token), generation: self.generation, is_new: false })
    }
}

impl Held {
    /// A token's life counts from when it was asked for: the server's clock does not matter, and its answer was late.
    fn new(token: Arc<Token>, asked_at: Instant) -> Self {
        let life = token.life;
        // A short-lived token would be expired from the start by the 40 s that a token of an hour can spare.
        let expired_at = asked_at + life.saturating_sub(EXPIRED_EARLY.min(life / 4));
        let stale_at = asked_at + life.saturating_sub(STALE_MAX.min(life / 2));
        Self { token, stale_at, expired_at }
    }
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
