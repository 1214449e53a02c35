//! Which store: PostgreSQL when it is configured and can be reached, else memory with a journal.

use std::sync::Arc;

use anyhow::Context;
use domain::Clock;
use storage::{EmbeddedStore, Standing, Store};
use storage_pg::{PgConfig, PgError, PgStore, check_reachable};

use crate::configuration::{Fallback, StorageConfiguration};

/// The journal's name in the data folder.
const JOURNAL: &str = "journal.redb";

/// The store, and PostgreSQL's configuration when it is that.
pub struct OpenStore {
    /// Where data is kept.
    pub store: Arc<dyn Store>,
    /// Set when its migrations are still to be run.
    pub postgres: Option<Unmigrated>,
}

/// PostgreSQL, whose schema may be behind what the program expects.
pub struct Unmigrated {
    store: Arc<PgStore>,
    config: PgConfig,
}

impl Unmigrated {
    /// Brings the schema up to date; until then the store says that it is not ready.
    pub(crate) async fn migrate(&self) -> Result<usize, PgError> {
        let applied = storage_pg::migrate(&self.config).await?;
        self.store.set_schema_behind(false);
        Ok(applied.len())
    }
}

/// Opens the store that the configuration asks for.
pub async fn open_store(
    configuration: &StorageConfiguration,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<OpenStore> {
    let Some(pg) = pg_config(configuration) else {
        let reason = "No database is configured: data is kept in this app's own journal.";
        let standing = Standing { degraded: false, reason: reason.to_owned() };
        return embedded(configuration, clock.as_ref(), standing);
    };
    if let Err(error) = check_reachable(&pg).await {
        tracing::error!(error = ?error, "PostgreSQL cannot be reached");
        match configuration.fallback {
            // The store answers "unavailable" until the database is there.
            Fallback::Never => {}
            Fallback::Journal => {
                let reason =
                    "The database could not be reached at start: changes are kept in this app's journal.";
                let standing = Standing { degraded: true, reason: reason.to_owned() };
                return embedded(configuration, clock.as_ref(), standing);
            }
        }
    }
    tracing::info!(schema = %pg.schema, "data is kept in PostgreSQL");
    let store = Arc::new(PgStore::new(pg.clone(), clock)?);
    store.set_schema_behind(true);
    let postgres = Unmigrated { store: Arc::clone(&store), config: pg };
    Ok(OpenStore { store, postgres: Some(postgres) })
}

/// Opens the store for a command, which needs the schema up to date before it starts.
pub(crate) async fn open_ready_store(
    configuration: &StorageConfiguration,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<Arc<dyn Store>> {
    let OpenStore { store, postgres } = open_store(configuration, clock).await?;
    if let Some(postgres) = postgres {
        postgres.migrate().await.context("the schema could not be brought up to date")?;
    }
    Ok(store)
}

/// How PostgreSQL is reached; none when it is not configured.
pub(crate) fn pg_config(configuration: &StorageConfiguration) -> Option<PgConfig> {
    let url = configuration.database_url.clone()?;
    Some(PgConfig { schema: configuration.schema.clone(), ..PgConfig::new(url) })
}

fn embedded(
    configuration: &StorageConfiguration,
    clock: &dyn Clock,
    standing: Standing,
) -> anyhow::Result<OpenStore> {
    let folder = &configuration.data_dir;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let path = folder.join(JOURNAL);
    let store = EmbeddedStore::open(&path, clock, standing).with_context(|| {
        format!("cannot open the journal {} (is the app already running?)", path.display())
    })?;
    tracing::info!(path = %path.display(), "data is kept in memory and the journal");
    Ok(OpenStore { store: Arc::new(store), postgres: None })
}
