//! Thumbs on a model's answers reach MLflow, change there and go again, and never keep a person waiting.

use std::time::Duration;

use axum::http::Method;
use emulator::{HttpAction, HttpFault, Saying, ServingScript, ServingTurn};
use serde_json::{Value, json};

use crate::{lab::Lab, support::Server};

const ENDPOINT: &str = "assessed";

fn server(lab: &Lab, more: &[(&str, &str)]) -> Server {
    let environment = lab.emulator.environment();
    let own = environment.iter().filter(|(name, _)| name.starts_with("DATABRICKS_"));
    let mut variables: Vec<(&str, &str)> = own.map(|(name, value)| (*name, value.as_str())).collect();
    variables.extend(more);
    Server::with(&variables)
}

async fn answered(server: &Server) -> String {
    let (_, sent) = server.ask(None, "Good morning").await;
    let run: domain::RunId = sent["run_id"].as_str().unwrap().parse().unwrap();
    server.runs.wait(run, Duration::from_secs(20)).await;
    sent["answer_id"].as_str().unwrap().to_owned()
}

async fn rate(server: &Server, answer: &str, rating: &str, reason: &str) {
    let path = format!("/api/v1/messages/{answer}/feedback");
    let body = json!({ "rating": rating, "reason": reason });
    assert_eq!(server.call(Method::PUT, &path, &body).await.status, 200);
}

/// What MLflow holds of an answer's trace; null where there is none.
fn trace(lab: &Lab, answer: &str) -> Value {
    let id = answer.replace('-', "");
    let mlflow = lab.emulator.admin().trace(&format!("tr-{id}"));
    mlflow.unwrap_or(Value::Null)
}

/// Waits until MLflow says so: nobody is told when it has heard.
async fn until(lab: &Lab, answer: &str, fits: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..1_500 {
        let trace = trace(lab, answer);
        if fits(&trace) {
            return trace;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("MLflow still says {}", trace(lab, answer));
}

fn scripted(lab: &Lab) {
    let turn = ServingTurn {
        say: vec![Saying::Text("Good morning to you.".to_owned())],
        usage: Some((60, 40)),
        ..ServingTurn::default()
    };
    let script = ServingScript { turns: vec![turn], repeat: true, ..ServingScript::default() };
    lab.emulator.admin().set_serving(ENDPOINT, script);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thumb_is_told_changed_and_taken_back() {
    let lab = Lab::start().await;
    scripted(&lab);
    let server = server(&lab, &[("SERVING_ENDPOINT", ENDPOINT), ("MLFLOW_EXPERIMENT_ID", "42")]);
    let answer = answered(&server).await;
    rate(&server, &answer, "down", "The wrong month").await;
    let told = until(&lab, &answer, |trace| !trace["assessments"][0].is_null()).await;
    assert_eq!(told["trace_location"]["mlflow_experiment"]["experiment_id"], "42");
    assert_eq!(told["trace_metadata"]["lakeledger.model"], ENDPOINT);
    let first = &told["assessments"][0];
    assert_eq!(
        (&first["feedback"]["value"], &first["rationale"]),
        (&json!(false), &json!("The wrong month"))
    );
    let text = told.to_string();
    assert!(!text.to_lowercase().contains("good morning"), "no word of the chat leaves: {text}");

    rate(&server, &answer, "up", "").await;
    let changed = until(&lab, &answer, |trace| trace["assessments"][0]["feedback"]["value"] == true).await;
    assert_eq!(changed["assessments"].as_array().unwrap().len(), 1);
    assert_eq!(changed["assessments"][0]["assessment_id"], first["assessment_id"]);
    assert!(changed["assessments"][0]["rationale"].is_null(), "{changed}");

    let path = format!("/api/v1/messages/{answer}/feedback");
    assert_eq!(server.call(Method::DELETE, &path, &Value::Null).await.status, 200);
    until(&lab, &answer, |trace| trace["assessments"] == json!([])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_succeeds_while_mlflow_fails_and_is_told_when_it_is_back() {
    let lab = Lab::start().await;
    scripted(&lab);
    let server = server(&lab, &[("SERVING_ENDPOINT", ENDPOINT), ("MLFLOW_EXPERIMENT_ID", "42")]);
    let answer = answered(&server).await;
    let action = HttpAction::Status { code: 503, retry_after: None, error_code: None, message: None };
    let fault = HttpFault { action, probability: 1.0, times: Some(1) };
    lab.emulator.admin().change_faults(|faults| faults.http.other = Some(fault));
    rate(&server, &answer, "up", "Clear").await;
    let told = until(&lab, &answer, |trace| !trace["assessments"][0].is_null()).await;
    assert_eq!(told["assessments"][0]["rationale"], "Clear");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_of_the_built_in_engine_nor_without_an_experiment() {
    let lab = Lab::start().await;
    scripted(&lab);
    let builtin = server(&lab, &[("MLFLOW_EXPERIMENT_ID", "42")]);
    let unobserved = server(&lab, &[("SERVING_ENDPOINT", ENDPOINT)]);
    let observed = server(&lab, &[("SERVING_ENDPOINT", ENDPOINT), ("MLFLOW_EXPERIMENT_ID", "42")]);
    let silent = [answered(&builtin).await, answered(&unobserved).await];
    rate(&builtin, &silent[0], "up", "").await;
    rate(&unobserved, &silent[1], "up", "").await;
    let heard = answered(&observed).await;
    rate(&observed, &heard, "up", "").await;
    until(&lab, &heard, |trace| !trace["assessments"][0].is_null()).await;
    for answer in &silent {
        assert_eq!(trace(&lab, answer), Value::Null);
    }
}
