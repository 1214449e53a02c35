//! Records that were found in a window of text, before rows are made of them.

use std::ops::Range;

use super::lines::Line;

/// What is known of a record beside its fields.
#[derive(Debug, Clone)]
pub(super) struct Outline {
    /// The line on which it starts, from 1.
    pub(super) line: u32,
    /// The bytes of the window that it spans, its line end included.
    pub(super) span: Range<usize>,
    /// It ends on a later line than it starts.
    pub(super) has_lines: bool,
    /// Its fields are known to be plain texts.
    pub(super) is_plain: bool,
    pub(super) quotes: Quotes,
    /// Their places among the batch's.
    pub(super) fields: Range<u32>,
}

/// What is known of a record's quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// Nothing inside them has to be taken away: its fields are those of the window's text.
    Simple,
    /// They are taken away; its fields are in the batch.
    Removed,
    /// One in its last field is not closed.
    Unclosed,
    /// It began with a stray one: its later lines are records of their own.
    Stray,
}

/// Some records of a window, one after the other.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) outlines: Vec<Outline>,
    /// What each of them is, once it was told.
    pub(super) lines: Vec<Line>,
    pub(super) fields: Vec<Range<u32>>,
    /// The fields of records inside whose quotation marks something had to be taken away.
    pub(super) unquoted: String,
}

impl Batch {
    pub(super) fn clear(&mut self) {
        self.outlines.clear();
        self.lines.clear();
        self.fields.clear();
        self.unquoted.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.outlines.len()
    }

    /// The records; `text` is the window that they were read from.
    pub(super) fn records<'s>(&'s self, text: &'s str) -> impl Iterator<Item = Record<'s>> {
        self.outlines.iter().map(move |outline| self.record(outline, text))
    }

    /// The last record.
    pub(super) fn last<'s>(&'s self, text: &'s str) -> Option<Record<'s>> {
        self.outlines.last().map(|outline| self.record(outline, text))
    }

    pub(super) fn record<'s>(&'s self, outline: &'s Outline, text: &'s str) -> Record<'s> {
        Record {
            outline,
            text: if outline.quotes == Quotes::Simple { text } else { &self.unquoted },
            fields: &self.fields[outline.fields.start as usize..outline.fields.end as usize],
        }
    }
}

/// One record; its fields are unquoted.
pub(super) struct Record<'s> {
    pub(super) outline: &'s Outline,
    text: &'s str,
    fields: &'s [Range<u32>],
}

impl<'s> Record<'s> {
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// A field, trimmed; a column that the record does not reach is empty.
    #[inline]
    pub(super) fn field(&self, column: usize) -> &'s str {
        self.fields
            .get(column)
            .map_or("", |field| trimmed(&self.text[field.start as usize..field.end as usize]))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'s str> {
        (0..self.len()).map(|column| self.field(column))
    }

    pub(super) fn is_blank(&self) -> bool {
        self.outline.quotes != Quotes::Unclosed && self.iter().all(str::is_empty)
    }
}

/// `trim`, at once where there is nothing to take off.
#[inline]
fn trimmed(text: &str) -> &str {
    let is_plain = |byte: &u8| (0x21..0x7f).contains(byte);
    match text.as_bytes() {
        [] => text,
        [first, .., last] if is_plain(first) && is_plain(last) => text,
        _ => without_marks(text),
    }
}

/// A field without its blanks, and without the quotation marks behind them: `, "Interest"`.
pub(super) fn without_marks(text: &str) -> &str {
    let inner = text.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| text.starts_with(' ') && !inner.contains('"')).map_or(text.trim(), str::trim)
}
