//! A pool of connections to Databricks Lakebase that refreshes its credentials.
//!
//! **What it is.** [`Settings`] choose how to connect, [`Pool`] hands out connections, and a credential is
//! minted, refreshed at half its life and thrown away when a login is refused with it. No caller waits
//! longer than `acquire_timeout`, whatever the workspace, the network or the server does.
//!
//! **What it is not.** It retries no query: whether one may be done twice only its author knows
//! ([`is_connection_lost`] says when to think of it). It knows no schema, and reads no environment.
//!
//! **Who may depend on it.** The program that wires an application together. The crate depends on
//! `databricks`, sqlx, deadpool and tokio, and on nothing of an application.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use lakebase::{Pool, PoolConfig, Settings, is_connection_lost};
//!
//! let lookup = |name: &str| (name == "DATABASE_URL").then(|| "postgres://me@localhost/app".to_owned());
//! let Some(settings) = Settings::from_lookup(&lookup)? else { return Ok(()) };
//! let pool = Pool::new(settings, None, PoolConfig::default())?;
//! let maintenance = pool.start();
//!
//! let mut connection = pool.acquire().await?;
//! if let Err(error) = sqlx::query("select 1").execute(&mut *connection).await {
//!     connection.discard_if_lost(&error);
//! }
//!
//! maintenance.stop().await;
//! pool.close().await;
//! # Ok(())
//! # }
//! ```
//!
//! `cargo run -p lakebase --example lakebase` runs such a program in the environment that `make emulate` prints.
//!
//! # How the connection is chosen
//!
//! The first line that fits wins; [`Pool::mode`] says which it was.
//!
//! | variables | host | user | password |
//! |---|---|---|---|
//! | `LAKEBASE_PG_URL`, else `DATABASE_URL` | the URL is used as it is, but verified in full on Databricks' own hosts | | |
//! | `PGHOST` and `PGPASSWORD` | `PGHOST` | `PGUSER` | `PGPASSWORD` |
//! | `PGHOST` (a Databricks App) | `PGHOST` | `PGUSER`, else the credential's `sub`, else `/Me` | minted |
//! | only a name | looked up; again when connects fail as if it had moved | as above | minted |
//! | none of them | no database: [`Settings::from_lookup`] is `None` | | |
//!
//! The name is the first of `LAKEBASE_ENDPOINT`, `PGENDPOINT`, `ENDPOINT_NAME`,
//! `LAKEBASE_AUTOSCALING_ENDPOINT`, `LAKEBASE_INSTANCE_NAME`, `LAKEBASE_INSTANCE`. A path (`projects/…`) is
//! an Autoscaling endpoint or branch, anything else a Provisioned instance, in whichever variable it stands.
//! Beside `PGHOST` it may be missing: the resources of `DATABRICKS_APP_NAME`, then all instances, then all
//! endpoints are searched for the host.
//!
//! A minted credential is never sent over plain text: `PGSSLMODE` must be `require` or more, the default is
//! `verify-full`. Hosts under Databricks' domains are always verified in full, whatever a URL says, too.
//! Parameters of a URL that sqlx does not know are left out.
//!
//! # What happens at each fault
//!
//! | fault | what the pool does |
//! |---|---|
//! | a mint fails | the old token is used while it is good; retried after 0.5 s to 30 s, 0.6 s at most when somebody waits |
//! | 429 | no call before `Retry-After` |
//! | 403, endpoint unknown | callers are told at once; who asks 0.6 s later tries again; after two minutes, once a minute |
//! | a mint hangs | given up after 5 s, without a good token mostly after 0.85 s; one at a time; nobody waits for it longer than `acquire_timeout` |
//! | a login is refused | the token is not sent again, one is minted; a single login tries it, then all |
//! | the new one is refused too | mint and login, up to 1 s apart; from the sixteenth refusal on up to 30 s |
//! | refused, 53300, 57P03, DNS | one connect at a time, 0.1 s to 0.25 s apart, as long as somebody waits |
//! | the endpoint wakes | the connect goes on in the background, up to `wake_budget`, for whoever comes next |
//! | connects vanish | another is tried every second, within the limit; each ends after `connect_timeout` |
//! | a connection dies | [`Connection::discard_if_lost`]; those idle are tested before their next use |
//! | a socket is silent | found out within `test_timeout`; those idle with it are dropped without a test |
//! | read-only after a failover | thrown away; connects are spaced until the server takes writes |
//! | a refresh | open connections stay: Lakebase looks at a credential at login only |
//! | nobody asks | idle connections are closed after `idle_timeout`, nothing is sent: the endpoint can suspend |
//!
//! # Why deadpool over `PgConnection`
//!
//! sqlx's own pool makes two round trips more for every use (a ping on acquire and one on release), and loses
//! a permit for each connection that is dropped on a dead socket (sqlx #4349): after `max_connections` of
//! those only a restart helps. Here every step has a limit, and a connect belongs to no caller.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod config;
mod connector;
mod core;
pub mod credential;
mod directory;
pub mod doctor;
mod failure;
mod gate;
pub mod grants;
mod mode;
mod pool;
mod postgres;
mod settings;
#[cfg(test)]
mod simulation;
mod status;
mod supply;
mod tls;
mod url;
mod workspace;

pub use config::PoolConfig;
/// The workspace's client, which mints.
pub use databricks;
pub use failure::{ConnectFailure, is_connection_lost};
pub use mode::{Mode, Target};
pub use pool::{AcquireError, Connection, Maintenance, Pool, PoolError};
pub use settings::{Settings, SettingsError};
pub use sqlx::{Error as SqlxError, PgConnection};
pub use status::{CredentialStatus, PoolStatus};
