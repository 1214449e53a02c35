//! What goes for good is in no column of no table.

use domain::{ChangeId, FixedClock};
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use storage::{
    Applied, ChangeKind, Store,
    testing::{Household, snapshot, write_everything},
};
use storage_pg::{PgStore, SchemaName};

use crate::database::{config, connections, migrate, new_schema, url};

/// A schema of its own whose owner sees every row.
async fn open_schema() -> (PgStore, PgConnection, Vec<String>) {
    let (store, connection, tables, _) = open_named().await;
    (store, connection, tables)
}

async fn open_named() -> (PgStore, PgConnection, Vec<String>, SchemaName) {
    let schema = new_schema();
    let config = config(schema.as_str());
    migrate(&config).await.unwrap();
    let store = PgStore::new(connections(&config), config, &FixedClock(Timestamp::UNIX_EPOCH));
    let mut connection = PgConnection::connect(&url()).await.unwrap();
    connection.execute(AssertSqlSafe(format!("set search_path to {schema}"))).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables where table_schema = current_schema() \
         and table_name <> '_sqlx_migrations' order by table_name",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    (store, connection, tables, schema)
}

/// The tables in which a text stands, whatever the column. Looked at by a role that is held to no policy.
async fn tables_with(connection: &mut PgConnection, tables: &[String], text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for table in tables {
        let mut work = connection.begin().await.unwrap();
        let look = format!("alter table {table} no force row level security");
        work.execute(AssertSqlSafe(look)).await.unwrap();
        let sql = format!("select count(*) from {table} as looked where looked::text ilike '%' || $1 || '%'");
        let count: i64 =
            sqlx::query_scalar(AssertSqlSafe(sql)).bind(text).fetch_one(&mut *work).await.unwrap();
        work.rollback().await.unwrap();
        if count > 0 {
            found.push(table.clone());
        }
    }
    found
}

#[tokio::test]
async fn of_an_erased_user_nothing_is_left_in_any_table() {
    let (store, mut connection, tables) = open_schema().await;
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    write_everything(&store, &ada, "zebraofada").await;
    write_everything(&store, &eve, "zebraofeve").await;
    let held = tables_with(&mut connection, &tables, ada.user.as_str()).await;
    // Only long ledgers are packed.
    let unheld = ["erased_user", "ledger_pack"];
    let others = tables.iter().filter(|table| !unheld.contains(&table.as_str())).cloned().collect::<Vec<_>>();
    assert_eq!(held, others, "before, every table holds something of Ada");
    let marked = tables_with(&mut connection, &tables, "zebraofada").await;
    for table in
        ["account", "chat", "message", "message_words", "profile", "setting", "tool_write", "transaction"]
    {
        assert!(marked.iter().any(|it| it == table), "{table}: {marked:?}");
    }
    let of_eve = snapshot(&store, &eve.user).await;

    ada.write(&store, ChangeKind::UserErased).await;
    for text in [ada.user.as_str(), "zebraofada"] {
        assert_eq!(tables_with(&mut connection, &tables, text).await, Vec::<String>::new(), "{text}");
    }
    assert_eq!(snapshot(&store, &eve.user).await, of_eve);
    assert_eq!(tables_with(&mut connection, &tables, eve.user.as_str()).await, others);
}

#[tokio::test]
async fn a_purged_chat_is_in_no_table() {
    let (store, mut connection, tables) = open_schema().await;
    let ada = Household::new("ada");
    let chat_id = write_everything(&store, &ada, "zebra").await;
    ada.write(&store, ChangeKind::ChatPurged { chat_id }).await;
    for text in [chat_id.to_string(), "zebra".to_owned()] {
        let left = tables_with(&mut connection, &tables, &text).await;
        let chats = ["chat", "message", "message_words", "run", "run_event", "tool_write"];
        assert!(!left.iter().any(|table| chats.contains(&table.as_str())), "{text}: {left:?}");
    }
}

#[tokio::test]
async fn an_instance_that_read_before_sees_what_was_written_after_an_erasure() {
    let (store, _, _, schema) = open_named().await;
    let ada = Household::new("ada");
    let other = crate::database::bare_store(config(schema.as_str()));
    write_everything(&store, &ada, "zebra").await;
    let nothing = snapshot(&other, &Household::new("nobody").user).await;
    assert_ne!(snapshot(&other, &ada.user).await, nothing, "the other instance has read it");
    ada.write(&store, ChangeKind::UserErased).await;
    // As many changes as there were before, so that a counter that begins anew would stand where it stood.
    for _ in 0..20 {
        ada.write_account(&store, "New", &["Lion"]).await;
        assert_eq!(snapshot(&other, &ada.user).await, snapshot(&store, &ada.user).await);
    }
    let late = ada.change(ChangeKind::ChatCreated { chat: ada.chat("late") });
    let late = storage::Change { id: ChangeId::generate(&ada.clock), at: Timestamp::UNIX_EPOCH, ..late };
    assert_eq!(other.apply(&late).await.unwrap(), Applied::Before);
}
