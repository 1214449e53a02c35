//! One connection: from its first packet to its end.

use std::{
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf},
    net::TcpStream,
    sync::{Notify, watch},
};
use tokio_rustls::server::TlsStream;

use super::{
    Door, OpenConnection, Watches,
    backend::{BoxedStream, Outcome},
    frames::{Frame, Frames},
    login,
    wire::{self, FirstPacket, Refusal, Startup},
};
use crate::shared::{Kill, Live, Shared};

/// A frozen session reads on, to see its client leave, but keeps no more than this.
const MAX_HELD_BYTES: usize = 1 << 20;
const CHUNK_BYTES: usize = 32 * 1024;
const READ_ONLY_PARAMETER: &str = "default_transaction_read_only";

pub(super) async fn serve(door: &Door, socket: TcpStream, mut watches: Watches) -> io::Result<()> {
    let mut kills = watches.kills.clone();
    let opened = tokio::select! {
        opened = open(door, socket, &mut watches.live) => opened?,
        _ = kills.changed() => return Ok(()),
    };
    match opened {
        Some(session) => session.run(watches).await,
        None => Ok(()),
    }
}

/// Everything up to the point where bytes are passed on. `None`: the connection had another purpose or was refused.
async fn open<'a>(
    door: &'a Door,
    mut socket: TcpStream,
    live: &mut watch::Receiver<Live>,
) -> io::Result<Option<Session<'a>>> {
    loop {
        match wire::read_first_packet(&mut socket).await? {
            FirstPacket::Ssl => break,
            FirstPacket::GssEncryption => socket.write_all(b"N").await?,
            FirstPacket::Cancel(packet) => return cancel(door, &packet).await.map(|()| None),
            FirstPacket::Startup(_) => {
                refuse(door.shared(), &mut socket, &login::insecure()).await?;
                return Ok(None);
            }
        }
    }
    socket.write_all(b"S").await?;
    let mut client = door.tls.accept(socket).await?;
    let startup = match wire::read_first_packet(&mut client).await? {
        FirstPacket::Startup(startup) => startup,
        FirstPacket::Cancel(packet) => return cancel(door, &packet).await.map(|()| None),
        FirstPacket::Ssl | FirstPacket::GssEncryption => {
            return Err(wire::invalid("a second request for encryption"));
        }
    };
    match log_in(door, &mut client, startup, live).await? {
        Ok((backend, ahead, place, is_read_only)) => {
            door.shared().counters().logins_ok += 1;
            door.shared().note_activity();
            door.shared().counters_changed.notify_waiters();
            client.write_all(&wire::authentication(0, &[])).await?;
            client.write_all(&ahead).await?;
            client.flush().await?;
            Ok(Some(Session {
                number: door.admin.number_session(),
                shared: door.shared(),
                client,
                backend,
                is_read_only,
                _place: place,
            }))
        }
        Err(refusal) => {
            refuse(door.shared(), &mut client, &refusal).await?;
            Ok(None)
        }
    }
}

type LoggedIn<'a> = (BoxedStream, Vec<u8>, OpenConnection<'a>, bool);

async fn log_in<'a>(
    door: &'a Door,
    client: &mut TlsStream<TcpStream>,
    mut startup: Startup,
    live: &mut watch::Receiver<Live>,
) -> io::Result<Result<LoggedIn<'a>, Refusal>> {
    let shared = door.shared();
    let faults = live.borrow_and_update().faults.pg.clone();
    if faults.require_sni && client.get_ref().1.server_name().is_none() {
        return Ok(Err(login::no_sni()));
    }
    let user = startup.parameter("user").unwrap_or_default().to_owned();
    client.write_all(&wire::authentication(3, &[])).await?;
    client.flush().await?;
    let answer = wire::read_message(client).await?;
    if answer.tag != b'p' {
        return Err(wire::invalid("no password"));
    }
    let password = SecretString::from(wire::c_string(&answer.body)?.0.to_owned());
    if let Err(refusal) = login::check(shared, &user, &password) {
        return Ok(Err(refusal));
    }
    if let Err(refusal) = login::wake(shared, &faults, &user).await {
        return Ok(Err(refusal));
    }
    let limit = faults.max_connections;
    let Some(place) = OpenConnection::new(shared, limit.map(|max| max.limit)) else {
        return Ok(Err(login::too_many(limit.map(|max| max.error).unwrap_or_default())));
    };

    let is_read_only = live.borrow_and_update().faults.pg.read_only;
    if is_read_only {
        startup.parameters.retain(|(name, _)| name != READ_ONLY_PARAMETER);
        startup.parameters.push((READ_ONLY_PARAMETER.to_owned(), "on".to_owned()));
    }
    Ok(match door.backend.open(startup).await {
        Ok(Outcome::Open(backend, ahead)) => Ok((backend, ahead, place, is_read_only)),
        Ok(Outcome::Refused(message)) => Err(Refusal::parse("backend", &message.body)),
        Err(error) => {
            tracing::warn!(%error, "no session on the real server");
            Err(login::unreachable())
        }
    })
}

async fn refuse(
    shared: &Shared,
    client: &mut (impl AsyncWriteExt + Unpin),
    refusal: &Refusal,
) -> io::Result<()> {
    shared.counters().refuse_login(refusal.reason);
    shared.counters_changed.notify_waiters();
    client.write_all(&refusal.to_bytes()).await?;
    client.shutdown().await
}

async fn cancel(door: &Door, packet: &[u8]) -> io::Result<()> {
    door.shared().counters().cancel_requests += 1;
    let mut backend = door.backend.connect().await?;
    backend.write_all(packet).await?;
    // The server closes when it has sent the signal; the client waits for that.
    let _ = backend.read(&mut [0; 1]).await?;
    Ok(())
}

struct Session<'a> {
    number: u64,
    shared: &'a Shared,
    client: TlsStream<TcpStream>,
    backend: BoxedStream,
    /// Whether the session's default is read-only now.
    is_read_only: bool,
    _place: OpenConnection<'a>,
}

impl Session<'_> {
    async fn run(self, watches: Watches) -> io::Result<()> {
        let Watches { live, mut kills } = watches;
        let (client_read, mut client_write) = tokio::io::split(self.client);
        let (backend_read, backend_write) = tokio::io::split(self.backend);
        // The server's first ReadyForQuery is still to come.
        let progress = Progress {
            state: Mutex::new(State { outstanding: 1, ..State::default() }),
            ready: Notify::new(),
        };
        let mut up = Up {
            shared: self.shared,
            progress: &progress,
            frames: Frames::default(),
            gate: Gate { number: self.number, live: live.clone() },
            reader: client_read,
            writer: backend_write,
            is_read_only: self.is_read_only,
        };
        let mut down = Down {
            progress: &progress,
            frames: Frames::default(),
            gate: Gate { number: self.number, live },
            reader: backend_read,
        };
        let killed = tokio::select! {
            _ = up.run() => None,
            ended = down.run(&mut client_write) => {
                if ended.is_ok() {
                    let _ = client_write.shutdown().await;
                }
                None
            }
            _ = kills.changed() => Some(*kills.borrow()),
        };
        match killed {
            None | Some(Kill::Close) => {}
            Some(Kill::AdminShutdown) => {
                // In the middle of a message it would be taken for data.
                if down.frames.at_boundary() {
                    client_write.write_all(&login::shut_down().to_bytes()).await?;
                    client_write.shutdown().await?;
                }
            }
            Some(Kill::Reset) => up.reader.unsplit(client_write).get_ref().0.set_zero_linger()?,
        }
        Ok(())
    }
}

/// What the two directions know of each other.
struct Progress {
    state: Mutex<State>,
    /// The server is ready for the next statement.
    ready: Notify,
}

#[derive(Default)]
struct State {
    /// Requests whose `ReadyForQuery` is still to come.
    outstanding: u32,
    /// The client has begun an extended query that it has not synced.
    is_unsynced: bool,
    is_in_transaction: bool,
    /// The answer under way is the door's own.
    is_swallowing: bool,
}

impl Progress {
    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_idle(&self) -> bool {
        self.with(|state| state.outstanding == 0 && !state.is_unsynced && !state.is_in_transaction)
    }
}

/// Lets a session's data through, late or not at all.
struct Gate {
    number: u64,
    live: watch::Receiver<Live>,
}

impl Gate {
    fn is_frozen(&mut self) -> bool {
        self.number < self.live.borrow_and_update().frozen_below
    }

    fn wants_read_only(&self) -> bool {
        self.live.borrow().faults.pg.read_only
    }

    async fn pace(&self, bytes: usize) {
        let (latency_ms, rate) = {
            let live = self.live.borrow();
            (live.faults.pg.latency_ms, live.faults.pg.bytes_per_second)
        };
        if latency_ms > 0 {
            tokio::time::sleep(Duration::from_millis(latency_ms)).await;
        }
        if let Some(rate) = rate {
            tokio::time::sleep(Duration::from_secs_f64(bytes as f64 / rate.max(1) as f64)).await;
        }
    }
}

/// Client to server.
struct Up<'a> {
    shared: &'a Shared,
    progress: &'a Progress,
    frames: Frames,
    gate: Gate,
    reader: ReadHalf<TlsStream<TcpStream>>,
    writer: WriteHalf<BoxedStream>,
    is_read_only: bool,
}

impl Up<'_> {
    async fn run(&mut self) -> io::Result<()> {
        let mut held = Vec::with_capacity(CHUNK_BYTES);
        loop {
            let is_frozen = self.gate.is_frozen();
            let mut is_switch_due = self.gate.wants_read_only() != self.is_read_only;
            if !is_frozen
                && is_switch_due
                && held.is_empty()
                && self.frames.at_boundary()
                && self.progress.is_idle()
            {
                self.switch_read_only().await?;
                is_switch_due = self.gate.wants_read_only() != self.is_read_only;
            }
            if !is_frozen && !held.is_empty() {
                self.gate.pace(held.len()).await;
                self.pass(&held).await?;
                held.clear();
                continue;
            }
            tokio::select! {
                read = self.reader.read_buf(&mut held), if held.len() < MAX_HELD_BYTES => {
                    if read? == 0 {
                        return Ok(());
                    }
                    self.shared.note_activity();
                }
                _ = self.gate.live.changed() => {}
                () = self.progress.ready.notified(), if is_switch_due => {}
            }
        }
    }

    async fn pass(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut statements = 0;
        self.progress.with(|state| {
            self.frames.feed(bytes, |Frame { tag, .. }| match tag {
                b'Q' | b'F' => {
                    state.outstanding += 1;
                    statements += 1;
                }
                b'S' => {
                    state.outstanding += 1;
                    state.is_unsynced = false;
                }
                b'P' | b'B' | b'D' | b'E' | b'C' | b'H' => {
                    state.is_unsynced = true;
                    statements += u64::from(tag == b'E');
                }
                _ => {}
            });
        });
        self.shared.counters().statements += statements;
        self.writer.write_all(bytes).await?;
        self.writer.flush().await
    }

    /// Slips a statement of the door's own in; the other direction keeps its answer from the client.
    async fn switch_read_only(&mut self) -> io::Result<()> {
        self.is_read_only = !self.is_read_only;
        let value = if self.is_read_only { "on" } else { "off" };
        self.progress.with(|state| {
            state.is_swallowing = true;
            state.outstanding += 1;
        });
        let sql = format!("set {READ_ONLY_PARAMETER} = {value}\0");
        self.writer.write_all(&wire::message(b'Q', sql.as_bytes())).await?;
        self.writer.flush().await?;
        loop {
            let ready = self.progress.ready.notified();
            tokio::pin!(ready);
            ready.as_mut().enable();
            if !self.progress.with(|state| state.is_swallowing) {
                return Ok(());
            }
            ready.await;
        }
    }
}

/// Server to client.
struct Down<'a> {
    progress: &'a Progress,
    frames: Frames,
    gate: Gate,
    reader: ReadHalf<BoxedStream>,
}

impl Down<'_> {
    async fn run(&mut self, writer: &mut WriteHalf<TlsStream<TcpStream>>) -> io::Result<()> {
        let mut held = Vec::with_capacity(CHUNK_BYTES);
        loop {
            if !self.gate.is_frozen() && !held.is_empty() {
                self.gate.pace(held.len()).await;
                writer.write_all(&held).await?;
                writer.flush().await?;
                held.clear();
                continue;
            }
            let before = held.len();
            tokio::select! {
                read = self.reader.read_buf(&mut held), if before < MAX_HELD_BYTES => {
                    if read? == 0 {
                        return Ok(());
                    }
                    self.follow(&mut held, before);
                }
                _ = self.gate.live.changed() => {}
            }
        }
    }

    /// Follows what has just been read, from `start`; takes out what is the door's own.
    fn follow(&mut self, held: &mut Vec<u8>, start: usize) {
        let mut swallowed = None;
        let mut is_ready = false;
        self.progress.with(|state| {
            let was_swallowing = state.is_swallowing;
            self.frames.feed(&held[start..], |Frame { tag, first, end }| {
                if tag == b'Z' {
                    state.outstanding = state.outstanding.saturating_sub(1);
                    state.is_in_transaction = first != b'I';
                    is_ready = true;
                    if state.is_swallowing {
                        state.is_swallowing = false;
                        swallowed = Some(end);
                    }
                }
            });
            // The door's statement runs alone, so its answer is all there is.
            if was_swallowing && swallowed.is_none() {
                swallowed = Some(held.len() - start);
            }
        });
        if let Some(end) = swallowed {
            held.drain(start..start + end);
        }
        if is_ready {
            self.progress.ready.notify_waiters();
        }
    }
}
