//! What every answer tells the browser.

use axum::http::{HeaderValue, Method};
use serde_json::json;

use crate::support::{Server, request};

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let server = Server::start();
    for path in ["/health", "/", "/api/v1/me", "/api/v1/chats/x", "/no-such-page"] {
        let answer = server.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'self'"), "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert!(!answer.headers.contains_key("server"), "{path}");
        assert!(!answer.headers.contains_key("strict-transport-security"), "{path}");
    }
}

#[tokio::test]
async fn a_page_s_policy_names_the_nonce_of_its_scripts_and_no_other() {
    let server = Server::start();
    let (first, second) = (server.get("/").await, server.get("/").await);
    let nonce = |policy: &str| {
        let start = policy.find("'nonce-").unwrap() + "'nonce-".len();
        policy[start..].split('\'').next().unwrap().to_owned()
    };
    let policy = first.header("content-security-policy");
    let first_nonce = nonce(policy);
    assert!(first_nonce.len() >= 22, "{policy}");
    assert_ne!(first_nonce, nonce(second.header("content-security-policy")));
    let html = first.text();
    let scripts = html.matches("<script").count();
    assert!(scripts > 0);
    assert_eq!(html.matches(&format!("nonce=\"{first_nonce}\"")).count(), scripts, "{html}");
    assert_eq!(
        policy.replace(&first_nonce, "N"),
        "default-src 'none'; script-src 'nonce-N' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-N'; img-src 'self' data:; connect-src 'self'; font-src 'self'; \
         manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    );
}

#[tokio::test]
async fn the_workspace_may_frame_its_app() {
    let variables = [("DATABRICKS_APP_NAME", "x"), ("DATABRICKS_HOST", "https://adb-1.azuredatabricks.net")];
    let server = Server::with(&variables);
    let policy = server.get("/health").await;
    let policy = policy.header("content-security-policy");
    assert!(policy.ends_with("frame-ancestors 'self' https://adb-1.azuredatabricks.net"), "{policy}");
}

#[tokio::test]
async fn over_https_browsers_are_told_to_stay_there() {
    let server = Server::start();
    let mut request = request(Method::GET, "/health", None);
    request.headers_mut().insert("x-forwarded-proto", HeaderValue::from_static("https"));
    let answer = server.answer(request).await;
    assert!(answer.header("strict-transport-security").starts_with("max-age=31536000"));
}

#[tokio::test]
async fn a_sane_request_id_is_kept_and_any_other_replaced() {
    let server = Server::start();
    let with_id = |id: &'static str| {
        let mut request = request(Method::GET, "/health", None);
        request.headers_mut().insert("x-request-id", HeaderValue::from_static(id));
        request
    };
    assert_eq!(server.answer(with_id("0197-abc.DEF_1")).await.header("x-request-id"), "0197-abc.DEF_1");
    for odd in ["short", "with space in it", "<script>alert(1)</script>", "forged\" level=error"] {
        let answer = server.answer(with_id(odd)).await;
        assert!(uuid::Uuid::try_parse(answer.header("x-request-id")).is_ok(), "{odd}");
    }
}

#[tokio::test]
async fn large_answers_are_compressed_and_small_ones_are_not() {
    let server = Server::start();
    let long = json!({ "notes": "word ".repeat(600), "display_name": "Ada" });
    server.call(Method::PUT, "/api/v1/profile", &long).await;
    let accepting = |path: &str, coding: &'static str| {
        let mut request = request(Method::GET, path, None);
        request.headers_mut().insert("accept-encoding", HeaderValue::from_static(coding));
        request
    };
    let brotli = server.answer(accepting("/api/v1/profile", "gzip, br")).await;
    assert_eq!(brotli.header("content-encoding"), "br");
    assert!(brotli.body.len() < 1000, "{}", brotli.body.len());
    let gzip = server.answer(accepting("/api/v1/profile", "gzip")).await;
    assert_eq!(gzip.header("content-encoding"), "gzip");
    let small = server.answer(accepting("/health", "br")).await;
    assert_eq!(small.header("content-encoding"), "");
}
