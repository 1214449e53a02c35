//! Numbers in words: `two thousand three hundred`.

use rust_decimal::Decimal;

use super::lexeme::{Kind, Lexeme};
use crate::words::{NUMBERS_TO_NINETEEN, TENS_FROM_TWENTY};

/// A number in words.
pub(super) struct Spelled {
    pub value: Decimal,
    /// What it counts in: `two thousand three hundred` counts in hundreds.
    pub step: Decimal,
    /// The piece after it.
    pub end: usize,
}

enum Word {
    Small(u64),
    Ten(u64),
    Scale(u64),
}

fn word(text: &str) -> Option<Word> {
    let text = text.to_lowercase();
    let position = |words: &[&str]| words.iter().position(|word| *word == text).map(|at| at as u64);
    if let Some(at) = position(&NUMBERS_TO_NINETEEN) {
        return Some(Word::Small(at));
    }
    if let Some(at) = position(&TENS_FROM_TWENTY) {
        return Some(Word::Ten(20 + 10 * at));
    }
    let is_scale = matches!(text.as_str(), "hundred" | "thousand" | "grand" | "million" | "billion");
    scale(&text).filter(|_| is_scale).map(Word::Scale)
}

/// What a word multiplies the number before it by.
pub(super) fn scale(word: &str) -> Option<u64> {
    Some(match word.to_lowercase().as_str() {
        "hundred" => 100,
        "k" | "grand" | "thousand" | "tsd" | "mille" | "mil" => 1_000,
        "lakh" | "lakhs" => 100_000,
        "m" | "mm" | "mn" | "mio" | "million" | "millionen" | "millions" => 1_000_000,
        "crore" | "crores" => 10_000_000,
        "b" | "bn" | "mrd" | "billion" | "milliarden" => 1_000_000_000,
        _ => return None,
    })
}

/// The number in words that begins at `at`.
pub(super) fn read(pieces: &[Lexeme<'_>], at: usize) -> Option<Spelled> {
    let (mut total, mut group, mut step) = (0_u64, 0_u64, 1_u64);
    let mut end = at;
    let mut next = at;
    // "a thousand", but not "a".
    if matches!(pieces[at].text, "a" | "A" | "an" | "An") {
        next = following(pieces, at)?;
        matches!(word(pieces[next].text)?, Word::Scale(_)).then_some(())?;
    }
    loop {
        match word(pieces[next].text) {
            Some(Word::Small(value)) if group.is_multiple_of(10) => (group, step) = (group + value, 1),
            Some(Word::Ten(value)) if group.is_multiple_of(100) => (group, step) = (group + value, 1),
            Some(Word::Scale(100)) => (group, step) = (group.max(1).checked_mul(100)?, 100),
            Some(Word::Scale(scale)) => {
                total = total.checked_add(group.max(1).checked_mul(scale)?)?;
                (group, step) = (0, scale);
            }
            _ => break,
        }
        end = next + 1;
        match following(pieces, next) {
            Some(following) => next = following,
            None => break,
        }
    }
    let value = total.checked_add(group)?;
    (end > at).then(|| Spelled { value: Decimal::from(value), step: Decimal::from(step), end })
}

/// The next number word after a space, a hyphen or `and`.
fn following(pieces: &[Lexeme<'_>], at: usize) -> Option<usize> {
    let is_gap = |at: usize| pieces.get(at).is_some_and(|piece| piece.is(Kind::Space) || piece.text == "-");
    let mut next = at + 1;
    if !is_gap(next) {
        return None;
    }
    next += 1;
    if pieces.get(next).is_some_and(|piece| piece.text == "and") && is_gap(next + 1) {
        next += 2;
    }
    pieces.get(next).and_then(|piece| word(piece.text)).map(|_| next)
}
