use std::{sync::Arc, time::Duration};

use domain::{FixedClock, UserId};
use jiff::Timestamp;
use secrecy::SecretString;
use sqlx::{Connection, PgConnection};
use storage::{StorageMode, Store, StoreError, testing::Household};
use storage_pg::{PgConfig, PgError, PgStore, check_reachable, migrate};
use tokio::net::TcpListener;

use crate::database::{config, new_schema, store, url};

fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock(Timestamp::UNIX_EPOCH))
}

async fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

fn at(port: u16) -> PgConfig {
    let url = format!("postgres://nobody:top-secret@127.0.0.1:{port}/nothing");
    PgConfig { acquire_timeout: Duration::from_millis(200), ..PgConfig::new(SecretString::from(url)) }
}

#[tokio::test]
async fn a_database_that_is_there_is_reachable() {
    check_reachable(&config("app_data")).await.unwrap();
    store().await.ping().await.unwrap();
}

#[tokio::test]
async fn a_database_that_refuses_is_not_reachable() {
    let config = at(closed_port().await);
    assert!(matches!(check_reachable(&config).await, Err(PgError::Failed(_))));
}

#[tokio::test(start_paused = true)]
async fn a_database_that_never_answers_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = at(silent.local_addr().unwrap().port());
    assert!(matches!(check_reachable(&config).await, Err(PgError::TimedOut { .. })));
}

#[tokio::test]
async fn a_malformed_url_says_so_and_nothing_of_its_password() {
    let config = PgConfig::new(SecretString::from("postgres://x:top-secret@host:not-a-port/db"));
    let error = PgStore::new(config.clone(), clock()).unwrap_err();
    assert!(matches!(error, PgError::UrlMalformed(_)));
    assert!(!format!("{error:?} {config:?}").contains("top-secret"));
}

#[tokio::test]
async fn without_a_database_every_call_is_unavailable_and_the_status_says_so() {
    let store = PgStore::new(at(closed_port().await), clock()).unwrap();
    let ada = Household::new("ada");
    let chat = ada.chat("Never written");
    let applied = ada.apply(&store, storage::ChangeKind::ChatCreated { chat }).await;
    assert!(matches!(applied, Err(StoreError::Unavailable(_))));
    assert!(matches!(store.ledger(&ada.user).await, Err(StoreError::Unavailable(_))));
    assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
    assert_eq!(store.status().mode, StorageMode::Unavailable);
}

#[tokio::test]
async fn a_database_that_was_not_migrated_is_unavailable() {
    let store = PgStore::new(config(new_schema().as_str()), clock()).unwrap();
    let found = store.find_profile(&UserId::local()).await;
    assert!(matches!(found, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn connections_that_the_server_closed_are_replaced() {
    let schema = new_schema();
    let named = format!("{}?application_name={schema}", url());
    let config = PgConfig {
        url: SecretString::from(named),
        idle_check_after: Duration::ZERO,
        ..config(schema.as_str())
    };
    migrate(&config).await.unwrap();
    let store = PgStore::new(config, clock()).unwrap();
    let ada = Household::new("ada");
    let chat = ada.write_chat(&store, "Before").await;

    let mut other = PgConnection::connect(&url()).await.unwrap();
    let terminated: i64 = sqlx::query_scalar(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = $1",
    )
    .bind(schema.as_str())
    .fetch_one(&mut other)
    .await
    .unwrap();
    assert!(terminated > 0);
    assert_eq!(store.find_chat(&ada.user, chat.id).await.unwrap(), Some(chat));
    assert_eq!(store.status().mode, StorageMode::Postgres);
}
