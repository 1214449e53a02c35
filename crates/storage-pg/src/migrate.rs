//! Migrations: the schema's versions, embedded in the binary.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, migrate::Migrator};

use crate::{Connections, PgConfig, PgError};

/// One migration and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationState {
    /// Its number; migrations run in this order.
    pub version: i64,
    /// What it is called.
    pub description: String,
    /// When it was applied; none while it waits.
    pub applied_at: Option<Timestamp>,
    /// How long that took, in milliseconds.
    pub duration_ms: Option<u64>,
    /// The database has the very text that this binary has. False after a migration was edited, or
    /// when a newer binary's is not known here.
    pub matches: bool,
}

fn migrator() -> Migrator {
    let mut migrator = sqlx::migrate!("../../migrations");
    // One lock per schema, taken below before the schema itself is made; sqlx's own is per database.
    migrator.set_locking(false);
    // An older binary beside a newer one, during a deployment, must start.
    migrator.set_ignore_missing(true);
    migrator
}

/// Makes the schema where it is missing and applies every migration that the database lacks, under
/// an advisory lock: instances that start at once wait for each other. Returns those it applied.
pub async fn migrate(
    connections: &dyn Connections,
    config: &PgConfig,
) -> Result<Vec<MigrationState>, PgError> {
    let mut connection = connect(connections, config).await?;
    let before = read_states(&mut connection, config).await?;
    if before.iter().all(|state| state.applied_at.is_some() && state.matches) {
        close(connection).await;
        return Ok(Vec::new());
    }
    lock(&mut connection, config).await?;
    // Closing the connection gives the lock back, however this ends.
    let migrated = run(&mut connection, config).await;
    let after = read_states(&mut connection, config).await;
    close(connection).await;
    migrated?;
    let waited = |version: i64| before.iter().any(|b| b.version == version && b.applied_at.is_none());
    Ok(after?.into_iter().filter(|state| waited(state.version) && state.applied_at.is_some()).collect())
}

/// Every migration of this binary or of the database, in order; writes nothing.
pub async fn migrations(
    connections: &dyn Connections,
    config: &PgConfig,
) -> Result<Vec<MigrationState>, PgError> {
    let mut connection = connect(connections, config).await?;
    let states = read_states(&mut connection, config).await;
    close(connection).await;
    states
}

/// Whether the database has every migration of this binary; writes nothing.
pub async fn is_migrated(connections: &dyn Connections, config: &PgConfig) -> Result<bool, PgError> {
    let states = migrations(connections, config).await?;
    Ok(states.iter().all(|state| state.applied_at.is_some()))
}

async fn connect(connections: &dyn Connections, config: &PgConfig) -> Result<PgConnection, PgError> {
    let mut connection = connections.connect().await.map_err(PgError::Unconnected)?;
    connection.execute(AssertSqlSafe(config.session_sql_within(config.import_timeout))).await?;
    Ok(connection)
}

/// The work is done or has failed by now; a connection that cannot say goodbye is dropped.
async fn close(connection: PgConnection) {
    drop(connection.close().await);
}

async fn lock(connection: &mut PgConnection, config: &PgConfig) -> Result<(), PgError> {
    // Bounded by the session's lock_timeout.
    sqlx::query_scalar!(
        r#"select pg_advisory_lock(hashtextextended('lakeledger ' || $1, 0))::text as "locked!""#,
        config.schema.as_str()
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}

async fn run(connection: &mut PgConnection, config: &PgConfig) -> Result<(), PgError> {
    if !schema_exists(connection, config).await? {
        // Asked first: without the right to make schemas, `if not exists` is refused all the same.
        let schema = &config.schema;
        connection.execute(AssertSqlSafe(format!("create schema {schema}"))).await?;
    }
    // `run` itself makes a future that cannot be sent between threads.
    migrator().run_direct(None, connection, false).await.map_err(PgError::MigrationFailed)
}

async fn schema_exists(connection: &mut PgConnection, config: &PgConfig) -> Result<bool, PgError> {
    let exists = sqlx::query_scalar!(
        r#"select exists (select from pg_namespace where nspname = $1) as "exists!""#,
        config.schema.as_str()
    )
    .fetch_one(connection)
    .await?;
    Ok(exists)
}

async fn read_states(
    connection: &mut PgConnection,
    config: &PgConfig,
) -> Result<Vec<MigrationState>, PgError> {
    let has_table = sqlx::query_scalar!(
        r#"select to_regclass($1) is not null as "has_table!""#,
        format!("{}._sqlx_migrations", config.schema)
    )
    .fetch_one(&mut *connection)
    .await?;
    let mut applied = HashMap::new();
    if has_table {
        // sqlx's own table, made by its migrator: it is not there when queries are checked.
        let rows: Vec<(i64, String, jiff_sqlx::Timestamp, Vec<u8>, i64)> = sqlx::query_as(
            "select version, description, installed_on, checksum, execution_time \
             from _sqlx_migrations where success",
        )
        .fetch_all(connection)
        .await?;
        applied.extend(rows.into_iter().map(|row| (row.0, row)));
    }
    let duration_ms = |nanoseconds: i64| u64::try_from(nanoseconds / 1_000_000).ok();
    let mut states: Vec<MigrationState> = migrator()
        .iter()
        .map(|migration| {
            let row = applied.remove(&migration.version);
            MigrationState {
                version: migration.version,
                description: migration.description.to_string(),
                applied_at: row.as_ref().map(|row| row.2.to_jiff()),
                duration_ms: row.as_ref().and_then(|row| duration_ms(row.4)),
                matches: row.is_none_or(|row| row.3 == *migration.checksum),
            }
        })
        .collect();
    states.extend(applied.into_values().map(|(version, description, applied_at, _, nanoseconds)| {
        MigrationState {
            version,
            description,
            applied_at: Some(applied_at.to_jiff()),
            duration_ms: duration_ms(nanoseconds),
            matches: false,
        }
    }));
    states.sort_by_key(|state| state.version);
    Ok(states)
}
