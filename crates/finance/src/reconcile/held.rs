//! The account's transactions, each to be taken for one row at most.

use std::collections::HashMap;

use domain::{Transaction, TransactionId};
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;

use super::is_pending;
use crate::{postings::is_pending as is_held_pending, statement::StatementRow};

/// Of those of one day and amount as many are looked at for a row, the first that are left. No person
/// has more; a file made to have would take hours. Rows in the order that they are held in, as the same
/// file's are, find each other whatever their number.
const LOOKED_AT_MAX: usize = 1_000;

/// What is left of an account's transactions.
#[derive(Clone)]
pub(super) struct Held<'a> {
    by_day: HashMap<(Date, Decimal), Vec<&'a Transaction>>,
}

impl<'a> Held<'a> {
    pub(super) fn new(existing: &[&'a Transaction]) -> Self {
        let mut by_day: HashMap<(Date, Decimal), Vec<&Transaction>> = HashMap::with_capacity(existing.len());
        for transaction in existing {
            by_day.entry((transaction.date, transaction.amount.amount())).or_default().push(transaction);
        }
        Self { by_day }
    }

    /// Takes one of the row's day and amount out, if one fits.
    pub(super) fn take(
        &mut self,
        row: &StatementRow,
        fits: impl Fn(&Transaction) -> bool,
    ) -> Option<&'a Transaction> {
        let candidates = self.by_day.get_mut(&(row.date, row.amount))?;
        // A booked row takes a pending one's place, it is not held by it.
        take_first(candidates, |it| (is_pending(row) || !is_held_pending(it)) && fits(it))
    }

    /// Takes the one of our own id out, pending or not, if it is of the row's day and amount.
    pub(super) fn take_own(&mut self, row: &StatementRow, id: TransactionId) -> Option<&'a Transaction> {
        let candidates = self.by_day.get_mut(&(row.date, row.amount))?;
        take_first(candidates, |it| it.id == id)
    }

    /// Takes a booked one of the day and amount out, if one fits.
    pub(super) fn take_sum(
        &mut self,
        day: Date,
        amount: Decimal,
        fits: impl Fn(&Transaction) -> bool,
    ) -> Option<&'a Transaction> {
        let candidates = self.by_day.get_mut(&(day, amount))?;
        take_first(candidates, |it| !is_held_pending(it) && fits(it))
    }

    /// Takes all of some out; none where one of them was taken already.
    pub(super) fn take_all(&mut self, wanted: &[&Transaction]) -> bool {
        let key = |it: &Transaction| (it.date, it.amount.amount());
        let is_left = |it: &&Transaction| {
            self.by_day.get(&key(it)).is_some_and(|left| left.iter().any(|left| std::ptr::eq(*left, *it)))
        };
        let are_left = wanted.iter().all(is_left);
        for it in wanted.iter().filter(|_| are_left) {
            self.by_day.entry(key(it)).and_modify(|left| left.retain(|left| !std::ptr::eq(*left, *it)));
        }
        are_left
    }

    /// The booked ones that were not taken.
    pub(super) fn left(&self) -> impl Iterator<Item = &'a Transaction> {
        self.by_day.values().flatten().copied().filter(|it| !is_held_pending(it))
    }

    /// Takes a booked one of the amount out that lies in the days around, the nearest first.
    pub(super) fn take_near(
        &mut self,
        amount: Decimal,
        day: Date,
        (earliest, latest): (i32, i32),
        fits: impl Fn(&Transaction) -> bool,
    ) -> Option<&'a Transaction> {
        let mut offsets: Vec<i32> = (earliest..=latest).filter(|offset| *offset != 0).collect();
        offsets.sort_by_key(|offset| (offset.abs(), *offset < 0));
        offsets.into_iter().find_map(|offset| {
            let near = day.checked_add(offset.days()).ok()?;
            let candidates = self.by_day.get_mut(&(near, amount))?;
            take_first(candidates, |it| !is_held_pending(it) && fits(it))
        })
    }
}

fn take_first<'a>(
    candidates: &mut Vec<&'a Transaction>,
    fits: impl Fn(&Transaction) -> bool,
) -> Option<&'a Transaction> {
    let at = candidates.iter().take(LOOKED_AT_MAX).position(|it| fits(it))?;
    Some(candidates.remove(at))
}
