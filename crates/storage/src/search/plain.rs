//! What a message says, as plain text on one line: what is searched, and what a snippet shows.

use domain::{Cell, Part};

/// Most bytes of a message that are searched and shown.
const TEXT_MAX_BYTES: usize = 1 << 20;

/// A message's texts; figures that stand in cells of their own are left to the ledger's own search.
pub fn searchable_text(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        if text.len() > TEXT_MAX_BYTES {
            break;
        }
        match part {
            Part::Text { markdown, .. } => push_markdown(&mut text, markdown),
            Part::Table(table) => {
                push(&mut text, &table.title);
                for cell in table.rows.iter().flatten() {
                    if let Cell::Text { text: words } = cell {
                        push(&mut text, words);
                    }
                }
            }
            Part::Chart(chart) => push(&mut text, &chart.title),
            Part::Notice(notice) => push(&mut text, &notice.text),
            Part::Confirmation(confirmation) => push(&mut text, &confirmation.preview),
            Part::ToolCall(_) | Part::Computation(_) => {}
        }
    }
    text
}

fn push(out: &mut String, text: &str) {
    gap(out);
    for c in text.chars() {
        push_char(out, c);
    }
}

/// Markdown without its signs and without the addresses of its links.
fn push_markdown(out: &mut String, markdown: &str) {
    gap(out);
    let mut chars = markdown.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // A sign that is meant as it stands.
            '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => {
                chars.next().into_iter().for_each(|sign| push_char(out, sign));
            }
            '*' | '`' | '#' | '[' => {}
            ']' if chars.peek() == Some(&'(') => {
                for skipped in chars.by_ref() {
                    if skipped == ')' {
                        break;
                    }
                }
            }
            ']' => {}
            '|' => push_char(out, ' '),
            c => push_char(out, c),
        }
    }
}

fn gap(out: &mut String) {
    if !out.is_empty() {
        push_char(out, ' ');
    }
}

/// One space for every run of white space and control characters.
fn push_char(out: &mut String, c: char) {
    if !c.is_whitespace() && !c.is_control() {
        out.push(c);
    } else if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}
