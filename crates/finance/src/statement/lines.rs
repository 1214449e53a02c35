//! Line numbers of byte offsets, counted forwards once.

/// Counts lines along a text; offsets must not go back.
pub(super) struct LineCounter<'t> {
    bytes: &'t [u8],
    terminator: u8,
    offset: usize,
    line: u32,
    /// The last position asked for, and its column.
    marked: usize,
    column: u32,
}

impl<'t> LineCounter<'t> {
    /// A counter at the start of `text`. Old Macintosh files end lines with CR alone.
    pub(super) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let terminator = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
        Self { bytes, terminator, offset: 0, line: 1, marked: 0, column: 1 }
    }

    /// The line of a byte, from 1.
    pub(super) fn line_at(&mut self, offset: usize) -> u32 {
        let offset = offset.min(self.bytes.len());
        if offset > self.offset {
            let passed = memchr::memchr_iter(self.terminator, &self.bytes[self.offset..offset]).count();
            self.line = self.line.saturating_add(passed as u32);
            self.offset = offset;
        }
        self.line
    }

    /// The line of a byte and the character in it, both from 1.
    pub(super) fn position_at(&mut self, offset: usize) -> (u32, u32) {
        let offset = offset.clamp(self.marked, self.bytes.len());
        let passed = &self.bytes[self.marked..offset];
        let characters = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u32;
        self.column = match memchr::memrchr(self.terminator, passed) {
            Some(end) => characters(&passed[end + 1..]) + 1,
            None => self.column.saturating_add(characters(passed)),
        };
        self.marked = offset;
        (self.line_at(offset), self.column)
    }
}

/// Whether a text has more than `limit` lines.
pub(super) fn exceeds_lines(text: &str, limit: u32) -> bool {
    let count = |terminator: u8| memchr::memchr_iter(terminator, text.as_bytes()).count();
    let lines = count(b'\n');
    lines > limit as usize || lines == 0 && count(b'\r') > limit as usize
}

/// Where an offset stands, line and character, for one lookup.
pub(super) fn position_of(text: &str, offset: usize) -> (u32, u32) {
    LineCounter::new(text).position_at(offset)
}

/// The line that an offset stands on, for one lookup.
pub(super) fn line_of(text: &str, offset: usize) -> u32 {
    LineCounter::new(text).line_at(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters() {
        let mut lines = LineCounter::new("aä\nbc\n\nd");
        assert_eq!(lines.position_at(0), (1, 1));
        assert_eq!(lines.position_at(3), (1, 3));
        assert_eq!(lines.position_at(5), (2, 2));
        assert_eq!(lines.position_at(8), (4, 1));
        assert_eq!(lines.position_at(99), (4, 2));
        assert_eq!(position_of("x\ry", 2), (2, 1));
    }
}
