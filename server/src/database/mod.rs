//! The database: the pool that leads to it, the store on it, and whether it can be used yet.

mod connections;
mod readiness;
mod status;

use std::sync::Arc;

use anyhow::Context;
use domain::Clock;
use lakebase::{Maintenance, Pool, PoolConfig};
use storage_pg::{Connections, PgConfig, PgStore, SchemaName};

use self::connections::PoolConnections;
pub(crate) use self::{readiness::Readiness, status::look_at};
use crate::configuration::DatabaseConfiguration;

/// The database, not yet connected to.
pub struct Database {
    /// The pool.
    pub pool: Pool,
    /// The same, as the store takes it.
    pub connections: Arc<dyn Connections>,
    /// Where our tables are.
    pub config: PgConfig,
}

impl Database {
    /// A database as it is configured; does no I/O.
    pub fn new(configuration: &DatabaseConfiguration, schema: SchemaName) -> anyhow::Result<Self> {
        let config = PgConfig { schema, ..PgConfig::default() };
        let workspace = configuration.workspace.clone().map(databricks::Client::new).transpose();
        let workspace = workspace.context("the client for the Databricks workspace cannot be made")?;
        let pool_config = PoolConfig { on_connect: Some(config.session_sql()), ..configuration.pool.clone() };
        let pool = Pool::new(configuration.settings.clone(), workspace, pool_config)?;
        let connections = Arc::new(PoolConnections(pool.clone()));
        Ok(Self { pool, connections, config })
    }

    /// The store on it.
    pub fn store(&self, clock: &dyn Clock) -> PgStore {
        PgStore::new(Arc::clone(&self.connections), self.config.clone(), clock)
    }

    /// Starts what the pool does in the background.
    pub fn maintain(&self) -> Maintenance {
        self.pool.start()
    }
}
