//! How long questions take on many transactions:
//! `cargo run --release -p finance --example questions [ROWS]`.

#![expect(clippy::print_stdout, reason = "a program that prints")]

use std::{hint::black_box, time::Instant};

use domain::{
    Account, AccountKind, Category, CategorySource, Currency, Ledger, Money, Side, Transaction,
    TransactionFilter,
};
use finance::{GroupBy, balance_on, group, largest, total, transfers};
use jiff::{ToSpan, civil::date};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rust_decimal::Decimal;

const CATEGORIES: [&str; 8] = [
    "Food:Groceries",
    "Food:Restaurants",
    "Housing:Rent",
    "Transport:Fuel",
    "Shopping:Clothing",
    "Income:Salary",
    "Transfer",
    "Uncategorised",
];

fn main() {
    let rows = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let ledger = ledger(rows);
    let year = TransactionFilter {
        from: Some(date(2020, 1, 1)),
        to: Some(date(2020, 12, 31)),
        side: Some(Side::Spending),
        ..TransactionFilter::default()
    };
    let all = TransactionFilter { side: Some(Side::Spending), ..TransactionFilter::default() };
    let text = TransactionFilter { text: Some("shop 77".to_owned()), ..all.clone() };
    let account = ledger.accounts[0].id;
    println!("{rows} transactions, ms: first, then the median of 9");
    timed("total of all spending", || total(&ledger, &all).len());
    timed("total of a year's spending", || total(&ledger, &year).len());
    timed("by category", || group(&ledger, &all, GroupBy::Category).len());
    timed("by month", || group(&ledger, &all, GroupBy::Month).len());
    timed("by payee", || group(&ledger, &all, GroupBy::Payee).len());
    timed("largest ten", || largest(&ledger, &all, 10).len());
    timed("mentioning a text", || total(&ledger, &text).len());
    timed("balance on a day", || usize::from(balance_on(&ledger, account, date(2022, 5, 5)).is_outflow()));
    timed("transfers", || transfers(&ledger).pairs.len());
}

fn timed(name: &str, question: impl Fn() -> usize) {
    let once = || {
        let start = Instant::now();
        black_box(question());
        start.elapsed().as_secs_f64() * 1_000.0
    };
    let first = once();
    let mut again: Vec<f64> = (0..9).map(|_| once()).collect();
    again.sort_by(f64::total_cmp);
    println!("{name:28} {first:8.2} {:8.2}", again[4]);
}

fn ledger(rows: u64) -> Ledger {
    let mut dice = ChaCha8Rng::seed_from_u64(1);
    let id = |number: u64| format!("00000000-0000-7000-8000-{number:012}");
    let accounts: Vec<Account> = (1..5)
        .map(|number| Account {
            id: id(number).parse().expect("a UUID"),
            name: format!("Account {number}"),
            kind: AccountKind::Checking,
            currency: Currency::USD,
            number: Some(format!("00{number}000{number}{number}")),
            anchor: None,
            import_id: id(9).parse().expect("a UUID"),
        })
        .collect();
    let transactions: Vec<Transaction> = (0..rows)
        .map(|number| {
            let account = &accounts[dice.random_range(0..4)];
            let category = CATEGORIES[dice.random_range(0..8)];
            let cents = dice.random_range(1..50_000i64) * if category == "Income:Salary" { 1 } else { -1 };
            Transaction {
                id: id(100 + number).parse().expect("a UUID"),
                account_id: account.id,
                import_id: account.import_id,
                // Statements come by day, and lie in memory as they came.
                date: date(2015, 1, 1).saturating_add((number * 3_600 / rows).cast_signed().days()),
                amount: Money::new(Decimal::new(cents, 2), Currency::USD).expect("a small amount"),
                payee: format!("Shop {}", dice.random_range(0..5_000)).into(),
                description: format!("SQ *SHOP {} CARD 1234", dice.random_range(0..20_000)).into(),
                category: Category::known(category),
                category_source: CategorySource::Rule,
                external_id: None,
                line: number as u32,
                details: None,
            }
        })
        .collect();
    Ledger { accounts, transactions: transactions.into() }
}
