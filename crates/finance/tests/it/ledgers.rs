//! Ledgers for tests: hand-made ones and random ones.

use std::{fmt::Debug, str::FromStr};

use domain::{
    Account, AccountKind, BalanceAnchor, Category, CategorySource, Currency, Ledger, Money, Split,
    Transaction, TransactionDetails,
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
        payee: payee.into(),
        description: "".into(),
        category: Category::new(category).expect("a valid path"),
        category_source: CategorySource::Rule,
        external_id: None,
        line: 1,
        details: None,
    }
}

/// What few rows have.
pub fn details(set: impl FnOnce(&mut TransactionDetails)) -> TransactionDetails {
    let mut details = TransactionDetails::default();
    set(&mut details);
    details
}

/// The row as one that the bank has not booked yet.
pub fn pending(row: Transaction) -> Transaction {
    Transaction { details: Some(Box::new(details(|it| it.is_pending = true))), ..row }
}

/// The row in parts: cents and category of each.
pub fn split(row: Transaction, parts: &[(i64, &str)]) -> Transaction {
    let splits = parts
        .iter()
        .map(|(cents, category)| Split {
            amount: Money::new(Decimal::new(*cents, 2), row.amount.currency()).expect("a small amount"),
            category: Category::new(category).expect("a valid path"),
            note: String::new(),
        })
        .collect();
    Transaction { details: Some(Box::new(details(|it| it.splits = splits))), ..row }
}

/// A ledger with its rows in order.
pub fn ledger(accounts: Vec<Account>, mut transactions: Vec<Transaction>) -> Ledger {
    transactions.sort_by_key(|row| (row.date, row.id));
    Ledger { accounts, transactions: transactions.into() }
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

/// Three accounts in two currencies, one with a stated balance, and up to 60 rows of two years,
/// some in parts, some with the other half of a transfer, and some pending and booked since.
pub fn any_ledger() -> impl Strategy<Value = Ledger> {
    let rows = proptest::collection::vec(
        (0usize..3, 0i32..730, -500_00i64..500_00, 0..PAYEES.len(), 0..CATEGORIES.len(), 0..8),
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
        let mut transactions = Vec::new();
        for ((at, days, cents, payee, category, sort), number) in rows.into_iter().zip(10..) {
            let day = first_day().saturating_add(days.days());
            let row = row(number, &accounts[at], day, cents, PAYEES[payee], CATEGORIES[category]);
            match sort {
                0 => {
                    let parts = [(cents - 1_00, CATEGORIES[payee % 9]), (1_00, CATEGORIES[category])];
                    transactions.push(split(row, &parts));
                }
                1 if at < 2 => {
                    let day = day.saturating_add((days % 4).days());
                    let other = CATEGORIES[(category + 5) % 9];
                    transactions.push(self::row(
                        number + 100,
                        &accounts[1 - at],
                        day,
                        -cents,
                        "Savings",
                        other,
                    ));
                    transactions.push(row);
                }
                2 => {
                    let mut booked = row.clone();
                    booked.id = id(number + 200);
                    booked.import_id = id(2);
                    booked.date = day.saturating_add((days % 3).days());
                    transactions.extend([pending(row), booked]);
                }
                3 => {
                    let third = CATEGORIES[(payee + category) % 9];
                    let parts =
                        [(cents - 3_00, CATEGORIES[category]), (2_00, third), (1_00, CATEGORIES[payee % 9])];
                    transactions.push(split(row, &parts));
                }
                _ => transactions.push(row),
            }
        }
        ledger(accounts, transactions)
    })
}

/// The first day of random ledgers.
pub fn first_day() -> Date {
    date(2023, 2, 1)
}
