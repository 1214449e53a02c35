//! The bytes of a text that end a field or begin a closer look, eight at a time.

/// Ones in the lowest bits of every byte, and in all bits of a byte but the highest.
const ONES: u64 = 0x0101_0101_0101_0101;
const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// Three bytes to look for.
#[derive(Debug, Clone, Copy)]
pub(super) struct MarkSet([u64; 3]);

impl MarkSet {
    pub(super) fn new(marks: [u8; 3]) -> Self {
        Self(marks.map(|mark| ONES * u64::from(mark)))
    }

    /// The highest bit of each byte that is a mark, exactly.
    #[inline]
    fn found(self, word: u64) -> u64 {
        let differs = self.0.map(|mark| {
            let different = word ^ mark;
            ((different & LOW) + LOW) | different
        });
        !((differs[0] & differs[1] & differs[2]) | LOW)
    }

    /// The places of the marks from `at` on, ascending. Marks stand a few bytes apart, where this
    /// is faster than a search that takes many bytes at once.
    #[inline]
    pub(super) fn places(self, bytes: &[u8], at: usize) -> Places<'_> {
        let mut places = Places { set: self, bytes, base: at, found: 0 };
        places.look();
        places
    }
}

/// See [`MarkSet::places`].
pub(super) struct Places<'b> {
    set: MarkSet,
    bytes: &'b [u8],
    base: usize,
    /// The marks of the eight bytes at `base` that were not given yet.
    found: u64,
}

impl Places<'_> {
    #[inline]
    fn look(&mut self) {
        let rest = self.bytes.get(self.base..).unwrap_or_default();
        self.found = if let Some(word) = rest.first_chunk::<8>() {
            self.set.found(u64::from_le_bytes(*word))
        } else {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            // What is filled up is no byte of the text, even where zero is a mark.
            self.set.found(u64::from_le_bytes(word)) & ((1 << (8 * rest.len())) - 1)
        };
    }
}

impl Iterator for Places<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            self.base += 8;
            if self.base >= self.bytes.len() {
                return None;
            }
            self.look();
        }
        let place = self.base + self.found.trailing_zeros() as usize / 8;
        self.found &= self.found - 1;
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_places_are_those_of_a_search_byte_by_byte(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0u8..4, 126u8..131], 0..60),
            marks in prop_oneof![any::<[u8; 3]>(), Just([0, 1, 128]), Just([127, 2, 0])],
            at in 0usize..60,
        ) {
            let expected: Vec<usize> =
                (at..bytes.len()).filter(|place| marks.contains(&bytes[*place])).collect();
            prop_assert_eq!(MarkSet::new(marks).places(&bytes, at).collect::<Vec<_>>(), expected);
        }
    }
}
