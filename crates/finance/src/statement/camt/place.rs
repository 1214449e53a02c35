//! Where an element stands in its file.

use super::super::lines::LineCounter;

/// A line, and the character in it, both from 1.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) column: u32,
}

/// Where the tag begins whose name stands at an offset; asked for in the text's order.
pub(super) fn place(lines: &mut LineCounter<'_>, text: &str, offset: usize) -> Place {
    // Before the name: `<` and perhaps a prefix.
    let tag = memchr::memrchr(b'<', &text.as_bytes()[..offset]).unwrap_or(offset);
    let (line, column) = lines.position_at(tag);
    Place { line, column }
}
