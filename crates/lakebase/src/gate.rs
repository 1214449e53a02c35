//! Lets connects through: all of them while things go well, one at a time, spaced, after a failure.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::connector::Blocked;
use crate::failure::ConnectFailure;

const FIRST_WAIT: Duration = Duration::from_millis(100);
/// Recovery is noticed this late at worst; a few tries a second harm nobody.
const LONGEST_WAIT: Duration = Duration::from_millis(250);
/// After a failure that only a person can mend.
const PERMANENT_FIRST_WAIT: Duration = Duration::from_secs(1);
const PERMANENT_LONGEST_WAIT: Duration = Duration::from_secs(30);
/// A probe that takes longer may be stuck in a black hole: another is let through beside it.
const PATIENCE_WITH_PROBE: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy)]
enum State {
    Open,
    Waiting { until: Duration, failure: ConnectFailure },
    Probing { since: Duration, failure: ConnectFailure },
}

/// The decisions, without a clock.
struct GateMachine {
    rng: ChaCha8Rng,
    state: State,
    failures: u32,
    /// Changes with the state, so that a verdict on an older state is told apart.
    round: u64,
    waking_since: Option<Duration>,
}

enum Entry {
    Go(u64),
    Wait { at: Duration, failure: ConnectFailure },
}

impl GateMachine {
    fn enter(&mut self, now: Duration) -> Entry {
        match self.state {
            State::Open => Entry::Go(self.round),
            State::Waiting { until, failure } if now < until => Entry::Wait { at: until, failure },
            State::Probing { since, failure } if now < since + PATIENCE_WITH_PROBE => {
                Entry::Wait { at: since + PATIENCE_WITH_PROBE, failure }
            }
            State::Waiting { failure, .. } | State::Probing { failure, .. } => {
                self.state = State::Probing { since: now, failure };
                self.round += 1;
                Entry::Go(self.round)
            }
        }
    }

    fn succeeded(&mut self) {
        self.state = State::Open;
        self.failures = 0;
        self.round += 1;
        self.waking_since = None;
    }

    /// `at_once`: the next probe need not wait; what it needs (another credential) makes it wait.
    fn failed(&mut self, now: Duration, round: u64, failure: ConnectFailure, at_once: bool) {
        if failure == ConnectFailure::Waking {
            self.waking_since.get_or_insert(now);
        }
        // Those who started together count as one failure.
        if round != self.round {
            return;
        }
        let (first, longest) = if failure.is_transient() {
            (FIRST_WAIT, LONGEST_WAIT)
        } else {
            (PERMANENT_FIRST_WAIT, PERMANENT_LONGEST_WAIT)
        };
        let step = first.saturating_mul(1 << self.failures.min(16)).min(longest);
        self.failures = self.failures.saturating_add(1);
        let wait = if at_once { Duration::ZERO } else { step.mul_f64(self.rng.random_range(0.5..1.0)) };
        self.state = State::Waiting { until: now + wait, failure };
        self.round += 1;
    }

    /// A connect that ended without a verdict.
    fn released(&mut self, now: Duration, round: u64) {
        if let State::Probing { failure, .. } = self.state
            && round == self.round
        {
            self.state = State::Waiting { until: now, failure };
            self.round += 1;
        }
    }
}

/// The machine with a clock and with callers who wait. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Gate {
    inner: Arc<Inner>,
}

struct Inner {
    epoch: Instant,
    machine: Mutex<GateMachine>,
    changed: watch::Sender<u64>,
}

impl Gate {
    pub(crate) fn new(rng: ChaCha8Rng) -> Self {
        let machine = GateMachine { rng, state: State::Open, failures: 0, round: 0, waking_since: None };
        let inner =
            Inner { epoch: Instant::now(), machine: Mutex::new(machine), changed: watch::Sender::new(0) };
        Self { inner: Arc::new(inner) }
    }

    /// Waits for a turn, at most `patience`; fails at once when there is none within it.
    pub(crate) async fn enter(&self, patience: Duration) -> Result<Ticket, Blocked<ConnectFailure>> {
        let deadline = Instant::now() + patience;
        let mut changed = self.inner.changed.subscribe();
        loop {
            changed.mark_unchanged();
            let entry = self.machine().enter(self.now());
            match entry {
                Entry::Go(round) => return Ok(Ticket { gate: self.clone(), round, done: false }),
                Entry::Wait { at, failure } => {
                    let at = self.inner.epoch + at;
                    if at > Instant::now() + patience {
                        return Err(Blocked::Far(failure));
                    }
                    if Instant::now() >= deadline {
                        return Err(Blocked::Patience(failure));
                    }
                    let _ = timeout_at(at, changed.changed()).await;
                }
            }
        }
    }

    /// A connection that was open has shown this: as a failed connect, so that those who throw such a
    /// connection away do not connect in a tight loop.
    pub(crate) fn observe(&self, failure: ConnectFailure) {
        let now = self.now();
        let mut machine = self.machine();
        let round = machine.round;
        machine.failed(now, round, failure, false);
        drop(machine);
        self.notify();
    }

    /// Whether the endpoint said within the last `budget` that it is waking up, and has not come up since.
    pub(crate) fn is_waking(&self, budget: Duration) -> bool {
        let now = self.now();
        self.machine().waking_since.is_some_and(|since| now < since + budget)
    }

    /// What keeps connects back now.
    pub(crate) fn failure(&self) -> Option<ConnectFailure> {
        match self.machine().state {
            State::Open => None,
            State::Waiting { failure, .. } | State::Probing { failure, .. } => Some(failure),
        }
    }

    /// Hears of every change; who subscribes before they look misses none.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.inner.changed.subscribe()
    }

    /// How long nobody is let through.
    #[cfg(test)]
    pub(crate) fn blocked_for(&self) -> Duration {
        let now = self.now();
        let until = match self.machine().state {
            State::Open => now,
            State::Waiting { until, .. } => until,
            State::Probing { since, .. } => since + PATIENCE_WITH_PROBE,
        };
        until.saturating_sub(now)
    }

    fn now(&self) -> Duration {
        self.inner.epoch.elapsed()
    }

    fn notify(&self) {
        self.inner.changed.send_modify(|count| *count += 1);
    }

    fn machine(&self) -> MutexGuard<'_, GateMachine> {
        self.inner.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to try one connect. Dropped without a verdict, the turn passes on.
pub(crate) struct Ticket {
    gate: Gate,
    round: u64,
    done: bool,
}

impl Ticket {
    pub(crate) fn succeeded(mut self) {
        self.done = true;
        self.gate.machine().succeeded();
        self.gate.notify();
    }

    pub(crate) fn failed(mut self, failure: ConnectFailure, at_once: bool) {
        self.done = true;
        let now = self.gate.now();
        self.gate.machine().failed(now, self.round, failure, at_once);
        self.gate.notify();
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.done {
            let now = self.gate.now();
            self.gate.machine().released(now, self.round);
            self.gate.notify();
        }
    }
}
