//! The ledger as a beancount file.

use std::fmt;

use domain::{Ledger, Transaction, TransactionFilter};

use super::{
    Names, decimal,
    entries::{Entry, entries},
    hledger::opening_day,
    line,
    names::Style,
};
use crate::{balance_on, opening_balance, postings::is_pending};

/// What a transfer passes through whose halves are booked on different days.
const BETWEEN: &str = "Equity:Transfers";

pub(super) fn write(ledger: &Ledger, filter: &TransactionFilter, out: &mut dyn fmt::Write) -> fmt::Result {
    let names = Names::of(ledger, Style::Beancount);
    let is_whole = *filter == TransactionFilter::default();
    writeln!(out, "; Written by Lakeledger.\noption \"title\" \"Lakeledger\"")?;
    let Some(first) = opening_day(ledger) else { return Ok(()) };
    let mut accounts = names.all();
    accounts.extend(["Equity:Opening-Balances", BETWEEN]);
    accounts.sort_unstable();
    accounts.dedup();
    for account in accounts {
        writeln!(out, "{first} open {account}")?;
    }
    for account in ledger.accounts.iter().filter(|_| is_whole) {
        let (name, opening) = (names.account(account.id), opening_balance(ledger, account.id));
        if !opening.amount().is_zero() {
            let amount = decimal(opening.amount(), account.currency);
            writeln!(out, "\n{first} * \"\" \"Opening balance\"\n  {name}  {amount} {}", account.currency)?;
            writeln!(out, "  Equity:Opening-Balances")?;
        }
        // With what was pending then, which stands among the rows.
        let next_day = account.anchor.and_then(|anchor| {
            Some((anchor.date.tomorrow().ok()?, balance_on(ledger, account.id, anchor.date)))
        });
        if let Some((day, balance)) = next_day {
            writeln!(
                out,
                "\n{day} balance {name}  {} {}",
                decimal(balance.amount(), account.currency),
                account.currency
            )?;
        }
    }
    for entry in entries(ledger, filter) {
        match entry {
            Entry::Row(row, parts) => {
                head(row, out)?;
                own(&names, row, out)?;
                for (category, amount, note) in parts {
                    let amount = decimal(-amount, row.amount.currency());
                    writeln!(out, "  {}  {amount} {}", names.category(category), row.amount.currency())?;
                    if !note.is_empty() {
                        writeln!(out, "    note: {}", quoted(note))?;
                    }
                }
            }
            Entry::Transfer(row, other) if row.date == other.date => {
                head(row, out)?;
                own(&names, row, out)?;
                own(&names, other, out)?;
            }
            Entry::Transfer(row, other) => {
                for row in [row, other] {
                    head(row, out)?;
                    own(&names, row, out)?;
                    writeln!(out, "  {BETWEEN}")?;
                }
            }
        }
    }
    Ok(())
}

fn head(row: &Transaction, out: &mut dyn fmt::Write) -> fmt::Result {
    let flag = if is_pending(row) { '!' } else { '*' };
    writeln!(out, "\n{} {flag} {} {}", row.date, quoted(&row.payee), quoted(&row.description))?;
    match row.details.as_deref() {
        Some(details) if !details.note.is_empty() => writeln!(out, "  note: {}", quoted(&details.note)),
        _ => Ok(()),
    }
}

fn own(names: &Names, row: &Transaction, out: &mut dyn fmt::Write) -> fmt::Result {
    let currency = row.amount.currency();
    writeln!(
        out,
        "  {}  {} {currency}",
        names.account(row.account_id),
        decimal(row.amount.amount(), currency)
    )
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", line(text).replace('\\', "\\\\").replace('"', "\\\""))
}
