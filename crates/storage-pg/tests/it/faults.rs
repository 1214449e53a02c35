use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::{FixedClock, UserId};
use jiff::Timestamp;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use storage::{Applied, ChangeKind, StorageMode, Store, StoreError, testing::Household};
use storage_pg::{PgConfig, PgStore};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::database::{Plain, bare_store, config, connection, migrate, new_schema, store, url};

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

/// Passes bytes on to the database. Armed, it hangs up once, between a commit and its answer.
async fn forgetful_proxy(is_armed: Arc<AtomicBool>) -> u16 {
    let options: PgConnectOptions = url().parse().unwrap();
    let address = (options.get_host().to_owned(), options.get_port());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut database = TcpStream::connect(&address).await.unwrap();
            let is_armed = Arc::clone(&is_armed);
            tokio::spawn(async move {
                let (mut sent, mut answered) = (Vec::new(), Vec::new());
                loop {
                    tokio::select! {
                        Ok(1..) = client.read_buf(&mut sent) => {
                            let is_commit = sent.windows(7).any(|part| part == b"COMMIT\0");
                            database.write_all(&sent).await.unwrap();
                            sent.clear();
                            if is_commit && is_armed.swap(false, Ordering::SeqCst) {
                                // Its answer says that it was done.
                                database.read_buf(&mut answered).await.unwrap();
                                return;
                            }
                        }
                        Ok(1..) = database.read_buf(&mut answered) => {
                            client.write_all(&answered).await.unwrap();
                            answered.clear();
                        }
                        else => return,
                    }
                }
            });
        }
    });
    port
}

#[tokio::test]
async fn a_change_whose_commit_nobody_heard_of_is_new_to_its_sender_and_a_repeat_is_not() {
    let schema = new_schema();
    let config = PgConfig { statement_timeout: Duration::from_secs(10), ..config(schema.as_str()) };
    migrate(&config).await.unwrap();
    let is_armed = Arc::new(AtomicBool::new(false));
    let port = forgetful_proxy(Arc::clone(&is_armed)).await;
    let options: PgConnectOptions = url().parse().unwrap();
    let behind = url().replace(&format!(":{}/", options.get_port()), &format!(":{port}/"));
    let connections = Plain::of(&behind, &config);
    let store = PgStore::new(connections, config, &FixedClock(Timestamp::UNIX_EPOCH));
    let ada = Household::new("ada");
    let chat = ada.write_chat(&store, "Chat").await;

    let sent = |text| {
        let (question, answer, run) = ada.exchange(chat.id, text);
        ada.change(ChangeKind::MessageSent { chat: None, question, answer, run })
    };
    let first = sent("Once?");
    is_armed.store(true, Ordering::SeqCst);
    assert_eq!(store.apply(&first).await.unwrap(), Applied::Now);
    assert!(!is_armed.load(Ordering::SeqCst), "the commit's answer was lost");
    assert_eq!(store.apply(&first).await.unwrap(), Applied::Before);

    // The sender's own repeat: the same key, for a question of another id.
    let repeat = storage::Change { id: first.id, ..sent("Once?") };
    assert_eq!(store.apply(&repeat).await.unwrap(), Applied::Before);
    let page = storage::PageRequest::first(10);
    assert_eq!(store.list_messages(&ada.user, chat.id, &page).await.unwrap().items.len(), 2);
}

#[tokio::test]
async fn a_change_that_takes_long_holds_up_no_other_of_its_person() {
    let store = store().await;
    let ada = Household::new("ada");
    let long = ada.change(ChangeKind::UserErased);
    let mut other = connection().await;
    let mut work = other.begin().await.unwrap();
    sqlx::query("select set_config('app.user_id', $1, true)")
        .bind(ada.user.as_str())
        .execute(&mut *work)
        .await
        .unwrap();
    sqlx::query("insert into applied_change (user_id, id, applied_at) values ($1, $2, now())")
        .bind(ada.user.as_str())
        .bind(long.id.as_uuid())
        .execute(&mut *work)
        .await
        .unwrap();
    let chat = ada.write_chat(&*store, "Beside it").await;
    assert_eq!(store.find_chat(&ada.user, chat.id).await.unwrap(), Some(chat));
    work.commit().await.unwrap();

    // Counted for each of several users whose changes are written together.
    let eve = Household::new("eve");
    let changes = [&ada, &eve].map(|one| one.change(ChangeKind::ChatCreated { chat: one.chat("Together") }));
    assert_eq!(store.apply_all(&changes).await.applied, [Applied::Now, Applied::Now]);
    for (user, expected) in [(&ada.user, 3), (&eve.user, 1)] {
        let mut work = other.begin().await.unwrap();
        sqlx::query("select set_config('app.user_id', $1, true)")
            .bind(user.as_str())
            .execute(&mut *work)
            .await
            .unwrap();
        let version: i64 = sqlx::query_scalar("select version from user_version where user_id = $1")
            .bind(user.as_str())
            .fetch_one(&mut *work)
            .await
            .unwrap();
        assert_eq!(version, expected);
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_fails_its_own_request_and_no_other() {
    let schema = new_schema();
    let config = config(schema.as_str());
    migrate(&config).await.unwrap();
    let store = bare_store(config);
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    let payees = ["Bakery"; 20];
    let (account, _) = ada.write_account(&store, "Checking", &payees).await;
    eve.write_account(&store, "Checking", &["Rent"]).await;
    let mut other = PgConnection::connect(&url()).await.unwrap();
    let mut work = other.begin().await.unwrap();
    sqlx::query("select set_config('app.user_id', $1, true), set_config('search_path', $2, true)")
        .bind(ada.user.as_str())
        .bind(schema.as_str())
        .execute(&mut *work)
        .await
        .unwrap();
    sqlx::query("update transaction set category_source = 'oracle' where account_id = $1")
        .bind(account.id.as_uuid())
        .execute(&mut *work)
        .await
        .unwrap();
    work.commit().await.unwrap();
    for _ in 0..6 {
        assert!(matches!(store.ledger(&ada.user).await, Err(StoreError::Failed(_))));
        let ledger = store.ledger(&eve.user).await.unwrap();
        assert_eq!(&*ledger.transactions[0].payee, "Rent");
        assert_eq!(store.list_accounts(&eve.user).await.unwrap().len(), 1);
    }
}
