//! The ledger as an hledger journal.

use std::{collections::HashMap, fmt};

use domain::{Account, Ledger, Money, Transaction, TransactionFilter, TransactionId};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Names, decimal,
    entries::{Entry, entries},
    line,
    names::Style,
};
use crate::{
    balance_on, opening_balance,
    postings::{LedgerIndex, is_pending},
};

pub(super) fn write(ledger: &Ledger, filter: &TransactionFilter, out: &mut dyn fmt::Write) -> fmt::Result {
    let names = Names::of(ledger, Style::Hledger);
    let entries = entries(ledger, filter);
    let is_whole = *filter == TransactionFilter::default();
    writeln!(
        out,
        "; Written by Lakeledger. The code in parentheses is the account that a row is booked on."
    )?;
    writeln!(out, "decimal-mark .")?;
    let index = LedgerIndex::of(ledger);
    for (currency, scale) in &index.currencies {
        let digits = (*scale).max(currency.minor_digits()) as usize;
        let mark = if digits == 0 { "." } else { "" };
        writeln!(out, "commodity {:.digits$}{mark} {currency}", Decimal::ONE_THOUSAND)?;
    }
    for name in names.all().into_iter().chain(["equity:opening balances"]) {
        writeln!(out, "account {name}")?;
    }
    let asserted = if is_whole { asserted(ledger, &entries) } else { HashMap::new() };
    let journal = Journal { names: &names, asserted: &asserted };
    if is_whole {
        openings(ledger, &names, out)?;
    }
    for entry in &entries {
        journal.entry(entry, out)?;
    }
    Ok(())
}

struct Journal<'a> {
    names: &'a Names,
    asserted: &'a HashMap<TransactionId, Money>,
}

impl Journal<'_> {
    fn entry(&self, entry: &Entry<'_>, out: &mut dyn fmt::Write) -> fmt::Result {
        match entry {
            Entry::Row(row, parts) => {
                Self::head(row, self.names.account_leaf(row.account_id), out)?;
                self.own(row, row.date, out)?;
                for (category, amount, note) in parts {
                    let amount = decimal(-*amount, row.amount.currency());
                    write!(out, "    {}  {amount} {}", self.names.category(category), row.amount.currency())?;
                    comment(note, out)?;
                }
                Ok(())
            }
            Entry::Transfer(row, other) => {
                Self::head(row, "", out)?;
                self.own(row, row.date, out)?;
                self.own(other, row.date, out)
            }
        }
    }

    fn head(row: &Transaction, code: &str, out: &mut dyn fmt::Write) -> fmt::Result {
        let mark = if is_pending(row) { '!' } else { '*' };
        write!(out, "\n{} {mark} ({code}) {}", row.date, payee(&row.payee))?;
        writeln!(out, " | {}", text(&row.description))?;
        match row.details.as_deref() {
            Some(details) if !details.note.is_empty() => writeln!(out, "    ; note:{}", value(&details.note)),
            _ => Ok(()),
        }
    }

    /// The posting on the row's own account.
    fn own(&self, row: &Transaction, date: Date, out: &mut dyn fmt::Write) -> fmt::Result {
        let currency = row.amount.currency();
        let amount = decimal(row.amount.amount(), currency);
        write!(out, "    {}  {amount} {currency}", self.names.account(row.account_id))?;
        if let Some(balance) = self.asserted.get(&row.id) {
            write!(out, " = {} {currency}", decimal(balance.amount(), currency))?;
        }
        let day = if row.date == date { String::new() } else { format!("date:{}, ", row.date) };
        writeln!(out, "  ; {day}id:{}", row.id)
    }
}

/// The balances before the first row, the day before it.
fn openings(ledger: &Ledger, names: &Names, out: &mut dyn fmt::Write) -> fmt::Result {
    let Some(day) = opening_day(ledger) else { return Ok(()) };
    for account in &ledger.accounts {
        let opening = opening_balance(ledger, account.id);
        if !opening.amount().is_zero() {
            let (amount, currency) = (decimal(opening.amount(), account.currency), account.currency);
            writeln!(out, "\n{day} * (opening) Opening balance |")?;
            writeln!(out, "    {}  {amount} {currency}", names.account(account.id))?;
            writeln!(out, "    equity:opening balances")?;
        }
    }
    Ok(())
}

/// The day before the first row or stated balance; none where there is neither.
pub(super) fn opening_day(ledger: &Ledger) -> Option<Date> {
    let rows = ledger.transactions.first().map(|row| row.date);
    let anchors = ledger.accounts.iter().filter_map(|account| account.anchor).map(|anchor| anchor.date);
    let first = rows.into_iter().chain(anchors).min()?;
    Some(first.yesterday().unwrap_or(first))
}

/// The rows after which an account has the balance that a statement names, and what was pending then: the
/// last of each account up to that day, in the order in which hledger checks them.
fn asserted(ledger: &Ledger, entries: &[Entry<'_>]) -> HashMap<TransactionId, Money> {
    let mut asserted = HashMap::new();
    for account in &ledger.accounts {
        let Account { anchor: Some(anchor), .. } = account else { continue };
        let rows = entries.iter().flat_map(|entry| match entry {
            Entry::Row(row, _) => vec![*row],
            Entry::Transfer(row, other) => vec![*row, *other],
        });
        let own = rows.filter(|row| row.account_id == account.id && row.date <= anchor.date);
        if let Some(last) = own.max_by_key(|row| row.date) {
            asserted.insert(last.id, balance_on(ledger, account.id, anchor.date));
        }
    }
    asserted
}

/// A payee ends at the bar, a description at a semicolon.
pub(crate) fn payee(text: &str) -> String {
    line(&text.replace(';', ",").replace('|', "/"))
}

fn text(text: &str) -> String {
    line(&text.replace(';', ","))
}

/// A tag's value ends at a comma, and brackets and colons would be dates and tags.
fn value(text: &str) -> String {
    let plain: String = text.chars().map(|c| if ",:[]".contains(c) { ' ' } else { c }).collect();
    line(&plain)
}

fn comment(note: &str, out: &mut dyn fmt::Write) -> fmt::Result {
    if note.is_empty() { writeln!(out) } else { writeln!(out, "  ; note:{}", value(note)) }
}
