//! Lakebase's pool, as the store takes connections.

use std::ops::{Deref, DerefMut};

use async_trait::async_trait;
use lakebase::{Connection, PgConnection, Pool, SqlxError};
use storage_pg::{ConnectError, Connections, Leased};

#[derive(Debug)]
pub(super) struct PoolConnections(pub(super) Pool);

#[async_trait]
impl Connections for PoolConnections {
    async fn acquire(&self) -> Result<Box<dyn Leased>, ConnectError> {
        Ok(Box::new(Loan(self.0.acquire().await?)))
    }

    async fn connect(&self) -> Result<PgConnection, ConnectError> {
        Ok(self.0.connect_once().await?)
    }

    async fn close(&self) {
        self.0.close().await;
    }
}

struct Loan(Connection);

impl Deref for Loan {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.0
    }
}

impl DerefMut for Loan {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}

impl Leased for Loan {
    fn discard(self: Box<Self>, error: Option<&SqlxError>) {
        match error {
            Some(error) => self.0.discard_for(error),
            None => self.0.discard(),
        }
    }
}
