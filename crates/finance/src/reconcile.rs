//! Which rows of a file the ledger holds already.

use std::collections::HashMap;

use domain::Transaction;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{booked_text::booked_text, statement::StatementRow};

/// A file's rows, parted into those that the account lacks and those that it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciled<'a> {
    /// Rows to add, in the file's order.
    pub new: Vec<&'a StatementRow>,
    /// Rows that the account holds already, in the file's order.
    pub duplicates: Vec<&'a StatementRow>,
}

/// Account-scoped multiset difference: the same file again adds nothing, two equal coffees on a
/// day are two, and overlapping files add up to their union. `existing` are the account's
/// transactions.
///
/// A row is held when one of the same day and amount has its bank's id, or has its text and no
/// other id. The id alone proves nothing, since banks repeat ids.
pub fn reconcile<'a>(existing: &[&Transaction], rows: &'a [StatementRow]) -> Reconciled<'a> {
    let mut held: HashMap<(Date, Decimal), Vec<Option<&Transaction>>> =
        HashMap::with_capacity(existing.len());
    for transaction in existing {
        held.entry((transaction.date, transaction.amount.amount())).or_default().push(Some(transaction));
    }
    let mut is_duplicate = vec![false; rows.len()];
    // Ids first, so that a row matched by its text never takes the place of one matched by id.
    for (row, duplicate) in rows.iter().zip(&mut is_duplicate) {
        let Some(id) = &row.external_id else { continue };
        *duplicate = take(&mut held, row, |transaction| transaction.external_id.as_ref() == Some(id));
    }
    for (row, duplicate) in rows.iter().zip(&mut is_duplicate).filter(|(_, duplicate)| !**duplicate) {
        if !held.contains_key(&(row.date, row.amount)) {
            continue;
        }
        let (payee, description) = booked_text(row);
        *duplicate = take(&mut held, row, |transaction| {
            let other_id = transaction.external_id.is_some() && row.external_id.is_some();
            !other_id && transaction.booked_payee() == payee && transaction.description == description
        });
    }
    let part = |wanted: bool| {
        rows.iter()
            .zip(&is_duplicate)
            .filter(|(_, duplicate)| **duplicate == wanted)
            .map(|(row, _)| row)
            .collect()
    };
    Reconciled { new: part(false), duplicates: part(true) }
}

/// Takes one held transaction of the row's day and amount out, if one fits.
fn take(
    held: &mut HashMap<(Date, Decimal), Vec<Option<&Transaction>>>,
    row: &StatementRow,
    fits: impl Fn(&Transaction) -> bool,
) -> bool {
    let Some(candidates) = held.get_mut(&(row.date, row.amount)) else { return false };
    match candidates.iter_mut().find(|candidate| candidate.is_some_and(&fits)) {
        Some(found) => {
            *found = None;
            true
        }
        None => false,
    }
}
