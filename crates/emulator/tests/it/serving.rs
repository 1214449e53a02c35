//! Serving endpoints: scripts, faults, timing and refusals.

use std::time::{Duration, Instant};

use emulator::{SERVING_ENDPOINT_NAME, Saying, ServingFault, ServingScript, ServingTurn};
use serde_json::{Value, json};

use crate::{
    Harness,
    http::{exchange, get, post, request},
};

const PATH: &str = "/serving-endpoints/scripted/invocations";

fn say(pieces: &[&str]) -> ServingTurn {
    ServingTurn {
        say: pieces.iter().map(|piece| Saying::Text((*piece).to_owned())).collect(),
        ..ServingTurn::default()
    }
}

fn question(stream: bool) -> Value {
    json!({"messages": [{"role": "user", "content": "How much?"}], "stream": stream})
}

/// The data of a streamed answer's events.
async fn events(harness: &Harness, body: &Value) -> Vec<String> {
    let answer = post(harness, PATH, body).await;
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    // Chunks of the transfer end nowhere inside a line that is looked at.
    let text = String::from_utf8(answer.body).unwrap();
    text.lines().filter_map(|line| line.strip_prefix("data: ")).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_script_is_said_turn_by_turn_and_then_the_own_model_answers() {
    let harness = Harness::start().await;
    let turns = vec![say(&["one"]), say(&["two"])];
    harness.admin().set_serving("scripted", ServingScript { turns, ..ServingScript::default() });
    for expected in ["one", "two", "I am a model of the emulator"] {
        let answer = post(&harness, PATH, &question(false)).await;
        assert_eq!(answer.header("served-model-name"), Some("emulated-model"));
        let content = answer.json()["choices"][0]["message"]["content"].as_str().unwrap().to_owned();
        assert!(content.starts_with(expected), "{content}");
    }
    assert_eq!(harness.admin().serving_requests("scripted"), vec![question(false); 3]);
    harness.admin().reset();
    assert_eq!(post(&harness, PATH, &question(false)).await.status, 404);
}

#[tokio::test]
async fn a_stream_takes_its_time_and_ends_as_the_script_says() {
    let harness = Harness::start().await;
    let slow =
        ServingTurn { say: vec![Saying::WaitMs(300), Saying::Text("late".into())], ..ServingTurn::default() };
    let no_done = ServingTurn { fault: Some(ServingFault::NoDone), ..say(&["x"]) };
    let cut = ServingTurn { fault: Some(ServingFault::CutAfter(1)), ..say(&["x"]) };
    let ended = ServingTurn { fault: Some(ServingFault::EndAfter(1)), ..say(&["x"]) };
    let turns = vec![slow, no_done, ended];
    harness.admin().set_serving("scripted", ServingScript { turns, ..ServingScript::default() });
    let began = Instant::now();
    assert_eq!(events(&harness, &question(true)).await.last().map(String::as_str), Some("[DONE]"));
    assert!(began.elapsed() >= Duration::from_millis(300));
    assert!(events(&harness, &question(true)).await.last().unwrap().contains("\"finish_reason\":\"stop\""));
    assert_eq!(events(&harness, &question(true)).await.len(), 1);
    harness.admin().set_serving("scripted", ServingScript { turns: vec![cut], ..ServingScript::default() });
    let headers = [("authorization", "Bearer dapi-emulator")];
    let bytes = exchange(&harness, "POST", PATH, &headers, &question(true).to_string()).await;
    assert!(!bytes.ends_with(b"0\r\n\r\n"), "the transfer is not ended");
}

#[tokio::test]
async fn what_databricks_refuses_is_refused() {
    let harness = Harness::start().await;
    harness.admin().set_serving("scripted", ServingScript::default());
    let call = json!({"id": "a", "type": "function", "function": {"name": "x", "arguments": "{}"}});
    let strict = json!([{"type": "function", "function": {"name": "x", "strict": true}}]);
    let user = json!({"role": "user", "content": "?"});
    let cases = [
        (json!({"messages": [user], "stream_options": {}}), "unknown field"),
        (json!({"messages": [user], "tools": strict}), "strict"),
        (json!({"messages": [{"role": "user", "content": "?", "name": "ann"}]}), "name"),
        (
            json!({"messages": [user, {"role": "assistant", "content": "", "tool_calls": [call]}]}),
            "non-empty",
        ),
        (
            json!({"messages": [user, {"role": "assistant", "content": null, "tool_calls": [call]}]}),
            "no answer",
        ),
        (json!({"messages": [{"role": "tool", "tool_call_id": "b", "content": "1"}]}), "answers no call"),
        (json!({"messages": []}), "Missing required field"),
    ];
    for (body, words) in cases {
        let answer = post(&harness, PATH, &body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.json()["message"].as_str().unwrap().contains(words), "{}", answer.json());
    }
    let unknown = request(&harness, "POST", PATH, &[("authorization", "Bearer dapi-wrong")], "{}").await;
    assert_eq!(unknown.status, 403);
    assert_eq!(request(&harness, "POST", PATH, &[], "{}").await.status, 401);
    let no_chat =
        post(&harness, "/serving-endpoints/lakeledger-embeddings/invocations", &question(false)).await;
    assert!(no_chat.json()["message"].as_str().unwrap().contains("takes no chat"));
}

#[tokio::test]
async fn scripts_are_set_over_http_too() {
    let harness = Harness::start().await;
    let script =
        json!({"turns": [{"say": [{"text": "hi"}], "fault": {"status": {"code": 429, "retry_after": 3}}}]});
    let set = request(&harness, "PUT", "/_emulator/serving/scripted", &[], &script.to_string()).await;
    assert_eq!(set.status, 200, "{}", set.json());
    let limited = post(&harness, PATH, &question(true)).await;
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("3")));
    let asked = get(&harness, "/_emulator/serving/scripted/requests").await.json();
    assert_eq!(asked["requests"].as_array().unwrap().len(), 1);
    let wrong = request(&harness, "PUT", "/_emulator/serving/scripted", &[], "{\"turn\": []}").await;
    assert_eq!(wrong.status, 400);
    request(&harness, "DELETE", "/_emulator/serving/scripted", &[], "").await;
    assert_eq!(get(&harness, "/api/2.0/serving-endpoints/scripted").await.status, 404);
}

#[tokio::test]
async fn the_workspace_lists_its_endpoints() {
    let harness = Harness::start().await;
    let listed = get(&harness, "/api/2.0/serving-endpoints").await.json();
    let tasks: Vec<&str> =
        listed["endpoints"].as_array().unwrap().iter().filter_map(|it| it["task"].as_str()).collect();
    assert_eq!(tasks, ["agent/v1/responses", "llm/v1/chat", "agent/v2/chat", "llm/v1/embeddings"]);
    let path = format!("/api/2.0/serving-endpoints/{SERVING_ENDPOINT_NAME}");
    assert_eq!(get(&harness, &path).await.json()["state"]["ready"], "READY");
}

#[tokio::test]
async fn a_trace_is_assessed() {
    let harness = Harness::start().await;
    let path = "/api/3.0/mlflow/traces/tr-1/assessments";
    let body = json!({"assessment": {"trace_id": "tr-1", "assessment_name": "user_feedback", "feedback": {"value": true}}});
    assert_eq!(post(&harness, path, &body).await.status, 404, "there is no such trace yet");
    let location = json!({"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "7"}});
    let trace = json!({"trace": {"trace_info": {"trace_id": "tr-1", "trace_location": location}}});
    assert_eq!(get(&harness, "/api/3.0/mlflow/traces/tr-1").await.status, 404);
    assert_eq!(post(&harness, "/api/3.0/mlflow/traces", &trace).await.status, 200);
    let kept = post(&harness, path, &body).await.json();
    let found = get(&harness, "/api/3.0/mlflow/traces/tr-1").await.json();
    assert_eq!(found["trace"]["trace_info"]["assessments"][0], kept["assessment"]);
    let id = kept["assessment"]["assessment_id"].as_str().unwrap().to_owned();
    let headers = [("authorization", "Bearer dapi-emulator")];
    let change = json!({"assessment": {"feedback": {"value": false}}, "update_mask": "feedback"}).to_string();
    let changed = request(&harness, "PATCH", &format!("{path}/{id}"), &headers, &change).await;
    assert_eq!(changed.json()["assessment"]["feedback"]["value"], false);
    assert_eq!(get(&harness, path).await.json()["assessments"].as_array().unwrap().len(), 1);
    assert_eq!(request(&harness, "DELETE", &format!("{path}/{id}"), &headers, "").await.status, 200);
    assert_eq!(request(&harness, "DELETE", &format!("{path}/{id}"), &headers, "").await.status, 404);
}
