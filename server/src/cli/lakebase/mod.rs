//! `lakeledger lakebase`.

mod configure;
mod env_file;
mod grant;
mod tables;

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use lakebase::PgConnection;

use super::reach::reach;
use crate::{
    configuration::{Configuration, Environment, LOCAL_FILE, StorageConfiguration},
    database::Database,
};

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Write how to reach a database into .env.local; no secrets.
    Configure {
        /// An instance's name, or the path of an endpoint, a branch or a project (projects/…) [default: the only one there is].
        name: Option<String>,
        /// Tell what is set and what would change, and change nothing; exit code 1 when something is missing.
        #[arg(long)]
        check_only: bool,
        /// The file [default: the one that is read, `.env.local` or `LAKELEDGER_ENV_FILE`].
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// List the schema's tables, with rows, sizes and owners, and the migrations.
    Tables,
    /// Give a role what an app needs in the schema; makes the role where it is missing.
    Grant {
        /// A service principal's client id, an e-mail address, or a group's name.
        role: String,
        /// To read only.
        #[arg(long)]
        read_only: bool,
        /// Print the SQL and run nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

pub(super) async fn lakebase(environment: &Environment, action: Action) -> anyhow::Result<()> {
    // Where something is not configured yet, the rest of the configuration need not be right.
    let storage = || -> anyhow::Result<StorageConfiguration> {
        Ok(Configuration::from_environment(environment).context("the configuration is wrong")?.storage)
    };
    match action {
        Action::Configure { name, check_only, file } => {
            let read = || environment.get("LAKELEDGER_ENV_FILE").unwrap_or(LOCAL_FILE).into();
            let file = file.unwrap_or_else(read);
            configure::configure(environment, name.as_deref(), check_only, &file).await
        }
        Action::Tables => tables::tables(storage()?).await,
        Action::Grant { role, read_only, dry_run } => {
            let access = if read_only {
                lakebase::grants::Access::ReadOnly
            } else {
                lakebase::grants::Access::ReadWrite
            };
            let schema = crate::configuration::schema(environment).context("the configuration is wrong")?;
            let grants = lakebase::grants::Grants::new(schema.as_str(), &role, access)
                .map_err(|error| super::WrongUsage(format!("{role:?} cannot be granted to: {error}")))?;
            if dry_run { grant::show(&grants) } else { grant::grant(storage()?, &grants).await }
        }
    }
}

/// The database that is configured, and a session on it.
async fn connect(storage: StorageConfiguration) -> anyhow::Result<(Database, PgConnection)> {
    let database = reach(storage).await?;
    let connection = database.pool.connect_once().await;
    let connection = connection.context("the database cannot be reached (`lakeledger doctor` tells why)")?;
    Ok((database, connection))
}
