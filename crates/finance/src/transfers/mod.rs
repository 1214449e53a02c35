//! Transfers between a person's own accounts: which row is the other half of which.
//!
//! Two rows can be halves when their amounts are opposite, in one currency, on two accounts, at
//! most [`DAYS_MAX`] days apart. They are paired when their texts or categories speak for it, each
//! is the best for the other, and no third row would do as well; else they are candidates. What
//! the person says decides. The order of rows and of imports changes nothing.

mod evidence;
mod flows;
mod match_up;

use std::collections::{HashMap, HashSet};

use domain::{Ledger, Transaction, TransactionId, TransferChoice};

use crate::postings::LedgerIndex;
use evidence::AccountWords;
use flows::Flow;
use match_up::{Half, match_up};

/// Days between the two bookings at most: a weekend and a holiday.
pub(crate) const DAYS_MAX: i32 = 5;
/// Candidates that are shown at most; a page shows no more.
const CANDIDATES_MAX: usize = 1_000;

/// Two rows that are, or can be, one transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferPair {
    /// The row that the money left by.
    pub from: TransactionId,
    /// The row that it came in by.
    pub to: TransactionId,
}

/// A ledger's transfers between own accounts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TransferPairs {
    /// Those that are told for sure, or that the person named; each row in one at most.
    pub pairs: Vec<TransferPair>,
    /// Those that a person has to decide; the first 1,000.
    pub candidates: Vec<TransferPair>,
}

/// The same by the rows' places in the ledger, by the first row.
#[derive(Debug, Default)]
pub(crate) struct Transfers {
    pub(crate) rows: Vec<(u32, u32)>,
    candidates: Vec<(u32, u32)>,
}

/// The transfers between the ledger's accounts, by date.
pub fn transfers(ledger: &Ledger) -> TransferPairs {
    let index = LedgerIndex::of(ledger);
    let ids = |rows: &[(u32, u32)]| {
        let id = |at: u32| ledger.transactions[at as usize].id;
        rows.iter().map(|(from, to)| TransferPair { from: id(*from), to: id(*to) }).collect()
    };
    TransferPairs { pairs: ids(&index.transfers.rows), candidates: ids(&index.transfers.candidates) }
}

/// Pairs the rows of an index that has the chosen ones already.
pub(crate) fn pair(ledger: &Ledger, index: &mut LedgerIndex) {
    if ledger.accounts.len() > 1 {
        let words = AccountWords::of(ledger);
        let mut found = Transfers::default();
        for cluster in flows::by_amount(index, &words) {
            pair_cluster(ledger, &words, &cluster, &mut found);
        }
        index.transfers.rows.extend(found.rows);
        index.transfers.candidates = found.candidates;
    }
    index.transfers.rows.sort_unstable();
    index.transfers.candidates.sort_unstable();
    index.transfers.candidates.truncate(CANDIDATES_MAX);
}

impl Transfers {
    /// The pairs that the person named. Where two rows name the same one, the row that is named
    /// back has it, else the earlier. `detailed` are the places of the rows that have details.
    pub(crate) fn chosen(ledger: &Ledger, detailed: &[u32]) -> Self {
        Self { rows: chosen(ledger, detailed), candidates: Vec::new() }
    }
}

fn chosen(ledger: &Ledger, detailed: &[u32]) -> Vec<(u32, u32)> {
    let choice = |row: &Transaction| match row.details.as_deref()?.transfer? {
        TransferChoice::With { transaction_id } => Some(transaction_id),
        TransferChoice::No => None,
    };
    let choices: Vec<(u32, TransactionId)> =
        detailed.iter().filter_map(|at| Some((*at, choice(&ledger.transactions[*at as usize])?))).collect();
    if choices.is_empty() {
        return Vec::new();
    }
    let places: HashMap<TransactionId, u32> =
        (0u32..).zip(&ledger.transactions).map(|(at, row)| (row.id, at)).collect();
    let mut edges: Vec<(bool, u32, u32)> = choices
        .iter()
        .filter_map(|(at, other)| {
            let other = *places.get(other)?;
            let is_mutual =
                choice(&ledger.transactions[other as usize]) == Some(ledger.transactions[*at as usize].id);
            (other != *at).then_some((!is_mutual, *at, other))
        })
        .collect();
    edges.sort_unstable();
    let mut taken = HashSet::new();
    let mut pairs = Vec::new();
    for (_, one, other) in edges {
        if !taken.contains(&one) && !taken.contains(&other) {
            taken.extend([one, other]);
            let is_outflow = ledger.transactions[one as usize].amount.is_outflow();
            pairs.push(if is_outflow { (one, other) } else { (other, one) });
        }
    }
    pairs
}

/// Pairs the rows of one amount.
fn pair_cluster(ledger: &Ledger, words: &AccountWords<'_>, flows: &[Flow], found: &mut Transfers) {
    // A row without an opposite one near it needs no reading of its texts.
    let has_opposite = |place: usize| {
        let own = flows[place];
        let near = |it: &&Flow| (it.day - own.day).abs() <= DAYS_MAX;
        let opposes = |it: &Flow| it.is_outflow != own.is_outflow && it.account != own.account;
        flows[..place].iter().rev().take_while(near).any(opposes)
            || flows[place + 1..].iter().take_while(near).any(opposes)
    };
    let (mut out, mut into) = (Vec::new(), Vec::new());
    for place in (0..flows.len()).filter(|place| has_opposite(*place)) {
        let flow = flows[place];
        let row = &ledger.transactions[flow.row as usize];
        let Some(evidence) = words.evidence(row) else { continue };
        let half = Half { row: flow.row, account: flow.account, date: row.date, evidence };
        if flow.is_outflow { out.push(half) } else { into.push(half) }
    }
    if !out.is_empty() && !into.is_empty() {
        let (pairs, candidates) = match_up(&out, &into);
        found.rows.extend(pairs);
        found.candidates.extend(candidates);
    }
}
