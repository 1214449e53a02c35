//! A pool of connections to Databricks Lakebase that refreshes its credentials.

mod config;
mod connector;
mod core;
pub mod credential;
mod directory;
mod failure;
mod gate;
mod mode;
mod pool;
mod postgres;
mod settings;
mod status;
mod supply;
mod tls;
mod workspace;

pub use config::PoolConfig;
pub use failure::{ConnectFailure, is_connection_lost};
pub use mode::{Mode, Target};
pub use pool::{AcquireError, Connection, Maintenance, Pool, PoolError};
pub use settings::{Settings, SettingsError};
pub use sqlx::PgConnection;
pub use status::{CredentialStatus, PoolStatus};
