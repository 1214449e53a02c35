//! Line numbers of byte offsets, counted forwards once.

/// Counts lines along a text; offsets must not go back.
pub(super) struct LineCounter<'t> {
    bytes: &'t [u8],
    terminator: u8,
    offset: usize,
    line: u32,
}

impl<'t> LineCounter<'t> {
    /// A counter at the start of `text`. Old Macintosh files end lines with CR alone.
    pub(super) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let terminator = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
        Self { bytes, terminator, offset: 0, line: 1 }
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
}

/// Whether a text has more than `limit` lines.
pub(super) fn exceeds_lines(text: &str, limit: u32) -> bool {
    let count = |terminator: u8| memchr::memchr_iter(terminator, text.as_bytes()).count();
    let lines = count(b'\n');
    lines > limit as usize || lines == 0 && count(b'\r') > limit as usize
}

/// The line that an offset stands on, for one lookup.
pub(super) fn line_of(text: &str, offset: usize) -> u32 {
    LineCounter::new(text).line_at(offset)
}
