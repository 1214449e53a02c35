use domain::{FixedClock, UserId};
use jiff::Timestamp;
use sqlx::{Connection, PgConnection};
use storage::{StorageMode, Store, StoreError, testing::Household};
use storage_pg::{PgConfig, PgStore};
use tokio::net::TcpListener;

use crate::database::{Plain, bare_store, config, migrate, new_schema, store, url};

/// A store on a port that nobody listens on.
async fn unreachable() -> PgStore {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let config = PgConfig::default();
    let connections = Plain::of(&format!("postgres://nobody:top-secret@127.0.0.1:{port}/nothing"), &config);
    PgStore::new(connections, config, &FixedClock(Timestamp::UNIX_EPOCH))
}

/// Ends every session whose name is `application_name`.
async fn terminate(application_name: &str) {
    let mut other = PgConnection::connect(&url()).await.unwrap();
    let terminated: i64 = sqlx::query_scalar(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = $1",
    )
    .bind(application_name)
    .fetch_one(&mut other)
    .await
    .unwrap();
    assert!(terminated > 0);
}

#[tokio::test]
async fn a_database_that_is_there_answers_a_ping() {
    store().await.ping().await.unwrap();
}

#[tokio::test]
async fn without_a_database_every_call_is_unavailable() {
    let store = unreachable().await;
    let ada = Household::new("ada");
    let chat = ada.chat("Never written");
    let applied = ada.apply(&store, storage::ChangeKind::ChatCreated { chat }).await;
    let error = applied.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)));
    assert!(!format!("{error:?} {store:?}").contains("top-secret"));
    assert!(matches!(store.ledger(&ada.user).await, Err(StoreError::Unavailable(_))));
    assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn a_database_that_was_not_migrated_is_unavailable() {
    let store = bare_store(config(new_schema().as_str()));
    let found = store.find_profile(&UserId::local()).await;
    assert!(matches!(found, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn a_read_and_a_write_on_connections_that_the_server_closed_are_done_on_new_ones() {
    let schema = new_schema();
    let config = config(schema.as_str());
    migrate(&config).await.unwrap();
    let named = format!("{}?application_name={schema}", url());
    let connections = Plain::of(&named, &config);
    let store = PgStore::new(connections, config, &FixedClock(Timestamp::UNIX_EPOCH));
    let ada = Household::new("ada");
    let chat = ada.write_chat(&store, "Before").await;

    terminate(schema.as_str()).await;
    assert_eq!(store.find_chat(&ada.user, chat.id).await.unwrap(), Some(chat));
    terminate(schema.as_str()).await;
    let after = ada.write_chat(&store, "After").await;
    assert_eq!(store.find_chat(&ada.user, after.id).await.unwrap(), Some(after));
    assert_eq!(store.status().mode, StorageMode::Postgres);
}
