//! Field 86 in numbered parts, as Germany, Austria and Poland have it: `166?00…?20…?32…`.

use super::details::Texts;

/// Characters of a full part; a shorter one ends with a word.
const PART_CHARS: usize = 27;

/// Marks before the SEPA references inside of the purpose.
const MARKS: [&str; 16] = [
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "COAM+", "OAMT+", "SVWZ+", "ABWA+", "ABWE+", "IBAN+",
    "BIC+", "RREF+", "ANAM+", "SQTP+", "PURP+",
];

/// The texts, where the field is numbered.
pub(super) fn read(text: &str) -> Option<Texts> {
    let parts = split(text)?;
    let (mut purpose, mut name, mut posting) = (Joined::default(), Joined::default(), "");
    for (code, part) in parts {
        match code {
            0 => posting = part,
            20..=29 | 60..=63 => purpose.push(part),
            32 | 33 => name.push(part),
            _ => {}
        }
    }
    let told = told(&purpose.text);
    let description = if told.trim().is_empty() { posting } else { told };
    Some(Texts { payee: name.text, description: description.to_owned() })
}

#[derive(Default)]
struct Joined {
    text: String,
    is_full: bool,
}

impl Joined {
    fn push(&mut self, part: &str) {
        if !self.text.is_empty() && !self.is_full {
            self.text.push(' ');
        }
        self.text.push_str(part);
        self.is_full = part.chars().count() >= PART_CHARS;
    }
}

/// What the payer wrote: behind `SVWZ+`, else before the first reference, else all.
fn told(purpose: &str) -> &str {
    let until_next = |text: &str| MARKS.iter().filter_map(|mark| text.find(mark)).min().unwrap_or(text.len());
    if let Some((_, behind)) = purpose.split_once("SVWZ+") {
        return &behind[..until_next(behind)];
    }
    let before = &purpose[..until_next(purpose)];
    if before.trim().is_empty() { purpose } else { before }
}

/// The parts with their numbers, where a separator and two digits stand at the start or behind a
/// three-digit code of the transaction.
fn split(text: &str) -> Option<Vec<(u8, &str)>> {
    let behind_code = text.get(3..).filter(|_| text.bytes().take(3).all(|byte| byte.is_ascii_digit()));
    let body = behind_code.unwrap_or(text);
    let separator = body.chars().next().filter(|c| "?<>+!^~|$#@&%*=".contains(*c))?;
    let numbered = |part: &str| -> Option<u8> {
        let digits = part.get(..2)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let mut parts: Vec<(u8, usize, usize)> = Vec::new();
    for (at, _) in body.match_indices(separator) {
        if let Some(code) = numbered(&body[at + 1..]) {
            if let Some(last) = parts.last_mut() {
                last.2 = at;
            }
            parts.push((code, at + 3, body.len()));
        }
    }
    let starts_at_once = parts.first().is_some_and(|part| part.1 == 3);
    let is_numbered = starts_at_once && (behind_code.is_some() || parts.len() > 1);
    is_numbered.then(|| parts.into_iter().map(|(code, from, to)| (code, &body[from..to])).collect())
}
