//! What is out of the ordinary among recurring things.

use std::collections::HashMap;

use domain::{Profile, Transaction, TransactionId};
use jiff::ToSpan;
use rust_decimal::Decimal;

use super::{Anomaly, AnomalyKind, Known, Severity, size};
use crate::insight::{
    Proof,
    income::streams_of,
    proof::{approximate, days_between, median, money},
    recurring::{Recurring, RecurringKind},
};

/// Rows that "usual" is the median of.
const USUAL: usize = 12;

pub(super) fn find(known: &Known<'_>, profile: &Profile) -> Vec<Anomaly> {
    let rows: HashMap<TransactionId, &Transaction> =
        known.ledger.transactions.iter().map(|row| (row.id, row)).collect();
    let mut found = Vec::new();
    for it in known.recurring {
        if matches!(it.kind, RecurringKind::Bill | RecurringKind::Subscription) {
            let own: Vec<&Transaction> =
                it.proof.rows.iter().filter_map(|id| rows.get(id).copied()).collect();
            found.extend(high_bills(known, it, &own));
            found.extend(rises(known, it, &own));
            found.extend(new_subscription(known, it));
        }
    }
    found.extend(missing_income(known, profile));
    found
}

fn high_bills(known: &Known<'_>, it: &Recurring, rows: &[&Transaction]) -> Vec<Anomaly> {
    /// Bills with seasons need a year of them to be compared.
    const YEAR: i32 = 330;
    let mut found = Vec::new();
    for at in 4..rows.len() {
        let row = rows[at];
        let has_seasons = !it.is_steady && days_between(it.first, row.date) < YEAR;
        if !known.is_in_window(row.date) || has_seasons {
            continue;
        }
        let before: Vec<Decimal> =
            rows[at.saturating_sub(USUAL)..at].iter().map(|row| row.amount.amount().abs()).collect();
        let amount = row.amount.amount().abs();
        let (Some(usual), Some(most)) = (median(before.iter().copied()), before.iter().max()) else {
            continue;
        };
        let currency = row.amount.currency();
        let is_high = amount >= usual * Decimal::TWO
            && amount * Decimal::from(4) >= *most * Decimal::from(5)
            && known.matters(amount - usual, currency, 5);
        if is_high {
            let usual = money(usual, currency);
            let times = approximate(amount) / approximate(usual.amount()).max(0.01);
            found.push(Anomaly {
                kind: AnomalyKind::HighBill,
                severity: Severity::Alert,
                date: row.date,
                subject: it.payee.clone(),
                amount: size(row.amount),
                usual: Some(usual),
                reason: format!("{times:.1} times the median of the {} before, {usual}", before.len()),
                proof: Proof::of_rows("the row against the median of those before", [row]),
            });
        }
    }
    found
}

fn rises(known: &Known<'_>, it: &Recurring, rows: &[&Transaction]) -> Vec<Anomaly> {
    let of_window =
        it.price_changes.iter().filter(|change| known.is_in_window(change.since) && change.is_rise());
    of_window
        .map(|change| {
            let (old, new) = (size(change.old), size(change.new));
            let more = (new.amount() - old.amount()) * Decimal::from(it.cadence.times_a_year());
            let currency = new.currency();
            Anomaly {
                kind: AnomalyKind::PriceRise,
                severity: if known.matters(more, currency, 100) { Severity::Warning } else { Severity::Info },
                date: change.since,
                subject: it.payee.clone(),
                amount: new,
                usual: Some(old),
                reason: format!(
                    "{} more {}, {} more a year, since {}",
                    money(new.amount() - old.amount(), currency),
                    it.cadence.label(),
                    money(more, currency),
                    change.since
                ),
                proof: Proof::of_rows(
                    "the first at the new price and the last at the old",
                    rows.iter().copied().filter(|row| row.date <= change.since).rev().take(2),
                ),
            }
        })
        .collect()
}

/// A subscription is new when there were rows for two months before it.
fn new_subscription(known: &Known<'_>, it: &Recurring) -> Option<Anomaly> {
    let begins = known.ledger.transactions.first()?.date.checked_add(60.days()).ok()?;
    let had_before = known
        .recurring
        .iter()
        .any(|other| other.first < it.first && other.payee.eq_ignore_ascii_case(&it.payee));
    let is_new = it.kind == RecurringKind::Subscription
        && it.is_active()
        && known.is_in_window(it.first)
        && it.first >= begins
        && !had_before;
    is_new.then(|| Anomaly {
        kind: AnomalyKind::NewSubscription,
        severity: Severity::Info,
        date: it.first,
        subject: it.payee.clone(),
        amount: size(it.usual),
        usual: None,
        reason: format!("{} {} since {}", size(it.usual), it.cadence.label(), it.first),
        proof: it.proof.clone(),
    })
}

/// Income that is late, or that has stopped within the window.
fn missing_income(known: &Known<'_>, profile: &Profile) -> Vec<Anomaly> {
    /// Income that came less often may have been chance.
    const COUNT_MIN: usize = 4;
    let streams = streams_of(known.recurring.to_vec(), profile);
    let missing =
        streams.into_iter().filter(|stream| stream.recurring.count >= COUNT_MIN).filter_map(|stream| {
            let it = &stream.recurring;
            let stopped = || it.cadence.later(it.anchor, 1).filter(|_| !it.is_active());
            let due = it.overdue_since.or_else(stopped).filter(|due| known.is_in_window(*due))?;
            // A stream that another took over from is not missing.
            let is_replaced = known.recurring.iter().any(|other| {
                other.kind == RecurringKind::Income
                    && other.first > it.last
                    && other.payee.eq_ignore_ascii_case(&it.payee)
            });
            if is_replaced {
                return None;
            }
            Some(Anomaly {
                kind: AnomalyKind::MissingIncome,
                severity: if stream.is_pay { Severity::Alert } else { Severity::Warning },
                date: due,
                subject: it.payee.clone(),
                amount: it.usual,
                usual: Some(it.usual),
                reason: format!("was due {} and has not come; the last came {}", due, it.last),
                proof: it.proof.clone(),
            })
        });
    missing.collect()
}
