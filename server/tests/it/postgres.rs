//! The same on PostgreSQL. `TEST_DATABASE_URL` names a database that this may make schemas in.

use std::{sync::Arc, time::Duration};

use axum::http::Method;
use futures::StreamExt;
use lakeledger::{
    Database,
    configuration::{Configuration, Environment},
};

use storage::Store;

use crate::{
    foreign_ids::nobody_reaches_what_is_not_theirs,
    mcp::tool_call,
    support::{CSV, Server, TestClock, json, request},
};

/// One schema of its own and ways to it, each with a pool.
async fn databases(count: usize) -> Vec<Database> {
    let url = std::env::vars().find_map(|(name, value)| (name == "TEST_DATABASE_URL").then_some(value));
    let url = url.expect("TEST_DATABASE_URL must name a PostgreSQL database for tests; `make test` sets it");
    let schema = format!("server_{}", domain::RunId::generate(&domain::SystemClock).as_uuid().simple());
    let environment = Environment::of(&[("DATABASE_URL", &url), ("LAKEBASE_SCHEMA", &schema)]);
    let storage = Configuration::from_environment(&environment).unwrap().storage;
    let mut databases = Vec::new();
    for _ in 0..count {
        let database = Database::new(storage.database.as_ref().unwrap(), storage.schema.clone()).unwrap();
        storage_pg::migrate(database.connections.as_ref(), &database.config).await.unwrap();
        databases.push(database);
    }
    databases
}

/// Stores of several instances on one schema of their own.
pub(crate) async fn stores(count: usize, clock: &TestClock) -> Vec<Arc<dyn Store>> {
    let store = |database: Database| -> Arc<dyn Store> { Arc::new(database.store(clock)) };
    databases(count).await.into_iter().map(store).collect()
}

#[tokio::test]
async fn nobody_reaches_what_is_not_theirs_on_postgresql() {
    let clock = Arc::new(TestClock::default());
    let store = stores(1, &clock).await.remove(0);
    let people = [("LAKELEDGER_TRUST_FORWARDED_HEADERS", "true")];
    nobody_reaches_what_is_not_theirs(&Server::on(store, clock, &people)).await;
}

#[tokio::test]
async fn one_file_imported_through_two_instances_at_once_is_imported_once() {
    let clock = Arc::new(TestClock::default());
    let people = [("LAKELEDGER_TRUST_FORWARDED_HEADERS", "true")];
    let stores = stores(2, &clock).await;
    let instances: Vec<Server> =
        stores.into_iter().map(|store| Server::on(store, Arc::clone(&clock), &people)).collect();
    for number in 0..10 {
        let user = format!("ada-{number}");
        let imports =
            [0, 1, 0, 1].map(|at: usize| instances[at].import(Some(&user), "bank.csv", CSV.as_bytes()));
        let mut added = Vec::new();
        for answer in futures::future::join_all(imports).await {
            assert_eq!(answer.status, 201, "{}", answer.text());
            added.push(answer.json()["imported"].as_u64().unwrap());
        }
        added.sort_unstable();
        assert_eq!(added, [0, 0, 0, 3]);
    }
}

#[tokio::test]
async fn a_thousand_requests_that_were_given_up_leave_no_connection_place_or_task_taken() {
    let database = databases(1).await.remove(0);
    let clock = Arc::new(TestClock::default());
    let often = [("LAKELEDGER_CHAT_RATE_PER_MINUTE", "10000")];
    let server = Server::on(Arc::new(database.store(clock.as_ref())), Arc::clone(&clock), &often);
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let in_use = || {
        let status = database.pool.status();
        (status.connections - status.idle, status.waiting, status.connecting)
    };
    let taken = || (tasks(), server.runs.count(), in_use());
    let before = taken();
    server.import(None, "bank.csv", CSV.as_bytes()).await;
    let (chat, sent) = server.ask(None, "How much did I spend in March 2024?").await;
    let events = format!("/api/v1/runs/{}/events", sent["run_id"].as_str().unwrap());
    server.get(&events).await;
    let spending = || tool_call("spending", &serde_json::json!({}));
    let question = serde_json::json!({ "text": "What can you do?" });
    let asks = |number: usize| match number % 6 {
        0 => request(Method::GET, "/api/v1/transactions", None),
        1 => request(Method::GET, &format!("/chats/{chat}"), None),
        2 => request(Method::GET, "/api/v1/search?q=spend", None),
        3 => request(Method::GET, &events, None),
        4 => spending(),
        _ => json(Method::POST, &format!("/api/v1/chats/{chat}/messages"), None, &question),
    };
    for number in 0..6 {
        let answer = server.answer(asks(number)).await;
        assert!(answer.status.is_success(), "{number}: {} {}", answer.status, answer.text());
    }
    let mut given_up = 0;
    // Twice as many as there are connections, each for another while.
    for batch in 0..50 {
        let requests = (batch * 20..).take(20).map(async |number| {
            let patience = Duration::from_micros((number * 37 % 4_000) as u64);
            let answer = async {
                let mut body = server.send(asks(number)).await.into_body().into_data_stream();
                while body.next().await.is_some() {}
            };
            tokio::time::timeout(patience, answer).await.is_err()
        });
        given_up += futures::future::join_all(requests).await.into_iter().filter(|it| *it).count();
    }
    assert!(given_up > 100, "only {given_up} were given up");
    // What was under way when its caller left ends by itself.
    for _ in 0..6_000 {
        if taken() == before {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(taken(), before);
    for _ in 0..20 {
        let answered = tokio::time::timeout(Duration::from_mins(1), server.answer(spending())).await;
        assert_eq!(answered.expect("a place is taken for ever").status, 200);
    }
}
