//! The pool against a real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod proxy;

use std::time::Duration;

use lakebase::{AcquireError, ConnectFailure, Pool, PoolConfig, Settings, is_connection_lost};
use sqlx::Row as _;

use proxy::Proxy;

#[expect(clippy::disallowed_methods, reason = "a test's own switch")]
fn url() -> String {
    std::env::var("TEST_DATABASE_URL")
        .expect("TEST_DATABASE_URL is not set: export TEST_DATABASE_URL=\"$(scripts/postgres.sh start)\"")
}

fn pool_at(url: String, config: PoolConfig) -> Pool {
    let lookup = move |name: &str| (name == "DATABASE_URL").then(|| url.clone());
    let settings = Settings::from_lookup(&lookup).unwrap().unwrap();
    Pool::new(settings, None, config).unwrap()
}

fn pool(max_connections: usize) -> Pool {
    pool_at(url(), PoolConfig { max_connections, ..PoolConfig::default() })
}

async fn pid(connection: &mut lakebase::PgConnection) -> i32 {
    sqlx::query("select pg_backend_pid()").fetch_one(connection).await.unwrap().get(0)
}

async fn terminate(pool: &Pool, pid: i32) {
    let mut other = pool.connect_once().await.unwrap();
    sqlx::query("select pg_terminate_backend($1)").bind(pid).execute(&mut other).await.unwrap();
}

#[tokio::test]
async fn a_connection_that_was_given_back_is_handed_out_again() {
    let pool = pool(2);
    let first = pid(&mut pool.acquire().await.unwrap()).await;
    let second = pid(&mut pool.acquire().await.unwrap()).await;
    assert_eq!(first, second);
    let status = pool.status();
    assert_eq!((status.connections, status.idle, status.waiting), (1, 1, 0));
}

#[tokio::test]
async fn a_pool_that_is_held_up_says_so_before_its_callers_give_up() {
    // Nobody listens on a port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let config = PoolConfig { acquire_timeout: Duration::from_mins(1), ..PoolConfig::default() };
    let pool = pool_at(format!("postgres://nobody@127.0.0.1:{port}/nothing"), config);
    let failure = tokio::select! {
        failure = pool.held_up() => failure,
        acquired = pool.acquire() => panic!("{acquired:?}"),
    };
    assert_eq!(failure, ConnectFailure::Refused);
}

#[tokio::test]
async fn there_are_never_more_connections_than_the_limit() {
    let pool = pool(2);
    let (one, _two) = (pool.acquire().await.unwrap(), pool.acquire().await.unwrap());
    let third = pool.acquire_within(Duration::from_millis(50)).await;
    assert!(matches!(third, Err(AcquireError::Timeout { .. })), "{third:?}");
    assert_eq!(pool.status().connections, 2);
    drop(one);
    pool.acquire().await.unwrap();
}

#[tokio::test]
async fn every_new_connection_is_set_up() {
    let on_connect = Some("set statement_timeout = '7s'; set search_path to pg_catalog".to_owned());
    let pool = pool_at(url(), PoolConfig { on_connect, ..PoolConfig::default() });
    let mut connection = pool.acquire().await.unwrap();
    let row = sqlx::query("select current_setting('statement_timeout'), current_setting('search_path')");
    let row = row.fetch_one(&mut *connection).await.unwrap();
    assert_eq!((row.get::<String, _>(0).as_str(), row.get::<String, _>(1).as_str()), ("7s", "pg_catalog"));
}

#[tokio::test]
async fn killed_backends_are_replaced_and_no_permit_is_lost() {
    let pool = pool(3);
    for _ in 0..5 {
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(pool.acquire().await.unwrap());
        }
        let mut pids = Vec::new();
        for connection in &mut held {
            pids.push(pid(connection).await);
        }
        // One is in use, two are idle when they die.
        let mut used = held.pop().unwrap();
        drop(held);
        for pid in pids {
            terminate(&pool, pid).await;
        }
        let error = sqlx::query("select 1").execute(&mut *used).await.unwrap_err();
        assert!(is_connection_lost(&error) && used.discard_if_lost(&error));
        // The next ones are tested, and replaced: nobody else sees an error.
        let mut held = Vec::new();
        for _ in 0..3 {
            let mut connection = pool.acquire().await.unwrap();
            pid(&mut connection).await;
            held.push(connection);
        }
        assert_eq!(pool.status().connections, 3);
    }
}

#[tokio::test]
async fn a_transaction_that_was_dropped_is_rolled_back_before_the_next_use() {
    let pool = pool(1);
    {
        let mut connection = pool.acquire().await.unwrap();
        let mut transaction = sqlx::Connection::begin(&mut *connection).await.unwrap();
        sqlx::query("set local statement_timeout = '3s'").execute(&mut *transaction).await.unwrap();
    }
    let mut connection = pool.acquire().await.unwrap();
    let row = sqlx::query("select now() = statement_timestamp(), current_setting('statement_timeout')");
    let row = row.fetch_one(&mut *connection).await.unwrap();
    assert_ne!(row.get::<String, _>(1), "3s");
}

#[tokio::test]
async fn a_query_that_was_given_up_does_not_hold_up_the_next_user() {
    let config =
        PoolConfig { max_connections: 1, test_timeout: Duration::from_millis(100), ..PoolConfig::default() };
    let pool = pool_at(url(), config);
    let mut connection = pool.acquire().await.unwrap();
    let sleep = sqlx::query("select pg_sleep(60)").execute(&mut *connection);
    tokio::time::timeout(Duration::from_millis(50), sleep).await.unwrap_err();
    drop(connection);
    let mut connection = pool.acquire().await.unwrap();
    pid(&mut connection).await;
    assert_eq!(pool.status().connections, 1);
}

#[tokio::test]
async fn a_frozen_peer_costs_no_more_than_the_limits_and_no_permit() {
    let proxy = Proxy::start(&url()).await;
    let config = PoolConfig {
        max_connections: 3,
        test_after_idle: Duration::ZERO,
        test_timeout: Duration::from_millis(200),
        ..PoolConfig::default()
    };
    let pool = pool_at(proxy.url(), config);
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(pool.acquire().await.unwrap());
    }
    drop(held);
    proxy.freeze();
    // All three sockets are silent; new ones get through.
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut connection = pool.acquire().await.expect("the silent sockets are dropped within the limit");
        pid(&mut connection).await;
        held.push(connection);
    }
    assert_eq!(pool.status().connections, 3);
}

#[tokio::test]
async fn a_closed_pool_refuses_and_drops_its_connections() {
    let pool = pool(2);
    let used = pool.acquire().await.unwrap();
    drop(pool.acquire().await.unwrap());
    pool.close().await;
    assert!(matches!(pool.acquire().await, Err(AcquireError::Closed)));
    drop(used);
    assert_eq!(pool.status().connections, 0);
}

#[tokio::test]
async fn idle_connections_are_closed_so_that_an_endpoint_can_suspend() {
    let pool =
        pool_at(url(), PoolConfig { idle_timeout: Duration::from_millis(200), ..PoolConfig::default() });
    let maintenance = pool.start();
    drop(pool.acquire().await.unwrap());
    assert_eq!(pool.status().connections, 1);
    // The reaper's own clock decides when; the test only waits for it.
    while pool.status().connections > 0 {
        tokio::task::yield_now().await;
    }
    maintenance.stop().await;
}

#[tokio::test]
async fn a_server_that_is_away_is_a_timeout_that_says_why() {
    let pool = pool_at("postgres://a:b@127.0.0.1:1/c".to_owned(), PoolConfig::default());
    let refused = pool.acquire_within(Duration::from_millis(300)).await.unwrap_err();
    assert_eq!(refused.failure(), Some(lakebase::ConnectFailure::Refused), "{refused:?}");
    assert!(pool.connect_once().await.is_err());
}

#[tokio::test]
async fn a_wrong_password_is_told_as_such() {
    let (before, after) = {
        let url = url();
        let (before, rest) = url.split_once("://").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let (_, after) = rest.split_once('@').unwrap();
        (before, after.to_owned())
    };
    let pool = pool_at(format!("{before}://lakeledger:wrong@{after}"), PoolConfig::default());
    let error = pool.connect_once().await.unwrap_err();
    assert_eq!(error.failure(), Some(lakebase::ConnectFailure::Auth), "{error:?}");
}
