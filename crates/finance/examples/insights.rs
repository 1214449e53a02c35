//! How long understanding takes on many rows: `cargo run --release -p finance --example insights 100000`.

#![expect(clippy::print_stdout, reason = "a program that prints what it measured")]

use std::{env, hint::black_box, time::Instant};

use domain::{
    Account, AccountKind, Category, CategorySource, Currency, Ledger, Money, Profile, Transaction,
    TransactionFilter,
};
use finance::{
    GroupBy,
    insight::{
        anomalies::anomalies,
        cash_flow::cash_flow,
        forecast::{ForecastQuery, forecast},
        net_worth::net_worth,
        recurring::recurring,
        safe_to_spend::safe_to_spend,
    },
    sample_household,
};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use rust_decimal::Decimal;

const DAY: Date = date(2026, 11, 21);
/// Households side by side; each next dozen lives two years earlier.
const TOGETHER: u64 = 12;

fn id<T: std::str::FromStr>(number: usize) -> T {
    let Ok(id) = format!("00000000-0000-7000-8000-{number:012}").parse() else {
        unreachable!("twelve digits make a UUID")
    };
    id
}

/// Some households at once, back through the years until there are enough rows.
fn ledger(rows: usize) -> Ledger {
    let mut accounts: Vec<Account> = Vec::new();
    let mut made: Vec<Transaction> = Vec::new();
    let mut seed = 0;
    while made.len() < rows {
        let until = DAY.saturating_sub((((seed / TOGETHER) * 24) as i64).months());
        for (at, stated) in sample_household(seed, until).statement.accounts.into_iter().enumerate() {
            let number = (seed % TOGETHER) as usize * 3 + at;
            if accounts.len() <= number {
                accounts.push(Account {
                    id: id(number),
                    name: format!("{} {number}", stated.name),
                    kind: if at == 2 { AccountKind::CreditCard } else { AccountKind::Checking },
                    currency: Currency::USD,
                    number: None,
                    anchor: None,
                    import_id: id(1),
                });
            }
            for read in stated.rows {
                let category = Category::new(read.category.as_deref().unwrap_or("Uncategorised"));
                let (Ok(amount), Ok(category)) = (Money::new(read.amount, Currency::USD), category) else {
                    continue;
                };
                made.push(Transaction {
                    id: id(100 + made.len()),
                    account_id: id(number),
                    import_id: id(1),
                    date: read.date,
                    amount,
                    payee: format!("{} {}", read.payee, seed % TOGETHER).into(),
                    description: read.description.into(),
                    category,
                    category_source: CategorySource::Rule,
                    external_id: None,
                    line: read.line,
                    details: None,
                });
            }
        }
        seed += 1;
    }
    made.sort_by_key(|row| (row.date, row.id));
    Ledger { accounts, transactions: made.into_iter().collect() }
}

fn time<T>(name: &str, work: impl Fn() -> T) {
    black_box(work());
    let start = Instant::now();
    black_box(work());
    println!("{name:<16} {:>8.1} ms", start.elapsed().as_secs_f64() * 1_000.0);
}

fn main() {
    let rows = env::args().nth(1).and_then(|rows| rows.parse().ok()).unwrap_or(100_000);
    let ledger = ledger(rows);
    println!("{} rows, {} accounts", ledger.transactions.len(), ledger.accounts.len());
    let (profile, filter) = (Profile::default(), TransactionFilter::default());
    let query = ForecastQuery { account: None, currency: Currency::USD, days: 90 };
    time("recurring", || recurring(&ledger, DAY));
    time("cash_flow", || cash_flow(&ledger, &filter, GroupBy::Month, DAY));
    time("net_worth", || net_worth(&ledger, None, DAY));
    time("anomalies", || anomalies(&ledger, &profile, DAY.saturating_sub(90.days()), DAY));
    time("forecast", || forecast(&ledger, &query, DAY));
    time("safe_to_spend", || safe_to_spend(&ledger, &profile, Some(Decimal::ONE), DAY));
}
