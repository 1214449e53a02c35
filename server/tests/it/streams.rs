//! Runs' events as server-sent events.

use std::time::Duration;

use axum::http::{HeaderValue, Method};
use futures::StreamExt;
use serde_json::Value;

use crate::support::{CSV, Server, json as json_request, request};

/// Events as (id, event, data).
fn events(text: &str) -> Vec<(u64, String, Value)> {
    let field = |block: &str, name: &str| {
        block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
    };
    text.split("\n\n")
        .filter_map(|block| {
            let id = field(block, "id")?.parse().unwrap();
            let data = serde_json::from_str(&field(block, "data").unwrap()).unwrap();
            Some((id, field(block, "event").unwrap(), data))
        })
        .collect()
}

#[tokio::test]
async fn events_are_numbered_without_gaps_and_end_with_done() {
    let server = Server::start();
    server.import(None, "bank.csv", CSV.as_bytes()).await;
    let (_, sent) = server.ask(None, "How much did I spend in March 2024?").await;
    let path = format!("/api/v1/runs/{}/events", sent["run_id"].as_str().unwrap());
    let answer = server.get(&path).await;
    assert_eq!(answer.header("content-type"), "text/event-stream");
    assert_eq!(answer.header("cache-control"), "no-cache, no-transform");
    assert_eq!(answer.header("x-accel-buffering"), "no");
    let text = answer.text();
    assert!(text.starts_with("retry: 250\n") || text.starts_with(": \nretry: 250\n"), "{text}");
    let events = events(&text);
    let numbers: Vec<u64> = events.iter().map(|(number, ..)| *number).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert!(events.iter().all(|(number, name, data)| data["number"] == *number && data["type"] == *name));
    assert_eq!(events.last().unwrap().1, "done");
}

#[tokio::test]
async fn a_stream_is_taken_up_where_it_was_left() {
    let server = Server::start();
    let (_, sent) = server.ask(None, "What can you do?").await;
    let path = format!("/api/v1/runs/{}/events", sent["run_id"].as_str().unwrap());
    let whole = events(&server.get(&path).await.text());
    let mut resumed = request(Method::GET, &path, None);
    resumed.headers_mut().insert("last-event-id", HeaderValue::from_static("1"));
    assert_eq!(events(&server.answer(resumed).await.text()), whole[1..]);
    assert_eq!(events(&server.get(&format!("{path}?after=1")).await.text()), whole[1..]);
    let mut odd = request(Method::GET, &path, None);
    odd.headers_mut().insert("last-event-id", HeaderValue::from_static("-1"));
    server.answer(odd).await.refuses(400, "MALFORMED_REQUEST", Some("last-event-id"));
}

#[tokio::test]
async fn events_are_not_compressed() {
    let server = Server::start();
    let (_, sent) = server.ask(None, "What can you do?").await;
    let path = format!("/api/v1/runs/{}/events", sent["run_id"].as_str().unwrap());
    let mut request = request(Method::GET, &path, None);
    request.headers_mut().insert("accept-encoding", HeaderValue::from_static("br"));
    assert_eq!(server.answer(request).await.header("content-encoding"), "");
}

#[tokio::test]
async fn a_run_is_cancelled_and_cancelling_it_again_changes_nothing() {
    let server = Server::start();
    let (_, sent) = server.ask(None, "What can you do?").await;
    let path = format!("/api/v1/runs/{}", sent["run_id"].as_str().unwrap());
    for _ in 0..2 {
        let answer = server.answer(request(Method::POST, &format!("{path}/cancel"), None)).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
    }
    let ended = events(&server.get(&format!("{path}/events")).await.text());
    assert_eq!(ended.last().unwrap().1, "done");
    assert_eq!(server.get(&path).await.json()["status"], "ended");
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_beats_and_ends_before_a_proxy_cuts_it() {
    let server = Server::with_silent_model();
    let (_, sent) = server.ask(None, "Are you there?").await;
    let run = sent["run_id"].as_str().unwrap();
    let started = tokio::time::Instant::now();
    let response = server.send(request(Method::GET, &format!("/api/v1/runs/{run}/events"), None)).await;
    let mut body = response.into_body().into_data_stream();
    let mut text = String::new();
    while let Some(chunk) = body.next().await {
        text.push_str(&String::from_utf8_lossy(&chunk.unwrap()));
    }
    assert!(started.elapsed() < Duration::from_secs(110), "{:?}", started.elapsed());
    assert!(started.elapsed() > Duration::from_mins(1), "{:?}", started.elapsed());
    assert!(text.matches(":\n").count() >= 6, "{text}");
    assert!(!text.contains("event: done"), "{text}");
}

#[tokio::test]
async fn streams_end_when_the_server_stops() {
    let server = Server::with_silent_model();
    let (_, sent) = server.ask(None, "Are you there?").await;
    let run = sent["run_id"].as_str().unwrap();
    let response = server.send(request(Method::GET, &format!("/api/v1/runs/{run}/events"), None)).await;
    let reading = tokio::spawn(axum::body::to_bytes(response.into_body(), usize::MAX));
    server.shutdown.cancel();
    reading.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_message_of_the_api_is_answered_over_the_stream_after_a_reload() {
    let server = Server::start();
    let (chat, _) = server.ask(None, "Hello").await;
    let path = format!("/api/v1/chats/{chat}/messages");
    let body = serde_json::json!({ "text": "And again" });
    let sent = server.answer(json_request(Method::POST, &path, None, &body)).await;
    let events_path = sent.header("location").to_owned();
    let first = events(&server.get(&events_path).await.text());
    let second = events(&server.get(&events_path).await.text());
    assert_eq!(first.last().unwrap().2["status"], second.last().unwrap().2["status"]);
    assert_eq!(first.len(), second.len());
}

#[tokio::test]
async fn a_thousand_listeners_that_went_away_leave_nothing_behind() {
    let server = Server::with_silent_model();
    let (_, sent) = server.ask(None, "Are you there?").await;
    let path = format!("/api/v1/runs/{}", sent["run_id"].as_str().unwrap());
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let listen = async || {
        let response = server.send(request(Method::GET, &format!("{path}/events"), None)).await;
        let mut body = response.into_body().into_data_stream();
        body.next().await.unwrap().unwrap();
        body
    };
    drop(listen().await);
    let before = (tasks(), server.runs.count());
    for _ in 0..100 {
        let listeners = futures::future::join_all((0..10).map(|_| listen())).await;
        assert_eq!(listeners.len(), 10);
    }
    assert_eq!((tasks(), server.runs.count()), before);
    server.answer(request(Method::POST, &format!("{path}/cancel"), None)).await;
    assert!(server.get(&format!("{path}/events")).await.text().contains("event: done"));
    assert_eq!(server.runs.count(), 0);
}
