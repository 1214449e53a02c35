//! What a strand of rows amounts to.

use std::collections::HashMap;

use domain::{Category, CategoryKind, Money, TransactionId};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    PriceChange, Recurring, RecurringKind,
    chain::{self, Dated, ratio},
    next::schedule,
    split::{Strand, category_of},
};
use crate::insight::proof::{Proof, median, money};

/// Rows that the usual amount is taken of: a year of months, so that seasons are in it.
const RECENT: usize = 12;

pub(super) fn describe(
    strand: &Strand<'_>,
    halves: &HashMap<TransactionId, TransactionId>,
    day: Date,
    known_until: Date,
) -> Option<Recurring> {
    let rows = &strand.rows;
    let (first, last) = (rows.first()?, rows.last()?);
    let category = category_of(rows)?.clone();
    let places: Vec<usize> = (0..rows.len()).collect();
    let is_steady = chain::is_steady(rows, &places);
    let price_changes = if is_steady { price_changes(rows) } else { Vec::new() };
    let since = price_changes.last().map_or(first.date, |change| change.since);
    let recent: Vec<Decimal> =
        rows.iter().rev().take_while(|row| row.date >= since).take(RECENT).map(amount).collect();
    let currency = last.row.amount.currency();
    let usual = money(median(recent.iter().copied())?, currency);
    let by_size = |a: &&Decimal, b: &&Decimal| a.abs().cmp(&b.abs());
    let (least, most) = (*recent.iter().min_by(by_size)?, *recent.iter().max_by(by_size)?);
    let schedule = schedule(strand.cadence, rows, day, known_until);
    let is_half = halves.contains_key(&last.row.id);
    let kind = if is_half { RecurringKind::Transfer } else { kind(&category, usual, is_steady) };
    let formula = format!(
        "median of the last {} of {} amounts of {}, {}",
        recent.len(),
        rows.len(),
        last.row.payee,
        strand.cadence.label()
    );
    Some(Recurring {
        payee: last.row.payee.to_string(),
        kind,
        cadence: strand.cadence,
        account_id: last.row.account_id,
        category,
        usual,
        least: money(least, currency),
        most: money(most, currency),
        is_steady,
        a_month: money(strand.cadence.a_month(usual.amount()), currency),
        first: first.date,
        last: last.date,
        count: rows.len(),
        anchor: schedule.anchor,
        next: schedule.next,
        overdue_since: schedule.overdue_since,
        price_changes,
        usual_of: recent.len(),
        proof: Proof::of_rows(formula, rows.iter().map(|row| row.row)),
    })
}

fn amount(row: &Dated<'_>) -> Decimal {
    row.row.amount.amount()
}

fn kind(category: &Category, usual: Money, is_steady: bool) -> RecurringKind {
    if category.kind() == CategoryKind::Transfer {
        return RecurringKind::Transfer;
    }
    if !usual.is_outflow() {
        return RecurringKind::Income;
    }
    match (category.group(), category.name()) {
        ("Subscriptions", _) | (_, "Fitness" | "Memberships" | "TV") => RecurringKind::Subscription,
        ("Entertainment" | "Shopping" | "Uncategorised", _) if is_steady => RecurringKind::Subscription,
        _ => RecurringKind::Bill,
    }
}

/// Levels that a steady price keeps, two rows at least but for the newest, and where it changed.
fn price_changes(rows: &[Dated<'_>]) -> Vec<PriceChange> {
    let mut levels: Vec<(&Dated<'_>, usize)> = Vec::new();
    for row in rows {
        match levels.last_mut() {
            Some((level, count)) if ratio(level.size(), row.size()) <= 1.005 => *count += 1,
            _ => levels.push((row, 1)),
        }
    }
    let newest = levels.len().saturating_sub(1);
    let kept: Vec<&Dated<'_>> = levels
        .iter()
        .enumerate()
        .filter(|(at, (_, count))| *count >= 2 || *at == newest)
        .map(|(_, (row, _))| *row)
        .collect();
    kept.windows(2)
        .filter(|pair| ratio(pair[0].size(), pair[1].size()) > 1.005)
        .map(|pair| PriceChange { old: pair[0].row.amount, new: pair[1].row.amount, since: pair[1].date })
        .collect()
}
