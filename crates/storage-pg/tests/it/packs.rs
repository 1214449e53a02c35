//! Ledgers from packs and from memory, with what changed since, are those of the rows' own table.

use std::sync::Arc;

use domain::{Category, CategoryChoice, CategorySource, Ledger, Transaction, TransactionEdit, UserId};
use jiff::civil::date;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use storage::{ChangeKind, Store, testing::Household};

use crate::database::{bare_store, config, migrate, new_schema, url};

/// Fewer rows are not packed.
const ROWS: i64 = 5_000;

struct Database {
    config: storage_pg::PgConfig,
    ada: Household,
    sql: PgConnection,
}

impl Database {
    async fn new() -> Self {
        let config = config(new_schema().as_str());
        migrate(&config).await.unwrap();
        let (ada, mut sql) = (Household::new("ada"), PgConnection::connect(&url()).await.unwrap());
        sql.execute(AssertSqlSafe(format!("set search_path to {}", config.schema))).await.unwrap();
        let mut database = Self { config, ada, sql };
        database.run(&format!("set app.user_id = '{}'", database.ada.user)).await;
        database
    }

    async fn run(&mut self, sql: &str) -> u64 {
        self.sql.execute(AssertSqlSafe(sql.to_owned())).await.unwrap().rows_affected()
    }

    /// What a store reads that has nothing in memory.
    async fn read(&self) -> Arc<Ledger> {
        let store = bare_store(self.config.clone());
        let ledger = store.ledger(&self.ada.user).await.unwrap();
        store.close().await;
        ledger
    }

    /// What stands in the rows' own table.
    async fn read_rows(&mut self) -> Arc<Ledger> {
        self.run("create temp table kept as select * from ledger_pack").await;
        self.run("delete from ledger_pack").await;
        let ledger = self.read().await;
        self.run("delete from ledger_pack").await;
        self.run("insert into ledger_pack select * from kept").await;
        self.run("drop table kept").await;
        ledger
    }

    /// A household's first import.
    async fn import(&self, store: &dyn Store) -> Vec<Transaction> {
        let account = self.ada.account("Checking", self.ada.import_id());
        let rows: Vec<Transaction> = (0..ROWS)
            .map(|number| {
                let day = date(2020, 1, 1).saturating_add(jiff::Span::new().days(number * 7 % 2_000));
                let payee = format!("Payee {}", number % 700);
                Transaction {
                    external_id: (number % 3 == 0).then(|| format!("id {number}")),
                    ..self.ada.transaction(&account, day, &payee, 50 - number)
                }
            })
            .collect();
        let import = self.ada.import(account.import_id, vec![account], rows.clone());
        self.ada.write(store, import).await;
        rows
    }
}

#[tokio::test]
async fn a_ledger_is_the_same_from_memory_from_a_pack_and_from_its_rows() {
    let mut database = Database::new().await;
    let writer = bare_store(database.config.clone());
    let rows = database.import(&writer).await;
    let first = writer.ledger(&database.ada.user).await.unwrap();
    assert_eq!(first.transactions.len(), rows.len());
    assert_eq!(database.read().await, first);

    let ada = &database.ada;
    let (small, _) = ada.write_account(&writer, "Savings", &["One", "Two"]).await;
    let (undone, three) = ada.write_account(&writer, "Card", &["Three", "Four"]).await;
    let beside = ada.import_beside(ada.import_id(), vec![undone.clone()], Vec::new(), &[three[0].id]);
    ada.write(&writer, beside).await;
    let category = CategoryChoice { category: Category::known("Gifts"), source: CategorySource::Person };
    let edit = TransactionEdit {
        payee: Some("Another".to_owned()),
        category: Some(category),
        note: Some("A note".to_owned()),
        ..TransactionEdit::default()
    };
    let transaction_ids = rows[10..30].iter().map(|row| row.id).collect();
    for kind in [
        ChangeKind::TransactionEdited { transaction_id: rows[7].id, edit: Box::new(edit) },
        ChangeKind::TransactionsCategorised { transaction_ids, category: Category::known("Travel") },
        ChangeKind::ImportUndone { import_id: undone.import_id },
        ChangeKind::AccountRenamed { account_id: small.id, name: "Rainy days".to_owned() },
    ] {
        ada.write(&writer, kind).await;
    }
    let from_memory = writer.ledger(&ada.user).await.unwrap();
    assert_ne!(from_memory, first);
    assert_eq!(from_memory.transactions.len(), rows.len() + 3);
    let from_pack = database.read().await;
    let from_rows = database.read_rows().await;
    assert_eq!(from_memory, from_rows);
    assert_eq!(from_pack, from_rows);
}

#[tokio::test]
async fn a_ledger_comes_out_of_its_pack_until_an_earlier_program_writes() {
    let mut database = Database::new().await;
    let rows = database.import(&bare_store(database.config.clone())).await;
    database.read().await;
    // Nothing writes like this: it shows where rows come from.
    let id = rows[3].id;
    assert_eq!(
        database.run(&format!("update transaction set payee = 'Elsewhere' where id = '{id}'")).await,
        1
    );
    let payee = |ledger: Arc<Ledger>| {
        let row = ledger.transactions.iter().find(|row| row.id == id);
        row.map(|row| row.payee.clone()).unwrap()
    };
    assert_eq!(&*payee(database.read().await), "Payee 3");
    // As programs did that knew of no packs.
    database.run("update ledger_version set version = version + 1").await;
    assert_eq!(&*payee(database.read().await), "Elsewhere");
    let is_packed = "update ledger_pack set part = part where version = (select version from ledger_version)";
    assert_eq!(database.run(is_packed).await, 1);

    database.run("update ledger_pack set rows = 'x'").await;
    assert_eq!(&*payee(database.read().await), "Elsewhere", "a pack that is not understood is passed over");
}

#[tokio::test]
async fn nothing_packed_is_left_of_an_erased_user() {
    let mut database = Database::new().await;
    let store = bare_store(database.config.clone());
    database.import(&store).await;
    database.read().await;
    assert_eq!(database.run("update ledger_pack set part = part").await, 1);
    database.ada.write(&store, ChangeKind::UserErased).await;
    assert_eq!(database.run("update ledger_pack set part = part").await, 0);
    assert_eq!(database.run("update ledger_change set touched = touched").await, 0);
    let user: &UserId = &database.ada.user;
    assert_eq!(*bare_store(database.config.clone()).ledger(user).await.unwrap(), Ledger::default());
}
