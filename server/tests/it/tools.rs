//! The tools of a person's assistant and of other agents: their switches, and the changes that wait for a yes.

use axum::http::{HeaderValue, Method};
use serde_json::{Value, json};

use crate::support::{CSV, Server, json as json_request, request};

async fn mcp(server: &Server, user: &str, method: &str, params: Value) -> Value {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let mut request = json_request(Method::POST, "/mcp", Some(user), &body);
    let accept = HeaderValue::from_static("application/json, text/event-stream");
    request.headers_mut().insert("accept", accept);
    request.headers_mut().insert("user-agent", HeaderValue::from_static("agent/7"));
    server.answer(request).await.json()
}

async fn call(server: &Server, user: &str, name: &str, arguments: Value) -> Value {
    mcp(server, user, "tools/call", json!({ "name": name, "arguments": arguments })).await
}

async fn names(server: &Server, user: &str) -> Vec<String> {
    let listed = mcp(server, user, "tools/list", json!({})).await;
    let tools = listed["result"]["tools"].as_array().unwrap();
    tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

async fn get(server: &Server, user: &str, path: &str) -> Value {
    let answer = server.answer(request(Method::GET, path, Some(user))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn switch(server: &Server, user: &str, tool: &str, enabled: bool) -> u16 {
    let path = format!("/api/v1/tools/{tool}");
    let switched = json_request(Method::PUT, &path, Some(user), &json!({ "enabled": enabled }));
    server.answer(switched).await.status.as_u16()
}

#[tokio::test]
async fn a_tool_that_is_off_is_offered_to_nobody_and_refused() {
    let server = Server::for_people();
    assert!(names(&server, "ada").await.contains(&"loan".to_owned()));
    assert_eq!(switch(&server, "ada", "loan", false).await, 200);
    assert!(!names(&server, "ada").await.contains(&"loan".to_owned()));
    let refused = call(&server, "ada", "loan", json!({})).await;
    assert_eq!(refused["error"]["code"], -32_602, "{refused}");
    assert!(refused["error"]["message"].as_str().unwrap().contains("switched"), "{refused}");
    assert!(names(&server, "bob").await.contains(&"loan".to_owned()), "bob's own switch");
    let listed = get(&server, "ada", "/api/v1/tools").await;
    let loan = listed["items"].as_array().unwrap().iter().find(|tool| tool["name"] == "loan").unwrap();
    let expected = json!({ "type": "own" });
    assert_eq!(
        (&loan["enabled"], &loan["writes"], &loan["source"]),
        (&json!(false), &json!(false), &expected)
    );
    assert_eq!(switch(&server, "ada", "loan", true).await, 200);
    assert!(names(&server, "ada").await.contains(&"loan".to_owned()));
}

#[tokio::test]
async fn only_tools_that_are_there_have_a_switch() {
    let server = Server::for_people();
    assert_eq!(switch(&server, "ada", "rm", false).await, 404);
    assert_eq!(switch(&server, "ada", "set_budget", false).await, 200);
    let refused = call(&server, "ada", "set_budget", json!({ "category": "Food", "amount": 1 })).await;
    assert_eq!(refused["error"]["code"], -32_602, "{refused}");
}

#[tokio::test]
async fn what_an_agent_wants_to_change_waits_for_the_person_s_yes() {
    let server = Server::for_people();
    let input = json!({ "category": "Food:Groceries", "amount": "300", "currency": "EUR" });
    let asked = call(&server, "ada", "set_budget", input).await;
    let waiting = &asked["result"]["structuredContent"];
    assert_eq!(asked["result"]["isError"], false, "{asked}");
    assert!(waiting["status"].as_str().unwrap().contains("waiting"), "{asked}");
    assert!(waiting["confirm_at"].as_str().unwrap().starts_with("http://app.example/"), "{asked}");
    assert_eq!(get(&server, "ada", "/api/v1/budgets").await["items"], json!([]), "nothing is written yet");

    let id = waiting["tool_write_id"].as_str().unwrap();
    let path = format!("/api/v1/tool-writes/{id}");
    let write = get(&server, "ada", &path).await;
    assert_eq!((&write["status"], &write["preview"]), (&json!("pending"), &waiting["preview"]));
    assert_eq!(write["origin"], json!({ "type": "mcp", "client": "agent/7" }));
    let foreign = request(Method::GET, &path, Some("bob"));
    assert_eq!(server.answer(foreign).await.status, 404);

    let decision = format!("{path}/decision");
    let yes = json_request(Method::POST, &decision, Some("ada"), &json!({ "approve": true }));
    assert_eq!(server.answer(yes).await.json()["status"], "done");
    assert_eq!(get(&server, "ada", "/api/v1/budgets").await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_change_that_cannot_be_is_told_at_once() {
    let server = Server::for_people();
    let asked = call(&server, "ada", "set_budget", json!({ "category": "Food", "amount": -5 })).await;
    assert_eq!(asked["result"]["isError"], true, "{asked}");
    assert_eq!(get(&server, "ada", "/api/v1/tool-writes").await["items"], json!([]));
}

#[tokio::test]
async fn an_agent_finds_what_was_said_in_the_person_s_own_chats() {
    let server = Server::for_people();
    server.import(Some("ada"), "bank.csv", CSV.as_bytes()).await;
    let (chat, _) = server.ask(Some("ada"), "What did the zeppelin cost in March 2024?").await;
    let found = call(&server, "ada", "search_chats", json!({ "text": "zeppelin" })).await;
    let hits = found["result"]["structuredContent"]["details"]["hits"].as_array().unwrap().clone();
    assert!(!hits.is_empty(), "{found}");
    let link = hits[0]["link"].as_str().unwrap();
    assert!(link.starts_with(&format!("http://app.example/chats/{chat}")), "{link}");
    let nothing = call(&server, "bob", "search_chats", json!({ "text": "zeppelin" })).await;
    assert_eq!(nothing["result"]["structuredContent"]["details"]["hits"], json!([]), "{nothing}");
}
