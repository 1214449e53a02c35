//! Feedback on traces.

use databricks::mlflow::{Feedback, NewTrace};
use serde_json::{Value, json};

use crate::server::{Reply, Server};
use crate::{client, pat};

#[tokio::test]
async fn feedback_is_added_changed_and_taken_back() {
    let server = Server::start().await;
    let path = "/api/3.0/mlflow/traces/tr-1/assessments";
    let kept = || [Reply::ok(r#"{"assessment":{"assessment_id":"a-1","assessment_name":"user_feedback"}}"#)];
    server.on(&format!("POST {path}"), kept());
    server.on(&format!("PATCH {path}/a-1"), kept());
    server.on(&format!("DELETE {path}/a-1"), [Reply::ok("{}")]);
    let mlflow = client(&server, pat()).mlflow();

    let liked = Feedback { source_id: "me@x.com".into(), value: true, rationale: None };
    assert_eq!(mlflow.create_feedback("tr-1", &liked).await.unwrap().assessment_id, "a-1");
    let body: Value = serde_json::from_str(&server.last().body).unwrap();
    let expected = json!({"assessment": {
        "trace_id": "tr-1", "assessment_name": "user_feedback", "feedback": {"value": true},
        "source": {"source_type": "HUMAN", "source_id": "me@x.com"},
    }});
    assert_eq!(body, expected);

    let disliked = Feedback { value: false, rationale: Some("wrong month".into()), ..liked };
    mlflow.update_feedback("tr-1", "a-1", &disliked).await.unwrap();
    let body: Value = serde_json::from_str(&server.last().body).unwrap();
    assert_eq!(body["update_mask"], "feedback,rationale");
    assert_eq!(body["assessment"]["rationale"], "wrong month");
    mlflow.delete_feedback("tr-1", "a-1").await.unwrap();
}

#[tokio::test]
async fn a_trace_is_made_and_found_with_what_was_said_of_it() {
    let server = Server::start().await;
    server.on("POST /api/3.0/mlflow/traces", [Reply::ok(r#"{"trace":{"trace_info":{"trace_id":"tr-1"}}}"#)]);
    let info = json!({"trace_id": "tr-1", "state": "OK", "assessments": [
        {"assessment_id": "a-1", "assessment_name": "user_feedback", "source": {"source_type": "HUMAN", "source_id": "me"}},
        {"assessment_id": "a-2", "assessment_name": "relevance", "source": {"source_type": "LLM_JUDGE", "source_id": "me"}},
    ]});
    let found = json!({"trace": {"trace_info": info}}).to_string();
    server.on("GET /api/3.0/mlflow/traces/tr-1", [Reply::ok(found)]);
    let mlflow = client(&server, pat()).mlflow();
    let trace = NewTrace {
        trace_id: "tr-1".into(),
        experiment_id: "42".into(),
        request_time: "2026-11-21T19:00:00Z".into(),
        is_ok: true,
        metadata: [("model".to_owned(), "m".to_owned())].into(),
    };
    mlflow.create_trace(&trace).await.unwrap();
    let body: Value = serde_json::from_str(&server.last().body).unwrap();
    let sent = &body["trace"]["trace_info"];
    assert_eq!(sent["trace_location"]["mlflow_experiment"]["experiment_id"], "42");
    assert_eq!((&sent["state"], &sent["trace_metadata"]["model"]), (&json!("OK"), &json!("m")));
    let trace = mlflow.find_trace("tr-1").await.unwrap().unwrap();
    let ours: Vec<_> = trace.assessments.iter().filter(|it| it.is_feedback_of("me")).collect();
    assert_eq!((ours.len(), ours[0].assessment_id.as_str()), (1, "a-1"));
}
