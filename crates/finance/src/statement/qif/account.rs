//! Accounts of a QIF file: named by `!Account`, by an opening balance, or not at all.

use std::collections::HashMap;

use domain::AccountKind;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    super::{
        ACCOUNTS_MAX, StatementAccount, StatementError, StatementRow, amount,
        text::{account_kind, plain_text},
    },
    date,
    record::{self, Record},
    survey::Survey,
};

/// What an `!Account` record says.
#[derive(Clone)]
pub(super) struct Named {
    name: String,
    kind: Option<AccountKind>,
    balance: Option<(Decimal, Date)>,
}

impl Named {
    /// Reads an account's record; none where it has no name.
    pub(super) fn read(record: &Record<'_>, survey: &Survey<'_>) -> Option<Self> {
        let name = plain_text(record.value('N'));
        let kind = record.field('T').map(|field| record::account_kind(field.value));
        let balance = amount::parse(record.value('$'), survey.decimal_mark).ok();
        let day = date::parse(record.value('/'), survey.date_order).ok();
        let balance = balance.map(|amount| amount.value).zip(day);
        (!name.is_empty()).then_some(Self { name, kind, balance })
    }
}

/// The accounts that have rows.
pub(super) struct Accounts<'n> {
    file_name: &'n str,
    all: Vec<StatementAccount>,
    by_key: HashMap<(String, Option<AccountKind>), usize>,
}

impl<'n> Accounts<'n> {
    pub(super) fn new(file_name: &'n str) -> Self {
        Self { file_name, all: Vec::new(), by_key: HashMap::new() }
    }

    /// The account of the bookings below; where none is named, those of one kind are one account.
    pub(super) fn index(
        &mut self,
        named: Option<&Named>,
        kind: AccountKind,
        line: u32,
    ) -> Result<usize, StatementError> {
        let key = match named {
            Some(named) => (named.name.clone(), None),
            None => (String::new(), Some(kind)),
        };
        if let Some(index) = self.by_key.get(&key) {
            return Ok(*index);
        }
        if self.all.len() >= ACCOUNTS_MAX {
            return Err(StatementError::TooManyAccounts { line, limit: ACCOUNTS_MAX });
        }
        let name = match named {
            Some(named) => named.name.clone(),
            None if self.all.is_empty() => self.file_name.to_owned(),
            None => format!("{} {}", self.file_name, word(kind)),
        };
        let stated = named.and_then(|named| named.kind).filter(|kind| *kind != AccountKind::Other);
        self.all.push(StatementAccount {
            number: named.map(|named| named.name.clone()),
            kind: refined(stated.unwrap_or(kind), &name),
            name,
            currency: None,
            opening_balance: None,
            closing_balance: named.and_then(|named| named.balance).map(|(balance, _)| balance),
            closing_date: named.and_then(|named| named.balance).map(|(_, day)| day),
            rows: Vec::new(),
        });
        self.by_key.insert(key, self.all.len() - 1);
        Ok(self.all.len() - 1)
    }

    pub(super) fn push(&mut self, index: usize, row: StatementRow, currency: Option<domain::Currency>) {
        let account = &mut self.all[index];
        account.currency = account.currency.or(currency);
        if let Some(name) = opening_of(&row) {
            // Quicken and Money name the account in its opening balance, and nowhere else.
            if account.number.is_none() && account.rows.is_empty() {
                account.kind = refined(account.kind, name);
                account.number = Some(name.to_owned());
                name.clone_into(&mut account.name);
            }
            if account.rows.is_empty() && account.number.as_deref() == Some(name) {
                account.opening_balance = Some(Decimal::ZERO);
            }
        }
        account.rows.push(row);
    }

    /// The accounts with rows. A balance that older rows follow would contradict them.
    pub(super) fn finish(mut self) -> Vec<StatementAccount> {
        self.all.retain(|account| !account.rows.is_empty());
        for account in &mut self.all {
            let last = account.rows.iter().map(|row| row.date).max();
            if account.closing_date < last {
                account.closing_balance = None;
                account.closing_date = None;
            }
        }
        self.all
    }
}

/// The account that an opening balance's row names.
fn opening_of(row: &StatementRow) -> Option<&str> {
    const OPENING: [&str; 6] = [
        "opening balance",
        "starting balance",
        "solde initial",
        "anfangssaldo",
        "saldo inicial",
        "saldo iniziale",
    ];
    let is_opening = OPENING.iter().any(|words| row.payee.eq_ignore_ascii_case(words));
    row.details.as_ref()?.transfer_account.as_deref().filter(|_| is_opening)
}

/// A name tells savings from checking, which QIF does not.
fn refined(kind: AccountKind, name: &str) -> AccountKind {
    match (kind, account_kind(name)) {
        (AccountKind::Checking | AccountKind::Other, AccountKind::Savings) => AccountKind::Savings,
        (AccountKind::Other, found) => found,
        (kind, _) => kind,
    }
}

fn word(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Checking => "checking",
        AccountKind::Savings => "savings",
        AccountKind::CreditCard => "credit card",
        AccountKind::Loan => "loan",
        AccountKind::Investment => "investment",
        AccountKind::Cash => "cash",
        AccountKind::Other => "other",
    }
}
