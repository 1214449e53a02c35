//! A text cut into words, runs of digits, spaces and single marks.

use std::ops::Range;

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters.
    Word,
    /// ASCII digits.
    Digits,
    /// Digits of another script, fractions, superscripts: `½`, `٣`.
    Odd,
    /// White space of any width.
    Space,
    /// One character of anything else.
    Mark,
}

/// A piece of text.
#[derive(Debug, Clone)]
pub(super) struct Lexeme<'a> {
    pub kind: Kind,
    pub text: &'a str,
    /// Bytes of the text that it covers.
    pub range: Range<usize>,
}

impl Lexeme<'_> {
    pub fn is(&self, kind: Kind) -> bool {
        self.kind == kind
    }

    pub fn is_mark(&self, marks: &[char]) -> bool {
        self.kind == Kind::Mark && self.text.chars().next().is_some_and(|c| marks.contains(&c))
    }
}

fn kind_of(c: char) -> Kind {
    match c {
        '0'..='9' => Kind::Digits,
        _ if c.is_alphabetic() => Kind::Word,
        _ if c.is_numeric() => Kind::Odd,
        _ if c.is_whitespace() => Kind::Space,
        _ => Kind::Mark,
    }
}

/// Cuts a text; together the pieces are the text.
pub(super) fn lexemes(text: &str) -> Vec<Lexeme<'_>> {
    let mut found: Vec<Lexeme<'_>> = Vec::new();
    for (at, c) in text.char_indices() {
        let (kind, end) = (kind_of(c), at + c.len_utf8());
        match found.last_mut() {
            Some(last) if last.kind == kind && kind != Kind::Mark => {
                last.range.end = end;
                last.text = &text[last.range.clone()];
            }
            _ => found.push(Lexeme { kind, text: &text[at..end], range: at..end }),
        }
    }
    found
}
