//! The part of a text that shows why it was found.

use serde::Serialize;

use super::{query::Terms, words::words};

/// Characters of a snippet, about.
const SNIPPET_CHARS: usize = 160;
/// Characters before the first word that was found.
const BEFORE_CHARS: usize = 40;

/// A part of a snippet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnippetPiece {
    /// What it says, plain text.
    pub text: String,
    /// It is a word that was searched for.
    pub hit: bool,
}

/// About 160 characters of a text, from shortly before the first word that was found.
pub fn snippet(text: &str, terms: &Terms) -> Vec<SnippetPiece> {
    let hits: Vec<_> = words(text).filter(|word| terms.is_hit(&word.folded)).map(|word| word.range).collect();
    let first = hits.first().map_or(0, |hit| hit.start);
    let start = char_before(text, first, BEFORE_CHARS);
    // Words are not cut where a space is near.
    let start = match text[start..first].find(' ') {
        Some(space) if start > 0 => start + space + 1,
        Some(_) | None => start,
    };
    let end = char_after(text, start, SNIPPET_CHARS);
    let end = if end == text.len() { end } else { text[start..end].rfind(' ').map_or(end, |at| start + at) };
    let end = hits.first().map_or(end, |hit| end.max(hit.end));

    let mut pieces = Vec::new();
    let mut push = |text: &str, hit| {
        if !text.is_empty() {
            pieces.push(SnippetPiece { text: text.to_owned(), hit });
        }
    };
    push(if start > 0 { "…" } else { "" }, false);
    let mut at = start;
    for hit in hits.into_iter().filter(|hit| hit.end <= end) {
        push(&text[at..hit.start], false);
        push(&text[hit.clone()], true);
        at = hit.end;
    }
    push(text[at..end].trim_end(), false);
    push(if end < text.len() { "…" } else { "" }, false);
    pieces
}

/// The place so many characters before another.
fn char_before(text: &str, at: usize, count: usize) -> usize {
    text[..at].char_indices().rev().nth(count.saturating_sub(1)).map_or(0, |(place, _)| place)
}

/// The place so many characters after another.
fn char_after(text: &str, at: usize, count: usize) -> usize {
    text[at..].char_indices().nth(count).map_or(text.len(), |(place, _)| at + place)
}
