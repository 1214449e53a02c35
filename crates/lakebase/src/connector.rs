//! What the pool needs from the thing it pools. Two make one: PostgreSQL, and the simulation's.

use std::fmt;
use std::sync::Arc;

use crate::credential::Lease;
use crate::failure::ConnectFailure;

/// Opens, tests and closes connections. The pool bounds every call.
pub(crate) trait Connector: Send + Sync + 'static {
    type Connection: Send + 'static;

    /// Opens one, session set-up included. `None`: the settings hold the password, or need none.
    fn connect(&self, lease: Option<&Lease>)
    -> impl Future<Output = Result<Self::Connection, Failed>> + Send;

    /// Finishes what its last user left undone (a roll back, an answer not read). Ready at once when there
    /// is nothing.
    fn settle(&self, connection: &mut Self::Connection) -> impl Future<Output = Result<(), Gone>> + Send;

    /// One round trip.
    fn ping(&self, connection: &mut Self::Connection) -> impl Future<Output = Result<(), Gone>> + Send;

    /// Says goodbye.
    fn close(&self, connection: Self::Connection) -> impl Future<Output = ()> + Send;

    /// A connect failed so: the host may have moved.
    fn note(&self, failure: ConnectFailure);
}

/// The connection is dead.
#[derive(Debug)]
pub(crate) struct Gone;

/// A failed connect.
#[derive(Clone)]
pub(crate) struct Failed {
    pub(crate) failure: ConnectFailure,
    pub(crate) source: Option<Arc<sqlx::Error>>,
}

impl From<ConnectFailure> for Failed {
    fn from(failure: ConnectFailure) -> Self {
        Self { failure, source: None }
    }
}

impl fmt::Debug for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Failed({:?})", self.failure)
    }
}

/// Why a wait ended without what was waited for.
#[derive(Debug)]
pub(crate) enum Blocked<F> {
    /// Nothing can happen for longer than the caller would wait.
    Far(F),
    /// The caller has waited long enough; it may wait again.
    Patience(F),
}

impl<F> Blocked<F> {
    pub(crate) fn map<G>(self, map: impl FnOnce(F) -> G) -> Blocked<G> {
        match self {
            Self::Far(failure) => Blocked::Far(map(failure)),
            Self::Patience(failure) => Blocked::Patience(map(failure)),
        }
    }
}
