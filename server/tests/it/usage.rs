//! What a model took: shown, exported, and held to a day's budget by every instance on a store.

use std::{sync::Arc, time::Duration};

use axum::http::Method;
use emulator::{Saying, ServingScript, ServingTurn};
use serde_json::{Value, json};
use storage::Store;

use crate::{
    lab::Lab,
    postgres::stores,
    support::{Server, TestClock, in_memory, json as json_request, stable},
};

const ENDPOINT: &str = "counted";

/// An endpoint that says one thing, for 100 tokens each time.
async fn lab() -> Lab {
    let lab = Lab::start().await;
    let turn = ServingTurn {
        say: vec![Saying::Text("Hello.".to_owned())],
        usage: Some((60, 40)),
        ..ServingTurn::default()
    };
    let script = ServingScript { turns: vec![turn], repeat: true, ..ServingScript::default() };
    lab.emulator.admin().set_serving(ENDPOINT, script);
    lab
}

fn instance(lab: &Lab, store: &Arc<dyn Store>) -> Server {
    let environment = lab.emulator.environment();
    let own = environment.iter().filter(|(name, _)| name.starts_with("DATABRICKS_"));
    let mut variables: Vec<(&str, &str)> = own.map(|(name, value)| (*name, value.as_str())).collect();
    variables.extend([("SERVING_ENDPOINT", ENDPOINT), ("LAKELEDGER_TOKENS_PER_DAY", "150")]);
    Server::on(Arc::clone(store), Arc::new(TestClock::default()), &variables)
}

/// Asks; waits for the answer, and for the title that follows it.
async fn answered(server: &Server, lab: &Lab, text: &str) -> String {
    let asked = lab.emulator.admin().serving_requests(ENDPOINT).len();
    let user = Some("ann");
    let (chat, sent) = server.ask(user, text).await;
    let run: domain::RunId = sent["run_id"].as_str().unwrap().parse().unwrap();
    server.runs.wait(run, Duration::from_secs(20)).await;
    // Nobody is told when a title has come. Where a model gave it, its tokens are counted after it.
    let by_model = lab.emulator.admin().serving_requests(ENDPOINT).len() > asked;
    while title(server, &chat).await == "New chat" || (by_model && tokens(server).await == 100) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let path = format!("/api/v1/chats/{chat}/messages");
    let messages = server.answer(crate::support::request(Method::GET, &path, user)).await;
    assert_eq!(messages.status, 200, "{}", messages.text());
    messages.text()
}

async fn get(server: &Server, path: &str) -> crate::support::Answer {
    server.answer(crate::support::request(Method::GET, path, Some("ann"))).await
}

async fn title(server: &Server, chat: &str) -> String {
    get(server, &format!("/api/v1/chats/{chat}")).await.json()["title"].as_str().unwrap().to_owned()
}

async fn tokens(server: &Server) -> u64 {
    get(server, "/api/v1/usage").await.json()["today"]["tokens"].as_u64().unwrap()
}

/// The request for a title stands with what the model saw for the answer, word for word.
async fn the_title_s_request_is_shown(server: &Server, lab: &Lab, messages: &str) {
    let messages: Value = serde_json::from_str(messages).unwrap();
    let run = messages["items"][1]["run_id"].as_str().unwrap();
    let record = get(server, &format!("/api/v1/runs/{run}/record")).await.json();
    let sent = &lab.emulator.admin().serving_requests(ENDPOINT)[1];
    let aside = &record["asides"][0];
    assert_eq!(aside["purpose"], "title", "{record} {messages}");
    assert_eq!(aside["step"]["system"], sent["messages"][0]["content"]);
    assert_eq!(aside["step"]["messages"][0]["text"], sent["messages"][1]["content"]);
    assert_eq!((&aside["input_tokens"], &aside["output_tokens"]), (&json!(60), &json!(40)));
    assert_eq!(record["asides"].as_array().unwrap().len(), 1);
    let page = get(server, &format!("/runs/{run}")).await.text();
    assert!(page.contains("For the chat&#x27;s title") || page.contains("For the chat's title"), "{page}");
}

async fn the_budget_is_one(here: &Server, there: &Server, lab: &Lab) {
    let nothing = get(there, "/api/v1/usage").await.json();
    let today = json!({
        "tokens": 0, "tokens_per_day": 150, "tokens_left": 150, "resets_at": "2024-04-01T00:00:00Z",
    });
    assert_eq!(nothing, json!({ "items": [], "next_cursor": null, "today": today }));
    assert!(get(there, "/status").await.text().contains("150 tokens are left for today."));
    assert!(get(there, "/status").await.text().contains("Nothing has been asked"));

    let first = answered(here, lab, "Good morning").await;
    assert!(first.contains("Hello.") && !first.contains("are spent"), "{first}");
    assert_eq!(tokens(there).await, 200, "the title took as many as the answer");

    the_title_s_request_is_shown(there, lab, &first).await;
    let second = answered(there, lab, "And good night").await;
    assert!(second.contains("Your tokens for today are spent."), "{second}");
    assert!(second.contains("the model is back on 2024-04-01 at 00:00 UTC"), "{second}");
    assert_eq!(lab.emulator.admin().serving_requests(ENDPOINT).len(), 2, "the model was not asked again");
    let status = get(there, "/status").await.text();
    assert!(status.contains("The model is back on Apr 1, 2024, 00:00 UTC."), "{status}");

    let chat = get(there, "/api/v1/chats").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/chats/{chat}/messages");
    let body = json!({ "text": "The model, please", "answered_by": "model" });
    let refused = there.answer(json_request(Method::POST, &path, Some("ann"), &body)).await;
    refused.refuses(429, "TOKEN_BUDGET_SPENT", None);
    assert_eq!(refused.header("retry-after"), "43200");
    let unasked = get(there, &path).await.text();
    assert!(!unasked.contains("The model, please"), "it was not written down");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_took_is_shown_exported_and_held_to_the_days_budget() {
    let lab = lab().await;
    let store = in_memory(&TestClock::default());
    let server = instance(&lab, &store);
    the_budget_is_one(&server, &server, &lab).await;
    let usage = get(&server, "/api/v1/usage").await.json();
    insta::assert_json_snapshot!("usage", stable(usage.clone()));
    let earlier = get(&server, "/api/v1/usage?from=2024-05-01").await.json();
    assert_eq!(earlier["items"], json!([]), "only since then");
    get(&server, "/api/v1/usage?from=May").await.refuses(400, "MALFORMED_REQUEST", None);
    assert_eq!(get(&server, "/api/v1/export").await.json()["usage"], usage["items"]);
    let page = get(&server, "/status").await.text();
    for expected in ["Mar 2024", "120", "80", "Tokens read"] {
        assert!(page.contains(expected), "{expected}: {page}");
    }

    let chat = usage["items"][0]["chat_id"].as_str().unwrap();
    let path = format!("/api/v1/chats/{chat}?forever=true");
    let gone = server.answer(crate::support::request(Method::DELETE, &path, Some("ann"))).await;
    assert!(gone.status.is_success(), "{}", gone.text());
    let kept = get(&server, "/api/v1/usage").await.json();
    assert_eq!(kept["today"]["tokens"], 200, "whoever deletes a chat gets no tokens back");
    assert_eq!(kept["items"][0]["chat_title"], Value::Null);
    assert!(get(&server, "/status").await.text().contains("A deleted chat"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_on_one_database_keep_one_budget() {
    let lab = lab().await;
    let stores = stores(2, &TestClock::default()).await;
    the_budget_is_one(&instance(&lab, &stores[0]), &instance(&lab, &stores[1]), &lab).await;
}

#[tokio::test]
async fn a_question_for_a_model_is_refused_where_there_is_none() {
    let server = Server::start();
    let chat = server.call(Method::POST, "/api/v1/chats", &json!({})).await.json();
    let path = format!("/api/v1/chats/{}/messages", chat["id"].as_str().unwrap());
    let body = json!({ "text": "Hello", "answered_by": "model" });
    server.call(Method::POST, &path, &body).await.refuses(422, "INVALID_FIELDS", Some("answered_by"));
    let body = json!({ "text": "Hello", "answered_by": "nobody" });
    server.call(Method::POST, &path, &body).await.refuses(422, "INVALID_FIELDS", Some("answered_by"));
}
