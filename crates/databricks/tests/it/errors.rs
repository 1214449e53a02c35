use std::time::Duration;

use databricks::{Client, ClientError, ConnectFailure, Error, RetryPolicy};

use crate::server::{Reply, Server};
use crate::{client, config, impatient_client, pat};

const APP: &str = "GET /api/2.0/apps/shop";

/// The error that a call for an app makes of a reply.
async fn error(reply: Reply) -> Error {
    let server = Server::start().await;
    server.on(APP, [reply]);
    let client = client(&server, pat()).with_retry_policy(RetryPolicy::none());
    client.apps().get("shop").await.unwrap_err()
}

fn parts(error: &Error) -> (Option<u16>, Option<&str>, Option<&str>) {
    (error.status(), error.error_code(), error.message())
}

#[tokio::test]
async fn an_error_has_databricks_code_words_and_request_id() {
    let body = r#"{"error_code":"RESOURCE_EXHAUSTED","message":"slow down","details":[
        {"@type":"type.googleapis.com/google.rpc.RequestInfo","request_id":"r-1","serving_data":""},
        {"@type":"type.googleapis.com/google.rpc.RetryInfo","retry_delay":"1.5s"}]}"#;
    let error = error(Reply::new(429, body)).await;
    assert_eq!(parts(&error), (Some(429), Some("RESOURCE_EXHAUSTED"), Some("slow down")));
    assert_eq!((error.request_id(), error.retry_after()), (Some("r-1"), Some(Duration::from_millis(1_500))));
    assert_eq!(
        error.to_string(),
        "could not read an app: slow down (HTTP 429, RESOURCE_EXHAUSTED, request r-1)"
    );
    assert!(error.is_transient() && !error.is_auth());
}

#[tokio::test]
async fn every_shape_of_an_error_is_read() {
    let scim = r#"{"schemas":[],"detail":"no such user","status":"404","scimType":"x"}"#;
    let html = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";
    let pre = "<p>HTTP ERROR</p><pre>upstream is away</pre>";
    let cases: [(u16, &str, Option<&str>, &str); 10] = [
        (404, r#"{"message":"DatabaseInstance not found: x"}"#, None, "DatabaseInstance not found: x"),
        (400, r#"{"error":"ArithmeticException"}"#, None, "ArithmeticException"),
        (404, scim, Some("SCIM_404"), "x no such user"),
        (500, r#"{"detail":"null","status":500}"#, Some("SCIM_500"), "SCIM API Internal Error"),
        (400, "MALFORMED_REQUEST: unexpected end", Some("MALFORMED_REQUEST"), "unexpected end"),
        (403, "Invalid access token.", None, "Invalid access token."),
        (502, html, Some("BAD_GATEWAY"), "502 Bad Gateway"),
        (502, pre, Some("BAD_GATEWAY"), "upstream is away"),
        (500, "", None, "Internal Server Error"),
        (500, r#"["a"]"#, None, r#"["a"]"#),
    ];
    for (status, body, code, message) in cases {
        let error = error(Reply::new(status, body.to_owned())).await;
        assert_eq!(parts(&error), (Some(status), code, Some(message)), "{body}");
    }
}

#[tokio::test]
async fn not_found_is_known_by_its_status_or_its_code() {
    assert!(error(Reply::new(404, "{}")).await.is_not_found());
    assert!(error(Reply::new(400, r#"{"error_code":"RESOURCE_DOES_NOT_EXIST"}"#)).await.is_not_found());
    assert!(!error(Reply::new(403, "{}")).await.is_not_found());
    assert!(error(Reply::new(403, "{}")).await.is_auth());
}

#[tokio::test]
async fn the_wait_before_another_attempt_is_seconds_or_a_date() {
    let seconds = error(Reply::new(503, "").header("retry-after", "7")).await;
    assert_eq!(seconds.retry_after(), Some(Duration::from_secs(7)));
    let date = Reply::new(503, "")
        .header("date", "Sat, 21 Nov 2026 09:00:00 GMT")
        .header("retry-after", "Sat, 21 Nov 2026 09:00:12 GMT");
    assert_eq!(error(date).await.retry_after(), Some(Duration::from_secs(12)));
    assert_eq!(error(Reply::new(503, "").header("retry-after", "soon")).await.retry_after(), None);
}

#[tokio::test]
async fn a_long_error_is_cut_and_its_body_never_shown() {
    let error = error(Reply::new(500, "x".repeat(10 << 20))).await;
    assert_eq!(error.message().unwrap().chars().count(), 500);
}

#[tokio::test]
async fn a_success_that_is_not_the_api_is_unreadable_and_says_how() {
    let cases = [
        ("", "the answer is empty"),
        ("<!doctype html>", "the answer is a web page, not JSON"),
        ("{\"name\":", "the answer is not JSON"),
        ("[]", "without the fields"),
        ("{\"secret\":\"dapi-0123456789abcdef\"}", "without the fields"),
    ];
    for (body, reason) in cases {
        let error = error(Reply::ok(body)).await;
        assert!(matches!(error, Error::Unreadable { .. }) && error.is_transient());
        assert!(error.to_string().contains(reason) && !error.to_string().contains("dapi"), "{error}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = Server::start().await;
    server.on(APP, [Reply::new(302, "").header("location", format!("{}/elsewhere", server.url()))]);
    let error = client(&server, pat()).apps().get("shop").await.unwrap_err();
    assert!(matches!(error, Error::Redirect { status: 302, .. }) && !error.is_transient(), "{error:?}");
    assert_eq!(server.lines(), [APP]);
}

#[tokio::test]
async fn a_redirect_to_the_private_link_page_is_named() {
    let location = "https://x.com/login.html?x=1&error=private-link-validation-error:123";
    let error = error(Reply::new(302, "").header("location", location)).await;
    assert!(matches!(error, Error::PrivateLink { .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_that_hangs_is_left_in_time() {
    let server = Server::start().await;
    server.on(APP, [Reply::hang()]);
    server.on("POST /api/2.0/postgres/credentials", [Reply::hang()]);
    let client = impatient_client(&server, pat());
    let timeout =
        |error| matches!(error, Error::Timeout { limit, .. } if limit == Duration::from_millis(100));
    assert!(timeout(client.apps().get("shop").await.unwrap_err()));
    assert!(timeout(client.postgres().generate_database_credential("projects/p").await.unwrap_err()));
}

#[tokio::test]
async fn an_answer_beyond_its_size_is_not_read() {
    let server = Server::start().await;
    let large = format!(r#"{{"name":"shop","url":"{}"}}"#, "x".repeat(10 << 20));
    server.on(APP, [Reply::ok(large.clone())]);
    server.on("POST /api/2.0/database/credentials", [Reply::ok(large[..100_000].to_owned())]);
    let client = client(&server, pat());
    let error = client.apps().get("shop").await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit_bytes: 8_388_608, .. }), "{error:?}");
    let error = client.database().generate_database_credential(&["i"]).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit_bytes: 65_536, .. }), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_fails_says_how() {
    let unknown = |host: &str| databricks::Config::new(host.parse().unwrap(), pat());
    let failure = async |config| {
        let client = Client::new(config).unwrap().with_retry_policy(RetryPolicy::none());
        match client.apps().get("shop").await.unwrap_err() {
            Error::Connect { failure, .. } => failure,
            other => panic!("{other:?}"),
        }
    };
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    assert_eq!(failure(unknown(&format!("http://{closed}"))).await, ConnectFailure::Refused);
    assert_eq!(failure(unknown("http://nowhere.localhost.invalid")).await, ConnectFailure::Dns);
    // A server without TLS: the handshake fails.
    let server = Server::start().await;
    let https = server.url().replace("http://", "https://");
    assert_eq!(failure(unknown(&https)).await, ConnectFailure::Tls);
}

#[tokio::test]
async fn a_client_that_could_never_send_is_not_made() {
    let server = Server::start().await;
    let token = databricks::Credentials::Pat { token: "a\nb".into() };
    assert_eq!(Client::new(config(&server, token)).unwrap_err(), ClientError::Token);
    let mut roots = databricks::Config::new("https://localhost".parse().unwrap(), pat());
    roots.extra_roots_pem = Some(b"not pem".to_vec());
    assert_eq!(Client::new(roots).unwrap_err(), ClientError::ExtraRoots);
}
