//! The `PostgreSQL` store: one transaction per change, row-level security, migrations.
//!
//! Not here: how a database is found and logged in to, and the pool (whoever makes a store gives it
//! [`Connections`]); what happens when the database goes away. Only `server` may depend on it.
//!
//! # Isolation
//!
//! Every statement that touches rows runs under `app.user_id`, set for its transaction only, and
//! names the user in its own conditions as well. Row-level security is forced on every table, so the
//! owner, which the app logs in as, is held to it too. Either of the two alone keeps users apart.
//!
//! A read is one statement and one round trip: a materialised common table expression sets
//! `app.user_id`, and the query proper is a `lateral` subquery with a `limit` or `offset`, which the
//! planner must not pull up, so it starts after the setting is made. Were that ever not so, the
//! policies would compare with an unset user and the read would find nothing. A ledger is read whole
//! by `COPY`, which takes no parameters: there the rows' own user is compared as they are read.

mod config;
mod connections;
mod error;
mod ledger_cache;
mod ledger_copy;
mod ledger_pack;
mod migrate;
mod read_cache;
mod rows;
mod store;
mod versions;
mod words;

pub use config::{InvalidSchemaName, PgConfig, SchemaName};
pub use connections::{ConnectError, Connections, Leased};
pub use error::PgError;
pub use migrate::{MigrationState, is_migrated, migrate, migrations};
pub use store::PgStore;
