//! From bytes to text: byte order marks, UTF-8, UTF-16, and the old single- and double-byte
//! encodings by their letters' frequencies.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::StatementError;

/// A file's text and the WHATWG name of its encoding.
pub(super) struct Decoded<'b> {
    pub(super) text: Cow<'b, str>,
    pub(super) encoding: &'static str,
}

/// Enough letters to tell encodings apart; more costs time on large files.
const DETECTION_BYTES: usize = 256 * 1024;

/// Decodes a file. `declared` is what the file says of itself; it counts only where the bytes
/// do not tell.
pub(super) fn decode<'b>(
    bytes: &'b [u8],
    declared: Option<&'static Encoding>,
) -> Result<Decoded<'b>, StatementError> {
    if let Some(what) = known_binary(bytes) {
        return Err(StatementError::NotText { what });
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return checked(&bytes[mark..], encoding);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return checked(bytes, encoding);
    }
    if bytes.contains(&0) {
        return Err(StatementError::NotText { what: "a binary file" });
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return finished(Cow::Borrowed(text), UTF_8);
    }
    let encoding = declared.filter(|encoding| *encoding != UTF_8).unwrap_or_else(|| detect(bytes));
    checked(bytes, encoding)
}

fn checked<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> Result<Decoded<'b>, StatementError> {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    finished(text, encoding)
}

fn finished<'b>(text: Cow<'b, str>, encoding: &'static Encoding) -> Result<Decoded<'b>, StatementError> {
    let head = text.as_bytes();
    let head = &head[..head.len().min(64 * 1024)];
    let control = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a);
    // A stray control character is a bank's slip; many are not text.
    if head.iter().filter(control).count() > 8 + head.len() / 100 || head.contains(&0) {
        return Err(StatementError::NotText { what: "a binary file" });
    }
    Ok(Decoded { text, encoding: encoding.name() })
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    // The first bytes that are not ASCII decide, wherever in the file they stand.
    let start = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0).saturating_sub(1024);
    let sample = &bytes[start..bytes.len().min(start + DETECTION_BYTES)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let guess = detector.guess(None, Utf8Detection::Allow);
    // `£` alone looks like a Polish letter; signs beside numbers are western.
    let is_sign =
        |byte: &u8| byte.is_ascii() || matches!(byte, 0x80 | 0x91..=0x97 | 0xa0 | 0xa3 | 0xa7 | 0xb4);
    if guess.is_single_byte() && sample.iter().all(is_sign) { WINDOWS_1252 } else { guess }
}

/// Every other byte of western text is zero in UTF-16.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096) & !1];
    if head.len() < 8 {
        return None;
    }
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    if odd * 10 >= half * 8 && even * 10 <= half {
        Some(UTF_16LE)
    } else if even * 10 >= half * 8 && odd * 10 <= half {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn known_binary(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"PK\x03\x04", "a ZIP archive or spreadsheet"),
        (b"%PDF", "a PDF document"),
        (b"\x89PNG", "an image"),
        (b"\xff\xd8\xff", "an image"),
        (b"GIF8", "an image"),
        (b"\xd0\xcf\x11\xe0", "an old spreadsheet or document"),
        (b"\x1f\x8b", "a compressed file"),
        (b"BZh", "a compressed file"),
        (b"7z\xbc\xaf", "a compressed file"),
        (b"Rar!", "a compressed file"),
        (b"\x28\xb5\x2f\xfd", "a compressed file"),
        (b"\x7fELF", "a program"),
        (b"SQLite format 3", "a database"),
        (b"{\\rtf", "a word processor's document"),
    ];
    MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(bytes: &[u8]) -> &'static str {
        decode(bytes, None).unwrap().encoding
    }

    #[test]
    fn encodings_are_told_by_mark_validity_and_letters() {
        assert_eq!(name("Größe;Betrag".as_bytes()), "UTF-8");
        assert_eq!(name(b"\xef\xbb\xbfDate,Amount"), "UTF-8");
        assert_eq!(name(b"\xff\xfeD\0a\0t\0e\0"), "UTF-16LE");
        assert_eq!(name(b"D\0a\0t\0e\0,\0A\0m\0"), "UTF-16LE");
        assert_eq!(name(b"\0D\0a\0t\0e\0,\0A\0m"), "UTF-16BE");
        assert_eq!(name(b"Buchungstag;Empf\xe4nger;Betrag\n01.02.2024;M\xfcller;1,00\n"), "windows-1252");
    }

    #[test]
    fn what_is_no_text_is_named() {
        for bytes in [
            &b"PK\x03\x04xl"[..],
            b"%PDF-1.7",
            b"\x89PNG\r\n",
            b"a,b\0c,d\n1,2\0",
            b"\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10",
        ] {
            assert!(matches!(decode(bytes, None), Err(StatementError::NotText { .. })), "{bytes:?}");
        }
    }
}
