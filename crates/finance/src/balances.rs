//! Balances: what an account held at the end of a day, counted from the balance that a statement
//! names, or from zero.

use domain::{Account, AccountId, Currency, Ledger, Money, TransactionId};
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;

use crate::postings::LedgerIndex;

/// Points of a series at most: a century of months.
const POINTS_MAX: i32 = 1_200;

/// The account's balance at the end of a day; zero for an account that is not in the ledger.
pub fn balance_on(ledger: &Ledger, account: AccountId, date: Date) -> Money {
    let Some(account) = ledger.account(account) else { return Money::zero(Currency::USD) };
    let index = LedgerIndex::of(ledger);
    money(opening(ledger, &index, account) + index.moved(ledger, account.id, date), account.currency)
}

/// The balance before the account's first row: what makes the balance come out that a statement
/// names; zero where none does, and for an account that is not in the ledger.
pub fn opening_balance(ledger: &Ledger, account: AccountId) -> Money {
    let Some(account) = ledger.account(account) else { return Money::zero(Currency::USD) };
    money(opening(ledger, &LedgerIndex::of(ledger), account), account.currency)
}

/// The balance after each of the account's rows, in the ledger's order.
pub fn running_balances(ledger: &Ledger, account: AccountId) -> Vec<(TransactionId, Decimal)> {
    let Some(account) = ledger.account(account) else { return Vec::new() };
    let index = LedgerIndex::of(ledger);
    let mut balance = opening(ledger, &index, account);
    ledger
        .transactions
        .iter()
        .filter(|row| row.account_id == account.id)
        .map(|row| {
            if !index.is_replaced(row.id) {
                balance += row.amount.amount();
            }
            (row.id, balance)
        })
        .collect()
}

/// The balance at each month's end from `from` to `to`, and on `to` itself: of one account, or
/// of all accounts of the currency together. Of more than a century, the last.
pub fn balance_series(
    ledger: &Ledger,
    account: Option<AccountId>,
    currency: Currency,
    from: Date,
    to: Date,
) -> Vec<(Date, Decimal)> {
    let accounts: Vec<&Account> = ledger
        .accounts
        .iter()
        .filter(|it| it.currency == currency && account.is_none_or(|id| it.id == id))
        .collect();
    if accounts.is_empty() || from > to {
        return Vec::new();
    }
    let index = LedgerIndex::of(ledger);
    let opening: Decimal = accounts.iter().map(|it| opening(ledger, &index, it)).sum();
    let first = from.max(to.saturating_sub((POINTS_MAX - 1).months()));
    let month_ends = std::iter::successors(Some(first.last_of_month()), |end| {
        end.tomorrow().ok().map(Date::last_of_month)
    });
    let days = month_ends.take_while(|day| *day < to).chain([to]);
    days.map(|day| {
        let moved: Decimal = accounts.iter().map(|it| index.moved(ledger, it.id, day)).sum();
        (day, opening + moved)
    })
    .collect()
}

fn opening(ledger: &Ledger, index: &LedgerIndex, account: &Account) -> Decimal {
    account.anchor.map_or(Decimal::ZERO, |anchor| {
        let day = anchor.date;
        // A stated balance holds nothing that is pending.
        let booked = index.moved(ledger, account.id, day) - index.pending(ledger, account.id, day);
        anchor.balance.amount() - booked
    })
}

/// A sum beyond what an amount can hold is shown as the most that it can.
fn money(sum: Decimal, currency: Currency) -> Money {
    Money::new(sum.clamp(-Money::MAX, Money::MAX), currency).unwrap_or(Money::zero(currency))
}
