//! Which account of the ledger a statement's account is.

use std::collections::{HashMap, HashSet};

use domain::{Account, AccountId, Ledger, Transaction};
use finance::{
    Reconciled,
    statement::{Statement, StatementAccount, StatementRow},
};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{AccountChoice, OperationError};

/// Rows of a file that an account must hold to be known by them. Fewer may be chance.
const HELD_MIN: usize = 3;
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
    match statement.accounts.as_slice() {
        [only] if only.number.is_none() && !has_currency(chosen, only) => {
            Err(OperationError::field("account", "is in another currency than the file"))
        }
        _ => Ok(()),
    }
}

/// What can be chosen for a file's account: nothing where the file numbers it or has several without a
/// number, and where there is no other account.
pub(crate) fn account_options(
    ledger: &Ledger,
    statement: &Statement,
    read: &StatementAccount,
) -> Option<AccountOptions> {
    let mut unnumbered = statement.accounts.iter().filter(|account| account.number.is_none());
    if read.number.is_some() || unnumbered.nth(1).is_some() {
        return None;
    }
    let existing: Vec<Account> =
        ledger.accounts.iter().filter(|account| has_currency(account, read)).cloned().collect();
    (!existing.is_empty()).then(|| AccountOptions { new_name: read.name.clone(), existing })
}

/// The account of the ledger that a statement's account is: by the bank's number; without one the account
/// that the person chose, else by name, else by the rows that it holds already.
pub(crate) fn find_account<'a>(
    ledger: &'a Ledger,
    read: &'a StatementAccount,
    choice: AccountChoice,
) -> Option<FoundAccount<'a>> {
    let of_currency = |account: &&Account| has_currency(account, read);
    let candidates = || ledger.accounts.iter().filter(of_currency);
    if let Some(number) = &read.number {
        // An IBAN may have been kept as it was printed.
        let is_number = |text: &str| text == number || text.replace(' ', "") == *number;
        let by_number = candidates().find(|account| account.number.as_deref().is_some_and(is_number));
        // A file that names accounts instead of numbering them, as our own export does; of two with one name
        // none is meant.
        let by_name = || {
            let mut named = candidates().filter(|account| is_number(&account.name));
            named.next().filter(|_| named.next().is_none())
        };
        return by_number.or_else(by_name).map(FoundAccount::from);
    }
    let chosen = match choice {
        AccountChoice::New => return None,
        AccountChoice::Found => None,
        AccountChoice::Existing(id) => candidates().find(|account| account.id == id),
    };
    if let Some(chosen) = chosen {
        return Some(chosen.into());
    }
    let mut named = candidates().filter(|account| account.number.is_none() && account.name == read.name);
    match (named.next(), named.next()) {
        (Some(only), None) => Some(only.into()),
        // Banks call all their files alike: of several accounts of that name the rows tell which.
        (first, _) => by_rows(ledger, read).or_else(|| first.map(FoundAccount::from)),
    }
}

/// The account that holds most of the file's rows of the days that both speak of.
fn by_rows<'a>(ledger: &'a Ledger, read: &'a StatementAccount) -> Option<FoundAccount<'a>> {
    let account = most_alike(ledger, read)?;
    let held: Vec<&Transaction> =
        ledger.transactions.iter().filter(|row| row.account_id == account.id).collect();
    let days = held.first()?.date..=held.last()?.date;
    let shared = read.rows.iter().filter(|row| days.contains(&row.date)).count();
    let reconciled = finance::reconcile(&held, &read.rows);
    let known = reconciled.duplicates.len();
    (known >= HELD_MIN && known * 2 >= shared)
        .then_some(FoundAccount { account, reconciled: Some(reconciled) })
}

/// The account with the most rows of the file's days and amounts; none where two have as many. One pass
/// over the ledger's rows of these days, so that rows are reconciled with one account at most.
fn most_alike<'a>(ledger: &'a Ledger, read: &StatementAccount) -> Option<&'a Account> {
    let first = read.rows.iter().map(|row| row.date).min()?;
    let last = read.rows.iter().map(|row| row.date).max()?;
    let from = ledger.transactions.partition_point(|row| row.date < first);
    let to = ledger.transactions.partition_point(|row| row.date <= last);
    let held = &ledger.transactions[from..to];
    let days = held.first()?.date..=held.last()?.date;
    let rows: Vec<&StatementRow> = read.rows.iter().filter(|row| days.contains(&row.date)).collect();
    let compared: HashSet<(Date, Decimal)> =
        rows.iter().step_by(rows.len() / COMPARED_ROWS + 1).map(|row| (row.date, row.amount)).collect();
    let mut alike: HashMap<AccountId, usize> = HashMap::new();
    for row in held.iter().filter(|row| compared.contains(&(row.date, row.amount.amount()))) {
        *alike.entry(row.account_id).or_default() += 1;
    }
    let of_currency = ledger.accounts.iter().filter(|account| has_currency(account, read));
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

fn has_currency(account: &Account, read: &StatementAccount) -> bool {
    read.currency.is_none_or(|currency| currency == account.currency)
}
