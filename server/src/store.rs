//! Which store: PostgreSQL when it is configured and can be reached, else memory with a journal.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use domain::Clock;
use storage::{EmbeddedStore, Standing, Store};
use storage_pg::{PgConfig, PgStore};

use crate::configuration::{Fallback, StorageConfiguration};

/// How long the start waits for PostgreSQL. Longer and a person without a database stares at
/// nothing; shorter and a database on the other side of a slow line is taken for away.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// The journal's name in the data folder.
const JOURNAL: &str = "journal.redb";

/// The store, and PostgreSQL behind it when it is that.
pub struct OpenStore {
    /// Where data is kept.
    pub store: Arc<dyn Store>,
    /// Set when its migrations are still to be run.
    pub postgres: Option<Arc<PgStore>>,
}

/// Opens the store that the configuration asks for.
pub async fn open_store(
    configuration: &StorageConfiguration,
    clock: &dyn Clock,
) -> anyhow::Result<OpenStore> {
    let Some(url) = &configuration.database_url else {
        let reason = "No database is configured: data is kept in this app's own journal.";
        return embedded(configuration, clock, Standing { degraded: false, reason: reason.to_owned() });
    };
    let pg = PgConfig { url: url.clone(), schema: configuration.schema.clone() };
    let connecting = tokio::time::timeout(CONNECT_TIMEOUT, PgStore::connect(&pg)).await;
    let error = match connecting {
        Ok(Ok(store)) => {
            tracing::info!(schema = configuration.schema, "data is kept in PostgreSQL");
            let postgres = Arc::new(store);
            let store: Arc<dyn Store> = Arc::<PgStore>::clone(&postgres);
            return Ok(OpenStore { store, postgres: Some(postgres) });
        }
        Ok(Err(error)) => anyhow::Error::new(error),
        Err(_elapsed) => anyhow::anyhow!("no answer within {} s", CONNECT_TIMEOUT.as_secs()),
    };
    tracing::error!(error = ?error, "PostgreSQL cannot be reached");
    match configuration.fallback {
        Fallback::Never => {
            Err(error.context("PostgreSQL cannot be reached and LAKELEDGER_FALLBACK is never"))
        }
        Fallback::Journal => {
            let reason =
                "The database could not be reached at start: changes are kept in this app's journal.";
            embedded(configuration, clock, Standing { degraded: true, reason: reason.to_owned() })
        }
    }
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

/// Opens the store for a command, which needs the schema up to date before it starts.
pub(crate) async fn open_ready_store(
    configuration: &StorageConfiguration,
    clock: &dyn Clock,
) -> anyhow::Result<Arc<dyn Store>> {
    let OpenStore { store, postgres } = open_store(configuration, clock).await?;
    if let Some(postgres) = postgres {
        postgres.migrate().await.context("the schema could not be brought up to date")?;
    }
    Ok(store)
}
