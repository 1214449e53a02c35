//! A PostgreSQL client of a hundred lines: TLS that checks the certificate, start-up, password, simple queries.

use std::sync::Arc;

use emulator::{CLIENT_ID, DATABASE_NAME, Emulator};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// The end of a connection or of a statement that is not success.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// An error message.
    Server { severity: String, code: String, message: String },
    /// The connection is gone.
    Lost,
}

impl Failure {
    pub fn server(severity: &str, code: &str, message: &str) -> Self {
        Self::Server { severity: severity.into(), code: code.into(), message: message.into() }
    }

    pub fn code(&self) -> &str {
        match self {
            Self::Server { code, .. } => code,
            Self::Lost => "lost",
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(_: std::io::Error) -> Self {
        Self::Lost
    }
}

pub struct Client {
    stream: TlsStream<TcpStream>,
    /// For a cancel request.
    pub key: Vec<u8>,
}

/// `SSLRequest` alone.
pub const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

impl Client {
    pub async fn connect(emulator: &Emulator, password: &SecretString) -> Result<Self, Failure> {
        Self::connect_as(emulator, "127.0.0.1", CLIENT_ID, password).await
    }

    pub async fn connect_as(
        emulator: &Emulator,
        name: &str,
        user: &str,
        password: &SecretString,
    ) -> Result<Self, Failure> {
        let mut socket = TcpStream::connect((emulator.pg_host(), emulator.pg_port())).await?;
        socket.write_all(&SSL_REQUEST).await?;
        assert_eq!(socket.read_u8().await?, b'S', "the door takes TLS");

        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(emulator.ca_pem_path()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, socket).await?;
        let mut client = Self { stream, key: Vec::new() };
        client.log_in(user, password).await?;
        Ok(client)
    }

    async fn log_in(&mut self, user: &str, password: &SecretString) -> Result<(), Failure> {
        self.stream.write_all(&startup(user)).await?;
        loop {
            let (tag, body) = self.message().await?;
            match (tag, &body[..]) {
                (b'R', [0, 0, 0, 3]) => {
                    let text = format!("{}\0", password.expose_secret());
                    self.send(b'p', text.as_bytes()).await?;
                }
                (b'R', [0, 0, 0, 0]) => {}
                (b'K', _) => self.key = body,
                (b'E', _) => return Err(failure(&body)),
                (b'Z', _) => return Ok(()),
                (b'S' | b'N', _) => {}
                (tag, _) => panic!("an unexpected message {:?} at log-in", char::from(tag)),
            }
        }
    }

    /// The first column of every row.
    pub async fn query(&mut self, sql: &str) -> Result<Vec<String>, Failure> {
        self.ask(sql).await?;
        self.answer().await
    }

    pub async fn ask(&mut self, sql: &str) -> Result<(), Failure> {
        self.send(b'Q', format!("{sql}\0").as_bytes()).await
    }

    pub async fn answer(&mut self) -> Result<Vec<String>, Failure> {
        let (mut rows, mut error) = (Vec::new(), None);
        loop {
            let (tag, body) = self.message().await?;
            match tag {
                b'D' => {
                    let length = i32::from_be_bytes(body[2..6].try_into().unwrap()) as usize;
                    rows.push(String::from_utf8(body[6..6 + length].to_vec()).unwrap());
                }
                // A fatal one is the last message.
                b'E' if failure_is_fatal(&body) => return Err(failure(&body)),
                b'E' => error = Some(failure(&body)),
                b'Z' => return error.map_or(Ok(rows), Err),
                b'T' | b'C' | b'N' | b'S' => {}
                tag => panic!("an unexpected message {:?}", char::from(tag)),
            }
        }
    }

    /// Until the server closes; an error message on the way is returned.
    pub async fn end(&mut self) -> Failure {
        match self.message().await {
            Ok((b'E', body)) => failure(&body),
            Ok((tag, _)) => panic!("an unexpected message {:?} at the end", char::from(tag)),
            Err(failure) => failure,
        }
    }

    async fn send(&mut self, tag: u8, body: &[u8]) -> Result<(), Failure> {
        let mut bytes = vec![tag];
        bytes.extend((body.len() as u32 + 4).to_be_bytes());
        bytes.extend(body);
        Ok(self.stream.write_all(&bytes).await?)
    }

    async fn message(&mut self) -> Result<(u8, Vec<u8>), Failure> {
        read_message(&mut self.stream).await
    }
}

pub async fn read_message(stream: &mut (impl AsyncReadExt + Unpin)) -> Result<(u8, Vec<u8>), Failure> {
    let tag = stream.read_u8().await?;
    let mut body = vec![0; stream.read_u32().await? as usize - 4];
    stream.read_exact(&mut body).await?;
    Ok((tag, body))
}

pub fn startup(user: &str) -> Vec<u8> {
    let mut body = 196_608_u32.to_be_bytes().to_vec();
    let parameters = ["user", user, "database", DATABASE_NAME, "application_name", "emulator-test"];
    for text in parameters.iter().chain([&""]) {
        body.extend(text.as_bytes());
        body.push(0);
    }
    let mut packet = (body.len() as u32 + 4).to_be_bytes().to_vec();
    packet.extend(body);
    packet
}

pub fn failure(body: &[u8]) -> Failure {
    let field = |name: u8| {
        let fields = body.split(|byte| *byte == 0).find(|field| field.first() == Some(&name));
        fields.map(|field| String::from_utf8(field[1..].to_vec()).unwrap()).unwrap_or_default()
    };
    Failure::Server { severity: field(b'S'), code: field(b'C'), message: field(b'M') }
}

fn failure_is_fatal(body: &[u8]) -> bool {
    body.starts_with(b"SFATAL\0")
}
