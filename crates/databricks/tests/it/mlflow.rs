//! Feedback on traces.

use databricks::mlflow::Feedback;
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
