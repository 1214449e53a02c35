//! Pending rows that the bank has booked since.

use std::collections::HashMap;

use domain::{AccountId, Ledger, Transaction, TransactionId};
use jiff::ToSpan;

use crate::likeness::{Likeness, likeness};

/// Days from a pending row to its booking: a hotel's deposit takes two weeks.
const DAYS_LATER_MAX: i32 = 14;
/// Some banks book under the day of the purchase, which lies before the day they saw it.
const DAYS_EARLIER_MAX: i32 = 1;

/// The pending rows that a later import has as booked, by id, ascending: each booked row takes the
/// place of one. It is of the same account and has the bank's id, or the amount and a like text.
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
    replaced.sort_unstable();
    replaced
}

pub(crate) fn is_pending(row: &Transaction) -> bool {
    row.details.as_ref().is_some_and(|details| details.is_pending)
}

/// Ids are made at import, so a greater one came later.
fn books(booked: &Transaction, pending: &Transaction, by_id: bool) -> bool {
    if booked.id < pending.id || booked.import_id == pending.import_id {
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
