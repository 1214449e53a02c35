//! Finds the messages in a stream of bytes without keeping them.

/// One message that has just ended.
pub(super) struct Frame {
    pub(super) tag: u8,
    /// The body's first byte, zero where there is no body.
    pub(super) first: u8,
    /// Where it ends in the bytes that were fed.
    pub(super) end: usize,
}

/// Follows one direction of a session.
#[derive(Default)]
pub(super) struct Frames {
    header: [u8; 5],
    filled: usize,
    remaining: usize,
    first: Option<u8>,
}

impl Frames {
    pub(super) fn feed(&mut self, bytes: &[u8], mut ended: impl FnMut(Frame)) {
        let mut at = 0;
        while at < bytes.len() {
            if self.filled < self.header.len() {
                let taken = (self.header.len() - self.filled).min(bytes.len() - at);
                self.header[self.filled..self.filled + taken].copy_from_slice(&bytes[at..at + taken]);
                self.filled += taken;
                at += taken;
                if self.filled < self.header.len() {
                    return;
                }
                let [_, length @ ..] = self.header;
                self.remaining = (u32::from_be_bytes(length) as usize).saturating_sub(4);
            } else {
                self.first.get_or_insert(bytes[at]);
                let taken = self.remaining.min(bytes.len() - at);
                self.remaining -= taken;
                at += taken;
            }
            if self.remaining == 0 {
                ended(Frame { tag: self.header[0], first: self.first.take().unwrap_or_default(), end: at });
                self.filled = 0;
            }
        }
    }

    /// Whether the last message was whole.
    pub(super) fn at_boundary(&self) -> bool {
        self.filled == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_found_however_the_bytes_are_cut() {
        let stream = b"S\0\0\0\x04Q\0\0\0\x09ping\0Z\0\0\0\x05I";
        for cut in 0..=stream.len() {
            let (mut frames, mut found) = (Frames::default(), Vec::new());
            for part in [&stream[..cut], &stream[cut..]] {
                frames.feed(part, |frame| found.push((frame.tag, frame.first)));
            }
            assert_eq!(found, [(b'S', 0), (b'Q', b'p'), (b'Z', b'I')], "cut at {cut}");
            assert!(frames.at_boundary());
        }
        let mut frames = Frames::default();
        frames.feed(&stream[..3], |_| {});
        assert!(!frames.at_boundary());
    }
}
