//! When to mint, which token to use, when to throw one away: decided without a clock, a task or a socket.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Credential, MintError, MintFailure};

/// The machine's numbers.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The part of a token's life after which a new one is minted. Later leaves too little time to retry
    /// in: AWS' one second before expiry turned every hiccup into an outage (aws-sdk-java-v2 #5247).
    pub refresh_at: f64,
    /// The most that the refresh is brought forward, as a part of the life, so that the instances of an
    /// app do not ask all at once.
    pub refresh_jitter: f64,
    /// The wait after a first failure. It doubles with each further one.
    pub backoff_first: Duration,
    /// The longest wait while a good token is held, or nobody wants one.
    pub backoff_max: Duration,
    /// The longest wait while somebody waits and there is no good token. Longer delays recovery by as
    /// much; shorter adds load to a service that is down already.
    pub backoff_max_urgent: Duration,
    /// The longest wait between tokens that are refused one after the other, for the first
    /// `refusals_urgent` of them: an endpoint that wakes refuses good ones, and recovery is noticed this
    /// late.
    pub backoff_max_refused: Duration,
    /// From this many refusals in a row on it is taken for a role that is missing, and waits grow up to
    /// `backoff_max`.
    pub refusals_urgent: u32,
    /// From this many failures in a row that only a person can mend (403, endpoint missing) on, waits
    /// double up to `permanent_wait`. Fewer, and who grants the permission waits for it; more asks a
    /// workspace that has said no for longer.
    pub permanent_urgent: u32,
    /// The longest wait after such failures.
    pub permanent_wait: Duration,
    /// A token is not used for a login in this last part of its life: it would expire on the way.
    pub margin_max: Duration,
    /// How long a call is waited for while a good token is held: that costs nothing. Shorter never gets a
    /// token from a workspace that slow.
    pub mint_timeout: Duration,
    /// How long most calls are waited for when there is no good token; up to a fifth longer, and three times
    /// as long as the last mint took where that is more. An answer may be lost for good: longer delays
    /// recovery by as much; shorter gives up calls that a busy workspace would have answered.
    pub mint_timeout_urgent: Duration,
    /// Without a good token one call in so many, at least 2, gets the whole `mint_timeout`. The second one
    /// does: it tells a workspace that has become slow from one that is silent. Larger, and one that comes
    /// back slow waits longer for its turn; smaller, and more often such a call delays recovery.
    pub patient_every: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            refresh_at: 0.5,
            refresh_jitter: 0.1,
            backoff_first: Duration::from_millis(500),
            backoff_max: Duration::from_secs(30),
            backoff_max_urgent: Duration::from_millis(600),
            backoff_max_refused: Duration::from_secs(1),
            refusals_urgent: 16,
            // Two minutes at least, at a call every 0.6 s.
            permanent_urgent: 200,
            permanent_wait: Duration::from_mins(1),
            margin_max: Duration::from_secs(30),
            mint_timeout: Duration::from_secs(5),
            mint_timeout_urgent: Duration::from_millis(700),
            // About every 15 seconds.
            patient_every: 14,
        }
    }
}

/// A token, and which one it is.
#[derive(Clone)]
pub struct Lease {
    /// What is sent as the password.
    pub token: SecretString,
    /// Counts the tokens from 1; names the one that a login was refused with.
    pub generation: u64,
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Lease {{ generation: {}, token: len:{} }}",
            self.generation,
            self.token.expose_secret().len()
        )
    }
}

/// What a caller who needs a token is told.
#[derive(Debug)]
pub enum Answer {
    /// Use this one.
    Use(Lease),
    /// Mint now, until [`CredentialMachine::give_up_at`], and report with [`CredentialMachine::minted`] or
    /// [`CredentialMachine::failed`].
    Mint,
    /// A mint is under way.
    InFlight,
    /// None may be started before this.
    Later {
        /// When to ask again.
        at: Duration,
        /// What went wrong last.
        failure: MintFailure,
    },
}

struct Held {
    credential: Credential,
    received_at: Duration,
    refresh_at: Duration,
    usable_until: Duration,
    rejected: bool,
}

/// The credential's life as a state machine. Every `now` is the time since one fixed instant, and never
/// goes back.
pub struct CredentialMachine {
    policy: Policy,
    rng: ChaCha8Rng,
    held: Option<Held>,
    generation: u64,
    in_flight: bool,
    /// When the last call began.
    began_at: Duration,
    /// How long it is waited for when no good token is held.
    patience: Duration,
    /// How many of the last calls in a row got no answer.
    unanswered: u32,
    /// How long the last mint took.
    minted_in: Option<Duration>,
    wanted: bool,
    failures: u32,
    /// How many of the last failures in a row only a person can mend.
    permanent_failures: u32,
    /// What the wait of those without a token counts from.
    paused_from: Duration,
    last_failure: Option<MintFailure>,
    /// Set by our own backoff.
    not_before: Duration,
    /// Set by `Retry-After`, by permanent failures that go on, or by refused logins: urgency does not
    /// shorten it.
    not_before_firm: Duration,
    /// Generations refused in a row, without a login in between.
    rejections: u32,
    mints: u64,
    failed_mints: u64,
}

impl CredentialMachine {
    /// A machine that holds nothing yet. The generator is a parameter: the same seed makes the same waits.
    pub fn new(policy: Policy, rng: ChaCha8Rng) -> Self {
        Self {
            policy,
            rng,
            held: None,
            generation: 0,
            in_flight: false,
            began_at: Duration::ZERO,
            patience: Duration::ZERO,
            unanswered: 0,
            minted_in: None,
            wanted: false,
            failures: 0,
            permanent_failures: 0,
            paused_from: Duration::ZERO,
            last_failure: None,
            not_before: Duration::ZERO,
            not_before_firm: Duration::ZERO,
            rejections: 0,
            mints: 0,
            failed_mints: 0,
        }
    }

    /// A caller needs a token.
    pub fn want(&mut self, now: Duration) -> Answer {
        if let Some(held) = self.held.as_ref().filter(|held| held.usable(now)) {
            return Answer::Use(Lease { token: held.credential.token.clone(), generation: self.generation });
        }
        self.wanted = true;
        if self.in_flight {
            return Answer::InFlight;
        }
        let at = self.next_mint(now);
        if at <= now {
            self.begin(now);
            return Answer::Mint;
        }
        Answer::Later { at, failure: self.last_failure.unwrap_or(MintFailure::Malformed) }
    }

    /// Whether a refresh is to be started now. `true` is an order, to be answered as [`Answer::Mint`] is.
    pub fn refresh(&mut self, now: Duration) -> bool {
        let due = !self.in_flight && self.next_wake().is_some_and(|at| at <= now);
        if due {
            self.begin(now);
        }
        due
    }

    /// When the call under way is to be given up, as [`MintFailure::Timeout`]. Sooner once the token held is
    /// refused or ends, so it is to be asked again when something has changed.
    pub fn give_up_at(&self) -> Duration {
        let urgent = self.began_at + self.patience;
        match &self.held {
            Some(held) if !held.rejected => {
                urgent.max(held.usable_until).min(self.began_at + self.policy.mint_timeout)
            }
            _ => urgent,
        }
    }

    /// When [`refresh`](Self::refresh) has something to do; `None` while a mint is under way, and before
    /// anybody wanted a token.
    pub fn next_wake(&self) -> Option<Duration> {
        if self.in_flight {
            return None;
        }
        match &self.held {
            Some(held) if !held.rejected => {
                Some(held.refresh_at.max(self.not_before).max(self.not_before_firm))
            }
            _ if self.wanted => Some(self.not_before.max(self.not_before_firm)),
            _ => None,
        }
    }

    /// A mint has brought a token.
    pub fn minted(&mut self, now: Duration, credential: Credential) {
        let lifetime = credential.lifetime;
        // A token this short would be minted in a loop.
        if lifetime < Duration::from_secs(1) {
            self.failed(now, MintError::new(MintFailure::Malformed));
            return;
        }
        self.in_flight = false;
        self.minted_in = Some(now.saturating_sub(self.began_at));
        self.unanswered = 0;
        self.mints += 1;
        self.generation += 1;
        self.failures = 0;
        self.permanent_failures = 0;
        self.last_failure = None;
        let early = self.policy.refresh_jitter * self.rng.random_range(0.0..1.0);
        let margin = self.policy.margin_max.min(lifetime / 10);
        self.not_before = now + self.first_step(lifetime);
        self.held = Some(Held {
            refresh_at: now + lifetime.mul_f64((self.policy.refresh_at - early).clamp(0.05, 0.9)),
            usable_until: now + lifetime.saturating_sub(margin),
            received_at: now,
            rejected: false,
            credential,
        });
    }

    /// A mint has failed. The token held is kept, and used as long as it is good.
    pub fn failed(&mut self, now: Duration, error: MintError) {
        self.in_flight = false;
        self.failed_mints += 1;
        self.last_failure = Some(error.failure);
        let answered = error.failure != MintFailure::Timeout;
        self.unanswered = if answered { 0 } else { self.unanswered.saturating_add(1) };
        // Who waited for an answer in vain has had the pause.
        self.paused_from = if answered { now } else { self.began_at };
        let first = self
            .held
            .as_ref()
            .map_or(self.policy.backoff_first, |held| self.first_step(held.credential.lifetime));
        let step = first.saturating_mul(1 << self.failures.min(16)).min(self.policy.backoff_max);
        self.failures = self.failures.saturating_add(1);
        self.not_before = now + self.jittered(step);
        self.permanent_failures =
            if error.failure.is_permanent() { self.permanent_failures.saturating_add(1) } else { 0 };
        let firm = self.permanent_step().max(error.retry_after.unwrap_or_default());
        if firm > Duration::ZERO {
            // The spread comes after what was asked for, never before.
            let spread = firm.mul_f64(0.1 * self.rng.random_range(0.0..1.0)).min(Duration::from_secs(1));
            self.not_before_firm = self.not_before_firm.max(now + firm + spread);
        }
    }

    /// A login was refused with this generation. Acts once per generation, on the one held: it is not
    /// used again. The first refusal is followed by a mint at once; further ones, without a login in
    /// between, by a growing wait, or a role that is missing would make a mint–login loop.
    pub fn invalidate(&mut self, now: Duration, generation: u64) -> bool {
        let current = self.generation;
        let Some(held) = self.held.as_mut().filter(|held| current == generation && !held.rejected) else {
            return false;
        };
        held.rejected = true;
        self.wanted = true;
        self.rejections = self.rejections.saturating_add(1);
        // A mint that has just failed keeps its wait.
        if self.failures == 0 {
            self.not_before = now;
        }
        if self.rejections > 1 {
            let wait = self.jittered(self.refusal_step());
            self.not_before_firm = self.not_before_firm.max(now + wait);
        }
        true
    }

    /// A login went well with this generation.
    pub fn accepted(&mut self, generation: u64) {
        if generation == self.generation {
            self.rejections = 0;
        }
    }

    /// Whether a login with this generation still makes sense.
    pub fn is_usable(&self, now: Duration, generation: u64) -> bool {
        generation == self.generation && self.held.as_ref().is_some_and(|held| held.usable(now))
    }

    /// What a status page shows.
    pub(crate) fn view(&self, now: Duration) -> MachineView {
        let held = self.held.as_ref().filter(|held| held.usable(now));
        MachineView {
            generation: self.generation,
            age: held.map(|held| now.saturating_sub(held.received_at)),
            expires_in: held.map(|held| (held.received_at + held.credential.lifetime).saturating_sub(now)),
            expires_at: held.and_then(|held| held.credential.expires_at),
            minting: self.in_flight,
            mints: self.mints,
            failed_mints: self.failed_mints,
            last_failure: self.last_failure,
        }
    }

    /// When somebody who waits is served at the earliest, should the call under way be lost.
    #[cfg(test)]
    pub(crate) fn blocked_until(&self, now: Duration) -> Duration {
        let given_up = if self.in_flight { self.began_at + self.patience } else { now };
        let next =
            if self.held.as_ref().is_some_and(|held| held.usable(now)) { now } else { self.next_mint(now) };
        given_up.max(next)
    }

    fn begin(&mut self, now: Duration) {
        self.in_flight = true;
        self.began_at = now;
        self.patience = self.draw_patience();
    }

    fn draw_patience(&mut self) -> Duration {
        let Policy { mint_timeout, mint_timeout_urgent, patient_every, .. } = self.policy;
        // Of a process' first call nothing is known, and it pays for the log-in.
        let patient_turn = u32::from(self.minted_in.is_some());
        if self.unanswered % patient_every.max(2) == patient_turn {
            return mint_timeout;
        }
        let usual = self.minted_in.unwrap_or_default().saturating_mul(3).max(mint_timeout_urgent);
        // Instances whose calls were lost together do not return together.
        usual.mul_f64(self.rng.random_range(1.0..1.2)).min(mint_timeout)
    }

    fn next_mint(&self, now: Duration) -> Duration {
        let urgent = self.paused_from + self.policy.backoff_max_urgent;
        let soft = if self.failures > 0 { self.not_before.min(urgent) } else { self.not_before };
        soft.max(self.not_before_firm).max(now)
    }

    /// A token of seconds (tests, an emulator) leaves no room for half a second.
    fn first_step(&self, lifetime: Duration) -> Duration {
        self.policy.backoff_first.min((lifetime / 16).max(Duration::from_millis(50)))
    }

    fn permanent_step(&self) -> Duration {
        let Policy { permanent_urgent, backoff_max_urgent, permanent_wait, .. } = self.policy;
        self.permanent_failures.checked_sub(permanent_urgent).map_or(Duration::ZERO, |further| {
            backoff_max_urgent.saturating_mul(1 << (further + 1).min(16)).min(permanent_wait)
        })
    }

    fn refusal_step(&self) -> Duration {
        let Policy { backoff_first, backoff_max_refused, refusals_urgent, backoff_max, .. } = self.policy;
        let step = |first: Duration, doublings: u32| first.saturating_mul(1 << doublings.min(16));
        match self.rejections.checked_sub(refusals_urgent) {
            None => step(backoff_first, self.rejections.saturating_sub(2)).min(backoff_max_refused),
            Some(further) => step(backoff_max_refused, further + 1).min(backoff_max),
        }
    }

    fn jittered(&mut self, step: Duration) -> Duration {
        step.mul_f64(self.rng.random_range(0.5..1.0))
    }
}

impl Held {
    fn usable(&self, now: Duration) -> bool {
        !self.rejected && now < self.usable_until
    }
}

/// The machine's state without its secret.
#[derive(Debug, Clone)]
pub(crate) struct MachineView {
    pub(crate) generation: u64,
    pub(crate) age: Option<Duration>,
    pub(crate) expires_in: Option<Duration>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) minting: bool,
    pub(crate) mints: u64,
    pub(crate) failed_mints: u64,
    pub(crate) last_failure: Option<MintFailure>,
}
