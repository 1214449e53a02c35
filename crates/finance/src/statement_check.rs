//! Whether a statement's rows add up to the balances that it states, and to the ledger's.

use domain::{AccountId, Ledger};
use rust_decimal::Decimal;

use crate::{
    postings::{LedgerIndex, is_pending},
    statement::{StatementAccount, StatementRow},
};

/// What a statement's balances say of its rows. Pending rows are in no stated balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BalanceCheck {
    /// Opening balance plus rows.
    pub expected: Option<Decimal>,
    /// The stated closing balance less `expected`; zero when they agree, none where the statement
    /// lacks one of the two balances.
    pub difference: Option<Decimal>,
    /// The first row whose stated balance does not follow from the row before it.
    pub departure: Option<Departure>,
    /// The stated closing balance less what the ledger's earlier stated balance and all rows since,
    /// new ones too, come to; none where the ledger has no earlier one.
    pub ledger_difference: Option<Decimal>,
}

/// A row whose stated balance does not follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departure {
    /// Its line in the file, from 1.
    pub line: u32,
    /// The stated balance less the one that follows from the row before it.
    pub difference: Decimal,
}

impl BalanceCheck {
    /// Nothing that is stated contradicts anything else.
    pub fn agrees(&self) -> bool {
        let is_nothing = |difference: Option<Decimal>| difference.is_none_or(|it| it.is_zero());
        is_nothing(self.difference) && is_nothing(self.ledger_difference) && self.departure.is_none()
    }
}

/// Checks one account of a statement against itself, and against the account of the ledger that
/// the `new` ones of its rows are to be added to.
pub fn check_balances(
    read: &StatementAccount,
    ledger: &Ledger,
    account: Option<AccountId>,
    new: &[&StatementRow],
) -> BalanceCheck {
    let booked = || read.rows.iter().filter(|row| is_booked(row));
    let expected = read.opening_balance.map(|opening| {
        let all = opening + booked().map(|row| row.amount).sum::<Decimal>();
        match read.closing_date {
            // A file that was made later than its balance has rows behind that.
            Some(day) if read.closing_balance != Some(all) => {
                opening + booked().filter(|row| row.date <= day).map(|row| row.amount).sum::<Decimal>()
            }
            _ => all,
        }
    });
    let difference = expected.and_then(|expected| Some(read.closing_balance? - expected));
    BalanceCheck {
        expected,
        difference,
        departure: departure(&read.rows),
        ledger_difference: account.and_then(|account| ledger_difference(read, ledger, account, new)),
    }
}

pub(crate) fn is_booked(row: &StatementRow) -> bool {
    row.details.as_ref().is_none_or(|details| !details.is_pending)
}

/// The first row that departs, in the order of time that fewer rows depart from: files list the
/// oldest first or the newest.
fn departure(rows: &[StatementRow]) -> Option<Departure> {
    let mut oldest_first = departures(rows.iter());
    let mut newest_first = departures(rows.iter().rev());
    oldest_first.sort_by_key(|it| it.line);
    newest_first.sort_by_key(|it| it.line);
    let fewer = if newest_first.len() < oldest_first.len() { newest_first } else { oldest_first };
    fewer.first().copied()
}

fn departures<'a>(rows: impl Iterator<Item = &'a StatementRow>) -> Vec<Departure> {
    let mut departures = Vec::new();
    let mut balance: Option<Decimal> = None;
    for row in rows.filter(|row| is_booked(row)) {
        let follows = balance.map(|balance| balance + row.amount);
        if let (Some(follows), Some(stated)) = (follows, row.balance)
            && follows != stated
        {
            departures.push(Departure { line: row.line, difference: stated - follows });
        }
        balance = row.balance.or(follows);
    }
    departures
}

fn ledger_difference(
    read: &StatementAccount,
    ledger: &Ledger,
    account: AccountId,
    new: &[&StatementRow],
) -> Option<Decimal> {
    let (stated, day) = (read.closing_balance?, read.closing_date?);
    let anchor = ledger.account(account)?.anchor?;
    let index = LedgerIndex::of(ledger);
    let held = index.moved(ledger, account, day) - index.moved(ledger, account, anchor.date);
    let since = ledger.transactions.partition_point(|row| row.date <= anchor.date);
    let until = ledger.transactions.partition_point(|row| row.date <= day);
    // Whether this file books them or a later one does, no stated balance holds them.
    let pending: Decimal = ledger
        .transactions
        .get(since..until)
        .unwrap_or_default()
        .iter()
        .filter(|row| row.account_id == account && is_pending(row) && !index.is_replaced(row.id))
        .map(|row| row.amount.amount())
        .sum();
    let added = |until| -> Decimal {
        new.iter()
            .copied()
            .filter(|row| is_booked(row))
            .filter(|row| row.date <= until)
            .map(|row| row.amount)
            .sum()
    };
    Some(stated - (anchor.balance.amount() + held - pending + added(day) - added(anchor.date)))
}
