//! Ledgers for tests: hand-made ones and random ones.

use std::{fmt::Debug, str::FromStr};

use domain::{
    Account, AccountKind, BalanceAnchor, Category, CategorySource, Currency, Ledger, Money, Transaction,
};
use jiff::{ToSpan, civil::Date, civil::date};
use proptest::prelude::*;
use rust_decimal::Decimal;

/// An id made of a number; larger numbers sort later.
fn id<T: FromStr<Err: Debug>>(number: u64) -> T {
    format!("00000000-0000-7000-8000-{number:012}").parse().expect("a UUID")
}

/// An account in a currency.
pub fn account(number: u64, name: &str, currency: Currency) -> Account {
    Account {
        id: id(number),
        name: name.to_owned(),
        kind: AccountKind::Checking,
        currency,
        number: None,
        anchor: None,
        import_id: id(1),
    }
}

/// A row on an account.
pub fn row(
    number: u64,
    account: &Account,
    day: Date,
    cents: i64,
    payee: &str,
    category: &str,
) -> Transaction {
    Transaction {
        id: id(number),
        account_id: account.id,
        import_id: account.import_id,
        date: day,
        amount: Money::new(Decimal::new(cents, 2), account.currency).expect("a small amount"),
        payee: payee.to_owned(),
        description: String::new(),
        category: Category::new(category).expect("a valid path"),
        category_source: CategorySource::Rule,
        external_id: None,
        line: 1,
        details: None,
    }
}

/// A ledger with its rows in order.
pub fn ledger(accounts: Vec<Account>, mut transactions: Vec<Transaction>) -> Ledger {
    transactions.sort_by_key(|row| (row.date, row.id));
    Ledger { accounts, transactions }
}

const CATEGORIES: &[&str] = &[
    "Food:Groceries",
    "Food:Restaurants",
    "Housing:Rent",
    "Income:Salary",
    "Transfer",
    "Transfer:Opening balance",
    "Uncategorised",
    "Trains:Other",
    "Boats:Other",
];
const PAYEES: &[&str] =
    &["Kiosk", "KIOSK", "kiosk", "Straße", "STRASSE", "", "Émile & Co", "émile & co", "Market"];

/// Three accounts in two currencies, one with a stated balance, and up to 60 rows of two years.
pub fn any_ledger() -> impl Strategy<Value = Ledger> {
    let rows = proptest::collection::vec(
        (0usize..3, 0i32..730, -500_00i64..500_00, 0..PAYEES.len(), 0..CATEGORIES.len()),
        0..60,
    );
    (rows, proptest::option::of((0i32..730, -900_00i64..900_00))).prop_map(|(rows, anchor)| {
        let mut accounts = vec![
            account(1, "Checking", Currency::USD),
            account(2, "Savings", Currency::USD),
            account(3, "Girokonto", Currency::EUR),
        ];
        accounts[0].anchor = anchor.map(|(days, cents)| BalanceAnchor {
            date: first_day().saturating_add(days.days()),
            balance: Money::new(Decimal::new(cents, 2), Currency::USD).expect("a small amount"),
        });
        let transactions = rows.into_iter().zip(10..).map(|((at, days, cents, payee, category), number)| {
            let day = first_day().saturating_add(days.days());
            row(number, &accounts[at], day, cents, PAYEES[payee], CATEGORIES[category])
        });
        let transactions = transactions.collect();
        ledger(accounts, transactions)
    })
}

/// The first day of random ledgers.
pub fn first_day() -> Date {
    date(2023, 2, 1)
}
