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
            let passed =
                self.bytes[self.offset..offset].iter().filter(|byte| **byte == self.terminator).count();
            self.line = self.line.saturating_add(passed as u32);
            self.offset = offset;
        }
        self.line
    }
}

/// How many lines a text has; stops counting above `limit`.
pub(super) fn exceeds_lines(text: &str, limit: u32) -> bool {
    let mut lines = 0usize;
    for part in text.as_bytes().chunks(1 << 16) {
        lines += part.iter().filter(|byte| **byte == b'\n').count();
        if lines > limit as usize {
            return true;
        }
    }
    lines == 0 && text.bytes().filter(|byte| *byte == b'\r').count() > limit as usize
}

/// The line that an offset stands on, for one lookup.
pub(super) fn line_of(text: &str, offset: usize) -> u32 {
    LineCounter::new(text).line_at(offset)
}
