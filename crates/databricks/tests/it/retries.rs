use std::time::Duration;

use databricks::RetryPolicy;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::server::{Reply, Server};
use crate::{PAT, client, pat, quick, service_principal};

const APP: &str = "GET /api/2.0/apps/shop";

fn app() -> Reply {
    Reply::ok(r#"{"name":"shop"}"#)
}

/// How many requests a call makes that is answered by these replies, and whether it succeeds.
async fn requests(replies: impl IntoIterator<Item = Reply>, policy: RetryPolicy) -> (usize, bool) {
    let server = Server::start().await;
    server.on(APP, replies);
    let client = client(&server, pat()).with_retry_policy(policy);
    let result = client.apps().get("shop").await;
    (server.count(APP), result.is_ok())
}

#[tokio::test]
async fn throttled_calls_are_repeated() {
    for status in [429, 503] {
        let now = Reply::new(status, "").header("retry-after", "0");
        assert_eq!(requests([now, Reply::new(status, ""), app()], quick()).await, (3, true));
    }
}

#[tokio::test]
async fn the_listed_texts_are_repeated_whatever_the_status() {
    let busy = r#"{"error_code":"X","message":"RPC token bucket limit has been exceeded"}"#;
    assert_eq!(requests([Reply::new(400, busy), app()], quick()).await, (2, true));
}

#[tokio::test]
async fn other_errors_are_not_repeated() {
    for status in [400, 401, 403, 404, 409, 500, 501, 502, 504] {
        assert_eq!(requests([Reply::new(status, "{}"), app()], quick()).await, (1, false), "{status}");
    }
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_not_begun() {
    let later = Reply::new(429, "").header("retry-after", "3600");
    assert_eq!(requests([later, app()], RetryPolicy::default()).await, (1, false));
}

#[tokio::test]
async fn the_number_of_attempts_can_be_limited() {
    assert_eq!(
        requests([Reply::new(503, "")], RetryPolicy { attempts_max: Some(4), ..quick() }).await,
        (4, false)
    );
    assert_eq!(requests([Reply::new(503, ""), app()], RetryPolicy::none()).await, (1, false));
}

#[tokio::test]
async fn a_connection_that_breaks_is_made_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    let server = async {
        // At once, in the middle of the answer, and not at all.
        for answer in [
            "",
            "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"na",
            "HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{\"name\":\"shop\"}",
        ] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4_096];
            let _ = stream.read(&mut request).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    };
    let config = databricks::Config::new(host.parse().unwrap(), pat());
    let client = databricks::Client::new(config).unwrap().with_retry_policy(quick());
    let apps = client.apps();
    let (app, ()) = tokio::join!(apps.get("shop"), server);
    assert_eq!(app.unwrap().name, "shop");
}

#[tokio::test]
async fn a_log_in_that_is_throttled_is_repeated_with_the_call() {
    let server = Server::workspace().await;
    server.on(APP, [app()]);
    let token = crate::server::token("t");
    server.on("POST /oidc/v1/token", [Reply::new(429, "").header("retry-after", "0"), token]);
    client(&server, service_principal()).apps().get("shop").await.unwrap();
    assert_eq!((server.count("POST /oidc/v1/token"), server.count(APP)), (2, 1));
}

#[tokio::test]
async fn a_repeated_credential_call_carries_the_same_request_id() {
    let server = Server::start().await;
    let line = "POST /api/2.0/database/credentials";
    let credential = Reply::ok(r#"{"token":"t","expiration_time":"2026-11-21T01:32:39Z"}"#);
    server.on(line, [Reply::new(503, ""), credential]);
    let policy = RetryPolicy { deadline: Duration::from_secs(30), ..quick() };
    let client = client(&server, pat()).with_retry_policy(policy);
    client.database().generate_database_credential(&["shop-db"]).await.unwrap();
    let (second, first) = (server.last(), server.last());
    assert_eq!(first.body, second.body);
    assert_eq!(first.header("authorization"), Some(format!("Bearer {PAT}").as_str()));
}
