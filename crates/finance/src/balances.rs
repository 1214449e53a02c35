//! Balances: what an account held at the end of a day, counted from the balance that a statement
//! names, or from zero.

use domain::{Account, AccountId, Currency, Ledger, Money, Transaction, TransactionId};
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;

/// Points of a series at most: a century of months.
const POINTS_MAX: i32 = 1_200;

/// The account's balance at the end of a day; zero for an account that is not in the ledger.
pub fn balance_on(ledger: &Ledger, account: AccountId, date: Date) -> Money {
    let Some(account) = ledger.account(account) else { return Money::zero(Currency::USD) };
    let moved: Decimal =
        rows_until(ledger, date).iter().filter(|row| row.account_id == account.id).map(amount).sum();
    money(opening(ledger, account) + moved, account.currency)
}

/// The balance after each of the account's rows, in the ledger's order.
pub fn running_balances(ledger: &Ledger, account: AccountId) -> Vec<(TransactionId, Decimal)> {
    let Some(account) = ledger.account(account) else { return Vec::new() };
    let mut balance = opening(ledger, account);
    ledger
        .transactions
        .iter()
        .filter(|row| row.account_id == account.id)
        .map(|row| {
            balance += amount(row);
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
    let mut balance: Decimal = accounts.iter().map(|it| opening(ledger, it)).sum();
    let mut rows =
        ledger.transactions.iter().filter(|row| accounts.iter().any(|it| it.id == row.account_id)).peekable();
    let first = from.max(to.saturating_sub((POINTS_MAX - 1).months()));
    let month_ends = std::iter::successors(Some(first.last_of_month()), |end| {
        end.tomorrow().ok().map(Date::last_of_month)
    });
    let days = month_ends.take_while(|day| *day < to).chain([to]);
    days.map(|day| {
        while let Some(row) = rows.next_if(|row| row.date <= day) {
            balance += amount(row);
        }
        (day, balance)
    })
    .collect()
}

/// The balance before the account's first row: what makes the stated balance come out.
fn opening(ledger: &Ledger, account: &Account) -> Decimal {
    account.anchor.map_or(Decimal::ZERO, |anchor| {
        let until: Decimal = rows_until(ledger, anchor.date)
            .iter()
            .filter(|row| row.account_id == account.id)
            .map(amount)
            .sum();
        anchor.balance.amount() - until
    })
}

fn rows_until(ledger: &Ledger, date: Date) -> &[Transaction] {
    let end = ledger.transactions.partition_point(|row| row.date <= date);
    &ledger.transactions[..end]
}

fn amount(row: &Transaction) -> Decimal {
    row.amount.amount()
}

/// A sum beyond what an amount can hold is shown as the most that it can.
fn money(sum: Decimal, currency: Currency) -> Money {
    Money::new(sum.clamp(-Money::MAX, Money::MAX), currency).unwrap_or(Money::zero(currency))
}
