//! The two directions of a session: bytes are passed on untouched, late or not at all.

use std::{
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf},
    net::TcpStream,
    sync::{Notify, watch},
};
use tokio_rustls::server::TlsStream;

use super::{
    backend::BoxedStream,
    frames::{Frame, Frames},
    wire,
};
use crate::shared::{Live, Shared};

/// A frozen session reads on, to see its client leave, but keeps no more than this.
const MAX_HELD_BYTES: usize = 1 << 20;
const CHUNK_BYTES: usize = 32 * 1024;
pub(super) const READ_ONLY_PARAMETER: &str = "default_transaction_read_only";

/// What the two directions know of each other.
pub(super) struct Progress {
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
    /// The server's first `ReadyForQuery` is still to come.
    pub(super) fn at_start() -> Self {
        Self { state: Mutex::new(State { outstanding: 1, ..State::default() }), ready: Notify::new() }
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_idle(&self) -> bool {
        self.with(|state| state.outstanding == 0 && !state.is_unsynced && !state.is_in_transaction)
    }
}

/// Lets a session's data through, late or not at all.
pub(super) struct Gate {
    pub(super) number: u64,
    pub(super) live: watch::Receiver<Live>,
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
pub(super) struct Up<'a> {
    pub(super) shared: &'a Shared,
    pub(super) progress: &'a Progress,
    pub(super) frames: Frames,
    pub(super) gate: Gate,
    pub(super) reader: ReadHalf<TlsStream<TcpStream>>,
    pub(super) writer: WriteHalf<BoxedStream>,
    pub(super) is_read_only: bool,
}

impl Up<'_> {
    pub(super) async fn run(&mut self) -> io::Result<()> {
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
pub(super) struct Down<'a> {
    pub(super) progress: &'a Progress,
    pub(super) frames: Frames,
    pub(super) gate: Gate,
    pub(super) reader: ReadHalf<BoxedStream>,
}

impl Down<'_> {
    pub(super) async fn run(&mut self, writer: &mut WriteHalf<TlsStream<TcpStream>>) -> io::Result<()> {
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
                        return self.finish(&held, writer).await;
                    }
                    self.follow(&mut held, before);
                }
                _ = self.gate.live.changed() => {}
            }
        }
    }

    /// The server is gone: a frozen session hides that too.
    async fn finish(&mut self, held: &[u8], writer: &mut WriteHalf<TlsStream<TcpStream>>) -> io::Result<()> {
        while self.gate.is_frozen() {
            if self.gate.live.changed().await.is_err() {
                break;
            }
        }
        writer.write_all(held).await?;
        writer.flush().await
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
