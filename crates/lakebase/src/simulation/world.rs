//! A workspace that mints and a server that takes logins, both breaking on schedule.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use secrecy::ExposeSecret as _;
use tokio::time::{Instant, sleep};

use crate::connector::{Connector, Failed, Gone};
use crate::credential::{Credential, Lease, MintError, MintFailure, Minter};
use crate::failure::ConnectFailure;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    MintUnavailable,
    MintForbidden,
    MintThrottled,
    MintHangs,
    MintGarbage,
    ShortLives,
    ClockSkew,
    RevokeAll,
    RevokeAndKill,
    KillAll,
    Refuses,
    BlackHole,
    SlowConnects,
    Waking,
    WakingAsAuth,
    TooMany,
    ReadOnly,
}

const FAULTS: [Fault; 17] = [
    Fault::MintUnavailable,
    Fault::MintForbidden,
    Fault::MintThrottled,
    Fault::MintHangs,
    Fault::MintGarbage,
    Fault::ShortLives,
    Fault::ClockSkew,
    Fault::RevokeAll,
    Fault::RevokeAndKill,
    Fault::KillAll,
    Fault::Refuses,
    Fault::BlackHole,
    Fault::SlowConnects,
    Fault::Waking,
    Fault::WakingAsAuth,
    Fault::TooMany,
    Fault::ReadOnly,
];

struct Scheduled {
    fault: Fault,
    from: Duration,
    to: Duration,
    struck: bool,
}

struct Token {
    minted_at: Duration,
    lifetime: Duration,
    revoked: bool,
    /// A login with it has been refused, and the pool knows.
    refused: bool,
}

/// What happened.
#[derive(Default, Clone)]
pub(super) struct Tally {
    pub(super) violations: Vec<String>,
    pub(super) acquired: u64,
    pub(super) refused: u64,
    pub(super) mints: u64,
    pub(super) bad_logins: u64,
}

struct State {
    rng: ChaCha8Rng,
    schedule: Vec<Scheduled>,
    lifetime: Duration,
    tokens: Vec<Token>,
    sessions: usize,
    killed: u64,
    swallowed: u64,
    minting: bool,
    mint_began: Duration,
    /// It will never be answered.
    mint_hangs: bool,
    earliest_mint: Duration,
    failed_mints_in_a_row: u32,
    /// When the last mint ended; of one that was given up, when it began: waiting for it was the pause.
    paused_from: Option<Duration>,
    down: bool,
    tally: Tally,
}

pub(super) struct World {
    epoch: Instant,
    lift: Duration,
    max: usize,
    silent: bool,
    state: Mutex<State>,
}

/// Why a query failed.
#[derive(Debug)]
pub(super) enum QueryFailure {
    Lost,
    ReadOnly,
}

impl World {
    pub(super) fn new(max: usize, rng: &mut ChaCha8Rng) -> Arc<Self> {
        let lift = Duration::from_millis(rng.random_range(4_000..16_000));
        let schedule: Vec<_> = (0..rng.random_range(0..5))
            .map(|_| {
                let from = lift.mul_f64(rng.random_range(0.0..0.9));
                let to = (from + Duration::from_millis(rng.random_range(100..8_000))).min(lift);
                Scheduled { fault: FAULTS[rng.random_range(0..FAULTS.len())], from, to, struck: false }
            })
            .collect();
        let silent = schedule.iter().any(|scheduled| scheduled.fault == Fault::BlackHole);
        let lifetime = if rng.random_bool(0.3) { rng.random_range(3_000..20_000) } else { 3_600_000 };
        let state = State {
            rng: ChaCha8Rng::from_rng(rng),
            schedule,
            lifetime: Duration::from_millis(lifetime),
            tokens: Vec::new(),
            sessions: 0,
            killed: 0,
            swallowed: 0,
            minting: false,
            mint_began: Duration::ZERO,
            mint_hangs: false,
            earliest_mint: Duration::ZERO,
            failed_mints_in_a_row: 0,
            paused_from: None,
            down: false,
            tally: Tally::default(),
        };
        Arc::new(Self { epoch: Instant::now(), lift, max, silent, state: Mutex::new(state) })
    }

    /// When the last fault is over.
    pub(super) fn lift(&self) -> Instant {
        self.epoch + self.lift
    }

    /// Whether a connect that was begun before the lift may end long after it.
    pub(super) fn held_up(&self) -> bool {
        self.silent || self.state().schedule.iter().any(|scheduled| scheduled.fault == Fault::SlowConnects)
    }

    /// How long the workspace asked to be left alone, should the token that is held turn out to be revoked.
    pub(super) fn mint_waits(&self) -> Duration {
        let asked = self.state().earliest_mint.saturating_sub(self.now());
        let spread = if asked.is_zero() { Duration::ZERO } else { Duration::from_secs(1) };
        asked + spread
    }

    pub(super) fn violation(&self, text: String) {
        let at = self.now();
        self.state().tally.violations.push(format!("at {at:?}: {text}"));
    }

    pub(super) fn count(&self, acquired: bool) {
        let mut state = self.state();
        if acquired {
            state.tally.acquired += 1;
        } else {
            state.tally.refused += 1;
        }
    }

    /// From here on connections may be closed.
    pub(super) fn shut_down(&self) {
        self.state().down = true;
    }

    pub(super) fn tally(&self) -> Tally {
        self.state().tally.clone()
    }

    /// A client is about to throw it away.
    #[expect(clippy::unused_self, reason = "reads as what it is at the call")]
    pub(super) fn doom(&self, connection: &mut SimConnection) {
        connection.doomed = true;
    }

    /// Asks something that takes so long.
    pub(super) async fn query(
        &self,
        connection: &mut SimConnection,
        takes: Duration,
    ) -> Result<(), QueryFailure> {
        connection.busy = true;
        self.round_trip(connection, takes).await.map_err(|Gone| QueryFailure::Lost)?;
        connection.busy = false;
        if self.has(Fault::ReadOnly) { Err(QueryFailure::ReadOnly) } else { Ok(()) }
    }

    async fn round_trip(&self, connection: &SimConnection, takes: Duration) -> Result<(), Gone> {
        sleep(takes).await;
        let (killed, silent) = {
            self.has(Fault::KillAll);
            let state = self.state();
            (state.killed > connection.killed, state.swallowed > connection.swallowed)
        };
        // A swallowed socket does not even hear that its peer has died.
        if silent || self.has(Fault::BlackHole) {
            return std::future::pending().await;
        }
        if killed { Err(Gone) } else { Ok(()) }
    }

    /// Whether the fault is on. What strikes once strikes when somebody looks.
    fn has(&self, fault: Fault) -> bool {
        let now = self.now();
        let mut state = self.state();
        let mut strikes = Vec::new();
        for scheduled in &mut state.schedule {
            if scheduled.from <= now && !scheduled.struck {
                scheduled.struck = true;
                strikes.push(scheduled.fault);
            }
        }
        for strike in strikes {
            if matches!(strike, Fault::RevokeAll | Fault::RevokeAndKill) {
                state.tokens.iter_mut().for_each(|token| token.revoked = true);
            }
            if matches!(strike, Fault::KillAll | Fault::RevokeAndKill | Fault::Waking | Fault::WakingAsAuth) {
                state.killed += 1;
            }
            // Every open socket is silent from now on.
            if strike == Fault::BlackHole {
                state.swallowed += 1;
            }
        }
        state
            .schedule
            .iter()
            .any(|scheduled| scheduled.fault == fault && scheduled.from <= now && now < scheduled.to)
    }

    fn latency(&self) -> Duration {
        Duration::from_millis(self.state().rng.random_range(1..20))
    }

    fn now(&self) -> Duration {
        self.epoch.elapsed()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("the simulation has one thread")
    }

    fn begin_mint(&self) {
        let now = self.now();
        let mut state = self.state();
        let mut wrong = Vec::new();
        if state.minting {
            wrong.push("two mints at once".to_owned());
        }
        if now < state.earliest_mint {
            wrong.push(format!("a mint before {:?}, which the workspace asked for", state.earliest_mint));
        }
        if let Some(paused_from) = state.paused_from
            && state.failed_mints_in_a_row > 0
        {
            let step = Duration::from_millis(25) * (1 << (state.failed_mints_in_a_row - 1).min(8));
            let gap = now.saturating_sub(paused_from);
            if gap < step.min(Duration::from_millis(500)) {
                wrong.push(format!("a mint {gap:?} after failure {} in a row", state.failed_mints_in_a_row));
            }
        }
        if let Some(token) = state.tokens.last()
            && !token.refused
            && now.saturating_sub(token.minted_at) < token.lifetime.mul_f64(0.35)
        {
            wrong.push("a mint though the last token is young and was never refused".to_owned());
        }
        state.minting = true;
        state.mint_began = now;
        state.mint_hangs = false;
        state.tally.mints += 1;
        state.tally.violations.extend(wrong.into_iter().map(|text| format!("at {now:?}: {text}")));
    }

    fn end_mint(&self, failed: bool) {
        let now = self.now();
        let mut state = self.state();
        state.minting = false;
        state.paused_from = Some(if state.mint_hangs { state.mint_began } else { now });
        state.failed_mints_in_a_row = if failed { state.failed_mints_in_a_row + 1 } else { 0 };
    }

    fn issue(&self) -> Credential {
        let now = self.now();
        let short = self.has(Fault::ShortLives);
        let skewed = self.has(Fault::ClockSkew);
        let mut state = self.state();
        let lifetime = if short { Duration::from_secs(3) } else { state.lifetime };
        state.tokens.push(Token { minted_at: now, lifetime, revoked: false, refused: false });
        // The stated expiry is the issuer's clock; nothing may depend on it.
        let expires_at = skewed.then_some(jiff::Timestamp::UNIX_EPOCH);
        Credential { token: state.tokens.len().to_string().into(), lifetime, expires_at }
    }

    /// Whether the server lets this token in.
    fn log_in(&self, lease: &Lease) -> Result<(), ConnectFailure> {
        let now = self.now();
        let waking = self.has(Fault::WakingAsAuth);
        let number: usize = lease.token.expose_secret().parse().expect("the world's own token");
        let mut state = self.state();
        let token = &mut state.tokens[number - 1];
        if waking || token.revoked || now >= token.minted_at + token.lifetime {
            token.refused = true;
            state.tally.bad_logins += 1;
            return Err(ConnectFailure::Auth);
        }
        Ok(())
    }
}

/// A mint that counts as ended when its future is dropped.
struct Minting<'a>(&'a World, bool);

impl Drop for Minting<'_> {
    fn drop(&mut self) {
        self.0.end_mint(self.1);
    }
}

pub(crate) struct SimMinter {
    world: Arc<World>,
}

impl SimMinter {
    pub(super) fn new(world: Arc<World>) -> Self {
        Self { world }
    }
}

impl Minter for SimMinter {
    async fn mint(&self) -> Result<Credential, MintError> {
        let world = &self.world;
        world.begin_mint();
        let mut minting = Minting(world, true);
        sleep(world.latency()).await;
        if world.has(Fault::MintHangs) {
            world.state().mint_hangs = true;
            std::future::pending::<()>().await;
        }
        let failure = [
            (Fault::MintUnavailable, MintFailure::Unavailable),
            (Fault::MintForbidden, MintFailure::Forbidden),
            (Fault::MintThrottled, MintFailure::Throttled),
            (Fault::MintGarbage, MintFailure::Malformed),
        ];
        if let Some((_, failure)) = failure.into_iter().find(|(fault, _)| world.has(*fault)) {
            let retry_after = (failure == MintFailure::Throttled)
                .then(|| Duration::from_millis(world.state().rng.random_range(500..8_000)));
            if let Some(wait) = retry_after {
                let earliest = world.now() + wait;
                world.state().earliest_mint = earliest;
            }
            return Err(MintError { failure, retry_after });
        }
        minting.1 = false;
        Ok(world.issue())
    }
}

/// A session that the server counts, from the first packet to the last.
pub(crate) struct SimConnection {
    world: Arc<World>,
    killed: u64,
    swallowed: u64,
    ready: bool,
    busy: bool,
    doomed: bool,
}

impl SimConnection {
    fn open(world: &Arc<World>) -> Self {
        world.has(Fault::KillAll);
        let mut state = world.state();
        state.sessions += 1;
        if state.sessions > world.max {
            let text = format!("{} sessions, the limit is {}", state.sessions, world.max);
            state.tally.violations.push(text);
        }
        let (killed, swallowed) = (state.killed, state.swallowed);
        drop(state);
        Self { world: Arc::clone(world), killed, swallowed, ready: false, busy: false, doomed: false }
    }
}

impl Drop for SimConnection {
    fn drop(&mut self) {
        let mut state = self.world.state();
        state.sessions -= 1;
        let healthy = self.ready && !self.doomed && !self.busy && state.killed == self.killed;
        if healthy && !self.world.silent && !state.down {
            state.tally.violations.push("the pool closed a connection that was good".to_owned());
        }
    }
}

pub(crate) struct SimConnector {
    world: Arc<World>,
}

impl SimConnector {
    pub(super) fn new(world: Arc<World>) -> Self {
        Self { world }
    }
}

impl Connector for SimConnector {
    type Connection = SimConnection;

    async fn connect(&self, lease: Option<&Lease>) -> Result<SimConnection, Failed> {
        let world = &self.world;
        let lease = lease.expect("the simulation mints");
        let number: usize = lease.token.expose_secret().parse().expect("the world's own token");
        if world.state().tokens[number - 1].refused {
            world.violation(format!("token {number} was sent again after it had been refused"));
        }
        let mut connection = SimConnection::open(world);
        sleep(world.latency()).await;
        if world.has(Fault::BlackHole) {
            std::future::pending::<()>().await;
        }
        for (fault, failure) in [
            (Fault::Refuses, ConnectFailure::Refused),
            (Fault::Waking, ConnectFailure::Waking),
            (Fault::TooMany, ConnectFailure::TooManyConnections),
        ] {
            if world.has(fault) {
                return Err(failure.into());
            }
        }
        if world.has(Fault::SlowConnects) {
            let takes = Duration::from_millis(world.state().rng.random_range(500..8_000));
            sleep(takes).await;
        }
        world.log_in(lease)?;
        connection.ready = true;
        Ok(connection)
    }

    async fn settle(&self, connection: &mut SimConnection) -> Result<(), Gone> {
        if connection.busy {
            self.world.round_trip(connection, Duration::from_millis(10)).await?;
            connection.busy = false;
        }
        Ok(())
    }

    async fn ping(&self, connection: &mut SimConnection) -> Result<(), Gone> {
        self.world.round_trip(connection, Duration::from_millis(1)).await
    }

    async fn close(&self, connection: SimConnection) {
        drop(connection);
    }

    fn note(&self, _: ConnectFailure) {}
}
