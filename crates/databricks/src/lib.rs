//! A client of the Databricks REST API, in Databricks' own words.
//!
//! **What it is.** Workspace authentication as the official SDKs do it (environment, `~/.databrickscfg`, OAuth
//! machine-to-machine, personal access tokens), their retry rules and their error shapes, and the parts of the API
//! that a Databricks App with a database and a model needs: [`database`] (Lakebase Provisioned), [`postgres`] (Lakebase
//! Autoscaling), [`serving`] (chat with model and agent endpoints), [`mlflow`] (what people thought of an answer),
//! [`current_user`] and [`apps`]; with the feature `mcp`, its MCP servers. Every call has a time limit and every answer a size limit; no secret
//! reaches `Debug`, `Display` or a log.
//!
//! **What it is not.** No connection to PostgreSQL and no credential rotation (that is the `lakebase` crate), no
//! interactive log-in, and nothing of the application's own domain. It reads no environment variable by itself: the
//! resolver is given a look-up.
//!
//! **Who may depend on it.** `lakebase` and the server. Nothing here knows about either.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use databricks::{Client, Config};
//!
//! let home = std::path::Path::new("/home/me");
//! let lookup = |name: &str| (name == "DATABRICKS_CONFIG_PROFILE").then(|| "dev".to_owned());
//! if let Some(config) = Config::resolve(&lookup, Some(home))? {
//!     println!("using {}", config.source());
//!     let client = Client::new(config)?;
//!     let me = client.current_user().me().await?;
//!     let endpoint = "projects/shop/branches/production/endpoints/primary";
//!     let credential = client.postgres().generate_database_credential(endpoint).await?;
//!     println!("{} may log in until {}", me.user_name, credential.expires_at);
//! }
//! # Ok(())
//! # }
//! ```

pub mod apps;
mod client;
mod config;
mod credential;
pub mod current_user;
pub mod database;
mod error;
mod host;
mod lenient;
#[cfg(feature = "mcp")]
pub mod mcp;
pub mod mlflow;
mod oauth;
pub mod postgres;
mod random;
mod request;
mod retry;
pub mod serving;
mod tls;
mod token;

pub use client::{Client, ClientError};
pub use config::{AuthType, Config, ConfigError, Credentials, Timeouts};
pub use credential::DatabaseCredential;
pub use error::{ApiError, ConnectFailure, Error, without_tokens};
pub use host::{Host, HostError};
pub use retry::RetryPolicy;
