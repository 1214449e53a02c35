//! Pending rows that the bank has booked since, or let go of.

use std::collections::{HashMap, HashSet};

use domain::{AccountId, ImportId, Ledger, Transaction, TransactionId};
use jiff::ToSpan;

use crate::likeness::{Likeness, likeness};

/// Days from a pending row to its booking: a hotel's deposit takes two weeks.
const DAYS_LATER_MAX: i32 = 14;
/// Some banks book under the day of the purchase, which lies before the day they saw it.
const DAYS_EARLIER_MAX: i32 = 1;

/// The pending rows that a later import has as booked, by id, ascending: each booked row takes the
/// place of one. It is of the same account and has the bank's id, or the amount and a like text. And those
/// that a later import should have by now and has not: a deposit that was given back, or one that was booked
/// with another amount.
/// `detailed` are the places of the rows that have details.
pub(super) fn replaced(ledger: &Ledger, detailed: &[u32]) -> Vec<TransactionId> {
    let detailed = detailed.iter().map(|at| &ledger.transactions[*at as usize]);
    let pending: Vec<&Transaction> = detailed.filter(|row| is_pending(row)).collect();
    if pending.is_empty() {
        return Vec::new();
    }
    let mut booked: HashMap<AccountId, Vec<(&Transaction, bool)>> = HashMap::new();
    for row in ledger.transactions.iter().filter(|row| !is_pending(row)) {
        booked.entry(row.account_id).or_default().push((row, false));
    }
    let mut replaced = Vec::new();
    for by_id in [true, false] {
        for row in &pending {
            if replaced.contains(&row.id) {
                continue;
            }
            let Some(rows) = booked.get_mut(&row.account_id) else { continue };
            let start =
                rows.partition_point(|(it, _)| it.date < row.date.saturating_sub(DAYS_EARLIER_MAX.days()));
            let latest = row.date.saturating_add(DAYS_LATER_MAX.days());
            let near = rows[start..].iter_mut().take_while(|(it, _)| it.date <= latest);
            let found = near
                .filter(|(it, taken)| !taken && books(it, row, by_id))
                .min_by_key(|(it, _)| (it.date, it.id));
            if let Some((_, taken)) = found {
                *taken = true;
                replaced.push(row.id);
            }
        }
    }
    for row in &pending {
        if !replaced.contains(&row.id) && booked.get(&row.account_id).is_some_and(|rows| is_let_go(row, rows))
        {
            replaced.push(row.id);
        }
    }
    replaced.sort_unstable();
    replaced
}

/// Whether one later import tells of its day, or a day beside it, and goes on until after it would have been
/// booked.
fn is_let_go(pending: &Transaction, rows: &[(&Transaction, bool)]) -> bool {
    let until = |days: i32| {
        let day = pending.date.saturating_add(days.days());
        rows.partition_point(|(it, _)| it.date <= day)
    };
    let later = |rows: &[(&Transaction, bool)]| -> HashSet<ImportId> {
        rows.iter().filter(|(it, _)| is_later(it, pending)).map(|(it, _)| it.import_id).collect()
    };
    let beside = later(&rows[until(-DAYS_EARLIER_MAX - 1)..until(1)]);
    !beside.is_empty() && !beside.is_disjoint(&later(&rows[until(DAYS_LATER_MAX)..]))
}

pub(crate) fn is_pending(row: &Transaction) -> bool {
    row.details.as_ref().is_some_and(|details| details.is_pending)
}

/// Ids are made at import, so a greater one came later.
fn is_later(booked: &Transaction, pending: &Transaction) -> bool {
    booked.id > pending.id && booked.import_id != pending.import_id
}

fn books(booked: &Transaction, pending: &Transaction, by_id: bool) -> bool {
    if !is_later(booked, pending) {
        return false;
    }
    if by_id {
        return pending.external_id.is_some() && booked.external_id == pending.external_id;
    }
    booked.amount == pending.amount
        && likeness(
            (booked.booked_payee(), &booked.description),
            (pending.booked_payee(), &pending.description),
        ) >= Likeness::Alike
}
