//! Statements of one account, joined: pages, days, months that a bank puts in one file.

use std::collections::HashMap;

use domain::{AccountKind, Currency};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{ACCOUNTS_MAX, StatementAccount, StatementRow, text::account_name};

/// What a statement says of its account.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    /// The bank's key for it.
    pub(super) number: Option<String>,
    /// The bank's name for it; may be empty.
    pub(super) name: String,
    pub(super) kind: Option<AccountKind>,
}

/// A balance, with its day where it has one.
pub(super) type Balance = (Option<Date>, Decimal);

/// One statement of one account, in one currency.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) currency: Option<Currency>,
    pub(super) opening: Option<Balance>,
    pub(super) closing: Option<Balance>,
    pub(super) rows: Vec<StatementRow>,
}

/// More accounts than are read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMany;

/// The file's accounts while its statements are read.
#[derive(Default)]
pub(super) struct Joined {
    accounts: Vec<StatementAccount>,
    /// The day of each account's opening balance.
    opened: Vec<Option<Date>>,
    known: HashMap<(Option<String>, Option<Currency>), usize>,
}

impl Joined {
    /// Adds a statement to its account. The balance of the earliest day opens it, that of the
    /// latest closes it; on one day the file's order decides.
    pub(super) fn add(&mut self, head: &Head, sheet: Sheet) -> Result<(), TooMany> {
        let index = self.index(head, sheet.currency)?;
        let account = &mut self.accounts[index];
        if let Some((date, balance)) = sheet.opening
            && (account.opening_balance.is_none() || date < self.opened[index])
        {
            account.opening_balance = Some(balance);
            self.opened[index] = date;
        }
        if let Some((date, balance)) = sheet.closing
            && (account.closing_balance.is_none() || date >= account.closing_date)
        {
            account.closing_balance = Some(balance);
            account.closing_date = date;
        }
        if account.rows.is_empty() {
            account.rows = sheet.rows;
        } else {
            account.rows.extend(sheet.rows);
        }
        Ok(())
    }

    fn index(&mut self, head: &Head, currency: Option<Currency>) -> Result<usize, TooMany> {
        let key = (head.number.clone(), currency);
        if let Some(index) = self.known.get(&key) {
            return Ok(*index);
        }
        if self.accounts.len() >= ACCOUNTS_MAX {
            return Err(TooMany);
        }
        let index = self.accounts.len();
        let kind = head.kind.unwrap_or(AccountKind::Other);
        let name =
            if head.name.is_empty() { account_name(kind, head.number.as_deref()) } else { head.name.clone() };
        self.accounts.push(StatementAccount {
            number: head.number.clone(),
            name,
            kind,
            currency,
            opening_balance: None,
            closing_balance: None,
            closing_date: None,
            rows: Vec::new(),
        });
        self.opened.push(None);
        self.known.insert(key, index);
        Ok(index)
    }

    /// The accounts, in the file's order.
    pub(super) fn into_accounts(self) -> Vec<StatementAccount> {
        self.accounts
    }
}
