//! Transfers between a person's own accounts: which row is the other half of which.
//!
//! Two rows can be halves when their amounts are opposite, in one currency, on two accounts, at
//! most [`DAYS_MAX`] days apart. They are paired when their texts or categories speak for it, each
//! is the best for the other, and no third row would do as well; else they are candidates. What
//! the person says decides. The order of rows and of imports changes nothing.

mod evidence;
mod match_up;

use std::collections::{HashMap, HashSet};

use domain::{Ledger, Transaction, TransactionId, TransferChoice};

use crate::postings::LedgerIndex;
use evidence::AccountWords;
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

/// Pairs the ledger's rows; `left_out`, sorted, do not count.
pub(crate) fn pair(ledger: &Ledger, left_out: &[TransactionId]) -> Transfers {
    let mut found = Transfers { rows: chosen(ledger), candidates: Vec::new() };
    if ledger.accounts.len() > 1 {
        let taken: HashSet<u32> = found.rows.iter().flat_map(|(from, to)| [*from, *to]).collect();
        let words = AccountWords::of(ledger);
        let mut flows =
            flows(ledger, &words, |at, row| !taken.contains(&at) && left_out.binary_search(&row.id).is_err());
        flows.sort_unstable();
        for cluster in flows.chunk_by(|a, b| a.amount == b.amount) {
            if cluster.iter().any(|flow| flow.is_outflow != cluster[0].is_outflow) {
                pair_cluster(ledger, &words, cluster, &mut found);
            }
        }
    }
    found.rows.sort_unstable();
    found.candidates.sort_unstable();
    found.candidates.truncate(CANDIDATES_MAX);
    found
}

/// The pairs that the person named. Where two rows name the same one, the row that is named back
/// has it, else the earlier.
fn chosen(ledger: &Ledger) -> Vec<(u32, u32)> {
    let choice = |row: &Transaction| match row.details.as_deref()?.transfer? {
        TransferChoice::With { transaction_id } => Some(transaction_id),
        TransferChoice::No => None,
    };
    let choices: Vec<(u32, TransactionId)> =
        (0u32..).zip(&ledger.transactions).filter_map(|(at, row)| Some((at, choice(row)?))).collect();
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

/// What of a row is needed to look for its other half: rows lie far apart in memory, these side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Flow {
    /// Magnitude and currency.
    amount: (u128, [u8; 3]),
    /// The row's place in the ledger, which is by day.
    row: u32,
    /// Days since some day.
    day: i32,
    account: u32,
    is_outflow: bool,
}

fn flows(
    ledger: &Ledger,
    words: &AccountWords<'_>,
    is_free: impl Fn(u32, &Transaction) -> bool,
) -> Vec<Flow> {
    let Some(first) = ledger.transactions.first().map(|row| row.date) else { return Vec::new() };
    let mut today = (first, 0);
    let mut flows = Vec::with_capacity(ledger.transactions.len());
    for (at, row) in (0u32..).zip(&ledger.transactions) {
        if row.date != today.0 {
            today = (row.date, (row.date - first).get_days());
        }
        let (amount, code) = (row.amount.amount(), row.amount.currency().code().as_bytes());
        let Some(account) = words.place(row.account_id) else { continue };
        if amount.is_zero() || !is_free(at, row) {
            continue;
        }
        // An amount has eight decimal places at most.
        let units = amount.mantissa().unsigned_abs() * 10u128.pow(8u32.saturating_sub(amount.scale()));
        let amount = (units, [code[0], code[1], code[2]]);
        let is_outflow = row.amount.is_outflow();
        flows.push(Flow { amount, row: at, day: today.1, account, is_outflow });
    }
    flows
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
