//! Sums of postings by a number that they have.

use super::{LedgerIndex, Posting, Selection};

/// A sum in units of its currency's column, and how many rows it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) units: i128,
    pub(crate) count: u64,
    /// The last row counted, so that two parts of one count once.
    last: u32,
}

impl Default for Sum {
    fn default() -> Self {
        Self { units: 0, count: 0, last: u32::MAX }
    }
}

impl Sum {
    pub(crate) fn add(&mut self, units: i128, row: u32) {
        self.units += units;
        self.count += u64::from(self.last != row);
        self.last = row;
    }
}

impl LedgerIndex {
    /// The sums of a selection by `key`, which is told of each posting in turn and answers below
    /// `keys`, and by currency: `(key, currency, sum)` of those that have rows.
    pub(crate) fn sums(
        &self,
        selection: &Selection<'_>,
        keys: usize,
        mut key: impl FnMut(usize, &Posting) -> u32,
    ) -> Vec<(u32, u16, Sum)> {
        let currencies = self.currencies.len();
        if keys * currencies == 1 {
            let mut sum = Sum::default();
            for at in selection.iter() {
                sum.add(self.units(at), self.postings[at].row);
            }
            return if sum.count > 0 { vec![(0, 0, sum)] } else { Vec::new() };
        }
        let mut sums = vec![Sum::default(); keys * currencies];
        for at in selection.iter() {
            let posting = &self.postings[at];
            let slot = key(at, posting) as usize * currencies + usize::from(posting.currency);
            sums[slot].add(self.units(at), posting.row);
        }
        let found = sums.into_iter().enumerate().filter(|(_, sum)| sum.count > 0);
        found.map(|(slot, sum)| ((slot / currencies) as u32, (slot % currencies) as u16, sum)).collect()
    }
}
