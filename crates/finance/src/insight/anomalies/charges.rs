//! Single charges that are out of the ordinary: taken twice, or a bank's fee.

use std::collections::{BTreeMap, HashMap};

use domain::{CategoryKind, Transaction};
use jiff::ToSpan;
use rust_decimal::Decimal;

use super::{Anomaly, AnomalyKind, Known, Severity, size};
use crate::{
    fold::fold,
    insight::{
        Proof,
        own::{other_halves, standing},
        proof::days_between,
    },
};

/// Days between the two at most.
const DAYS: i32 = 3;
/// A price that a payee took as often as this is one that it has, like a ticket's.
const LIST_PRICE: usize = 4;
/// Charges below these thousandths of a usual month are not worth a look.
const THOUSANDTHS: i64 = 2;

pub(super) fn find(known: &Known<'_>) -> Vec<Anomaly> {
    let mut found = doubles(known);
    found.extend(fees(known));
    found.extend(first_charges(known));
    found
}

/// Charges that may well come twice: cash, fares, parking.
fn is_often_twice(row: &Transaction) -> bool {
    row.category.group() == "Cash withdrawals"
        || matches!(row.category.name(), "Public transport" | "Parking & tolls" | "Taxis" | "Coffee")
}

fn doubles(known: &Known<'_>) -> Vec<Anomaly> {
    /// Days before the window that tell what a payee usually takes.
    const HISTORY_DAYS: i32 = 730;
    let since = known.from.saturating_sub(HISTORY_DAYS.days());
    let rows = &known.ledger.transactions;
    let rows = &rows[rows.partition_point(|row| row.date < since)..];
    let halves = other_halves(known.ledger);
    let rows = standing(known.ledger, rows).take_while(|row| row.date <= known.day);
    let rows = rows.filter(|row| !halves.contains_key(&row.id));
    let mut prices: HashMap<(&str, &'static str, Decimal), Vec<&Transaction>> = HashMap::new();
    for row in rows.filter(|row| row.category.kind() == CategoryKind::Spending && !row.payee.is_empty()) {
        let key = (&*row.payee, row.amount.currency().code(), row.amount.amount().abs());
        prices.entry(key).or_default().push(row);
    }
    let mut pairs: BTreeMap<&str, Vec<(&Transaction, &Transaction)>> = BTreeMap::new();
    for ((payee, ..), rows) in prices.iter().filter(|(_, rows)| rows.len() > 1) {
        let charges: Vec<&Transaction> = rows.iter().copied().filter(|row| row.amount.is_outflow()).collect();
        for pair in charges.windows(2) {
            if days_between(pair[0].date, pair[1].date) <= DAYS {
                let is_usual = charges.len() >= LIST_PRICE || is_refunded(rows, pair[1]);
                let pairs = pairs.entry(payee).or_default();
                pairs.push((pair[0], pair[1]));
                if is_usual {
                    // Counts against the payee, and is told of no more.
                    pairs.push((pair[0], pair[0]));
                }
            }
        }
    }
    let lonely = pairs.into_values().filter(|pairs| pairs.len() == 1).flatten();
    lonely.filter_map(|(first, second)| double(known, first, second)).collect()
}

/// The amount came back after the second charge.
fn is_refunded(rows: &[&Transaction], second: &Transaction) -> bool {
    rows.iter().any(|row| {
        !row.amount.is_outflow() && row.date >= second.date && days_between(second.date, row.date) <= 45
    })
}

fn double(known: &Known<'_>, first: &Transaction, second: &Transaction) -> Option<Anomaly> {
    let is_regular = known.regular.contains(&first.id) && known.regular.contains(&second.id);
    let amount = size(second.amount);
    let is_told = known.is_in_window(second.date)
        && !is_regular
        && !is_often_twice(second)
        && known.matters(amount.amount(), amount.currency(), THOUSANDTHS);
    let is_sure = first.account_id == second.account_id && first.date == second.date;
    is_told.then(|| Anomaly {
        kind: AnomalyKind::DoubleCharge,
        severity: if is_sure { Severity::Alert } else { Severity::Warning },
        date: second.date,
        subject: second.payee.to_string(),
        amount,
        usual: None,
        reason: format!("the same amount on {} and on {}", first.date, second.date),
        proof: Proof::of_rows("two rows of one payee and one amount", [first, second]),
    })
}

/// Fees of banks that do not come regularly.
fn fees(known: &Known<'_>) -> Vec<Anomaly> {
    let rows = standing(known.ledger, &known.ledger.transactions).filter(|row| {
        row.category.group() == "Fees"
            && row.amount.is_outflow()
            && known.is_in_window(row.date)
            && !known.regular.contains(&row.id)
    });
    rows.map(|row| Anomaly {
        kind: AnomalyKind::BankFee,
        severity: if row.category.name() == "Late fees" { Severity::Warning } else { Severity::Info },
        date: row.date,
        subject: row.payee.to_string(),
        amount: size(row.amount),
        usual: None,
        reason: row.category.name().to_lowercase(),
        proof: Proof::of_rows("the row", [row]),
    })
    .collect()
}

/// The first charge of what the category calls a subscription, of a payee never seen before.
fn first_charges(known: &Known<'_>) -> Vec<Anomaly> {
    let mut first: HashMap<String, &Transaction> = HashMap::new();
    for row in standing(known.ledger, &known.ledger.transactions) {
        if row.category.group() == "Subscriptions" {
            first.entry(fold(&row.payee)).or_insert(row);
        }
    }
    let begins = known.ledger.transactions.first().map(|row| row.date);
    let is_new = |row: &&Transaction| {
        row.amount.is_outflow()
            && known.is_in_window(row.date)
            && !known.regular.contains(&row.id)
            && begins.is_some_and(|begins| days_between(begins, row.date) >= 60)
    };
    let mut new: Vec<&Transaction> = first.into_values().filter(is_new).collect();
    new.sort_by_key(|row| (row.date, row.id));
    new.into_iter()
        .map(|row| Anomaly {
            kind: AnomalyKind::NewSubscription,
            severity: Severity::Info,
            date: row.date,
            subject: row.payee.to_string(),
            amount: size(row.amount),
            usual: None,
            reason: format!("the first charge, on {}", row.date),
            proof: Proof::of_rows("the row", [row]),
        })
        .collect()
}
