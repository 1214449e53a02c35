//! Opens connections in tasks of their own, and hands them to whoever waits.
//!
//! A caller who gives up after three seconds must not abort a connect to an endpoint that needs seven to
//! wake: the next caller would start from nothing, for ever. So connecting belongs to the supply, and what
//! it yields after its caller has gone is kept for the next one. Every connection, finished or not, holds a
//! [`Slot`]; there are as many slots as `max_connections`.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout};

use crate::config::PoolConfig;
use crate::connector::{Blocked, Connector, Failed, Gone};
use crate::credential::{Credentials, Lease, Minter};
use crate::failure::ConnectFailure;
use crate::gate::{Gate, Ticket};

/// An attempt older than this no longer counts as help on its way: it may hang in a black hole.
const FRESH: Duration = Duration::from_secs(1);

/// How often the log tells of one failure that goes on.
const REPORTED_EVERY: Duration = Duration::from_secs(30);

/// A connection, and what the pool knows about it.
pub(crate) struct Pooled<T> {
    pub(crate) connection: T,
    pub(crate) idle_since: Instant,
    pub(crate) expires_at: Instant,
    _slot: OwnedSemaphorePermit,
}

/// Everything but deadpool's queue.
pub(crate) struct Supply<C: Connector, M> {
    pub(crate) connector: C,
    /// `None`: the settings hold the password, or need none.
    pub(crate) credentials: Option<Credentials<M>>,
    pub(crate) gate: Gate,
    pub(crate) config: PoolConfig,
    slots: Arc<Semaphore>,
    state: Mutex<State<C::Connection>>,
}

struct State<T> {
    /// Finished after their callers had gone.
    stash: VecDeque<Pooled<T>>,
    waiting: VecDeque<oneshot::Sender<Result<Pooled<T>, Failed>>>,
    attempts: Vec<Attempt>,
    next_attempt: u64,
    closed: bool,
    /// Connections that came back before this are tested before use.
    suspect_before: Option<Instant>,
    /// Connections that came back before this are not used again.
    condemned_before: Option<Instant>,
    rng: ChaCha8Rng,
    /// The failure that the log tells of, and since when. A connection clears it.
    reported: Option<(ConnectFailure, Instant)>,
}

struct Attempt {
    id: u64,
    started: Instant,
    task: Option<AbortHandle>,
}

impl<C: Connector, M: Minter> Supply<C, M> {
    pub(crate) fn new(
        connector: C,
        credentials: Option<Credentials<M>>,
        config: PoolConfig,
        gate: Gate,
        rng: ChaCha8Rng,
    ) -> Self {
        let state = State {
            stash: VecDeque::new(),
            waiting: VecDeque::new(),
            attempts: Vec::new(),
            next_attempt: 0,
            closed: false,
            suspect_before: None,
            condemned_before: None,
            rng,
            reported: None,
        };
        let slots = Arc::new(Semaphore::new(config.max_connections));
        Self { connector, credentials, gate, config, slots, state: Mutex::new(state) }
    }

    /// A connection that nobody has used yet. Not bounded: the caller is.
    pub(crate) async fn obtain(self: &Arc<Self>) -> Result<Pooled<C::Connection>, Failed> {
        let receiver = loop {
            let mut pooled = {
                let mut state = self.state();
                match state.stash.pop_front() {
                    Some(pooled) => pooled,
                    None if state.closed => return Err(ConnectFailure::Other.into()),
                    // Queued under the same lock: what is delivered from now on comes here.
                    None => {
                        let (sender, receiver) = oneshot::channel();
                        state.waiting.retain(|waiting| !waiting.is_closed());
                        state.waiting.push_back(sender);
                        break receiver;
                    }
                }
            };
            if self.is_fit(&mut pooled).await {
                return Ok(pooled);
            }
        };
        // A connect that goes unanswered for long may be in a black hole: another is tried beside it, for
        // as long as somebody waits.
        let mut receiver = pin!(receiver);
        loop {
            self.launch_if_needed();
            if let Ok(obtained) = timeout(FRESH, receiver.as_mut()).await {
                return obtained.unwrap_or(Err(ConnectFailure::Other.into()));
            }
        }
    }

    /// Whether a connection may be handed out. Costs nothing for one that was used a moment ago.
    pub(crate) async fn is_fit(&self, pooled: &mut Pooled<C::Connection>) -> bool {
        let now = Instant::now();
        let idle = now - pooled.idle_since;
        if now >= pooled.expires_at || idle >= self.config.idle_timeout {
            return false;
        }
        let (suspect, condemned) = {
            let state = self.state();
            let before = |limit: Option<Instant>| limit.is_some_and(|limit| pooled.idle_since <= limit);
            (before(state.suspect_before), before(state.condemned_before))
        };
        if condemned {
            return false;
        }
        if !suspect && idle < self.config.test_after_idle {
            return true;
        }
        match timeout(self.config.test_timeout, self.connector.ping(&mut pooled.connection)).await {
            Ok(Ok(())) => {
                pooled.idle_since = Instant::now();
                true
            }
            Ok(Err(Gone)) => {
                self.suspect();
                false
            }
            // One silent socket costs its finder the whole wait: nobody else is to pay for its siblings.
            Err(_) => {
                self.condemn(now);
                false
            }
        }
    }

    /// A connection was lost: the others that are idle may be too.
    pub(crate) fn suspect(&self) {
        self.state().suspect_before = Some(Instant::now());
    }

    /// A connection is silent: those that were idle before `at` are not trusted.
    pub(crate) fn condemn(&self, at: Instant) {
        self.state().condemned_before = Some(at);
        tracing::warn!("a lakebase connection is silent; dropping those that were idle with it");
    }

    /// Drops stashed connections that have been idle for too long.
    pub(crate) fn reap(&self) -> Vec<C::Connection> {
        let now = Instant::now();
        let mut state = self.state();
        let fit = |pooled: &Pooled<_>| {
            now < pooled.expires_at && now - pooled.idle_since < self.config.idle_timeout
        };
        let (keep, reaped): (Vec<_>, Vec<_>) = state.stash.drain(..).partition(fit);
        state.stash = keep.into();
        reaped.into_iter().map(|pooled| pooled.connection).collect()
    }

    /// Stops every attempt; who waits fails.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.waiting.clear();
        let stash = std::mem::take(&mut state.stash);
        let tasks: Vec<_> = state.attempts.iter_mut().filter_map(|attempt| attempt.task.take()).collect();
        drop(state);
        drop(stash);
        tasks.iter().for_each(AbortHandle::abort);
    }

    /// Whether a connection is being opened.
    pub(crate) fn is_connecting(&self) -> bool {
        !self.state().attempts.is_empty()
    }

    /// Connections and attempts, and how many of them nobody uses.
    pub(crate) fn counts(&self) -> Counts {
        let state = self.state();
        let now = Instant::now();
        Counts {
            slots: self.config.max_connections - self.slots.available_permits(),
            stashed: state.stash.len(),
            connecting: state.attempts.len(),
            slow: state
                .attempts
                .iter()
                .any(|attempt| (FRESH..self.config.wake_budget).contains(&(now - attempt.started))),
        }
    }

    fn launch_if_needed(self: &Arc<Self>) {
        let mut state = self.state();
        let now = Instant::now();
        let wanted = state.waiting.iter().filter(|waiting| !waiting.is_closed()).count();
        let coming = state.attempts.iter().filter(|attempt| now - attempt.started < FRESH).count();
        if coming >= wanted {
            return;
        }
        let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() else {
            // Every slot is a connection or hangs. The oldest attempt may be about to wake an endpoint; the
            // one after it makes room, and the next caller tries on a new socket. Its end launches one.
            let stale = state
                .attempts
                .iter()
                .skip(1)
                .find(|attempt| now - attempt.started > self.config.acquire_timeout);
            if let Some(task) = stale.and_then(|attempt| attempt.task.as_ref()) {
                task.abort();
            }
            return;
        };
        let id = state.next_attempt;
        state.next_attempt += 1;
        state.attempts.push(Attempt { id, started: now, task: None });
        let ending = Ending { supply: Arc::clone(self), id };
        let task = tokio::spawn(async move {
            let result = ending.supply.attempt(id, slot).await;
            ending.supply.deliver(id, result);
        });
        if let Some(attempt) = state.attempts.iter_mut().find(|attempt| attempt.id == id) {
            attempt.task = Some(task.abort_handle());
        }
    }

    /// Tries until a connection is there, nobody wants it any more, or trying on is pointless.
    async fn attempt(&self, id: u64, slot: OwnedSemaphorePermit) -> Result<Pooled<C::Connection>, Failed> {
        loop {
            let (lease, ticket) = match self.prepare().await {
                Ok(ready) => ready,
                Err(Blocked::Patience(_)) if self.is_wanted() => continue,
                Err(Blocked::Patience(failure) | Blocked::Far(failure)) => return Err(failure.into()),
            };
            // It may have been refused, or have expired, while this waited for its turn.
            if let (Some(credentials), Some(lease)) = (&self.credentials, &lease)
                && !credentials.is_usable(lease.generation)
            {
                drop(ticket);
                continue;
            }
            self.note_connect(id);
            let connected =
                timeout(self.config.connect_timeout, self.connector.connect(lease.as_ref())).await;
            let failed = match connected.unwrap_or(Err(ConnectFailure::Timeout.into())) {
                Ok(connection) => {
                    ticket.succeeded();
                    if let (Some(credentials), Some(lease)) = (&self.credentials, &lease) {
                        credentials.accepted(lease.generation);
                    }
                    return Ok(self.pooled(connection, slot));
                }
                Err(failed) => failed,
            };
            let failure = failed.failure;
            self.report(failure);
            self.connector.note(failure);
            match (&self.credentials, &lease) {
                (Some(credentials), Some(lease)) if failure.is_auth() => {
                    credentials.invalidate(lease.generation);
                    ticket.failed(failure, true);
                }
                _ => ticket.failed(failure, false),
            }
            let goes_on = self.is_wanted() || self.gate.is_waking(self.config.wake_budget);
            if !failure.is_transient() || !goes_on {
                return Err(failed);
            }
        }
    }

    /// In an outage connects fail several times a second: one line tells of it, and another when the reason
    /// changes or half a minute has passed.
    fn report(&self, failure: ConnectFailure) {
        let now = Instant::now();
        let mut state = self.state();
        let is_known =
            state.reported.is_some_and(|(known, at)| known == failure && now - at < REPORTED_EVERY);
        if is_known {
            tracing::debug!(%failure, "could not connect to lakebase");
        } else {
            state.reported = Some((failure, now));
            tracing::warn!(%failure, "could not connect to lakebase");
        }
    }

    /// Its connect begins now: what it waited for before, a credential above all, does not make it one that
    /// hangs. Else the first callers after an outage would abort the connects that are about to serve them.
    fn note_connect(&self, id: u64) {
        if let Some(attempt) = self.state().attempts.iter_mut().find(|attempt| attempt.id == id) {
            attempt.started = Instant::now();
        }
    }

    /// A credential, then a turn.
    async fn prepare(&self) -> Result<(Option<Lease>, Ticket), Blocked<ConnectFailure>> {
        let patience = self.config.acquire_timeout;
        let lease = match &self.credentials {
            Some(credentials) => {
                Some(credentials.get(patience).await.map_err(|blocked| blocked.map(ConnectFailure::Mint))?)
            }
            None => None,
        };
        Ok((lease, self.gate.enter(patience).await?))
    }

    fn pooled(&self, connection: C::Connection, slot: OwnedSemaphorePermit) -> Pooled<C::Connection> {
        let now = Instant::now();
        // Connections that were opened together must not expire together.
        let early = {
            let mut state = self.state();
            state.reported = None;
            state.rng.random_range(0.0..0.1)
        };
        let expires_at = now + self.config.max_lifetime.mul_f64(1.0 - early);
        Pooled { connection, idle_since: now, expires_at, _slot: slot }
    }

    fn is_wanted(&self) -> bool {
        let state = self.state();
        !state.closed && state.waiting.iter().any(|waiting| !waiting.is_closed())
    }

    fn deliver(&self, id: u64, result: Result<Pooled<C::Connection>, Failed>) {
        let mut state = self.state();
        state.attempts.retain(|attempt| attempt.id != id);
        if state.closed {
            return;
        }
        match result {
            Ok(mut pooled) => {
                while let Some(waiting) = state.waiting.pop_front() {
                    match waiting.send(Ok(pooled)) {
                        Err(Ok(returned)) => pooled = returned,
                        _ => return,
                    }
                }
                state.stash.push_back(pooled);
            }
            Err(mut failed) => {
                while let Some(waiting) = state.waiting.pop_front() {
                    match waiting.send(Err(failed)) {
                        Err(Err(returned)) => failed = returned,
                        _ => return,
                    }
                }
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State<C::Connection>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a status shows.
pub(crate) struct Counts {
    pub(crate) slots: usize,
    pub(crate) stashed: usize,
    pub(crate) connecting: usize,
    /// A connect has been under way for more than a moment.
    pub(crate) slow: bool,
}

/// Takes an attempt off the list when its task ends in any way, an abort included.
struct Ending<C: Connector, M: Minter> {
    supply: Arc<Supply<C, M>>,
    id: u64,
}

impl<C: Connector, M: Minter> Drop for Ending<C, M> {
    fn drop(&mut self) {
        self.supply.state().attempts.retain(|attempt| attempt.id != self.id);
        // Those who still wait for what this would have brought. A runtime that shuts down has none.
        if Handle::try_current().is_ok() && self.supply.is_wanted() {
            self.supply.launch_if_needed();
        }
    }
}
