//! Whether the database can be used: it answers, and its tables are what this version needs.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use lakebase::{AcquireError, ConnectFailure, credential::MintFailure};
use storage::{Outage, Probe, Store, StoreError};
use storage_pg::{Connections, PgConfig, PgError, PgStore};
use tokio::{
    task::JoinHandle,
    time::{Instant, timeout},
};

use super::Database;

/// How long one question waits for a migration; it is asked again soon.
const MIGRATION_AWAITED_FOR: Duration = Duration::from_secs(1);

/// The pause after a migration that fails until somebody acts; each further try doubles it. Longer, and the
/// app comes back later once that was done; shorter, and the log and the database have more of it.
const RETRY_SOONEST: Duration = Duration::from_secs(1);
const RETRY_LATEST: Duration = Duration::from_secs(30);

/// Asks the database for a sign of life and, the first time that it gives one, brings its tables up
/// to date.
pub(crate) struct Readiness {
    store: Arc<PgStore>,
    connections: Arc<dyn Connections>,
    config: PgConfig,
    tables: Arc<Mutex<Tables>>,
    /// The migration under way. It outlives the question that started it: a large one takes longer
    /// than a question may.
    migration: Mutex<Option<JoinHandle<()>>>,
}

/// What is known of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tables {
    /// They may not be what this version needs.
    Behind,
    /// They are not, and stay so until somebody acts.
    Stuck { outage: Outage, pause: Duration, until: Instant },
    /// They are.
    Ready,
}

impl Tables {
    /// After a migration that failed; with `outage` when it fails until somebody acts.
    fn after(self, outage: Option<Outage>, now: Instant) -> Self {
        let Some(outage) = outage else { return Self::Behind };
        let pause = match self {
            Self::Stuck { pause, .. } => (2 * pause).min(RETRY_LATEST),
            Self::Behind | Self::Ready => RETRY_SOONEST,
        };
        Self::Stuck { outage, pause, until: now + pause }
    }

    /// The answer while it is too early for another try.
    fn held_back(self, now: Instant) -> Option<Outage> {
        match self {
            Self::Stuck { outage, until, .. } if now < until => Some(outage),
            Self::Stuck { .. } | Self::Behind | Self::Ready => None,
        }
    }

    fn verdict(self) -> Result<(), Outage> {
        match self {
            Self::Ready => Ok(()),
            Self::Stuck { outage, .. } => Err(outage),
            Self::Behind => Err(Outage::SchemaBehind),
        }
    }
}

impl Readiness {
    pub(crate) fn new(database: &Database, store: Arc<PgStore>) -> Self {
        Self {
            store,
            connections: Arc::clone(&database.connections),
            config: database.config.clone(),
            tables: Arc::new(Mutex::new(Tables::Behind)),
            migration: Mutex::default(),
        }
    }

    /// Lets the migration run, and waits a moment: most often nothing is to be done, and that is
    /// found out in milliseconds.
    async fn migrate(&self) {
        let running = lock(&self.migration).take().filter(|task| !task.is_finished());
        let mut task = running.unwrap_or_else(|| self.start_migration());
        if timeout(MIGRATION_AWAITED_FOR, &mut task).await.is_err() {
            *lock(&self.migration) = Some(task);
        }
    }

    fn start_migration(&self) -> JoinHandle<()> {
        let connections = Arc::clone(&self.connections);
        let (config, tables) = (self.config.clone(), Arc::clone(&self.tables));
        tokio::spawn(async move {
            match storage_pg::migrate(connections.as_ref(), &config).await {
                Ok(applied) => {
                    *lock(&tables) = Tables::Ready;
                    let applied = applied.len();
                    tracing::info!(schema = %config.schema, applied, "the schema is up to date");
                }
                Err(error) => {
                    tracing::error!(error = %storage::causes(&error), "the migrations failed");
                    let mut known = lock(&tables);
                    *known = known.after(error.lasting_outage(), Instant::now());
                }
            }
        })
    }

    fn tables(&self) -> Tables {
        *lock(&self.tables)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Probe for Readiness {
    async fn check(&self) -> Result<(), Outage> {
        if let Some(outage) = self.tables().held_back(Instant::now()) {
            return Err(outage);
        }
        self.store.ping().await.map_err(|error| outage(&error))?;
        if self.tables() != Tables::Ready {
            self.migrate().await;
        }
        let verdict = self.tables().verdict();
        // In the next outage they may be gone: a branch can be set back to before the migrations.
        if verdict.is_ok() {
            *lock(&self.tables) = Tables::Behind;
        }
        verdict
    }
}

impl Drop for Readiness {
    fn drop(&mut self) {
        let migration = self.migration.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = migration.take() {
            task.abort();
        }
    }
}

/// Why the database did not answer, for the person.
fn outage(error: &StoreError) -> Outage {
    if let StoreError::NotGranted(_) = error {
        return Outage::NotGranted;
    }
    let StoreError::Unavailable(source) = error else { return Outage::Unreachable };
    match source.downcast_ref::<PgError>() {
        Some(PgError::TimedOut { .. }) => Outage::Silent,
        Some(PgError::Unconnected(source)) => {
            source.downcast_ref::<AcquireError>().map_or(Outage::Unreachable, unconnected)
        }
        Some(_) | None => Outage::Unreachable,
    }
}

fn unconnected(error: &AcquireError) -> Outage {
    match error {
        AcquireError::Closed => Outage::Closed,
        AcquireError::Timeout { waking: true, last: None } => Outage::Waking,
        AcquireError::Timeout { waking: false, last: None } => Outage::Silent,
        AcquireError::Timeout { last: Some(failure), .. } | AcquireError::Connect { failure, .. } => {
            of_failure(*failure)
        }
    }
}

fn of_failure(failure: ConnectFailure) -> Outage {
    match failure {
        ConnectFailure::Waking => Outage::Waking,
        ConnectFailure::Timeout => Outage::Silent,
        ConnectFailure::Auth
        | ConnectFailure::RoleMissing
        | ConnectFailure::NotAllowed
        | ConnectFailure::EndpointMissing
        | ConnectFailure::DatabaseMissing
        | ConnectFailure::Mint(MintFailure::Forbidden | MintFailure::TargetMissing) => Outage::NotAllowed,
        ConnectFailure::Refused
        | ConnectFailure::Dns
        | ConnectFailure::Tls
        | ConnectFailure::TooManyConnections
        | ConnectFailure::ReadOnly
        | ConnectFailure::Mint(
            MintFailure::Throttled | MintFailure::Unavailable | MintFailure::Timeout | MintFailure::Malformed,
        )
        | ConnectFailure::Other => Outage::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_that_cannot_succeed_is_tried_less_and_less_often() {
        let mut now = Instant::now();
        let mut tables = Tables::Behind;
        let mut pauses = Vec::new();
        for _ in 0..7 {
            tables = tables.after(Some(Outage::NotGranted), now);
            let Tables::Stuck { pause, until, .. } = tables else { panic!("{tables:?}") };
            assert_eq!(until, now + pause);
            assert_eq!(tables.held_back(until - Duration::from_millis(1)), Some(Outage::NotGranted));
            assert_eq!(tables.held_back(until), None);
            assert_eq!(tables.verdict(), Err(Outage::NotGranted), "the reason stays while it is tried again");
            pauses.push(pause.as_secs());
            now = until;
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30]);
    }

    #[test]
    fn a_migration_that_failed_for_a_moment_is_tried_with_the_next_question() {
        let now = Instant::now();
        let stuck = Tables::Behind.after(Some(Outage::MigrationFailed), now);
        let behind = stuck.after(None, now);
        assert_eq!(behind.held_back(now), None);
        assert_eq!(behind.verdict(), Err(Outage::SchemaBehind));
        assert_eq!(Tables::Ready.verdict(), Ok(()));
    }
}
