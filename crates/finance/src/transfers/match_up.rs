//! Matching the halves of one amount: best first, and nothing where two would do as well.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{DAYS_MAX, evidence::Evidence};

/// A row that can be one half of a transfer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Half {
    /// Its place in the ledger.
    pub(super) row: u32,
    /// Its account's place in the ledger.
    pub(super) account: u32,
    pub(super) date: Date,
    pub(super) evidence: Evidence,
}

/// Halves that nothing tells apart: which of them is taken changes no figure.
type Kind = (Date, u32, Evidence);

/// How well two halves fit; less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Each says so, and one names the other's account.
    Named,
    /// Each says so.
    Said,
    /// One says so, nothing is known of the other.
    Half,
    /// Only the amounts say so: for a person to decide.
    Maybe,
}

type Pairs = Vec<(u32, u32)>;

/// Pairs, and candidates, as places in the ledger.
pub(super) fn match_up(out: &[Half], into: &[Half]) -> (Pairs, Pairs) {
    let (mut out, mut into) = (kinds(out), kinds(into));
    let mut edges: Vec<(Fit, i32, Kind, Kind)> = Vec::new();
    for from in out.keys() {
        let first =
            (from.0.checked_sub(jiff::Span::new().days(DAYS_MAX)).unwrap_or(Date::MIN), 0, Evidence::LEAST);
        for to in into.range(first..).map(|(kind, _)| kind) {
            let days = (to.0 - from.0).get_days();
            if days > DAYS_MAX {
                break;
            }
            edges.extend(fit(from, to, days.abs()).map(|fit| (fit, days.abs(), *from, *to)));
        }
    }
    edges.sort_unstable();
    let (mut pairs, mut candidates) = (Vec::new(), Vec::new());
    for equal in edges.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        settle(equal, &mut out, &mut into, &mut pairs, &mut candidates);
    }
    (pairs, candidates)
}

fn kinds(halves: &[Half]) -> BTreeMap<Kind, Vec<u32>> {
    let mut kinds: BTreeMap<Kind, Vec<u32>> = BTreeMap::new();
    for half in halves {
        kinds.entry((half.date, half.account, half.evidence)).or_default().push(half.row);
    }
    kinds
}

fn fit(from: &Kind, to: &Kind, days: i32) -> Option<Fit> {
    let ((_, from_account, from), (_, to_account, to)) = (from, to);
    if from_account == to_account {
        return None;
    }
    let contradicts = |evidence: &Evidence, other: u32| evidence.names.is_some_and(|named| named != other);
    if contradicts(from, *to_account) || contradicts(to, *from_account) {
        return None;
    }
    let is_named = from.names.is_some() || to.names.is_some();
    let says = |evidence: &Evidence| evidence.says_transfer || evidence.names.is_some();
    // "Transfer to Anna" is half of a transfer only if the other half says so too.
    let proves = |evidence: &Evidence| evidence.is_plain || evidence.names.is_some();
    match (says(from), says(to)) {
        (true, true) if is_named => Some(Fit::Named),
        (true, true) => Some(Fit::Said),
        (true, false) if proves(from) && to.is_open && to.is_plain && days <= 3 => Some(Fit::Half),
        (false, true) if proves(to) && from.is_open && from.is_plain && days <= 3 => Some(Fit::Half),
        (false, false) if !(from.is_open && to.is_open && days <= 1) => None,
        _ => Some(Fit::Maybe),
    }
}

/// Settles the edges of one fit and distance. A kind with several others that are as good is left
/// as candidates, and so are those others.
fn settle(
    equal: &[(Fit, i32, Kind, Kind)],
    out: &mut BTreeMap<Kind, Vec<u32>>,
    into: &mut BTreeMap<Kind, Vec<u32>>,
    pairs: &mut Pairs,
    candidates: &mut Pairs,
) {
    let open: Vec<(Fit, Kind, Kind)> = equal
        .iter()
        .map(|(fit, _, from, to)| (*fit, *from, *to))
        .filter(|(_, from, to)| !out[from].is_empty() && !into[to].is_empty())
        .collect();
    let ambiguous = ambiguous(&open);
    let mut left: Vec<(Kind, Kind)> = Vec::new();
    for (fit, from, to) in &open {
        if *fit == Fit::Maybe || ambiguous.0.contains(from) || ambiguous.1.contains(to) {
            left.push((*from, *to));
            continue;
        }
        let (Some(froms), Some(tos)) = (out.get_mut(from), into.get_mut(to)) else { continue };
        let n = froms.len().min(tos.len());
        pairs.extend(froms.drain(..n).zip(tos.drain(..n)));
    }
    for (from, to) in &left {
        // Only as many as a person can look through.
        candidates.extend(out[from].iter().zip(&into[to]).map(|(from, to)| (*from, *to)));
    }
    if equal.first().is_some_and(|(fit, ..)| *fit != Fit::Maybe) {
        for (from, to) in left {
            out.get_mut(&from).map(Vec::clear);
            into.get_mut(&to).map(Vec::clear);
        }
    }
}

/// The kinds that fit equally well with kinds of several accounts. Days as far before as after, on
/// one account, are not ambiguous: the money cannot have come from elsewhere.
fn ambiguous(open: &[(Fit, Kind, Kind)]) -> (BTreeSet<Kind>, BTreeSet<Kind>) {
    let several = |edges: &mut dyn Iterator<Item = (Kind, u32)>| {
        let mut accounts: BTreeMap<Kind, u32> = BTreeMap::new();
        edges
            .filter(|(kind, account)| accounts.entry(*kind).or_insert(*account) != account)
            .map(|(kind, _)| kind)
            .collect()
    };
    let from = several(&mut open.iter().map(|(_, from, to)| (*from, to.1)));
    let to = several(&mut open.iter().map(|(_, from, to)| (*to, from.1)));
    (from, to)
}
