//! ISO 20022 cash management: account reports (camt.052), statements (camt.053) and debit and
//! credit notifications (camt.054), every version of them, as banks write them rather than as the
//! [schemas](https://www.iso20022.org/iso-20022-message-definitions) have them.

mod detail;
mod entry;
mod head;
mod party;
mod place;
mod reader;
mod sheets;

use encoding_rs::Encoding;

use super::{Statement, StatementError};

/// A message: its name, the element around its statements, its name space without the version.
struct Message {
    name: &'static str,
    element: &'static str,
    space: &'static str,
}

const MESSAGES: [Message; 3] = [
    Message { name: "CAMT.053", element: "BkToCstmrStmt", space: "camt.053." },
    Message { name: "CAMT.052", element: "BkToCstmrAcctRpt", space: "camt.052." },
    Message { name: "CAMT.054", element: "BkToCstmrDbtCdtNtfctn", space: "camt.054." },
];

/// `CAMT.052`, `CAMT.053` or `CAMT.054`, told by the first element or name space that names one;
/// none where the text is something else.
pub(super) fn format(text: &str) -> Option<&'static str> {
    const HEAD: usize = 8 * 1024;
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        return None;
    }
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    let first = |word: fn(&Message) -> &'static str| {
        let found = MESSAGES.iter().filter_map(|message| Some((head.find(word(message))?, message.name)));
        found.min().map(|(_, name)| name)
    };
    first(|message| message.element).or_else(|| first(|message| message.space))
}

/// The encoding that the XML declaration names.
pub(super) fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(256)]);
    let declaration = head.trim_start().strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Encoding::for_label(value[1..].split(quote).next()?.as_bytes())
}

/// Reads a CAMT text.
pub(super) fn read(text: &str, encoding: &'static str) -> Result<Statement, StatementError> {
    let (accounts, skipped) = reader::Reader::new(text).read()?;
    Ok(Statement {
        format: format(text).unwrap_or("CAMT.053").to_owned(),
        encoding: encoding.to_owned(),
        accounts,
        skipped,
        csv: None,
    })
}
