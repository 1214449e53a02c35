//! The few messages of PostgreSQL's protocol that the door reads and writes itself.
//! <https://www.postgresql.org/docs/current/protocol-message-formats.html>

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

const CANCEL_REQUEST: u32 = 80_877_102;
const SSL_REQUEST: u32 = 80_877_103;
const GSSENC_REQUEST: u32 = 80_877_104;
/// PostgreSQL's own limit of a start-up packet.
const MAX_STARTUP_BYTES: usize = 10_000;
/// Log-in messages are small; a larger one is no log-in message.
const MAX_MESSAGE_BYTES: usize = 1 << 20;

/// What a client may open with.
pub(super) enum FirstPacket {
    Ssl,
    GssEncryption,
    /// The whole packet, to be passed on.
    Cancel(Vec<u8>),
    Startup(Startup),
}

pub(super) struct Startup {
    /// The protocol's version, passed on as it is.
    pub(super) version: u32,
    pub(super) parameters: Vec<(String, String)>,
}

impl Startup {
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn to_packet(&self) -> Vec<u8> {
        let mut packet = vec![0; 4];
        packet.extend(self.version.to_be_bytes());
        for (name, value) in &self.parameters {
            for text in [name, value] {
                packet.extend(text.as_bytes());
                packet.push(0);
            }
        }
        packet.push(0);
        let length = packet.len() as u32;
        packet[..4].copy_from_slice(&length.to_be_bytes());
        packet
    }
}

pub(super) fn invalid(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}

pub(super) async fn read_first_packet(reader: &mut (impl AsyncRead + Unpin)) -> io::Result<FirstPacket> {
    let length = reader.read_u32().await? as usize;
    if !(8..=MAX_STARTUP_BYTES).contains(&length) {
        return Err(invalid("not a start-up packet"));
    }
    let mut body = vec![0; length - 4];
    reader.read_exact(&mut body).await?;
    let version = u32::from_be_bytes([body[0], body[1], body[2], body[3]]);
    Ok(match version {
        SSL_REQUEST => FirstPacket::Ssl,
        GSSENC_REQUEST => FirstPacket::GssEncryption,
        CANCEL_REQUEST => {
            let mut packet = (length as u32).to_be_bytes().to_vec();
            packet.extend(body);
            FirstPacket::Cancel(packet)
        }
        _ => FirstPacket::Startup(Startup { version, parameters: parameters(&body[4..])? }),
    })
}

fn parameters(mut bytes: &[u8]) -> io::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    loop {
        let (name, rest) = c_string(bytes)?;
        if name.is_empty() {
            return Ok(found);
        }
        let (value, rest) = c_string(rest)?;
        found.push((name.to_owned(), value.to_owned()));
        bytes = rest;
    }
}

/// A text up to its zero byte, and what follows.
pub(super) fn c_string(bytes: &[u8]) -> io::Result<(&str, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0).ok_or_else(|| invalid("a text without an end"))?;
    let text = std::str::from_utf8(&bytes[..end]).map_err(|_| invalid("a text that is not UTF-8"))?;
    Ok((text, &bytes[end + 1..]))
}

pub(super) struct Message {
    pub(super) tag: u8,
    pub(super) body: Vec<u8>,
}

impl Message {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        message(self.tag, &self.body)
    }
}

pub(super) async fn read_message(reader: &mut (impl AsyncRead + Unpin)) -> io::Result<Message> {
    let tag = reader.read_u8().await?;
    let length = reader.read_u32().await? as usize;
    if !(4..=MAX_MESSAGE_BYTES).contains(&length) {
        return Err(invalid("a message of an impossible length"));
    }
    let mut body = vec![0; length - 4];
    reader.read_exact(&mut body).await?;
    Ok(Message { tag, body })
}

pub(super) fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    bytes.extend((body.len() as u32 + 4).to_be_bytes());
    bytes.extend(body);
    bytes
}

/// An authentication request with `data` after its code.
pub(super) fn authentication(code: u32, data: &[u8]) -> Vec<u8> {
    let mut body = code.to_be_bytes().to_vec();
    body.extend(data);
    message(b'R', &body)
}

/// An error as the server or the proxy before it words it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) severity: String,
    pub(super) code: String,
    pub(super) message: String,
    /// Under which the counters count it.
    pub(super) reason: &'static str,
}

impl Refusal {
    /// The proxy gives every error of its own this severity and code.
    pub(super) fn proxy(reason: &'static str, message: impl Into<String>) -> Self {
        Self { severity: "ERROR".to_owned(), code: "XX000".to_owned(), message: message.into(), reason }
    }

    pub(super) fn postgres(reason: &'static str, code: &str, message: impl Into<String>) -> Self {
        Self { severity: "FATAL".to_owned(), code: code.to_owned(), message: message.into(), reason }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (field, text) in
            [(b'S', &self.severity), (b'V', &self.severity), (b'C', &self.code), (b'M', &self.message)]
        {
            // The proxy sends no untranslated severity.
            if field == b'V' && self.severity == "ERROR" {
                continue;
            }
            body.push(field);
            body.extend(text.as_bytes());
            body.push(0);
        }
        body.push(0);
        message(b'E', &body)
    }

    /// Reads the body of an error message.
    pub(super) fn parse(reason: &'static str, mut body: &[u8]) -> Self {
        let mut refusal = Self::postgres(reason, "", "");
        while let Some((&field, rest)) = body.split_first() {
            let Ok((text, rest)) = c_string(rest) else { break };
            match field {
                b'S' => text.clone_into(&mut refusal.severity),
                b'C' => text.clone_into(&mut refusal.code),
                b'M' => text.clone_into(&mut refusal.message),
                _ => {}
            }
            body = rest;
        }
        refusal
    }
}
