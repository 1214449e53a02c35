//! The pool as its users see it.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use sqlx::PgConnection;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::config::PoolConfig;
use crate::connector::{Blocked, Connector as _, Failed};
use crate::core::{Core, Guard, Refusal};
use crate::credential::{Credentials, Policy};
use crate::directory::Resolver;
use crate::failure::{ConnectFailure, is_connection_lost};
use crate::gate::Gate;
use crate::mode::Mode;
use crate::postgres::PgConnector;
use crate::settings::Settings;
use crate::status::{CredentialStatus, PoolStatus};
use crate::supply::Supply;
use crate::workspace::Workspace;

type Minting = Arc<Resolver<Workspace>>;
type PgCore = Core<PgConnector<Workspace>, Minting>;

/// A pool that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// The mode needs minted credentials, and there is no login to a workspace to mint them with.
    #[error(
        "{mode}: no Databricks login is configured to mint the credential with (DATABRICKS_HOST and a client or token)"
    )]
    DatabricksMissing {
        /// The mode.
        mode: String,
    },
    /// A pool of no connections.
    #[error("the pool's max_connections is 0")]
    NoConnections,
}

/// Why there is no connection.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AcquireError {
    /// The pool has been closed.
    #[error("the pool is closed")]
    Closed,
    /// None within the time.
    #[error("no connection in time")]
    Timeout {
        /// The endpoint is waking up; the connection is still being opened.
        waking: bool,
        /// What kept connections back last, if anything but load.
        last: Option<ConnectFailure>,
    },
    /// One could not be opened, and waiting would not have helped.
    #[error("{failure}")]
    Connect {
        /// The situation.
        failure: ConnectFailure,
        /// What the driver said.
        #[source]
        source: Option<Arc<sqlx::Error>>,
    },
}

impl AcquireError {
    /// The situation, where one is known.
    pub fn failure(&self) -> Option<ConnectFailure> {
        match self {
            Self::Closed => None,
            Self::Timeout { last, .. } => *last,
            Self::Connect { failure, .. } => Some(*failure),
        }
    }
}

impl From<Failed> for AcquireError {
    fn from(failed: Failed) -> Self {
        Self::Connect { failure: failed.failure, source: failed.source }
    }
}

/// Connections to one Lakebase database. Cheap to clone; opens nothing until it is asked.
#[derive(Clone)]
pub struct Pool {
    core: PgCore,
    mode: Arc<Mode>,
}

impl Pool {
    /// A pool. Does no I/O: a database that is away is found out by [`acquire`](Self::acquire).
    pub fn new(
        settings: Settings,
        databricks: Option<databricks::Client>,
        config: PoolConfig,
    ) -> Result<Self, PoolError> {
        if config.max_connections == 0 {
            return Err(PoolError::NoConnections);
        }
        let mode = settings.mode().clone();
        if mode.is_minted() && databricks.is_none() {
            return Err(PoolError::DatabricksMissing { mode: mode.to_string() });
        }
        // For jitter only, so the quality of a hash map's seed is enough.
        let mut rng = ChaCha8Rng::seed_from_u64(RandomState::new().build_hasher().finish());
        let resolver = Arc::new(Resolver::new(Workspace::new(databricks.as_ref()), settings));
        let credentials = mode.is_minted().then(|| {
            Credentials::new(Arc::clone(&resolver), Policy::default(), config.mint_timeout, fork(&mut rng))
        });
        let connector = PgConnector::new(resolver, config.on_connect.clone());
        let gate = Gate::new(fork(&mut rng));
        let core = Core::new(Supply::new(connector, credentials, config, gate, rng));
        Ok(Self { core, mode: Arc::new(mode) })
    }

    /// Starts the background work: credentials are refreshed before they expire, idle connections are
    /// closed. Without it both happen late, when somebody asks for a connection.
    ///
    /// Must be called within a tokio runtime.
    pub fn start(&self) -> Maintenance {
        let core = self.core.clone();
        let every =
            (core.supply.config.idle_timeout / 8).clamp(Duration::from_millis(100), Duration::from_secs(30));
        let reaper = tokio::spawn(async move {
            while !core.is_closed() {
                sleep(every).await;
                core.reap().await;
            }
        });
        let refresher = self
            .core
            .supply
            .credentials
            .clone()
            .map(|credentials| tokio::spawn(async move { credentials.keep_fresh().await }));
        Maintenance { tasks: std::iter::once(reaper).chain(refresher).collect() }
    }

    /// A connection, within `acquire_timeout`.
    pub async fn acquire(&self) -> Result<Connection, AcquireError> {
        self.acquire_within(self.core.supply.config.acquire_timeout).await
    }

    /// A connection, within `patience`: for a probe that must not hold anybody up. What was begun goes on
    /// in the background, for the next caller.
    pub async fn acquire_within(&self, patience: Duration) -> Result<Connection, AcquireError> {
        match self.core.acquire(patience).await {
            Ok(guard) => Ok(Connection { guard }),
            Err(Refusal::Closed) => Err(AcquireError::Closed),
            Err(Refusal::Timeout { waking, last }) => Err(AcquireError::Timeout { waking, last }),
            Err(Refusal::Failed(failed)) => Err(failed.into()),
        }
    }

    /// Returns as soon as a connect or a mint has failed and none has succeeded since, with the reason; with
    /// a pool in good health it never returns. Opens nothing itself: it tells who waits for a first
    /// connection that it may take longer.
    pub async fn held_up(&self) -> ConnectFailure {
        self.core.held_up().await
    }

    /// One connection outside the pool and its limit, with one try: for migrations and for a diagnosis.
    /// Takes up to `connect_timeout`, and as much for a credential.
    pub async fn connect_once(&self) -> Result<PgConnection, AcquireError> {
        let supply = &self.core.supply;
        let limit = supply.config.connect_timeout;
        let lease = match &supply.credentials {
            Some(credentials) => Some(credentials.get(limit).await.map_err(|blocked| {
                let (Blocked::Far(failure) | Blocked::Patience(failure)) = blocked;
                Failed::from(ConnectFailure::Mint(failure))
            })?),
            None => None,
        };
        let connected = timeout(limit, supply.connector.connect(lease.as_ref())).await;
        let connected = connected.unwrap_or(Err(ConnectFailure::Timeout.into()));
        if let (Some(credentials), Some(lease)) = (&supply.credentials, &lease) {
            match &connected {
                Ok(_) => credentials.accepted(lease.generation),
                Err(failed) if failed.failure.is_auth() => drop(credentials.invalidate(lease.generation)),
                Err(_) => {}
            }
        }
        Ok(connected?)
    }

    /// How the connection was chosen.
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    /// The pool at this moment. No I/O.
    pub fn status(&self) -> PoolStatus {
        let supply = &self.core.supply;
        let counts = supply.counts();
        let queue = self.core.status();
        let credential = supply.credentials.as_ref().map(|credentials| {
            let view = credentials.view();
            CredentialStatus {
                generation: view.generation,
                age_seconds: view.age.map(|age| age.as_secs()),
                expires_in_seconds: view.expires_in.map(|left| left.as_secs()),
                expires_at: view.expires_at,
                minting: view.minting,
                mints: view.mints,
                failed_mints: view.failed_mints,
                last_failure: view.last_failure,
            }
        });
        PoolStatus {
            mode: self.mode.to_string(),
            host: supply.connector.resolver().known_host(),
            max_connections: supply.config.max_connections,
            connections: counts.slots,
            idle: queue.available + counts.stashed,
            connecting: counts.connecting,
            waiting: queue.waiting,
            waking: self.core.is_waking(),
            failure: self.core.last_failure(),
            credential,
        }
    }

    /// Closes the idle connections and takes no more callers. Those in use are closed when they come back.
    pub async fn close(&self) {
        self.core.close().await;
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("status", &self.status()).finish()
    }
}

fn fork(rng: &mut ChaCha8Rng) -> ChaCha8Rng {
    ChaCha8Rng::from_rng(rng)
}

/// The pool's background work. It ends when this is dropped.
#[derive(Debug)]
#[must_use = "the background work ends when this is dropped"]
pub struct Maintenance {
    tasks: Vec<JoinHandle<()>>,
}

impl Maintenance {
    /// Ends it, and waits until it has ended.
    pub async fn stop(mut self) {
        for task in std::mem::take(&mut self.tasks) {
            task.abort();
            // Aborted, or ended by itself.
            let _ = task.await;
        }
    }
}

impl Drop for Maintenance {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// A connection out of the pool; dropped, it goes back, without a round trip. An open transaction is rolled
/// back aside first.
pub struct Connection {
    guard: Guard<PgConnector<Workspace>, Minting>,
}

impl Connection {
    /// Throws it away instead. The idle ones are tested before they are handed out: what broke this one may
    /// have broken them.
    pub fn discard(self) {
        self.guard.discard();
    }

    /// To be called with the error that a query gave: throws the connection away if that says it is lost
    /// ([`is_connection_lost`]), and tells whether it was.
    pub fn discard_if_lost(self, error: &sqlx::Error) -> bool {
        let lost = is_connection_lost(error);
        if lost {
            self.discard_for(error);
        }
        lost
    }

    /// Throws it away because of the error that a query gave. When the server is read-only or wakes, every
    /// new connection would show the same until that is over: connects are spaced.
    pub fn discard_for(self, error: &sqlx::Error) {
        match ConnectFailure::classify(error) {
            failure @ (ConnectFailure::ReadOnly | ConnectFailure::Waking) => self.guard.discard_as(failure),
            _ => self.guard.discard(),
        }
    }
}

impl Deref for Connection {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.guard
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.guard
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}
