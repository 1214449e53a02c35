//! Faults of open sessions and of the way to the door.

use std::{future::Future, io::ErrorKind, pin::pin, task::Poll};

use emulator::{CLIENT_ID, Kill, Refuse};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    Harness,
    pg::{Client, Failure, SSL_REQUEST},
};

async fn connected() -> (Harness, Client) {
    let harness = Harness::start().await;
    let client = Client::connect(&harness, &harness.mint(CLIENT_ID, 60)).await.unwrap();
    (harness, client)
}

async fn is_pending(future: impl Future) -> bool {
    let mut future = pin!(future);
    std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
}

#[tokio::test]
async fn killed_sessions_end_as_they_are_told_to() {
    let harness = Harness::start().await;
    for (how, expected) in [
        (Kill::Close, Failure::Lost),
        (Kill::Reset, Failure::Lost),
        (
            Kill::AdminShutdown,
            Failure::server("FATAL", "57P01", "terminating connection due to administrator command"),
        ),
    ] {
        let credential = harness.mint(CLIENT_ID, 60);
        let mut client = Client::connect(&harness, &credential).await.unwrap();
        harness.admin().kill_connections(how);
        assert_eq!(client.end().await, expected);
        harness.admin().wait_for(|state| state.open_connections == 0).await;
        let mut next = Client::connect(&harness, &credential).await.unwrap();
        assert_eq!(next.query("select 1").await.unwrap(), ["1"]);
        drop(next);
    }
}

#[tokio::test]
async fn frozen_sessions_are_silent_until_they_thaw_while_new_ones_work() {
    let (harness, mut frozen) = connected().await;
    harness.admin().change_faults(|faults| faults.pg.freeze = true);
    frozen.ask("select 7").await.unwrap();
    let mut new = Client::connect(&harness, &harness.mint(CLIENT_ID, 60)).await.unwrap();
    for _ in 0..50 {
        assert_eq!(new.query("select 1").await.unwrap(), ["1"]);
    }
    assert!(is_pending(frozen.answer()).await, "nothing has come through");
    // The new session's two statements at most: the frozen one's never left the door.
    assert_eq!(harness.admin().state().statements, 50);

    harness.admin().change_faults(|faults| faults.pg.freeze = false);
    assert_eq!(frozen.answer().await.unwrap(), ["7"]);
}

#[tokio::test]
async fn the_door_notices_when_the_client_of_a_frozen_session_leaves() {
    let (harness, frozen) = connected().await;
    harness.admin().change_faults(|faults| faults.pg.freeze = true);
    drop(frozen);
    harness.admin().wait_for(|state| state.open_sockets == 0).await;
}

#[tokio::test]
async fn read_only_reaches_open_and_new_sessions_and_goes_again() {
    let (harness, mut open) = connected().await;
    let write = "create temporary table t (x int); drop table t";
    let create = "create table emulator_read_only (x int); drop table emulator_read_only";
    open.query(write).await.unwrap();

    harness.admin().change_faults(|faults| faults.pg.read_only = true);
    open.query("select 1").await.unwrap();
    assert_eq!(open.query(create).await.unwrap_err().code(), "25006");
    let mut new = Client::connect(&harness, &harness.mint(CLIENT_ID, 60)).await.unwrap();
    assert_eq!(new.query(create).await.unwrap_err().code(), "25006");

    harness.admin().change_faults(|faults| faults.pg.read_only = false);
    for client in [&mut open, &mut new] {
        client.query("select 1").await.unwrap();
        assert_eq!(client.query("show default_transaction_read_only").await.unwrap(), ["off"]);
        client.query(write).await.unwrap();
    }
}

#[tokio::test]
async fn read_only_waits_for_the_end_of_a_transaction() {
    let (harness, mut client) = connected().await;
    client.query("begin").await.unwrap();
    harness.admin().change_faults(|faults| faults.pg.read_only = true);
    assert_eq!(client.query("show default_transaction_read_only").await.unwrap(), ["off"]);
    client.query("commit").await.unwrap();
    assert_eq!(client.query("show transaction_read_only").await.unwrap(), ["on"]);
}

#[tokio::test]
async fn a_closed_door_refuses_and_opens_again_on_the_same_port() {
    let (harness, mut open) = connected().await;
    let address = (harness.pg_host(), harness.pg_port());
    harness.admin().change_faults(|faults| faults.pg.refuse = Some(Refuse::Closed));
    // What was taken before the listener went is reset or refused; soon all is refused.
    while TcpStream::connect(address.clone()).await.err().map(|error| error.kind())
        != Some(ErrorKind::ConnectionRefused)
    {}
    assert_eq!(open.query("select 1").await.unwrap(), ["1"]);

    harness.admin().change_faults(|faults| faults.pg.refuse = None);
    while TcpStream::connect(address.clone()).await.is_err() {}
    let mut client = Client::connect(&harness, &harness.mint(CLIENT_ID, 60)).await.unwrap();
    assert_eq!(client.query("select 1").await.unwrap(), ["1"]);
}

#[tokio::test]
async fn a_resetting_door_ends_every_new_connection() {
    let harness = Harness::start().await;
    harness.admin().change_faults(|faults| faults.pg.refuse = Some(Refuse::Reset));
    let credential = harness.mint(CLIENT_ID, 60);
    assert_eq!(Client::connect(&harness, &credential).await.err(), Some(Failure::Lost));
    harness.admin().reset();
    Client::connect(&harness, &credential).await.unwrap();
}

#[tokio::test]
async fn a_black_hole_takes_connections_and_says_nothing_until_it_is_lifted() {
    let harness = Harness::start().await;
    harness.admin().change_faults(|faults| faults.pg.black_hole = true);
    let mut socket = TcpStream::connect((harness.pg_host(), harness.pg_port())).await.unwrap();
    socket.write_all(&SSL_REQUEST).await.unwrap();
    harness.admin().wait_for(|state| state.open_sockets == 1).await;
    assert!(is_pending(socket.read_u8()).await);
    harness.admin().change_faults(|faults| faults.pg.black_hole = false);
    assert_eq!(socket.read_u8().await.unwrap(), b'S');
}

#[tokio::test]
async fn slow_links_deliver_everything_in_order() {
    let (harness, mut client) = connected().await;
    harness.admin().change_faults(|faults| {
        faults.pg.latency_ms = 1;
        faults.pg.bytes_per_second = Some(50_000_000);
    });
    let text =
        client.query("select string_agg(n::text, ',') from generate_series(1, 50000) n").await.unwrap();
    assert!(text[0].starts_with("1,2,3,") && text[0].ends_with(",49999,50000"));
}

#[tokio::test]
async fn nothing_listens_after_a_stop() {
    let (harness, mut client) = connected().await;
    let address = (harness.pg_host(), harness.pg_port());
    let Harness { emulator, _dir } = harness;
    emulator.stop().await;
    assert_eq!(client.end().await, Failure::Lost);
    assert!(TcpStream::connect(address).await.is_err());
}
