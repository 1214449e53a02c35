//! The host's name, and the way to it.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use sqlx::postgres::PgSslMode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::{Scene, Trouble};

/// <https://www.postgresql.org/docs/current/protocol-message-formats.html>: `SSLRequest`, its length first.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// The addresses of the host.
pub(super) async fn resolve(scene: &Scene, limit: Duration) -> Result<Vec<IpAddr>, Trouble> {
    let what = match timeout(limit, lookup_host((scene.host.as_str(), scene.port))).await {
        Ok(Ok(addresses)) => {
            let mut addresses: Vec<IpAddr> = addresses.map(|address| address.ip()).collect();
            addresses.dedup();
            if !addresses.is_empty() {
                return Ok(addresses);
            }
            format!("the name {} has no address", scene.host)
        }
        Ok(Err(_)) => format!("the name {} is not known", scene.host),
        Err(_) => format!("looking up {} takes longer than {} s", scene.host, limit.as_secs()),
    };
    let fix = match scene.misplaced() {
        Some(expected) => format!("set PGHOST={expected}: there the workspace says that the database is"),
        None => format!(
            "check {} for a typing mistake or a deleted database, and that this machine's DNS (or VPN) knows Databricks' hosts; {} writes \
             the right host",
            scene.host_setting(),
            scene.configure()
        ),
    };
    Err(Trouble::new(what, fix))
}

/// Connects, and asks for TLS. What was found, for people.
pub(super) async fn reach(scene: &Scene, mode: PgSslMode, limit: Duration) -> Result<String, Trouble> {
    let address = (scene.host.as_str(), scene.port);
    let mut stream = match timeout(limit, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(unreachable(error.kind(), scene).with_detail(error.to_string())),
        Err(_) => return Err(unreachable(io::ErrorKind::TimedOut, scene)),
    };
    if matches!(mode, PgSslMode::Disable | PgSslMode::Allow) {
        return Ok("connected; plain text, as the settings say".to_owned());
    }
    let asked = async {
        stream.write_all(&SSL_REQUEST).await?;
        stream.read_u8().await
    };
    match timeout(limit, asked).await {
        Ok(Ok(b'S')) => Ok("connected; the server speaks TLS".to_owned()),
        Ok(Ok(b'N')) if matches!(mode, PgSslMode::Prefer) => {
            Ok("connected; the server has no TLS, and none is asked for".to_owned())
        }
        Ok(Ok(b'N')) => Err(Trouble::new(
            format!("{}:{} does not speak TLS, and the settings ask for it", scene.host, scene.port),
            format!(
                "Lakebase always speaks TLS: check {} and PGPORT; for a PostgreSQL of your own set {}",
                scene.host_setting(),
                if scene.url_variable.is_some() { "?sslmode=prefer in the URL" } else { "PGSSLMODE=prefer" }
            ),
        )),
        Ok(Ok(_)) => Err(no_postgres(scene)),
        Ok(Err(error)) => Err(unreachable(error.kind(), scene).with_detail(error.to_string())),
        Err(_) => Err(unreachable(io::ErrorKind::TimedOut, scene)),
    }
}

fn no_postgres(scene: &Scene) -> Trouble {
    Trouble::new(
        format!("what listens at {}:{} is not PostgreSQL", scene.host, scene.port),
        format!("set PGPORT=5432, and check {}", scene.host_setting()),
    )
}

/// What a connection that did not come about means.
pub(super) fn unreachable(kind: io::ErrorKind, scene: &Scene) -> Trouble {
    let (host, port) = (&scene.host, scene.port);
    let is_local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let started = "if the database was made just now, wait: it takes 2 to 3 minutes";
    if kind == io::ErrorKind::TimedOut {
        return Trouble::new(
            format!("{host}:{port} does not answer"),
            format!(
                "check {} and that a firewall, VPN or private link lets port {port} through; {started}; state: `databricks database \
                 list-database-instances` or `databricks postgres list-endpoints projects/PROJECT/branches/BRANCH`",
                scene.host_setting()
            ),
        );
    }
    if kind == io::ErrorKind::ConnectionRefused && is_local {
        return Trouble::new(
            format!("nothing listens at {host}:{port} on this machine"),
            if scene.is_app {
                "attach the database to the app, and remove DATABASE_URL and LAKEBASE_PG_URL: PGHOST is then injected".to_owned()
            } else {
                format!(
                    "start that PostgreSQL, or choose Lakebase instead: remove {} and run {}",
                    scene.host_setting(),
                    scene.configure()
                )
            },
        );
    }
    let what = match kind {
        io::ErrorKind::ConnectionRefused => format!("{host}:{port} refuses the connection"),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => {
            format!("{host}:{port} hangs up on the connection")
        }
        _ => format!("{host}:{port} cannot be reached"),
    };
    let place = scene.misplaced().map_or_else(
        || {
            format!(
                "check {} and the port (Lakebase's is 5432), or run {}",
                scene.host_setting(),
                scene.configure()
            )
        },
        |expected| format!("set PGHOST={expected}"),
    );
    Trouble::new(what, format!("{place}; {started}"))
}

/// What a TLS handshake that failed means.
pub(super) fn untrusted(message: &str, scene: &Scene) -> Trouble {
    let text = message.to_ascii_lowercase();
    let root =
        if scene.url_variable.is_some() { "sslrootcert=PATH in the URL" } else { "PGSSLROOTCERT=PATH" };
    let trouble = if text.contains("notvalidforname") || text.contains("not valid for name") {
        Trouble::new(
            format!("the certificate is for another host than {}", scene.host),
            format!(
                "set {} to the name that the certificate is for, never to an address or an alias",
                scene.host_setting()
            ),
        )
    } else if text.contains("expired") || text.contains("notvalidyet") || text.contains("not valid yet") {
        Trouble::new(
            "the certificate has expired, or this machine's clock is wrong",
            "set this machine's clock (`timedatectl set-ntp true`); else whoever runs the server renews the certificate",
        )
    } else if text.contains("does not support tls") {
        Trouble::new(
            format!("{}:{} does not speak TLS, and the settings ask for it", scene.host, scene.port),
            format!("check {}; Lakebase always speaks TLS", scene.host_setting()),
        )
    } else if text.contains("no such file") {
        Trouble::new("the file of root certificates cannot be read", format!("correct {root}, or remove it"))
    } else {
        Trouble::new(
            "the certificate is not trusted",
            format!(
                "Lakebase's certificates are public: install the system's (`apt-get install ca-certificates`); behind a proxy that opens TLS, \
                 or for a server of your own, set {root} to the certificate of its authority"
            ),
        )
    };
    trouble.with_detail(super::scrub::scrub(message, &[]))
}
