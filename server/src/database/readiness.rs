//! Whether the database can be used: it answers, and its tables are what this version needs.

use std::{
    error::Error,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use lakebase::{AcquireError, ConnectFailure, credential::MintFailure};
use storage::{Outage, Probe, Store, StoreError};
use storage_pg::{Connections, PgConfig, PgError, PgStore};
use tokio::{task::JoinHandle, time::timeout};

use super::Database;

/// How long one question waits for a migration; it is asked again soon.
const MIGRATION_AWAITED_FOR: Duration = Duration::from_secs(1);

/// Asks the database for a sign of life and, the first time that it gives one, brings its tables up
/// to date.
pub(crate) struct Readiness {
    store: Arc<PgStore>,
    connections: Arc<dyn Connections>,
    config: PgConfig,
    is_migrated: Arc<AtomicBool>,
    /// The migration under way. It outlives the question that started it: a large one takes longer
    /// than a question may.
    migration: Mutex<Option<JoinHandle<()>>>,
}

impl Readiness {
    pub(crate) fn new(database: &Database, store: Arc<PgStore>) -> Self {
        Self {
            store,
            connections: Arc::clone(&database.connections),
            config: database.config.clone(),
            is_migrated: Arc::default(),
            migration: Mutex::default(),
        }
    }

    /// Lets the migration run, and waits a moment: most often nothing is to be done, and that is
    /// found out in milliseconds.
    async fn migrate(&self) {
        let running = self.migration().take().filter(|task| !task.is_finished());
        let mut task = running.unwrap_or_else(|| self.start_migration());
        if timeout(MIGRATION_AWAITED_FOR, &mut task).await.is_err() {
            *self.migration() = Some(task);
        }
    }

    fn start_migration(&self) -> JoinHandle<()> {
        let connections = Arc::clone(&self.connections);
        let (config, is_migrated) = (self.config.clone(), Arc::clone(&self.is_migrated));
        tokio::spawn(async move {
            match storage_pg::migrate(connections.as_ref(), &config).await {
                Ok(applied) => {
                    is_migrated.store(true, Ordering::Release);
                    let applied = applied.len();
                    tracing::info!(schema = %config.schema, applied, "the schema is up to date");
                }
                Err(error) => tracing::error!(error = &error as &dyn Error, "the migrations failed"),
            }
        })
    }

    fn migration(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.migration.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Probe for Readiness {
    async fn check(&self) -> Result<(), Outage> {
        self.store.ping().await.map_err(|error| outage(&error))?;
        if !self.is_migrated.load(Ordering::Acquire) {
            self.migrate().await;
        }
        if self.is_migrated.load(Ordering::Acquire) { Ok(()) } else { Err(Outage::SchemaBehind) }
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
