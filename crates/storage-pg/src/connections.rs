//! Where connections come from: the seam between the store and a pool.

use std::{error::Error, fmt, ops::DerefMut};

use async_trait::async_trait;
use sqlx::PgConnection;

/// Why no connection could be had.
pub type ConnectError = Box<dyn Error + Send + Sync>;

/// A connection on loan; dropping it gives it back.
pub trait Leased: DerefMut<Target = PgConnection> + Send {
    /// Closes the connection instead of giving it back: it is in the middle of an answer, or lost.
    /// The others that lie idle may be lost as well; they are looked at before they are used again.
    /// The error is the one that told, where one did.
    fn discard(self: Box<Self>, error: Option<&sqlx::Error>);
}

/// Hands out connections. Every session must have run [`PgConfig::session_sql`](crate::PgConfig::session_sql)
/// first, and every call is bounded in time.
#[async_trait]
pub trait Connections: fmt::Debug + Send + Sync {
    /// A connection of the pool.
    async fn acquire(&self) -> Result<Box<dyn Leased>, ConnectError>;

    /// A connection of its own, for work that holds locks for long.
    async fn connect(&self) -> Result<PgConnection, ConnectError>;

    /// Closes every connection once it is free.
    async fn close(&self);
}
