//! Where a caller takes nothing less than the database.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::Server;

fn problem(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

#[tokio::test]
async fn without_a_database_who_requires_persistence_is_told_how_to_configure_it() {
    let server = Server::start();
    for path in ["/api/v1/profile?require=persistent", "/api/v1/chats?limit=5&require=persistent"] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        let problem = problem(&answer.body);
        assert_eq!(problem["error_code"], "LAKEBASE_NOT_CONFIGURED");
        assert_eq!(problem["technical_details"]["error_type"], "ConfigurationError");
        let suggestion = problem["technical_details"]["suggestion"].as_str().unwrap();
        assert!(suggestion.contains("databricks.yml") && suggestion.contains("PGHOST"), "{suggestion}");
    }
    assert_eq!(server.get("/api/v1/profile").await.status, StatusCode::OK);
}

#[tokio::test]
async fn without_a_fallback_and_a_database_nothing_is_written() {
    let server = Server::with(&[("LAKELEDGER_FALLBACK", "never")]);
    let answer = server.call(Method::POST, "/api/v1/chats", &json!({ "title": "Kept nowhere" })).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(problem(&answer.body)["error_code"], "LAKEBASE_NOT_CONFIGURED");
    let listed = problem(&server.get("/api/v1/chats").await.body);
    assert_eq!(listed["items"], json!([]));
}
