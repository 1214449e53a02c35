//! `lakeledger migrate`.

use anyhow::Context;
use clap::Subcommand;

use super::{print, reach::reach};
use crate::{configuration::Configuration, database::Database};

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
    let Database { connections, config, .. } = reach(configuration.storage).await?;
    let migrations = async || {
        storage_pg::migrations(connections.as_ref(), &config).await.context("the schema cannot be read")
    };
    match action {
        Action::Up => {
            let applied = storage_pg::migrate(connections.as_ref(), &config).await;
            let applied = applied.context("the migrations failed")?;
            for migration in &applied {
                print(&format!("applied {}  {}", migration.version, migration.description))?;
            }
            print("The schema is up to date.")
        }
        Action::Status => {
            let migrations = migrations().await?;
            let waiting = migrations.iter().filter(|migration| migration.applied_at.is_none()).count();
            let edited = migrations.iter().filter(|migration| !migration.matches).count();
            if waiting > 0 {
                anyhow::bail!("{waiting} migrations wait; `lakeledger migrate up` applies them");
            }
            if edited > 0 {
                anyhow::bail!("{edited} migrations are not this program's; `migrate history` names them");
            }
            print("The schema is up to date.")
        }
        Action::History => {
            for migration in migrations().await? {
                let applied = migration.applied_at.map_or_else(|| "waits".to_owned(), |at| at.to_string());
                let foreign = if migration.matches { "" } else { "  (not this program's)" };
                print(&format!("{}  {}  {applied}{foreign}", migration.version, migration.description))?;
            }
            Ok(())
        }
    }
}
