//! What an emulator is started with.

use std::{net::IpAddr, path::PathBuf};

use secrecy::SecretString;

/// Which of Databricks' two PostgreSQL products the workspace has. Both answer for the same host, so a client
/// that looks its database up by host needs to find one of them only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Products {
    /// Instances under `/api/2.0/database` and projects under `/api/2.0/postgres`.
    #[default]
    Both,
    /// Lakebase Provisioned alone; `/api/2.0/postgres` knows no project.
    Provisioned,
    /// Lakebase Autoscaling alone; `/api/2.0/database` knows no instance.
    Autoscaling,
}

/// How to start an [`Emulator`](crate::Emulator).
#[derive(Debug)]
pub struct Options {
    /// `postgres://USER[:PASSWORD]@HOST:PORT/DATABASE` of the real server, or `postgres://USER@localhost/DATABASE?host=/SOCKET/FOLDER&port=PORT`.
    ///
    /// A superuser's URL makes the door log in as `lakeledger_app` (made when missing, no superuser, so that forced
    /// row-level security holds) to a database `databricks_postgres` (made when missing). Any other user is used as
    /// it is; `databricks_postgres` then stands for that database if the user may create schemas in it or make it, else for the URL's.
    ///
    /// Without one there is no front door: the workspace stands alone.
    pub postgres_url: Option<SecretString>,
    /// The real database behind the name `databricks_postgres`; `None` chooses as described above.
    pub database: Option<String>,
    /// Where the certificates are written; made when missing.
    pub dir: PathBuf,
    /// The workspace's port; 0 takes a free one.
    pub http_port: u16,
    /// The address of the PostgreSQL front door, also its host name in the workspace's answers. Anything but loopback is refused.
    pub pg_host: IpAddr,
    /// The front door's port; 0 takes a free one.
    pub pg_port: u16,
    /// The service principal's OAuth secret; `None` draws one.
    pub client_secret: Option<SecretString>,
    /// Which products the workspace has.
    pub products: Products,
    /// Draws which calls fail where a fault has a probability: the same seed fails the same calls.
    pub seed: u64,
}

impl Options {
    /// Free ports on 127.0.0.1, both products.
    pub fn new(postgres_url: SecretString, dir: impl Into<PathBuf>) -> Self {
        Self {
            postgres_url: Some(postgres_url),
            database: None,
            dir: dir.into(),
            http_port: 0,
            pg_host: IpAddr::from([127, 0, 0, 1]),
            pg_port: 0,
            client_secret: None,
            products: Products::Both,
            seed: 1,
        }
    }

    /// A workspace on a free port of 127.0.0.1, without a database.
    pub fn workspace_only(dir: impl Into<PathBuf>) -> Self {
        Self { postgres_url: None, ..Self::new(SecretString::default(), dir) }
    }
}
