//! The database for a command, once it answers: an endpoint that sleeps takes longer to wake than a request
//! would wait.

use std::{
    io::{self, Write},
    time::Duration,
};

use anyhow::Context;

use crate::{configuration::StorageConfiguration, database::Database};

/// After so long a person is told what is waited for.
const SILENT_FOR: Duration = Duration::from_secs(2);
/// A PostgreSQL without a workspace does not sleep; it may be starting.
const STARTING: Duration = Duration::from_secs(10);

pub(super) async fn reach(storage: StorageConfiguration) -> anyhow::Result<Database> {
    let configured = storage.database.as_ref().context(
        "no database is configured: `lakeledger lakebase configure` writes one into .env.local, \
         `lakeledger doctor` tells what is missing",
    )?;
    let database = Database::new(configured, storage.schema)?;
    let patience = if configured.workspace.is_some() { configured.pool.wake_budget } else { STARTING };
    let acquired = {
        let mut acquiring = std::pin::pin!(database.pool.acquire_within(patience));
        if let Ok(acquired) = tokio::time::timeout(SILENT_FOR, acquiring.as_mut()).await {
            acquired
        } else {
            let seconds = patience.as_secs();
            let line = format!("The database does not answer yet; it is waited for, up to {seconds} s.");
            // Without a terminal nobody waits for the words.
            let _ = writeln!(io::stderr(), "{line}");
            acquiring.await
        }
    };
    acquired.context("the database cannot be reached (`lakeledger doctor` tells why)")?;
    Ok(database)
}
