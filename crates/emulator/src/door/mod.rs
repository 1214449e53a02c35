//! The PostgreSQL front door: TLS, a signed credential as the password, then bytes both ways.

mod backend;
mod frames;
mod login;
mod pumps;
mod scram;
mod session;
mod wire;

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    admin::Admin,
    faults::Refuse,
    shared::{Kill, Live, Shared},
};

pub(crate) use backend::Backend;

/// What every connection needs.
pub(crate) struct Door {
    pub(crate) admin: Admin,
    pub(crate) backend: Backend,
    pub(crate) tls: TlsAcceptor,
}

impl Door {
    fn shared(&self) -> &Shared {
        self.admin.shared()
    }

    /// Takes connections until `stop`. Listens anew on the same port after it has refused connections for a while,
    /// or has moved.
    pub(crate) async fn listen(
        self: Arc<Self>,
        listener: TcpListener,
        stop: CancellationToken,
    ) -> io::Result<()> {
        let port = listener.local_addr()?.port();
        let sessions = TaskTracker::new();
        let mut live = self.shared().live.subscribe();
        let mut listener = Some(listener);
        loop {
            let refuse = live.borrow_and_update().faults.pg.refuse;
            let address = SocketAddr::new(self.shared().pg_host(), port);
            if refuse == Some(Refuse::Closed) {
                listener = None;
                tokio::select! {
                    () = stop.cancelled() => break,
                    _ = live.changed() => continue,
                }
            }
            let open = match listener.take() {
                Some(open) if open.local_addr()? == address => open,
                _ => listen_again(address).await?,
            };
            tokio::select! {
                () = stop.cancelled() => break,
                _ = live.changed() => {}
                accepted = open.accept() => if let Ok((socket, _)) = accepted {
                    if refuse == Some(Refuse::Reset) {
                        let _ = socket.set_zero_linger();
                    } else {
                        let door = Arc::clone(&self);
                        let stop = stop.clone();
                        sessions.spawn(async move {
                            let _ = stop.run_until_cancelled(door.take(socket)).await;
                        });
                    }
                },
            }
            listener = Some(open);
        }
        sessions.close();
        sessions.wait().await;
        Ok(())
    }

    async fn take(&self, socket: TcpStream) {
        let _open = OpenSocket::new(self.shared());
        let mut watches =
            Watches { live: self.shared().live.subscribe(), kills: self.shared().kills.subscribe() };
        // Statements are small and answered one by one.
        let _ = socket.set_nodelay(true);
        while watches.live.borrow_and_update().faults.pg.black_hole {
            tokio::select! {
                _ = watches.live.changed() => {}
                _ = watches.kills.changed() => return,
            }
        }
        if let Err(error) = session::serve(self, socket, watches).await {
            tracing::debug!(%error, "a connection at the door has ended");
        }
    }
}

/// The port stays ours in spirit only while nobody listens: another program may hold it for a moment.
async fn listen_again(address: SocketAddr) -> io::Result<TcpListener> {
    let mut tries = 0;
    loop {
        match TcpListener::bind(address).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && tries < 200 => {
                tries += 1;
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            outcome => return outcome,
        }
    }
}

/// What may change while a connection is open. Subscribed when it is taken, so nothing is missed.
struct Watches {
    live: watch::Receiver<Live>,
    kills: watch::Receiver<Kill>,
}

struct OpenSocket<'a>(&'a Shared);

impl<'a> OpenSocket<'a> {
    fn new(shared: &'a Shared) -> Self {
        shared.counters().open_socket();
        shared.counters_changed.notify_waiters();
        Self(shared)
    }
}

impl Drop for OpenSocket<'_> {
    fn drop(&mut self) {
        self.0.counters().open_sockets -= 1;
        self.0.counters_changed.notify_waiters();
    }
}

/// A session's place among those that may be open.
struct OpenConnection<'a>(&'a Shared);

impl<'a> OpenConnection<'a> {
    fn new(shared: &'a Shared, limit: Option<usize>) -> Option<Self> {
        let mut counters = shared.counters();
        if limit.is_some_and(|limit| counters.open_connections >= limit) {
            return None;
        }
        counters.open_connection();
        drop(counters);
        shared.counters_changed.notify_waiters();
        Some(Self(shared))
    }
}

impl Drop for OpenConnection<'_> {
    fn drop(&mut self) {
        self.0.counters().open_connections -= 1;
        self.0.counters_changed.notify_waiters();
    }
}
