//! What is owned and owed at the end of each month.

use std::collections::BTreeSet;

use domain::{Currency, Ledger, Money, TransactionFilter};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Proof, proof::money};
use crate::balance_series;

/// What is owned and owed at the end of a day, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetWorth {
    /// The day: a month's last, or the last day asked for.
    pub date: Date,
    /// The balances of accounts that hold money.
    pub assets: Money,
    /// The balances of accounts that owe, positive.
    pub debts: Money,
    /// Assets less debts.
    pub net: Money,
    /// How much net changed since the point before; none for the first.
    pub change: Option<Money>,
    /// How it came about, and the rows up to the day.
    pub proof: Proof,
}

/// Month ends from the first row or stated balance, or `from`, to a day, in time's order and by currency
/// code within each.
pub fn net_worth(ledger: &Ledger, from: Option<Date>, day: Date) -> Vec<NetWorth> {
    let stated = ledger.accounts.iter().filter_map(|account| Some(account.anchor?.date)).min();
    let first = ledger.transactions.first().map(|row| row.date);
    let Some(first) = first.into_iter().chain(stated).min() else { return Vec::new() };
    let from = from.map_or(first, |from| from.max(first));
    let currencies: BTreeSet<Currency> = ledger.accounts.iter().map(|account| account.currency).collect();
    let mut points: Vec<NetWorth> =
        currencies.into_iter().flat_map(|currency| of_currency(ledger, currency, from, day)).collect();
    points.sort_by_key(|point| (point.date, point.net.currency()));
    points
}

fn of_currency(ledger: &Ledger, currency: Currency, from: Date, day: Date) -> Vec<NetWorth> {
    let mut sides: Vec<(Date, Decimal, Decimal)> = Vec::new();
    for account in ledger.accounts.iter().filter(|account| account.currency == currency) {
        let series = balance_series(ledger, Some(account.id), currency, from, day);
        if sides.is_empty() {
            sides = series.iter().map(|(date, _)| (*date, Decimal::ZERO, Decimal::ZERO)).collect();
        }
        for ((_, assets, debts), (_, balance)) in sides.iter_mut().zip(series) {
            if balance < Decimal::ZERO {
                *debts -= balance;
            } else {
                *assets += balance;
            }
        }
    }
    let mut before: Option<Decimal> = None;
    sides
        .into_iter()
        .map(|(date, assets, debts)| {
            let net = assets - debts;
            let rows = TransactionFilter {
                to: Some(date),
                currency: Some(currency),
                ..TransactionFilter::default()
            };
            NetWorth {
                date,
                assets: money(assets, currency),
                debts: money(debts, currency),
                net: money(net, currency),
                change: before.replace(net).map(|before| money(net - before, currency)),
                proof: Proof::of_filter("balances above zero less those below, at the end of the day", rows),
            }
        })
        .collect()
}
