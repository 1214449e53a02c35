//! Rows that can be halves of transfers, with those of the same amount beside each other.

use std::collections::HashSet;

use foldhash::HashMap;

use super::evidence::AccountWords;
use crate::postings::{LedgerIndex, Posting};

/// What of a row is needed to look for its other half: rows lie far apart in memory, these side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flow {
    /// The row's place in the ledger, which is by day.
    pub(super) row: u32,
    /// Days since some day.
    pub(super) day: i32,
    /// The account's place in the ledger.
    pub(super) account: u32,
    pub(super) is_outflow: bool,
}

/// The amounts, by number, and which ways money went in each.
#[derive(Default)]
struct Amounts {
    known: HashMap<(u128, u16), u32>,
    /// By number: how many rows, whether one is money out, whether one is money in.
    rows: Vec<(u32, bool, bool)>,
}

impl Amounts {
    fn number(&mut self, units: i128, currency: u16) -> u32 {
        let next = self.rows.len() as u32;
        let number = *self.known.entry((units.unsigned_abs(), currency)).or_insert(next);
        if number == next {
            self.rows.push((0, false, false));
        }
        let (rows, out, into) = &mut self.rows[number as usize];
        *rows += 1;
        *out |= units < 0;
        *into |= units > 0;
        number
    }
}

/// The rows that are not chosen, in the ledger's order, those of each amount for themselves; of
/// amounts that went both ways.
pub(super) fn by_amount(index: &LedgerIndex, words: &AccountWords<'_>) -> Vec<Vec<Flow>> {
    let taken: HashSet<u32> = index.transfers.rows.iter().flat_map(|(from, to)| [*from, *to]).collect();
    let accounts: Vec<Option<u32>> = index.account_ids.iter().map(|id| words.place(*id)).collect();
    let mut amounts = Amounts::default();
    let is_free = |at: usize, posting: &Posting| {
        let is_part = |other: Option<&Posting>| other.is_some_and(|other| other.row == posting.row);
        posting.amount != 0
            && !is_part(index.postings.get(at + 1))
            && !is_part(at.checked_sub(1).map(|before| &index.postings[before]))
            && accounts[posting.account as usize].is_some()
            && (taken.is_empty() || !taken.contains(&posting.row))
    };
    let numbers: Vec<Option<u32>> = index
        .postings
        .iter()
        .enumerate()
        .map(|(at, posting)| is_free(at, posting).then(|| amounts.number(index.units(at), posting.currency)))
        .collect();
    let mut clusters: Vec<Vec<Flow>> = Vec::new();
    let places: Vec<Option<usize>> = amounts
        .rows
        .iter()
        .map(|(rows, out, into)| {
            (*out && *into).then(|| {
                clusters.push(Vec::with_capacity(*rows as usize));
                clusters.len() - 1
            })
        })
        .collect();
    let first = index.days.first().map(|(day, _)| *day).unwrap_or_default();
    for (at, (day, start)) in index.days.iter().enumerate() {
        let start = *start as usize;
        let end = index.days.get(at + 1).map_or(index.postings.len(), |(_, next)| *next as usize);
        let day = (*day - first).get_days();
        for (at, number) in (start..end).zip(&numbers[start..end]) {
            let Some(place) = number.and_then(|number| places[number as usize]) else { continue };
            let posting = &index.postings[at];
            let account = accounts[posting.account as usize].unwrap_or_default();
            clusters[place].push(Flow { row: posting.row, day, account, is_outflow: index.units(at) < 0 });
        }
    }
    clusters
}
