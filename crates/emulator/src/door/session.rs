//! One connection: from its first packet to its end.

use std::{io, time::Duration};

use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
};
use tokio_rustls::server::TlsStream;

use super::{
    Door, OpenConnection, Watches,
    backend::{BoxedStream, Outcome},
    frames::Frames,
    login,
    pumps::{Down, Gate, Progress, READ_ONLY_PARAMETER, Up},
    wire::{self, FirstPacket, Refusal, Startup},
};
use crate::shared::{Kill, Live, Shared};

const LAST_WORDS_LIMIT: Duration = Duration::from_secs(1);

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
        let progress = Progress::at_start();
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
                    let last_words = async {
                        client_write.write_all(&login::shut_down().to_bytes()).await?;
                        client_write.shutdown().await
                    };
                    // A client that does not read must not keep its session.
                    let _ = tokio::time::timeout(LAST_WORDS_LIMIT, last_words).await;
                }
            }
            Some(Kill::Reset) => up.reader.unsplit(client_write).get_ref().0.set_zero_linger()?,
        }
        Ok(())
    }
}
