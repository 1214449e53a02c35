//! `lakeledger migrate`.

use anyhow::Context;
use clap::Subcommand;
use storage_pg::{PgConfig, PgStore};

use super::print;
use crate::configuration::Configuration;

#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum Action {
    /// Bring the schema up to date.
    Up,
    /// Tell whether the schema is up to date; exit code 1 when it is not.
    Status,
    /// List the migrations and when each was applied.
    History,
}

pub(super) async fn migrate(configuration: Configuration, action: Action) -> anyhow::Result<()> {
    let storage = configuration.storage;
    let url = storage.database_url.context("DATABASE_URL is not set: there is no database to migrate")?;
    let store = PgStore::connect(&PgConfig { url, schema: storage.schema })
        .await
        .context("PostgreSQL cannot be reached")?;
    match action {
        Action::Up => {
            store.migrate().await.context("the migrations failed")?;
            print("The schema is up to date.")
        }
        Action::Status => {
            let history = store.migrations().await?;
            let waiting = history.iter().filter(|migration| migration.applied_at.is_none()).count();
            if waiting > 0 {
                anyhow::bail!("{waiting} migrations wait; `lakeledger migrate up` applies them");
            }
            print("The schema is up to date.")
        }
        Action::History => {
            for migration in store.migrations().await? {
                let applied = migration.applied_at.map_or_else(|| "waits".to_owned(), |at| at.to_string());
                print(&format!("{}  {}  {applied}", migration.version, migration.description))?;
            }
            Ok(())
        }
    }
}
