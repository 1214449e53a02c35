//! Accounts of an OFX answer, once their rows are known.

use std::collections::HashMap;

use domain::{AccountKind, Currency};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::super::{StatementAccount, StatementRow, csv};

/// A booking with what decides where it belongs.
pub(super) struct Booked {
    /// The statement that it stands in.
    pub(super) account: usize,
    /// The currency of its amount, where it is not the statement's.
    pub(super) currency: Option<Currency>,
    /// The security that it is about; may be empty.
    pub(super) security: String,
    /// What the kind of the booking says of its sign.
    pub(super) is_out: Option<bool>,
    pub(super) row: StatementRow,
}

/// What a statement's list of bookings covers.
#[derive(Default, Clone, Copy)]
pub(super) struct Covered {
    /// Its last day.
    pub(super) end: Option<Date>,
    /// A booking could not be read.
    pub(super) has_gaps: bool,
}

/// Puts the bookings into their accounts. Amounts in another currency make an account of their
/// own with the same number: they are as the bank wrote them, not converted.
pub(super) fn filled(
    mut accounts: Vec<StatementAccount>,
    mut booked: Vec<Booked>,
    covered: &[Covered],
    security_names: &HashMap<String, String>,
) -> Vec<StatementAccount> {
    let statements = accounts.len();
    sign_by_kind(&mut booked, statements);
    let mut foreign: HashMap<(usize, Currency), usize> = HashMap::new();
    for Booked { account, currency, security, mut row, .. } in booked {
        if row.payee.is_empty()
            && let Some(name) = security_names.get(&security)
        {
            name.clone_into(&mut row.payee);
        }
        let index = currency.map_or(account, |currency| {
            *foreign.entry((account, currency)).or_insert_with(|| {
                let base = &accounts[account];
                let (number, name) = (base.number.clone(), base.name.clone());
                let other = StatementAccount { number, name, kind: base.kind, ..new_account("") };
                accounts.push(StatementAccount { currency: Some(currency), ..other });
                accounts.len() - 1
            })
        });
        accounts[index].rows.push(row);
    }
    let split: Vec<usize> = foreign.keys().map(|(account, _)| *account).collect();
    for (index, account) in accounts.iter_mut().enumerate().take(statements) {
        let covered = covered.get(index).copied().unwrap_or_default();
        if !split.contains(&index) && account.kind != AccountKind::Investment {
            state_opening(account, covered);
        }
    }
    let mut index = 0;
    accounts.retain(|account| {
        index += 1;
        !(split.contains(&(index - 1)) && account.rows.is_empty() && account.closing_balance.is_none())
    });
    accounts
}

/// Some banks write what went out without its sign: where no amount of a statement has one, and its kinds of bookings
/// tell both ways, they are the sign.
fn sign_by_kind(booked: &mut [Booked], statements: usize) {
    #[derive(Default, Clone)]
    struct Signs {
        has_minus: bool,
        tells_out: bool,
        tells_in: bool,
    }
    let mut signs = vec![Signs::default(); statements];
    for Booked { account, is_out, row, .. } in &*booked {
        let of = &mut signs[*account];
        of.has_minus |= row.amount < Decimal::ZERO;
        of.tells_out |= *is_out == Some(true);
        of.tells_in |= *is_out == Some(false);
    }
    for Booked { row, .. } in booked.iter_mut().filter(|it| {
        let Signs { has_minus, tells_out, tells_in } = signs[it.account];
        it.is_out == Some(true) && !has_minus && tells_out && tells_in
    }) {
        row.amount = -row.amount;
    }
}

/// The balance before the first booking, where the list covers every day up to the stated balance
/// or the bookings state balances of their own.
fn state_opening(account: &mut StatementAccount, covered: Covered) {
    if account.rows.is_empty() || covered.has_gaps {
        return;
    }
    match (account.closing_balance, account.closing_date) {
        (Some(closing), Some(day)) if covered.end.is_some_and(|end| end >= day) => {
            let is_booked = |row: &&StatementRow| {
                row.date <= day && !row.details.as_ref().is_some_and(|details| details.is_pending)
            };
            let sum: Decimal = account.rows.iter().filter(is_booked).map(|row| row.amount).sum();
            account.opening_balance = Some(closing - sum);
        }
        (None, _) => csv::state_balances(account),
        _ => {}
    }
}

fn first_day(account: &StatementAccount) -> Option<Date> {
    account.rows.iter().map(|row| row.date).min()
}

pub(super) fn new_account(statement: &str) -> StatementAccount {
    let kind = match statement {
        "CCSTMTRS" => AccountKind::CreditCard,
        "INVSTMTRS" => AccountKind::Investment,
        "LOANSTMTRS" | "AMRTSTMTRS" => AccountKind::Loan,
        _ => AccountKind::Other,
    };
    StatementAccount {
        number: None,
        name: String::new(),
        kind,
        currency: None::<Currency>,
        opening_balance: None,
        closing_balance: None,
        closing_date: None,
        rows: Vec::new(),
    }
}

/// Several statements of one account are one account.
pub(super) fn merged(accounts: Vec<StatementAccount>) -> Vec<StatementAccount> {
    let mut merged: Vec<StatementAccount> = Vec::with_capacity(accounts.len());
    let mut known: HashMap<(String, Option<Currency>), usize> = HashMap::new();
    for account in accounts {
        let key = account.number.clone().map(|number| (number, account.currency));
        let Some(index) = key.as_ref().and_then(|key| known.get(key).copied()) else {
            known.extend(key.map(|key| (key, merged.len())));
            merged.push(account);
            continue;
        };
        let same = &mut merged[index];
        let is_earlier = first_day(&account) < first_day(same);
        if account.rows.is_empty() || same.rows.is_empty() || is_earlier {
            same.opening_balance = account.opening_balance.or(same.opening_balance);
        }
        if account.closing_date >= same.closing_date && account.closing_balance.is_some() {
            same.closing_balance = account.closing_balance;
            same.closing_date = account.closing_date;
        }
        same.rows.extend(account.rows);
    }
    merged
}
