//! Which store: the database with memory and a journal behind it when one is configured, else memory
//! with a journal.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context;
use domain::Clock;
use lakebase::{Maintenance, Pool};
use storage::{EmbeddedStore, FailoverOptions, FailoverStore, Standing, Store};

use crate::{
    configuration::{Fallback, StorageConfiguration},
    database::{Database, Readiness},
};

/// The journal's name in the data folder.
pub(crate) const JOURNAL: &str = "journal.redb";

/// How long the database may take over a call. With what else a request does, and the fallback after
/// it, nobody waits for three seconds.
const CALL_TIMEOUT: Duration = Duration::from_millis(2_750);

/// The pool waits between its own connects, so asking it often costs the database nothing; both waits
/// together delay the return by less than a second.
const LONGEST_PROBE_WAIT: Duration = Duration::from_millis(250);

/// How long a command waits for the database before it works without it, or fails.
const COMMAND_WAITS_FOR: Duration = Duration::from_secs(30);

/// Where data is kept, and what runs for it in the background.
pub struct OpenStore {
    /// Where data is kept.
    pub store: Arc<dyn Store>,
    /// The pool, when a database is configured.
    pub pool: Option<Pool>,
    background: Option<Background>,
}

struct Background {
    failover: Arc<FailoverStore>,
    maintenance: Maintenance,
}

impl OpenStore {
    /// Waits until it is known whether the database answers, for so long at most. Gives whether
    /// data goes where it was configured to go.
    pub async fn connect(&self, within: Duration) -> bool {
        match &self.background {
            Some(background) => background.failover.connect(within).await,
            None => true,
        }
    }

    /// The same for a server that starts: where the database is known not to answer for now, there is
    /// nothing to wait for.
    pub async fn connect_at_once(&self, within: Duration) -> bool {
        let held_up = async {
            match &self.pool {
                Some(pool) => drop(pool.held_up().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            is_connected = self.connect(within) => is_connected,
            () = held_up => false,
        }
    }

    /// Lets go of the journal and the database.
    pub async fn close(self) {
        if let Some(Background { failover, maintenance }) = self.background {
            failover.close().await;
            maintenance.stop().await;
        }
        if let Some(pool) = self.pool {
            pool.close().await;
        }
    }
}

/// Opens the store that the configuration asks for. Nothing waits for the database: until it answers,
/// the journal stands in.
pub fn open_store(configuration: &StorageConfiguration, clock: Arc<dyn Clock>) -> anyhow::Result<OpenStore> {
    tracing::info!(variables = %configuration.variables, "what is configured about the database");
    let Some(database) = &configuration.database else {
        let reason = "No database is configured: data is kept in this app's own journal.";
        tracing::info!(mode = "embedded", reason, "where data is kept");
        let standing = Standing { degraded: false, reason: reason.to_owned() };
        let path = journal(configuration)?;
        let store = EmbeddedStore::open(&path, clock.as_ref(), standing)?;
        return Ok(OpenStore { store: Arc::new(store), pool: None, background: None });
    };
    tracing::info!(mode = %database.settings.mode(), fallback = %configuration.fallback, "where data is kept");
    if let Some(workspace) = &database.workspace {
        tracing::info!(source = workspace.source(), "how the workspace is logged in to");
    }
    let database = Database::new(database, configuration.schema.clone())?;
    let primary = Arc::new(database.store(clock.as_ref()));
    let path = match configuration.fallback {
        Fallback::Journal => Some(journal(configuration)?),
        Fallback::Never => {
            let left = configuration.data_dir.join(JOURNAL);
            if left.exists() {
                tracing::warn!(
                    journal = %left.display(),
                    "changes that wait in the journal are not used with LAKELEDGER_FALLBACK=never: start once with `journal`, so that they reach the database, or remove the file"
                );
            }
            None
        }
    };
    let probe = Arc::new(Readiness::new(&database, Arc::clone(&primary)));
    let options = FailoverOptions {
        call_timeout: CALL_TIMEOUT,
        longest_probe_wait: LONGEST_PROBE_WAIT,
        ..FailoverOptions::default()
    };
    let failover = FailoverStore::open(primary, probe, path.as_deref(), options, clock)?;
    let failover = Arc::new(failover);
    let background = Background { failover: Arc::clone(&failover), maintenance: database.maintain() };
    Ok(OpenStore { store: failover, pool: Some(database.pool), background: Some(background) })
}

/// Opens the store for a command, which works on the database or, with the journal as fallback, says
/// that it does not.
pub(crate) async fn open_ready_store(
    configuration: &StorageConfiguration,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<OpenStore> {
    let open = open_store(configuration, clock)?;
    if !open.connect(COMMAND_WAITS_FOR).await {
        let reason = open.store.status().reason;
        match configuration.fallback {
            Fallback::Never => anyhow::bail!("{reason}"),
            Fallback::Journal => {
                tracing::warn!(reason, "the changes are kept in the journal until the database is back");
            }
        }
    }
    Ok(open)
}

fn journal(configuration: &StorageConfiguration) -> anyhow::Result<PathBuf> {
    let folder = &configuration.data_dir;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    Ok(folder.join(JOURNAL))
}
