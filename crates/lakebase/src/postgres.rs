//! Connects to PostgreSQL.

use std::sync::Arc;

use secrecy::ExposeSecret as _;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::connector::{Connector, Failed, Gone};
use crate::credential::{Claims, Lease, MintError};
use crate::directory::{Directory, Resolver};
use crate::failure::ConnectFailure;

/// Opens connections as the settings say.
pub(crate) struct PgConnector<D> {
    resolver: Arc<Resolver<D>>,
    on_connect: Option<String>,
}

impl<D: Directory> PgConnector<D> {
    pub(crate) fn new(resolver: Arc<Resolver<D>>, on_connect: Option<String>) -> Self {
        Self { resolver, on_connect }
    }

    pub(crate) fn resolver(&self) -> &Resolver<D> {
        &self.resolver
    }
}

impl<D: Directory> Connector for PgConnector<D> {
    type Connection = PgConnection;

    async fn connect(&self, lease: Option<&Lease>) -> Result<PgConnection, Failed> {
        let settings = self.resolver.settings();
        let options = match lease {
            Some(lease) => {
                let host = self.resolver.host().await.map_err(unresolved)?;
                let user = match settings.user() {
                    Some(user) => user.to_owned(),
                    None => match Claims::read(lease.token.expose_secret()).and_then(|claims| claims.sub) {
                        Some(subject) => subject,
                        None => self.resolver.user().await.map_err(unresolved)?,
                    },
                };
                settings.options(&host, Some(&user), Some(&lease.token))
            }
            None => settings.options(settings.host().unwrap_or_default(), None, None),
        };
        // The settings were checked; a host that was looked up may ask for more TLS, never for less.
        let options = options.map_err(|_| ConnectFailure::Tls)?;
        let mut connection = PgConnection::connect_with(&options).await.map_err(failed)?;
        if let Some(sql) = &self.on_connect {
            sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut connection).await.map_err(failed)?;
        }
        Ok(connection)
    }

    async fn settle(&self, connection: &mut PgConnection) -> Result<(), Gone> {
        connection.flush().await.map_err(|_| Gone)
    }

    async fn ping(&self, connection: &mut PgConnection) -> Result<(), Gone> {
        connection.ping().await.map_err(|_| Gone)
    }

    async fn close(&self, connection: PgConnection) {
        // It is gone either way.
        let _ = connection.close().await;
    }

    fn note(&self, failure: ConnectFailure) {
        if failure.may_have_moved() {
            self.resolver.mark_moved();
        }
    }
}

fn unresolved(error: MintError) -> Failed {
    ConnectFailure::Mint(error.failure).into()
}

fn failed(error: sqlx::Error) -> Failed {
    Failed { failure: ConnectFailure::classify(&error), source: Some(Arc::new(error)) }
}
