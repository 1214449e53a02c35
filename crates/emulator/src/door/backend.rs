//! The real server behind the door: where it is, who the sessions run as, and the log-in to it.

use std::{io, path::PathBuf};

use percent_encoding::percent_decode_str;
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
};
use url::Url;

use super::{
    scram,
    wire::{self, Message, Refusal, Startup},
};
use crate::{inventory::DATABASE_NAME, options::Options, tokens::hex};

const APP_ROLE: &str = "lakeledger_app";
const PROTOCOL_3_0: u32 = 196_608;

/// Why there is no server behind the door.
#[derive(Debug, Error)]
pub(crate) enum BackendError {
    /// The URL cannot be used.
    #[error("the URL of PostgreSQL is unusable: {0}")]
    UrlUnusable(&'static str),
    /// Nobody answers there.
    #[error("cannot talk to PostgreSQL")]
    Unreachable(#[from] io::Error),
    /// It refuses the log-in or a statement.
    #[error("PostgreSQL refuses: {code} {message}")]
    Refused {
        /// The SQLSTATE.
        code: String,
        /// The text.
        message: String,
    },
}

pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}
pub(super) type BoxedStream = Box<dyn Stream>;

#[derive(Clone)]
enum Address {
    Tcp { host: String, port: u16 },
    Socket(PathBuf),
}

/// Who sessions run as, and where.
#[derive(Clone)]
pub(crate) struct Backend {
    address: Address,
    user: String,
    password: SecretString,
    /// What `databricks_postgres` stands for.
    database: String,
}

/// How a log-in went.
pub(super) enum Outcome {
    /// In; what came before the first message of the session proper.
    Open(BoxedStream, Vec<u8>),
    /// The server's own words.
    Refused(Message),
}

impl Backend {
    /// Logs in as the URL's user, chooses (or makes) the role and the database of the sessions.
    pub(crate) async fn prepare(options: &Options, url: &SecretString) -> Result<Self, BackendError> {
        let admin = Self::parse(url.expose_secret())?;
        let mut stream = admin.log_in().await?;
        let facts = "select rolsuper, rolcreatedb or rolsuper, \
             exists(select from pg_database where datname = 'databricks_postgres' \
             and has_database_privilege(current_user, oid, 'create')) \
             from pg_roles where rolname = current_user";
        let row = query(&mut stream, facts).await?;
        let is = |column: usize| row.get(column).is_some_and(|value| value == "t");
        let (is_superuser, may_create, is_usable) = (is(0), is(1), is(2));

        let mut sessions = admin.clone();
        if is_superuser {
            APP_ROLE.clone_into(&mut sessions.user);
            // Several emulators share the role, so its password follows from what they all know.
            let key = hmac::Key::new(hmac::HMAC_SHA256, admin.password.expose_secret().as_bytes());
            sessions.password = SecretString::from(hex(hmac::sign(&key, APP_ROLE.as_bytes()).as_ref()));
            make(&mut stream, &format!("create role {APP_ROLE}")).await?;
            let password = sessions.password.expose_secret();
            make(
                &mut stream,
                &format!("alter role {APP_ROLE} login nosuperuser nobypassrls password '{password}'"),
            )
            .await?;
        }
        sessions.database = match &options.database {
            Some(database) => database.clone(),
            None if is_usable => DATABASE_NAME.to_owned(),
            None if may_create => {
                let owner = &sessions.user;
                make(&mut stream, &format!("create database {DATABASE_NAME} owner \"{owner}\"")).await?;
                DATABASE_NAME.to_owned()
            }
            None => admin.database.clone(),
        };
        if is_superuser {
            let database = &sessions.database;
            make(&mut stream, &format!("grant all on database \"{database}\" to {APP_ROLE}")).await?;
        }
        stream.write_all(&wire::message(b'X', &[])).await?;
        Ok(sessions)
    }

    fn parse(url: &str) -> Result<Self, BackendError> {
        let url = Url::parse(url).map_err(|_| BackendError::UrlUnusable("it cannot be parsed"))?;
        if !["postgres", "postgresql"].contains(&url.scheme()) {
            return Err(BackendError::UrlUnusable("it does not start with postgres://"));
        }
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let parameter =
            |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let user = decode(url.username());
        if user.is_empty() {
            return Err(BackendError::UrlUnusable("it names no user"));
        }
        let port = match parameter("port") {
            Some(port) => port.parse().map_err(|_| BackendError::UrlUnusable("its port is no number"))?,
            None => url.port().unwrap_or(5432),
        };
        let host = parameter("host").or_else(|| url.host_str().filter(|host| !host.is_empty()).map(decode));
        let address = match host {
            Some(folder) if folder.starts_with('/') => {
                Address::Socket(PathBuf::from(folder).join(format!(".s.PGSQL.{port}")))
            }
            Some(host) => Address::Tcp { host, port },
            None => return Err(BackendError::UrlUnusable("it names no host")),
        };
        let database = decode(url.path().trim_start_matches('/'));
        Ok(Self {
            address,
            password: SecretString::from(decode(url.password().unwrap_or_default())),
            database: if database.is_empty() { user.clone() } else { database },
            user,
        })
    }

    /// Also for a cancel request, which is a connection of its own.
    pub(super) async fn connect(&self) -> io::Result<BoxedStream> {
        Ok(match &self.address {
            Address::Tcp { host, port } => {
                let stream = TcpStream::connect((host.as_str(), *port)).await?;
                stream.set_nodelay(true)?;
                Box::new(stream)
            }
            Address::Socket(path) => Box::new(UnixStream::connect(path).await?),
        })
    }

    /// Opens a session for a client's start-up packet: with its parameters, but this side's user and database.
    pub(super) async fn open(&self, mut startup: Startup) -> io::Result<Outcome> {
        let database = startup.parameter("database").unwrap_or(DATABASE_NAME).to_owned();
        let database = if database == DATABASE_NAME { self.database.clone() } else { database };
        startup.parameters.retain(|(name, _)| name != "user" && name != "database");
        startup.parameters.push(("user".to_owned(), self.user.clone()));
        startup.parameters.push(("database".to_owned(), database));

        let mut stream = self.connect().await?;
        stream.write_all(&startup.to_packet()).await?;
        let mut ahead = Vec::new();
        let nonce = "lakeledgeremulator";
        loop {
            let message = wire::read_message(&mut stream).await?;
            let code = message.body.first_chunk().map(|code| u32::from_be_bytes(*code));
            match (message.tag, code) {
                (b'R', Some(0)) => return Ok(Outcome::Open(stream, ahead)),
                (b'R', Some(3)) => {
                    let mut body = self.password.expose_secret().as_bytes().to_vec();
                    body.push(0);
                    stream.write_all(&wire::message(b'p', &body)).await?;
                }
                (b'R', Some(10)) => {
                    let first = scram::first_message(nonce);
                    let mut body = b"SCRAM-SHA-256\0".to_vec();
                    body.extend((first.len() as u32).to_be_bytes());
                    body.extend(first.as_bytes());
                    stream.write_all(&wire::message(b'p', &body)).await?;
                }
                (b'R', Some(11)) => {
                    let answer = std::str::from_utf8(&message.body[4..])
                        .ok()
                        .and_then(|first| scram::final_message(self.password.expose_secret(), nonce, first))
                        .ok_or_else(|| wire::invalid("PostgreSQL's log-in makes no sense"))?;
                    stream.write_all(&wire::message(b'p', answer.as_bytes())).await?;
                }
                // The server's own proof: loopback needs none.
                (b'R', Some(12)) => {}
                (b'R', _) => {
                    return Err(wire::invalid(
                        "PostgreSQL asks for a log-in other than trust, password or SCRAM",
                    ));
                }
                (b'E', _) => return Ok(Outcome::Refused(message)),
                // A newer client's protocol may be negotiated down.
                _ => ahead.extend(message.to_bytes()),
            }
        }
    }

    async fn log_in(&self) -> Result<BoxedStream, BackendError> {
        let database = ("database".to_owned(), self.database.clone());
        let startup = Startup { version: PROTOCOL_3_0, parameters: vec![database] };
        match self.open(startup).await? {
            Outcome::Open(mut stream, _) => {
                while wire::read_message(&mut stream).await?.tag != b'Z' {}
                Ok(stream)
            }
            Outcome::Refused(message) => Err(refused(&message)),
        }
    }
}

fn refused(message: &Message) -> BackendError {
    let Refusal { code, message, .. } = Refusal::parse("backend", &message.body);
    BackendError::Refused { code, message }
}

/// The last row of a statement's answer; null is an empty text.
async fn query(stream: &mut BoxedStream, sql: &str) -> Result<Vec<String>, BackendError> {
    let mut body = sql.as_bytes().to_vec();
    body.push(0);
    stream.write_all(&wire::message(b'Q', &body)).await?;
    let (mut row, mut error) = (Vec::new(), None);
    loop {
        let message = wire::read_message(stream).await?;
        match message.tag {
            b'D' => row = columns(&message.body),
            b'E' => error = Some(refused(&message)),
            b'Z' => return error.map_or(Ok(row), Err),
            _ => {}
        }
    }
}

fn columns(body: &[u8]) -> Vec<String> {
    let (mut rest, mut found) = (body.get(2..).unwrap_or_default(), Vec::new());
    while let Some((length, after)) = rest.split_first_chunk() {
        let length = usize::try_from(i32::from_be_bytes(*length)).unwrap_or(0).min(after.len());
        found.push(String::from_utf8_lossy(&after[..length]).into_owned());
        rest = &after[length..];
    }
    found
}

/// Runs a statement that another emulator may be running too.
async fn make(stream: &mut BoxedStream, sql: &str) -> Result<(), BackendError> {
    match query(stream, sql).await {
        Ok(_) => Ok(()),
        // duplicate_object, duplicate_database, unique_violation and "tuple concurrently updated".
        Err(BackendError::Refused { code, .. })
            if ["42710", "42P04", "23505", "XX000"].contains(&code.as_str()) =>
        {
            Ok(())
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_may_name_a_port_or_a_socket() {
        let backend = Backend::parse("postgres://app:p%40ss@127.0.0.1:5433/ledger").ok().unwrap();
        assert!(matches!(backend.address, Address::Tcp { port: 5433, .. }));
        assert_eq!((backend.user.as_str(), backend.database.as_str()), ("app", "ledger"));
        assert_eq!(backend.password.expose_secret(), "p@ss");
        let backend =
            Backend::parse("postgres://postgres@localhost/postgres?host=/tmp/s&port=20001").ok().unwrap();
        assert!(matches!(backend.address, Address::Socket(path) if path.ends_with(".s.PGSQL.20001")));
        assert!(Backend::parse("postgres://127.0.0.1/ledger").is_err());
    }
}
