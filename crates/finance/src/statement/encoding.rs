//! From bytes to text: byte order marks, UTF-8, UTF-16, and the old single- and double-byte
//! encodings by their letters' frequencies.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::StatementError;

/// A file's text and the WHATWG name of its encoding.
pub(crate) struct Decoded<'b> {
    pub(super) text: Cow<'b, str>,
    pub(super) encoding: &'static str,
    /// Places in the text where bytes of another encoding stood, in order; each holds U+FFFD.
    pub(super) slips: Vec<usize>,
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
        return Err(nul_byte(bytes, 1));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return finished(Cow::Borrowed(text), UTF_8);
    }
    if let Some(encoding) = declared.filter(|encoding| ![UTF_8, WINDOWS_1252].contains(encoding)) {
        return checked(bytes, encoding);
    }
    let (utf8, other) = lines_by_encoding(bytes);
    let is_declared = declared == Some(WINDOWS_1252);
    // What a file says of itself counts unless most of its lines say otherwise.
    let is_utf8 = if is_declared { lines_surely_utf8(bytes) > other } else { utf8 > 0 && utf8 >= other };
    if is_utf8 {
        let (text, slips) = with_slips(bytes);
        return Ok(Decoded { slips, ..finished(Cow::Owned(text), UTF_8)? });
    }
    let encoding = match utf8 {
        _ if is_declared => WINDOWS_1252,
        0 => detect(bytes),
        _ => detect(&lines_not_utf8(bytes)),
    };
    if utf8 > 0 && encoding == WINDOWS_1252 {
        // Of a file that says nothing of itself any line of UTF-8 is one.
        let is_utf8 = |line: &[u8]| {
            if is_declared { is_surely_utf8(line) } else { !line.is_ascii() && str::from_utf8(line).is_ok() }
        };
        let (text, slips) = western_with_slips(bytes, is_utf8);
        return Ok(Decoded { slips, ..finished(Cow::Owned(text), encoding)? });
    }
    checked(bytes, encoding)
}

/// The encoding that the beginning of a file shows, and the length of its mark.
pub(super) fn of_head(bytes: &[u8]) -> Result<(Option<&'static Encoding>, usize), StatementError> {
    if let Some(what) = known_binary(bytes) {
        return Err(StatementError::NotText { what });
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok((Some(encoding), mark));
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Ok((Some(encoding), 0));
    }
    let (utf8, other) = lines_by_encoding(bytes);
    Ok(((other > utf8).then(|| detect(bytes)), 0))
}

/// Where the first NUL byte stands; `line` is the first one's.
pub(super) fn nul_byte(bytes: &[u8], line: u32) -> StatementError {
    let before = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    let lines = memchr::memchr_iter(b'\n', before).count() as u32;
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() as u32 + 1;
    StatementError::NulByte { line: line + lines, column }
}

/// Lines with other letters than ASCII that are UTF-8, and those that are not. Text of old
/// encodings is UTF-8 by chance in no more than a few lines.
fn lines_by_encoding(bytes: &[u8]) -> (usize, usize) {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii());
    lines.fold((0, 0), |(utf8, other), line| match std::str::from_utf8(line) {
        Ok(_) => (utf8 + 1, other),
        // The last line of a head may end inside a letter.
        Err(error) if error.error_len().is_none() => (utf8, other),
        Err(_) => (utf8, other + 1),
    })
}

fn lines_surely_utf8(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').filter(|line| is_surely_utf8(line)).count()
}

/// Whether a line has letters of western UTF-8. Two western letters beside each other, such as `É®`, can be
/// UTF-8 too, but hardly of another western letter or sign.
fn is_surely_utf8(line: &[u8]) -> bool {
    let is_western = |c: char| matches!(c, '\u{a0}'..='\u{17f}' | '\u{2000}'..='\u{20ff}');
    !line.is_ascii()
        && str::from_utf8(line).is_ok_and(|text| text.chars().all(|c| c.is_ascii() || is_western(c)))
}

fn lines_not_utf8(bytes: &[u8]) -> Vec<u8> {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let mut other = Vec::new();
    for line in lines.filter(|line| std::str::from_utf8(line).is_err()) {
        other.extend_from_slice(line);
        if other.len() > DETECTION_BYTES {
            break;
        }
    }
    other
}

/// UTF-8 with some bytes of another encoding.
fn with_slips(bytes: &[u8]) -> (String, Vec<usize>) {
    let (mut text, mut slips) = (String::with_capacity(bytes.len()), Vec::new());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            slips.push(text.len());
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    (text, slips)
}

/// Western text with some lines of UTF-8, whose first such letter is replaced.
fn western_with_slips(bytes: &[u8], is_utf8: impl Fn(&[u8]) -> bool) -> (String, Vec<usize>) {
    let (mut text, mut slips) = (String::with_capacity(bytes.len() * 2), Vec::new());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let letter = line.iter().position(|byte| !byte.is_ascii());
        let (plain, rest) = line.split_at(letter.unwrap_or(line.len()));
        text.push_str(str::from_utf8(plain).expect("ASCII is UTF-8"));
        let rest = if is_utf8(line) {
            slips.push(text.len());
            text.push(char::REPLACEMENT_CHARACTER);
            &rest[1..]
        } else {
            rest
        };
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(rest).0);
    }
    (text, slips)
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
    Ok(Decoded { text, encoding: encoding.name(), slips: Vec::new() })
}

/// The old encoding that the letters speak for.
pub(super) fn detect(bytes: &[u8]) -> &'static Encoding {
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
    fn lines_of_another_encoding_are_told_from_the_rest() {
        let mixed = |one: &[u8], other: &[u8]| {
            let decoded = [one, one, other].concat();
            decode(&decoded, None).map(|decoded| (decoded.encoding, decoded.slips)).unwrap()
        };
        assert_eq!(mixed("é\n".as_bytes(), b"a,\xe9\n"), ("UTF-8", vec![8]));
        assert_eq!(mixed(b"M\xfcller\n", "a,é\n".as_bytes()), ("windows-1252", vec![18]));
    }

    #[test]
    fn what_is_no_text_is_named() {
        let nul = decode(b"a,b\nc\0,d\n1,2\0", None).err();
        assert_eq!(nul, Some(StatementError::NulByte { line: 2, column: 2 }));
        for bytes in [
            &b"PK\x03\x04xl"[..],
            b"%PDF-1.7",
            b"\x89PNG\r\n",
            b"\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10",
        ] {
            assert!(matches!(decode(bytes, None), Err(StatementError::NotText { .. })), "{bytes:?}");
        }
    }
}
