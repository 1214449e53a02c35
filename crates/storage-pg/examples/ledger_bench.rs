//! How long a large ledger takes in and out of the database that `TEST_DATABASE_URL` names:
//! `cargo run --release -p storage-pg --example ledger_bench [ROWS]`.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints, and may fail loudly")]

#[path = "../tests/it/database.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod database;

use std::time::Instant;

use domain::{Category, Ledger, TransactionEdit};
use jiff::civil::date;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use storage::{ChangeKind, RuleResult, Store, testing::Household};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Reads of a ledger that nothing is kept of.
const READS: usize = 9;

#[tokio::main]
async fn main() {
    let rows = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let config = database::config(database::new_schema().as_str());
    database::migrate(&config).await.unwrap();
    let store = database::bare_store(config.clone());
    let ada = Household::new("ada");
    let account = ada.account("Checking", ada.import_id());
    let transactions: Vec<_> = (0..rows)
        .map(|number: i64| {
            let day = date(2020, 1, 1).saturating_add(jiff::Span::new().days(number % 2_000));
            ada.transaction(&account, day, &format!("Payee {}", number % 700), -number)
        })
        .collect();
    println!("{rows} transactions, ms");
    let import = ada.import(account.import_id, vec![account.clone()], transactions);
    timed("import", ada.write(&store, import)).await;
    read(&config, &ada, From::Rows, "first read, row by row").await;
    read(&config, &ada, From::Pack, "first read, packed").await;
    timed("a change of one row", ada.write(&store, one_edit(&store, &ada).await)).await;
    timed("the question after it", store.ledger(&ada.user)).await.unwrap();
    read(&config, &ada, From::Pack, "first read, packed, and a change").await;
    let ledger = store.ledger(&ada.user).await.unwrap();
    let by_rule = RuleResult {
        transaction_ids: ledger.transactions.iter().map(|row| row.id).collect(),
        category: Category::known("Food:Groceries"),
        payee: Some("One name for all".to_owned()),
    };
    timed("rules applied to all", ada.write(&store, ChangeKind::RulesApplied { results: vec![by_rule] }))
        .await;
    read(&config, &ada, From::Rows, "with a history each, row by row").await;
    read(&config, &ada, From::Pack, "with a history each, packed").await;
}

/// Where a first read finds the rows.
#[derive(PartialEq)]
enum From {
    Rows,
    Pack,
}

async fn one_edit(store: &dyn Store, ada: &Household) -> ChangeKind {
    let ledger = store.ledger(&ada.user).await.unwrap();
    let edit = TransactionEdit { note: Some("A note".to_owned()), ..TransactionEdit::default() };
    ChangeKind::TransactionEdited { transaction_id: ledger.transactions[7].id, edit: Box::new(edit) }
}

/// The median of reads by stores that have nothing in memory.
async fn read(config: &storage_pg::PgConfig, ada: &Household, from: From, name: &str) {
    let mut times: Vec<f64> = Vec::new();
    let mut sql = PgConnection::connect(&database::url()).await.unwrap();
    sql.execute(AssertSqlSafe(format!("set search_path to {}", config.schema))).await.unwrap();
    sql.execute(AssertSqlSafe(format!("set app.user_id = '{}'", ada.user))).await.unwrap();
    for _ in 0..READS {
        if from == From::Rows {
            sql.execute("delete from ledger_pack").await.unwrap();
        }
        let store = database::bare_store(config.clone());
        // The connection is open before a question comes.
        store.ping().await.unwrap();
        let start = Instant::now();
        let ledger: std::sync::Arc<Ledger> = store.ledger(&ada.user).await.unwrap();
        times.push(start.elapsed().as_secs_f64() * 1_000.0);
        assert!(!ledger.transactions.is_empty());
        store.close().await;
    }
    times.sort_by(f64::total_cmp);
    println!("{name:32} {:8.1} (least {:.1})", times[READS / 2], times[0]);
}

async fn timed<T>(name: &str, work: impl Future<Output = T>) -> T {
    let start = Instant::now();
    let done = work.await;
    println!("{name:32} {:8.1}", start.elapsed().as_secs_f64() * 1_000.0);
    done
}
