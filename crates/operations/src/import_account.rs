//! Which account of the ledger a statement's account is.

use std::collections::{HashMap, HashSet};

use domain::{Account, AccountId, Ledger, Transaction, TransactionId};
use finance::{
    Reconciled,
    statement::{Statement, StatementAccount, StatementRow},
};
use jiff::{ToSpan as _, civil::Date};
use rust_decimal::Decimal;

use crate::{AccountChoice, OperationError};

/// Rows of a file that an account must hold to be known by them. Fewer may be chance.
const HELD_MIN: usize = 3;
/// As many as rows may be apart that are one.
const DAYS_APART_MAX: i32 = 3;
/// Rows of a file that accounts are first compared by. No household's file has more; with all rows of one
/// that has, looking for an account would take as long as reading the file.
const COMPARED_ROWS: usize = 100_000;

/// What a person can choose from for a file's account without a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountOptions {
    /// What a new account would be called.
    pub new_name: String,
    /// The person's accounts of the file's currency; all of them where it names none.
    pub existing: Vec<Account>,
}

/// An account of the ledger, and what it holds of the file where that had to be looked at.
pub(crate) struct FoundAccount<'a> {
    pub(crate) account: &'a Account,
    pub(crate) reconciled: Option<Reconciled<'a>>,
}

impl<'a> From<&'a Account> for FoundAccount<'a> {
    fn from(account: &'a Account) -> Self {
        Self { account, reconciled: None }
    }
}

/// Refuses an account that is not the person's, and one that the file cannot be of.
pub(crate) fn check_choice(
    ledger: &Ledger,
    statement: &Statement,
    choice: AccountChoice,
) -> Result<(), OperationError> {
    let AccountChoice::Existing(id) = choice else { return Ok(()) };
    let chosen = ledger.account(id).ok_or_else(|| OperationError::field("account", "is not one of yours"))?;
    let [only] = statement.accounts.as_slice() else { return Ok(()) };
    if !has_currency(chosen, only) {
        return Err(OperationError::field("account", "is in another currency than the file"));
    }
    let numbers = chosen.number.as_deref().zip(only.number.as_deref());
    if numbers.is_some_and(|(held, read)| !is_same_number(held, read)) {
        return Err(OperationError::field("account", "has another number than the file"));
    }
    Ok(())
}

/// What can be chosen for a file's account: nothing where an account has its number, where the file has several,
/// and where there is no other account.
pub(crate) fn account_options(
    ledger: &Ledger,
    statement: &Statement,
    read: &StatementAccount,
) -> Option<AccountOptions> {
    let mut unnumbered = statement.accounts.iter().filter(|account| account.number.is_none());
    let is_other_of_several = read.number.is_some() && statement.accounts.len() > 1;
    if is_other_of_several || unnumbered.nth(1).is_some() || by_number(ledger, read).is_some() {
        return None;
    }
    let existing: Vec<Account> =
        ledger.accounts.iter().filter(|account| could_be(account, read)).cloned().collect();
    (!existing.is_empty()).then(|| AccountOptions { new_name: read.name.clone(), existing })
}

/// The account of the ledger that a statement's account is: by the bank's number; else the account that the
/// person chose, else the one that holds its rows already, else by name.
pub(crate) fn find_account<'a>(
    ledger: &'a Ledger,
    read: &'a StatementAccount,
    choice: AccountChoice,
) -> Option<FoundAccount<'a>> {
    if let Some(found) = by_number(ledger, read) {
        return Some(found.into());
    }
    let candidates = || ledger.accounts.iter().filter(|account| has_currency(account, read));
    let chosen = match choice {
        AccountChoice::New => return None,
        AccountChoice::Found => None,
        AccountChoice::Existing(id) => candidates().find(|account| account.id == id),
    };
    if let Some(chosen) = chosen {
        return Some(chosen.into());
    }
    // Banks call all their files alike: the rows tell more than the name.
    let by_name = || {
        let is_named = |account: &&Account| account.number.is_none() && account.name == read.name;
        candidates().find(is_named).filter(|_| read.number.is_none()).map(FoundAccount::from)
    };
    by_rows(ledger, read).or_else(by_name).or_else(|| by_copy(ledger, read))
}

/// The account of a file that a browser saved beside this one, `export.csv` beside `export (1).csv`, if it holds any
/// of its rows: the name alone may be that of any of a bank's files.
fn by_copy<'a>(ledger: &'a Ledger, read: &'a StatementAccount) -> Option<FoundAccount<'a>> {
    let stem = without_number(&read.name);
    let is_beside = |account: &&Account| {
        could_be(account, read) && account.name != read.name && without_number(&account.name) == stem
    };
    let mut beside = ledger.accounts.iter().filter(is_beside).filter(|_| read.number.is_none());
    let account = beside.next().filter(|_| beside.next().is_none())?;
    held_by(ledger, read, account, 1)
}

/// A file's name without the number that browsers add.
fn without_number(name: &str) -> &str {
    let stem = name.strip_suffix(')').and_then(|name| name.rsplit_once(" ("));
    match stem {
        Some((stem, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            stem
        }
        _ => name,
    }
}

/// The account that has the number of a statement's account.
fn by_number<'a>(ledger: &'a Ledger, read: &StatementAccount) -> Option<&'a Account> {
    let number = read.number.as_deref()?;
    let candidates = || ledger.accounts.iter().filter(|account| has_currency(account, read));
    // Of two that it fits, none is meant.
    let only = |fits: &dyn Fn(&Account) -> bool| {
        let mut found = candidates().filter(|account| fits(account));
        found.next().filter(|_| found.next().is_none())
    };
    let has_number = |account: &Account, is_same: fn(&str, &str) -> bool| {
        account.number.as_deref().is_some_and(|held| is_same(held, number))
    };
    candidates()
        .find(|account| has_number(account, is_written_alike))
        .or_else(|| only(&|account| has_number(account, is_same_number)))
        // A file that names accounts instead of numbering them, as our own export does.
        .or_else(|| only(&|account| is_written_alike(&account.name, number)))
}

/// An IBAN may have been kept as it was printed.
fn is_written_alike(held: &str, read: &str) -> bool {
    held == read || held.replace(' ', "") == read.replace(' ', "")
}

/// One and the same number, or an IBAN and the number in it.
fn is_same_number(held: &str, read: &str) -> bool {
    is_written_alike(held, read) || is_in_iban(held, read) || is_in_iban(read, held)
}

/// Whether a number, with or without its bank's code, is the one in an IBAN: `37040044/532013000` is in
/// `DE89370400440532013000`.
fn is_in_iban(iban: &str, number: &str) -> bool {
    /// Digits of an account's number that others hardly end with.
    const SURE: usize = 7;
    let iban = iban.replace(' ', "");
    let is_iban = (15..=34).contains(&iban.len())
        && iban.is_ascii()
        && iban[..2].bytes().all(|byte| byte.is_ascii_uppercase())
        && iban[2..4].bytes().all(|byte| byte.is_ascii_digit());
    if !is_iban {
        return false;
    }
    let mut parts = number.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let Some(account) = parts.next_back().map(|part| part.trim_start_matches('0')) else { return false };
    let Some(bank) = iban[4..].strip_suffix(account).filter(|_| account.len() >= SURE) else { return false };
    match (parts.next_back(), parts.next()) {
        (None, _) => true,
        (Some(code), None) => {
            bank.strip_prefix(code).is_some_and(|rest| rest.bytes().all(|byte| byte == b'0'))
        }
        _ => false,
    }
}

/// The account that holds most of the file's rows of the days that both speak of: on their days, else on days beside
/// them, as a card's other format has them that tells the days of booking instead of the days of purchase.
fn by_rows<'a>(ledger: &'a Ledger, read: &'a StatementAccount) -> Option<FoundAccount<'a>> {
    let within = |days_apart| held_by(ledger, read, most_alike(ledger, read, days_apart)?, HELD_MIN);
    within(0).or_else(|| within(DAYS_APART_MAX))
}

/// The account, if it holds so many of the file's rows, and most of those of the days that both speak of.
fn held_by<'a>(
    ledger: &'a Ledger,
    read: &'a StatementAccount,
    account: &'a Account,
    least: usize,
) -> Option<FoundAccount<'a>> {
    let held: Vec<&Transaction> =
        ledger.transactions.iter().filter(|row| row.account_id == account.id).collect();
    let days = held.first()?.date..=held.last()?.date;
    let shared = read.rows.iter().filter(|row| days.contains(&row.date)).count();
    let reconciled = finance::reconcile(&held, &read.rows);
    let known = reconciled.duplicates.len() + moved(&reconciled, &held);
    (known >= least && known * 2 >= shared).then_some(FoundAccount { account, reconciled: Some(reconciled) })
}

/// How many rows are held under a like text on another day.
fn moved(reconciled: &Reconciled<'_>, held: &[&Transaction]) -> usize {
    let days: HashMap<TransactionId, Date> = match reconciled.unsure.as_slice() {
        [] => return 0,
        _ => held.iter().map(|it| (it.id, it.date)).collect(),
    };
    reconciled.unsure.iter().filter(|it| days.get(&it.held).is_some_and(|day| *day != it.row.date)).count()
}

/// The account with the most rows of the file's days and amounts, so many days apart at most; none where two have as
/// many. One pass over the ledger's rows of these days, so that rows are reconciled with one account at most.
fn most_alike<'a>(ledger: &'a Ledger, read: &StatementAccount, days_apart: i32) -> Option<&'a Account> {
    let first = read.rows.iter().map(|row| row.date).min()?;
    let last = read.rows.iter().map(|row| row.date).max()?;
    let from = ledger.transactions.partition_point(|row| row.date < first);
    let to = ledger.transactions.partition_point(|row| row.date <= last);
    let held = &ledger.transactions[from..to];
    let days = held.first()?.date..=held.last()?.date;
    let rows: Vec<&StatementRow> = read.rows.iter().filter(|row| days.contains(&row.date)).collect();
    let around = |day: Date| (-days_apart..=days_apart).filter_map(move |by| day.checked_add(by.days()).ok());
    let compared: HashSet<(Date, Decimal)> = rows
        .iter()
        .step_by(rows.len() / COMPARED_ROWS + 1)
        .flat_map(|row| around(row.date).map(|day| (day, row.amount)))
        .collect();
    let mut alike: HashMap<AccountId, usize> = HashMap::new();
    for row in held.iter().filter(|row| compared.contains(&(row.date, row.amount.amount()))) {
        *alike.entry(row.account_id).or_default() += 1;
    }
    let of_currency = ledger.accounts.iter().filter(|account| could_be(account, read));
    let count = |account: &Account| alike.get(&account.id).copied().unwrap_or_default();
    let mut counted: Vec<(usize, &Account)> = of_currency
        .map(|account| (count(account), account))
        .filter(|(count, _)| *count >= HELD_MIN)
        .collect();
    counted.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    match counted.as_slice() {
        [(_, only)] => Some(*only),
        [(most, account), (next, _), ..] if most > next => Some(*account),
        _ => None,
    }
}

/// Whether nothing speaks against it: an account that has another number is another.
fn could_be(account: &Account, read: &StatementAccount) -> bool {
    has_currency(account, read) && (read.number.is_none() || account.number.is_none())
}

fn has_currency(account: &Account, read: &StatementAccount) -> bool {
    read.currency.is_none_or(|currency| currency == account.currency)
}
