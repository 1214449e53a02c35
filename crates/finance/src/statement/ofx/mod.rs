//! Open Financial Exchange, 1.x (SGML) and 2.x (XML), as banks write it rather than as the
//! [specification](https://financialdataexchange.org/ofx) has it.

mod account;
mod draft;
mod reader;
mod token;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::{
    Statement, StatementError,
    lines::{line_of, position_of},
};

/// True when a text is OFX: its first tag is, whatever blank lines or headers stand above.
pub(super) fn is_ofx(text: &str) -> bool {
    let head = head(text);
    // A payee of another file may be called so.
    let opens_line = |at: usize| {
        let line = head[..at].rsplit(['\n', '\r']).next().unwrap_or_default().trim();
        line.is_empty() || line == "\u{feff}" || line.ends_with('>') || head[..at].contains("OFXHEADER")
    };
    head.trim_start().starts_with("OFXHEADER") || start_of_body(head).is_some_and(opens_line)
}

/// `OFX 1.x` or `OFX 2.x`.
pub(super) fn format(text: &str) -> &'static str {
    let head = head(text);
    let above = &head[..start_of_body(head).unwrap_or(head.len())];
    if above.contains("<?xml") || above.contains("<?OFX") || above.contains("<?ofx") {
        "OFX 2.x"
    } else {
        "OFX 1.x"
    }
}

/// The encoding that the header declares: `CHARSET:1252`, `encoding="ISO-8859-1"`.
pub(super) fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]);
    let body = start_of_body(&head)?;
    let above = head[..body].to_ascii_uppercase();
    let value = |key: &str| {
        let rest = above.split_once(key)?.1.trim_start_matches([' ', '"', '\'']);
        Some(
            rest.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '?'))
                .next()
                .unwrap_or_default()
                .to_owned(),
        )
    };
    if let Some(name) = value("<?XML").and(value("ENCODING=")) {
        return Encoding::for_label(name.as_bytes());
    }
    let charset = value("CHARSET:").unwrap_or_default();
    match charset.as_str() {
        "" | "NONE"
            if value("ENCODING:").is_some_and(|name| name.starts_with("UTF-8") || name == "UNICODE") =>
        {
            Some(UTF_8)
        }
        "" | "NONE" => Some(WINDOWS_1252),
        number if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            Encoding::for_label(format!("windows-{number}").as_bytes())
        }
        name if name.starts_with("8859") => Encoding::for_label(format!("iso-{name}").as_bytes()),
        name => Encoding::for_label(name.as_bytes()),
    }
}

/// Reads an OFX text.
pub(super) fn read(text: &str, encoding: &'static str) -> Result<Statement, StatementError> {
    let start = start_of_body(text).ok_or_else(|| StatementError::truncated(text))?;
    if let Some(offset) = text[..start].find("<!ENTITY") {
        let (line, column) = position_of(text, offset);
        return Err(StatementError::DeclaresEntities { line, column });
    }
    let mut reader = reader::Reader::new(text);
    for token in token::Tokens::new(&text[start..]) {
        reader.token(token, start)?;
    }
    let (accounts, skipped) = reader.finish(start)?;
    Ok(Statement {
        format: format(text).to_owned(),
        encoding: encoding.to_owned(),
        accounts,
        skipped,
        csv: None,
    })
}

fn head(text: &str) -> &str {
    let mut end = text.len().min(8 * 1024);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn start_of_body(text: &str) -> Option<usize> {
    let end = text.len().min(64 * 1024);
    let head = &text.as_bytes()[..end];
    head.windows(5).position(|tag| tag.eq_ignore_ascii_case(b"<OFX>"))
}
