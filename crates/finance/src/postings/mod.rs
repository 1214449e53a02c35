//! What counts, of each row: the one place that knows of splits, transfers between own accounts
//! and pending rows that the bank has booked since.
//!
//! A row is one posting, or one for each of its parts. A half of a paired transfer counts as
//! transfer whatever its category. Booked and pending rows both count, until a booked row takes
//! the place of a pending one. Worked out once for each state of a ledger, in columns that a
//! question passes over.

mod build;
mod pending;
mod select;
mod sizes;
mod sums;
mod texts;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use domain::{Account, AccountId, Category, Currency, Ledger, TransactionId};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{insight::Known, transfers::Transfers};
pub(crate) use build::{halves, parts};
pub(crate) use pending::is_pending;
pub(crate) use select::Selection;
use texts::Texts;

/// What one row, or a part of one, counts as.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posting {
    /// In the smallest unit of its currency's column; [`WIDE`] where it is in `wide`.
    pub(crate) amount: i64,
    /// Index of the ledger's row.
    pub(crate) row: u32,
    /// Index into `categories`.
    pub(crate) category: u32,
    /// Index into `account_ids`.
    pub(crate) account: u32,
    /// Index into `currencies`.
    pub(crate) currency: u16,
}

/// Marks an amount that 64 bits cannot hold.
pub(crate) const WIDE: i64 = i64::MIN;

/// A ledger's rows in columns, by day.
#[derive(Debug)]
pub(crate) struct LedgerIndex {
    /// The accounts that transfers were paired with; others ask for a new index.
    accounts: Vec<Account>,
    pub(crate) postings: Vec<Posting>,
    /// The first posting of each day that has one.
    pub(crate) days: Vec<(Date, u32)>,
    wide: HashMap<u32, i128>,
    pub(crate) categories: Vec<Category>,
    /// Payees, each spelling for itself; made when a question asks for one.
    payees: OnceLock<Texts>,
    /// Descriptions; made when a question asks for one.
    descriptions: OnceLock<Texts>,
    pub(crate) account_ids: Vec<AccountId>,
    /// Each currency, and how many decimal places its amounts have at most.
    pub(crate) currencies: Vec<(Currency, u32)>,
    /// By account: the sum of its rows up to each day that has one; made when a balance is asked for.
    moved: OnceLock<Vec<Vec<(Date, Decimal)>>>,
    pub(crate) transfers: Transfers,
    /// What insights have worked out.
    pub(crate) known: Known,
    /// Pending rows that the bank has booked since, or let go of, by id, ascending.
    pub(crate) replaced: Vec<TransactionId>,
    /// The places of those that are still pending.
    pending: Vec<u32>,
}

impl LedgerIndex {
    /// The ledger's index: made at the first question, kept with the ledger.
    pub(crate) fn of(ledger: &Ledger) -> Arc<Self> {
        ledger.transactions.derived(|index: &Self| index.accounts == ledger.accounts, || build::index(ledger))
    }

    /// The amount in the smallest unit of the currency's column.
    pub(crate) fn units(&self, at: usize) -> i128 {
        match self.postings[at].amount {
            WIDE => self.wide[&(at as u32)],
            amount => i128::from(amount),
        }
    }

    /// The same of the whole row that a posting is of.
    pub(crate) fn row_units(&self, ledger: &Ledger, at: usize) -> i128 {
        let posting = &self.postings[at];
        let is_part_of = |other: Option<&Posting>| other.is_some_and(|it| it.row == posting.row);
        if is_part_of(self.postings.get(at + 1))
            || at.checked_sub(1).is_some_and(|at| is_part_of(self.postings.get(at)))
        {
            let scale = self.currencies[usize::from(posting.currency)].1;
            return build::units(ledger.transactions[posting.row as usize].amount.amount(), scale);
        }
        self.units(at)
    }

    /// Units as an amount of the currency.
    pub(crate) fn decimal(&self, currency: u16, units: i128) -> Decimal {
        let mut scale = self.currencies[usize::from(currency)].1;
        let mut units = units;
        loop {
            match Decimal::try_from_i128_with_scale(units, scale) {
                Ok(amount) => return amount,
                // More digits than a decimal holds: those after the mark go first.
                Err(_) if scale > 0 => (units, scale) = (units / 10, scale - 1),
                Err(_) => return if units < 0 { Decimal::MIN } else { Decimal::MAX },
            }
        }
    }

    /// The payees of `ledger`, whose index this is.
    pub(crate) fn payees(&self, ledger: &Ledger) -> &Texts {
        self.payees.get_or_init(|| Texts::new(ledger, |row| &row.payee))
    }

    /// The descriptions of `ledger`, whose index this is.
    pub(crate) fn descriptions(&self, ledger: &Ledger) -> &Texts {
        self.descriptions.get_or_init(|| Texts::new(ledger, |row| &row.description))
    }

    /// The sum of an account's rows up to and with a day; this is the index of `ledger`.
    pub(crate) fn moved(&self, ledger: &Ledger, account: AccountId, until: Date) -> Decimal {
        let Some(at) = self.account_ids.iter().position(|id| *id == account) else { return Decimal::ZERO };
        let days = &self.moved.get_or_init(|| build::moved(self, ledger))[at];
        let end = days.partition_point(|(day, _)| *day <= until);
        end.checked_sub(1).map_or(Decimal::ZERO, |last| days[last].1)
    }

    /// The sum of an account's rows up to and with a day that are still pending.
    pub(crate) fn pending(&self, ledger: &Ledger, account: AccountId, until: Date) -> Decimal {
        let rows = self.pending.iter().map(|at| &ledger.transactions[*at as usize]);
        rows.filter(|row| row.account_id == account && row.date <= until).map(|row| row.amount.amount()).sum()
    }

    /// Whether the bank has booked this pending row since, or let go of it.
    pub(crate) fn is_replaced(&self, id: TransactionId) -> bool {
        self.replaced.binary_search(&id).is_ok()
    }
}
