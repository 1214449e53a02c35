//! The check of an answer: every figure of its text is looked up among what the run has to show.
//!
//! A figure with a source of rows becomes a link to them; one without any source is marked. The
//! text is read as a person sees it, so that no markdown hides or joins digits. A model's own
//! links are taken out: only the program decides where a figure leads.

mod amounts;
mod day;
mod echoes;
mod held;
mod lexeme;
mod number;
mod reading;
mod rest;
mod sign;
mod sources;
mod spelled;
mod unit;
mod visible;

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod tests;

use std::ops::Range;

use domain::Part;

pub(crate) use amounts::{amounts, last_day};
use number::mentions;
pub(crate) use sources::Sources;
use sources::Verdict;
use visible::{Place, Visible};

/// Whose links a text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    /// The program's own: they stay as they are.
    Ours,
    /// A model's: they are replaced by ours.
    Foreign,
}

/// Checks a block of an answer.
pub(crate) fn check(sources: &mut Sources, markdown: &str, links: Links) -> Part {
    sources.settle();
    match links {
        Links::Ours => mark(sources, markdown),
        Links::Foreign => {
            let plain = without_links(markdown);
            link(sources, &plain)
        }
    }
}

/// The figures of a text, where they are written, and what speaks for them.
fn judged(sources: &mut Sources, visible: &Visible) -> Vec<(Place, Verdict)> {
    sources.hear(&visible.text);
    let found = mentions(&visible.text, sources.style());
    let judged = found.into_iter().filter_map(|mention| {
        let verdict = sources.judge(&mention.what, &visible.text[mention.range.clone()]);
        Some((visible.place(&mention.range)?, verdict))
    });
    judged.collect()
}

fn mark(sources: &mut Sources, markdown: &str) -> Part {
    let visible = Visible::of(markdown);
    let judged = judged(sources, &visible);
    let unverified = judged.into_iter().filter_map(|(place, verdict)| match verdict {
        Verdict::Unverified => Some(place.source),
        Verdict::Sourced(_) => None,
    });
    Part::Text { markdown: markdown.to_owned(), unverified: joined(unverified) }
}

fn link(sources: &mut Sources, markdown: &str) -> Part {
    let visible = Visible::of(markdown);
    let mut out = String::with_capacity(markdown.len() * 2);
    let mut unverified = Vec::new();
    let (mut done, mut last) = (0, 0);
    for (Place { source, is_plain }, verdict) in judged(sources, &visible) {
        if source.start < done {
            // The same piece of text, which cannot be cut: code, an entity.
            if matches!(verdict, Verdict::Unverified) {
                unverified.push(last..out.len());
            }
            continue;
        }
        out.push_str(&markdown[done..source.start]);
        let is_linkable = is_plain
            && !out.ends_with(['!', '\\'])
            && keeps_emphasis(&out, &markdown[source.clone()], &markdown[source.end..]);
        let start = out.len();
        last = start;
        match verdict {
            Verdict::Sourced(Some(href)) if is_linkable => {
                out.push('[');
                out.push_str(&markdown[source.clone()]);
                out.push_str("](");
                out.push_str(&href);
                out.push(')');
            }
            Verdict::Sourced(_) => out.push_str(&markdown[source.clone()]),
            Verdict::Unverified => {
                out.push_str(&markdown[source.clone()]);
                unverified.push(start..out.len());
            }
        }
        done = source.end;
    }
    out.push_str(&markdown[done..]);
    Part::Text { markdown: out, unverified: joined(unverified.into_iter()) }
}

/// Whether marks of emphasis beside a text stay what they are when brackets come between: beside a bracket
/// some open or close that do not beside a digit.
fn keeps_emphasis(before: &str, text: &str, after: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric();
    let opens = before.trim_end_matches('*');
    let opener_changes = opens.len() < before.len() && opens.ends_with(is_word) && text.starts_with(is_word);
    let closes = after.trim_start_matches('*');
    let ends_there = closes.is_empty() || closes.starts_with([' ', '\n', '.', ',', ';', ':', '!', '?', ')']);
    let closer_changes = closes.len() < after.len() && !ends_there;
    !opener_changes && !closer_changes && !before.ends_with('_') && !after.starts_with('_')
}

/// Ranges in order; those that touch the same text become one.
fn joined(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match all.last_mut() {
            Some(last) if range.start < last.end => {
                *last = last.start.min(range.start)..last.end.max(range.end);
            }
            _ => all.push(range),
        }
    }
    all
}

/// How often links inside links are taken out before the text is written without any brackets.
const STRIPS_MAX: usize = 4;

/// The text without links and images; their words stay.
pub(crate) fn without_links(markdown: &str) -> String {
    let mut text = markdown.to_owned();
    for _ in 0..STRIPS_MAX {
        let visible = Visible::of(&text);
        if visible.links.is_empty() {
            return text;
        }
        text = stripped(&text, &visible);
    }
    // What is left is made to be read as a link; it is shown as it is written.
    text.chars().fold(String::new(), |mut out, c| {
        if matches!(c, '[' | ']' | '<' | '!' | '\\') {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

fn stripped(text: &str, visible: &Visible) -> String {
    let mut cuts: Vec<Range<usize>> = visible
        .links
        .iter()
        .flat_map(|link| {
            if link.inner.start > link.inner.end {
                return vec![link.source.clone()];
            }
            vec![link.source.start..link.inner.start, link.inner.end..link.source.end]
        })
        .filter(|cut| cut.start < cut.end)
        .collect();
    cuts.sort_by_key(|cut| (cut.start, cut.end));
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for cut in cuts {
        if cut.start > done {
            out.push_str(&text[done..cut.start]);
        }
        done = done.max(cut.end);
    }
    out.push_str(&text[done..]);
    out
}
