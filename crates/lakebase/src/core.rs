//! The pool over any connector: deadpool's queue in front of the supply.

use std::ops::{Deref, DerefMut};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use deadpool::managed::{self, Metrics, Object, PoolError, QueueMode, RecycleError, RecycleResult};
use tokio::runtime::Handle;
use tokio::task::yield_now;
use tokio::time::{Instant, timeout};

use crate::connector::{Connector, Failed, Gone};
use crate::credential::{Credentials, Minter};
use crate::failure::ConnectFailure;
use crate::supply::{Pooled, Supply};

/// deadpool's view of the supply.
pub(crate) struct Manager<C: Connector, M: Minter> {
    supply: Arc<Supply<C, M>>,
    /// See [`give_back`].
    is_deferred: AtomicBool,
}

impl<C: Connector, M: Minter> managed::Manager for Manager<C, M> {
    type Type = Pooled<C::Connection>;
    type Error = Failed;

    async fn create(&self) -> Result<Self::Type, Failed> {
        self.supply.obtain().await
    }

    async fn recycle(&self, pooled: &mut Self::Type, _: &Metrics) -> RecycleResult<Failed> {
        if self.supply.is_fit(pooled).await { Ok(()) } else { Err(RecycleError::message("not fit for use")) }
    }
}

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum Refusal {
    Closed,
    Timeout { waking: bool, last: Option<ConnectFailure> },
    Failed(Failed),
}

/// The pool. Cheap to clone.
pub(crate) struct Core<C: Connector, M: Minter> {
    pool: managed::Pool<Manager<C, M>>,
    pub(crate) supply: Arc<Supply<C, M>>,
}

impl<C: Connector, M: Minter> Clone for Core<C, M> {
    fn clone(&self) -> Self {
        Self { pool: self.pool.clone(), supply: Arc::clone(&self.supply) }
    }
}

impl<C: Connector, M: Minter> Core<C, M> {
    pub(crate) fn new(supply: Supply<C, M>) -> Self {
        let supply = Arc::new(supply);
        // Last in, first out: the ones that are not needed stay idle, and are closed.
        let pool = managed::Pool::builder(Manager {
            supply: Arc::clone(&supply),
            is_deferred: AtomicBool::new(false),
        })
        .max_size(supply.config.max_connections)
        .queue_mode(QueueMode::Lifo)
        .build()
        .expect("a pool without timeouts of its own needs no runtime");
        Self { pool, supply }
    }

    pub(crate) async fn acquire(&self, patience: std::time::Duration) -> Result<Guard<C, M>, Refusal> {
        match timeout(patience, self.pool.get()).await {
            Ok(Ok(object)) => Ok(Guard { object: Some(object), supply: Arc::clone(&self.supply) }),
            Ok(Err(PoolError::Backend(failed))) if !self.pool.is_closed() => Err(Refusal::Failed(failed)),
            Ok(Err(_)) => Err(Refusal::Closed),
            Err(_) => Err(Refusal::Timeout { waking: self.is_waking(), last: self.last_failure() }),
        }
    }

    pub(crate) fn is_waking(&self) -> bool {
        self.supply.gate.is_waking(self.supply.config.wake_budget) || self.supply.counts().slow
    }

    pub(crate) fn last_failure(&self) -> Option<ConnectFailure> {
        let mint = self.supply.credentials.as_ref().map(Credentials::view);
        let mint = mint.filter(|view| view.age.is_none()).and_then(|view| view.last_failure);
        mint.map(ConnectFailure::Mint).or_else(|| self.supply.gate.failure())
    }

    /// Returns once something keeps connections back.
    pub(crate) async fn held_up(&self) -> ConnectFailure {
        let mut gate = self.supply.gate.subscribe();
        let mut credentials = self.supply.credentials.as_ref().map(Credentials::subscribe);
        loop {
            if let Some(failure) = self.last_failure() {
                return failure;
            }
            // Neither is ever dropped before this.
            match &mut credentials {
                Some(credentials) => tokio::select! {
                    _ = gate.changed() => {}
                    _ = credentials.changed() => {}
                },
                None => drop(gate.changed().await),
            }
        }
    }

    /// Closes what has been idle for too long.
    pub(crate) async fn reap(&self) {
        let now = Instant::now();
        let idle_timeout = self.supply.config.idle_timeout;
        let reaped =
            self.pool.retain(|pooled, _| now < pooled.expires_at && now - pooled.idle_since < idle_timeout);
        let removed = reaped.removed.into_iter().map(|pooled| pooled.connection);
        for connection in removed.chain(self.supply.reap()) {
            let _ = timeout(self.supply.config.test_timeout, self.supply.connector.close(connection)).await;
        }
    }

    /// Says goodbye on the idle connections, and stops everything else.
    pub(crate) async fn close(&self) {
        let idle = self.pool.retain(|_, _| false).removed;
        self.pool.close();
        self.supply.close();
        // Connects that were cut off end when they are next polled. The runtime must not end before them:
        // sqlx takes a name lookup that is torn away for a panic.
        let ended = async {
            while self.supply.is_connecting() {
                yield_now().await;
            }
        };
        let _ = timeout(self.supply.config.test_timeout, ended).await;
        for Pooled { connection, .. } in idle {
            let _ = timeout(self.supply.config.test_timeout, self.supply.connector.close(connection)).await;
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.pool.is_closed()
    }

    pub(crate) fn status(&self) -> deadpool::Status {
        self.pool.status()
    }
}

/// A connection out of the pool.
pub(crate) struct Guard<C: Connector, M: Minter> {
    object: Option<Object<Manager<C, M>>>,
    supply: Arc<Supply<C, M>>,
}

impl<C: Connector, M: Minter> Guard<C, M> {
    /// Throws the connection away; those idle are tested before they are used.
    pub(crate) fn discard(mut self) {
        if let Some(object) = self.object.take() {
            drop(Object::take(object));
            self.supply.suspect();
        }
    }

    /// As [`discard`](Self::discard); and what the connection showed holds connects back, as if one had
    /// failed so.
    pub(crate) fn discard_as(self, failure: ConnectFailure) {
        self.supply.gate.observe(failure);
        self.discard();
    }
}

impl<C: Connector, M: Minter> Deref for Guard<C, M> {
    type Target = C::Connection;

    fn deref(&self) -> &C::Connection {
        &self.object.as_ref().expect("taken on drop only").connection
    }
}

impl<C: Connector, M: Minter> DerefMut for Guard<C, M> {
    fn deref_mut(&mut self) -> &mut C::Connection {
        &mut self.object.as_mut().expect("taken on drop only").connection
    }
}

impl<C: Connector, M: Minter> Drop for Guard<C, M> {
    fn drop(&mut self) {
        let Some(mut object) = self.object.take() else {
            return;
        };
        let settled = {
            let settle = pin!(self.supply.connector.settle(&mut object.connection));
            settle.poll(&mut Context::from_waker(Waker::noop()))
        };
        match settled {
            Poll::Ready(Ok(())) => {
                object.idle_since = Instant::now();
                give_back(object);
            }
            Poll::Ready(Err(Gone)) => {
                drop(Object::take(object));
                self.supply.suspect();
            }
            // An open transaction, or a query that was given up: cleaned up aside, within bounds. Its place
            // in the pool is taken until then.
            Poll::Pending => match Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn(settle(object, Arc::clone(&self.supply)))),
                Err(_) => drop(Object::take(object)),
            },
        }
    }
}

/// Gives a connection back to the pool. Whoever waits for it is run next by tokio, before those whose answers
/// have come in already: with more tasks than connections some of these wait for long. So every other time the
/// waiting one gets it behind them. Each time would be fairer still, and leave connections idle.
fn give_back<C: Connector, M: Minter>(object: Object<Manager<C, M>>) {
    let is_deferred = Object::pool(&object).is_some_and(|pool| {
        pool.status().waiting > 0 && pool.manager().is_deferred.fetch_xor(true, Ordering::Relaxed)
    });
    if let (true, Ok(runtime)) = (is_deferred, Handle::try_current()) {
        drop(runtime.spawn(async move {
            yield_now().await;
            drop(object);
        }));
    }
}

async fn settle<C: Connector, M: Minter>(mut object: Object<Manager<C, M>>, supply: Arc<Supply<C, M>>) {
    match timeout(supply.config.test_timeout, supply.connector.settle(&mut object.connection)).await {
        Ok(Ok(())) => object.idle_since = Instant::now(),
        Ok(Err(Gone)) => {
            drop(Object::take(object));
            supply.suspect();
        }
        // Silent, or the server still works on it: either way another connection is quicker. That says
        // nothing about the idle ones, so they are tested, not dropped.
        Err(_) => {
            drop(Object::take(object));
            supply.suspect();
        }
    }
}
