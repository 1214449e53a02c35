//! Logs in as the environment says, and prints as whom: `cargo run -p lakebase --example lakebase`.
//!
//! Without an account, in the environment that `make emulate` prints: `scripts/emulate.sh run cargo run -p lakebase
//! --example lakebase`.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program that reads its own environment, and prints"
)]

use std::{env, error::Error, path::PathBuf};

use lakebase::{Pool, PoolConfig, Settings, SqlxError};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let lookup = |name: &str| env::var(name).ok();
    let Some(settings) = Settings::from_lookup(&lookup)? else {
        return Err("no database is configured: set PGHOST, LAKEBASE_ENDPOINT or DATABASE_URL".into());
    };
    let home = env::var("HOME").ok().map(PathBuf::from);
    // Only a minted credential needs a workspace.
    let workspace = if settings.mode().is_minted() {
        databricks::Config::resolve(&lookup, home.as_deref())?.map(databricks::Client::new).transpose()?
    } else {
        None
    };
    let pool = Pool::new(settings, workspace, PoolConfig::default())?;
    println!("{}", pool.mode());

    let maintenance = pool.start();
    let mut connection = pool.acquire().await?;
    let asked: Result<String, SqlxError> =
        sqlx::query_scalar("select current_user").fetch_one(&mut *connection).await;
    match asked {
        Ok(user) => println!("logged in as {user}"),
        Err(error) => {
            connection.discard_if_lost(&error);
            return Err(error.into());
        }
    }
    drop(connection);
    println!("{}", serde_json::to_string_pretty(&pool.status())?);

    maintenance.stop().await;
    pool.close().await;
    Ok(())
}
