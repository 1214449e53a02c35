//! A serving endpoint as the assistant's model, on the emulated workspace.

use std::{sync::Arc, time::Duration};

use assistant::{
    ChatModel, ModelContext, ModelError, ModelEvent, ModelMessage, ModelRequest, ToolDefinition, ToolRequest,
};
use axum::http::{Method, Request};
use domain::UserId;
use emulator::{Saying, ServingFault, ServingScript, ServingTurn, Streaming};
use futures::StreamExt;
use lakeledger::{
    configuration::{Configuration, Environment},
    model::{PersonTokens, ServingModel},
};
use serde_json::{Value, json};

use crate::{lab::Lab, support::Server};

const ENDPOINT: &str = "scripted";

fn variables(lab: &Lab, more: &[(&'static str, &str)]) -> Vec<(String, String)> {
    let own = |(name, value): (&str, String)| (name.to_owned(), value);
    // The database plays no part here.
    let mut variables: Vec<_> = lab
        .emulator
        .environment()
        .into_iter()
        .filter(|(name, _)| name.starts_with("DATABRICKS_"))
        .map(own)
        .collect();
    variables.push(("SERVING_ENDPOINT".to_owned(), ENDPOINT.to_owned()));
    variables.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    variables
}

fn model(lab: &Lab, more: &[(&'static str, &str)], tokens: Option<PersonTokens>) -> ServingModel {
    let variables = variables(lab, more);
    let variables: Vec<(&str, &str)> = variables.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let configuration = Configuration::from_environment(&Environment::of(&variables)).unwrap();
    let model = configuration.model.unwrap();
    let client = databricks::Client::new(model.workspace.clone()).unwrap();
    ServingModel::new(&client, &model, tokens)
}

fn user(name: &str) -> UserId {
    UserId::try_from(name.to_owned()).unwrap()
}

fn request(messages: Vec<ModelMessage>) -> ModelRequest {
    let schema = json!({"type": "object", "properties": {"period": {"type": "string"}}});
    ModelRequest {
        user: user("ann"),
        system: "Be brief.".into(),
        messages,
        tools: Arc::new([ToolDefinition::reading("spending", "Money spent.", schema)]),
        context: ModelContext { as_of: jiff::civil::date(2026, 11, 21), locale: None, base_currency: None },
        output_tokens_max: Some(900),
    }
}

fn question() -> ModelRequest {
    request(vec![ModelMessage::User("How much did I spend last month?".into())])
}

async fn turn(model: &ServingModel, request: ModelRequest) -> Vec<Result<ModelEvent, ModelError>> {
    model.respond(request).collect().await
}

fn text(events: &[Result<ModelEvent, ModelError>]) -> String {
    let deltas = events.iter().filter_map(|event| match event {
        Ok(ModelEvent::Text { delta }) => Some(delta.as_str()),
        _ => None,
    });
    deltas.collect()
}

fn say(pieces: &[&str]) -> ServingTurn {
    ServingTurn {
        say: pieces.iter().map(|piece| Saying::Text((*piece).to_owned())).collect(),
        ..ServingTurn::default()
    }
}

fn script(turns: Vec<ServingTurn>) -> ServingScript {
    ServingScript { turns, ..ServingScript::default() }
}

fn call(arguments: Value) -> ServingTurn {
    let call = Saying::ToolCall { name: "spending".into(), arguments, id: Some("call_1".into()) };
    ServingTurn { say: vec![call], ..ServingTurn::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_endpoint_calls_a_tool_and_answers_from_its_output() {
    let lab = Lab::start().await;
    for task in ["llm/v1/chat", "agent/v2/chat", "agent/v1/responses"] {
        for streaming in [Streaming::Yes, Streaming::Ignored, Streaming::Refused] {
            let turns = vec![call(json!({"period": "last month"})), say(&["That is ", "14 €."])];
            // The one that refuses takes a turn for the refusal.
            let turns =
                if streaming == Streaming::Refused { [vec![say(&[])], turns].concat() } else { turns };
            lab.emulator
                .admin()
                .set_serving(ENDPOINT, ServingScript { task: task.into(), streaming, ..script(turns) });
            let model = model(&lab, &[], None);
            let events = turn(&model, question()).await;
            let input = json!({"period": "last month"});
            let wish = ToolRequest { id: "call_1".into(), name: "spending".into(), input };
            assert!(
                events.contains(&Ok(ModelEvent::ToolCall(wish.clone()))),
                "{task} {streaming:?}: {events:?}"
            );
            let messages = vec![
                ModelMessage::User("How much did I spend last month?".into()),
                ModelMessage::Assistant { text: String::new(), calls: vec![wish] },
                ModelMessage::Tool { call_id: "call_1".into(), output: Arc::new(json!({"total": "14"})) },
            ];
            let events = turn(&model, request(messages)).await;
            assert_eq!(text(&events), "That is 14 €.", "{task} {streaming:?}: {events:?}");
            let usage = events.iter().any(|event| matches!(event, Ok(ModelEvent::Usage { .. })));
            assert!(usage || task != "llm/v1/chat", "{streaming:?}: {events:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_asked_with_its_prompt_tools_and_bound() {
    let lab = Lab::start().await;
    lab.emulator.admin().set_serving(ENDPOINT, script(vec![say(&["Yes."])]));
    assert_eq!(text(&turn(&model(&lab, &[], None), question()).await), "Yes.");
    let asked = lab.emulator.admin().serving_requests(ENDPOINT).pop().unwrap();
    assert_eq!(asked["messages"][0], json!({"role": "system", "content": "Be brief."}));
    assert_eq!(asked.pointer("/tools/0/function/name"), Some(&json!("spending")));
    assert_eq!((&asked["max_tokens"], &asked["stream"]), (&json!(900), &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_failure_is_told_by_its_kind() {
    let lab = Lab::start().await;
    let model = model(&lab, &[("SERVING_RETRY_SECONDS", "1"), ("SERVING_IDLE_SECONDS", "1")], None);
    let limited = ServingFault::Status { code: 429, retry_after: Some(30), message: None };
    let status = |code| ServingFault::Status { code, retry_after: None, message: None };
    let cases = [
        (limited, ModelError::RateLimited { retry_after: Some(Duration::from_secs(30)) }),
        (ServingFault::ContextTooLong, ModelError::ContextTooLong),
        (ServingFault::Guardrail, ModelError::Filtered),
        (ServingFault::ContentFilter, ModelError::Filtered),
        (ServingFault::Garbage, ModelError::Unreadable),
        (ServingFault::CutAfter(2), ModelError::Unavailable),
        (ServingFault::EndAfter(2), ModelError::Unavailable),
        (ServingFault::ErrorAfter(2), ModelError::Unavailable),
        (ServingFault::HangAfter(2), ModelError::Unavailable),
        (status(500), ModelError::Unavailable),
        (status(403), ModelError::Denied),
    ];
    for (fault, expected) in cases {
        let failing = ServingTurn { fault: Some(fault.clone()), ..say(&["one ", "two ", "three"]) };
        lab.emulator.admin().set_serving(ENDPOINT, script(vec![failing]));
        let events = turn(&model, question()).await;
        assert_eq!(events.last(), Some(&Err(expected)), "{fault:?}");
        assert_eq!(events.iter().filter(|event| event.is_err()).count(), 1, "{fault:?}: {events:?}");
    }
    lab.emulator.admin().set_serving(ENDPOINT, script(vec![say(&[])]));
    assert_eq!(
        turn(&model, question()).await.last(),
        Some(&Err(ModelError::Unreadable)),
        "an empty answer is none"
    );
    lab.emulator.admin().remove_serving(ENDPOINT);
    assert_eq!(turn(&model, question()).await, [Err(ModelError::Unavailable)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_odd_is_passed_on_so_that_the_answer_can_go_on() {
    let lab = Lab::start().await;
    let no_done = ServingTurn { fault: Some(ServingFault::NoDone), ..say(&["All ", "of it."]) };
    let cut = ServingTurn { finish_reason: Some("length".into()), ..say(&["Half"]) };
    lab.emulator.admin().set_serving(ENDPOINT, script(vec![call(json!("{not json")), no_done, cut]));
    let model = model(&lab, &[], None);
    let events = turn(&model, question()).await;
    let input = Value::String("{not json".into());
    let wish = ToolRequest { id: "call_1".into(), name: "spending".into(), input };
    assert!(events.contains(&Ok(ModelEvent::ToolCall(wish))), "{events:?}");
    assert_eq!(text(&turn(&model, question()).await), "All of it.");
    let events = turn(&model, question()).await;
    assert_eq!((text(&events).as_str(), events.contains(&Ok(ModelEvent::Cut))), ("Half", true));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_behalf_of_people_each_is_asked_for_with_their_own_token() {
    let lab = Lab::start().await;
    let tokens = PersonTokens::default();
    let as_user = [("SERVING_AUTH", "user"), ("LAKELEDGER_TRUST_FORWARDED_HEADERS", "true")];
    let model = model(&lab, &as_user, Some(tokens.clone()));
    lab.emulator
        .admin()
        .set_serving(ENDPOINT, ServingScript { repeat: true, ..script(vec![say(&["Yes."])]) });
    assert_eq!(turn(&model, question()).await, [Err(ModelError::Denied)], "nobody's token");
    tokens.keep(&user("ann"), "dapi-of-nobody");
    assert_eq!(turn(&model, question()).await, [Err(ModelError::Denied)], "a token that opens nothing");
    tokens.keep(&user("ann"), emulator::PERSONAL_ACCESS_TOKEN);
    assert_eq!(text(&turn(&model, question()).await), "Yes.");
    assert_eq!(lab.emulator.admin().state().token_calls, 0, "the app did not log in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_token_is_kept_for_its_person_and_shown_nowhere() {
    let lab = Lab::start().await;
    let more = [("SERVING_AUTH", "user"), ("LAKELEDGER_TRUST_FORWARDED_HEADERS", "true")];
    let variables = variables(&lab, &more);
    let variables: Vec<(&str, &str)> = variables.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let configuration = Configuration::from_environment(&Environment::of(&variables)).unwrap();
    let server = Server::with(&variables);
    let me = Request::builder()
        .method(Method::GET)
        .uri("/api/v1/me")
        .header("x-forwarded-user", "ann")
        .header("x-forwarded-access-token", "dapi-secret-of-ann")
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = server.answer(me).await;
    assert_eq!(answer.status, 200);
    let shown = format!("{configuration:?} {:?} {}", answer.headers, String::from_utf8_lossy(&answer.body));
    assert!(!shown.contains("dapi-secret"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_tells_whether_the_endpoint_can_be_asked() {
    let lab = Lab::start().await;
    let mut app = lab.app();
    app.insert("SERVING_ENDPOINT", ENDPOINT.to_owned());
    assert!(lab.run(&app, &["migrate", "up"]).await.status.success());
    let found = |output: std::process::Output| -> Value {
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        report["steps"].as_array().unwrap().last().unwrap().clone()
    };
    let missing = found(lab.run(&app, &["doctor", "--json"]).await);
    assert_eq!((&missing["step"], &missing["outcome"]), (&json!("serving_endpoint"), &json!("failed")));
    assert!(missing["what"].as_str().unwrap().contains("no serving endpoint"), "{missing}");

    let admin = lab.emulator.admin();
    admin.set_serving(ENDPOINT, ServingScript { task: "llm/v1/embeddings".into(), ..script(Vec::new()) });
    let no_chat = found(lab.run(&app, &["doctor", "--json"]).await);
    assert!(no_chat["what"].as_str().unwrap().contains("does not chat"), "{no_chat}");
    admin.set_serving(ENDPOINT, ServingScript { ready: false, ..script(Vec::new()) });
    let starting = found(lab.run(&app, &["doctor", "--json"]).await);
    assert!(starting["what"].as_str().unwrap().contains("not ready"), "{starting}");

    admin.set_serving(ENDPOINT, script(Vec::new()));
    let ready = found(lab.run(&app, &["doctor", "--json"]).await);
    assert_eq!(ready["outcome"], "ok", "{ready}");
    assert!(admin.serving_requests(ENDPOINT).is_empty(), "nothing was asked");
    let asked = found(lab.run(&app, &["doctor", "--json", "--ask"]).await);
    assert!(asked["what"].as_str().unwrap().contains("it answers"), "{asked}");
}
