//! Who the caller is, and which headers are believed.

use axum::http::{HeaderName, HeaderValue, Method};
use serde_json::json;

use crate::support::{Answer, Server, request};

async fn me(server: &Server, headers: &[(&'static str, &'static [u8])]) -> Answer {
    let mut request = request(Method::GET, "/api/v1/me", None);
    for (name, value) in headers {
        let value = HeaderValue::from_bytes(value).unwrap();
        request.headers_mut().append(HeaderName::from_static(name), value);
    }
    server.answer(request).await
}

#[tokio::test]
async fn without_a_trusted_proxy_headers_mean_nothing() {
    let answer = me(&Server::start(), &[("x-forwarded-user", b"ada"), ("x-forwarded-user", b"")]).await;
    assert_eq!(answer.json(), json!({ "user": "local", "name": null, "email": null }));
}

#[tokio::test]
async fn the_stable_id_is_the_key_and_the_rest_is_shown() {
    let server = Server::for_people();
    let headers: [(&str, &[u8]); 3] = [
        ("x-forwarded-user", b"7215@19"),
        ("x-forwarded-email", b"Ada@example.com"),
        ("x-forwarded-preferred-username", "Lovelace, Ada ♥".as_bytes()),
    ];
    let answer = me(&server, &headers).await;
    let expected = json!({ "user": "7215@19", "name": "Lovelace, Ada ♥", "email": "Ada@example.com" });
    assert_eq!(answer.json(), expected);
    let by_email = me(&server, &[("x-forwarded-email", b"Ada@Example.com")]).await;
    assert_eq!(by_email.json()["user"], "ada@example.com");
    assert_eq!(me(&server, &[]).await.json()["user"], "local");
}

#[tokio::test]
async fn identity_headers_that_are_not_plain_are_refused() {
    let server = Server::for_people();
    let long = [b'a'; 257].as_slice();
    let long: &'static [u8] = Box::leak(long.to_vec().into_boxed_slice());
    for headers in [
        [("x-forwarded-user", b"ada".as_slice()), ("x-forwarded-user", b"bob".as_slice())].as_slice(),
        &[("x-forwarded-user", b"")],
        &[("x-forwarded-user", b"  ")],
        &[("x-forwarded-user", b"ada,bob")],
        &[("x-forwarded-user", b"ada bob")],
        &[("x-forwarded-user", "аda".as_bytes())],
        &[("x-forwarded-user", b"\xff\xfe")],
        &[("x-forwarded-user", long)],
        &[("x-forwarded-email", b"")],
        &[("x-forwarded-email", b"a@b.c"), ("x-forwarded-email", b"a@b.c")],
        &[("x-forwarded-email", b"nobody")],
        &[("x-forwarded-email", b"a@b@c")],
        &[("x-forwarded-email", "ada@exämple.com".as_bytes())],
        &[("x-forwarded-user", b"ada"), ("x-forwarded-email", b"a@b.c,d@e.f")],
        &[("x-forwarded-user", b"ada"), ("x-forwarded-preferred-username", b"")],
        &[("x-forwarded-user", b"ada"), ("x-forwarded-preferred-username", b"\xff")],
        &[("x_forwarded_user", b"bob"), ("x-forwarded-user", b"ada")],
        &[("x_forwarded_email", b"bob@example.com")],
        &[("x-forwarded_user", b"bob")],
    ] {
        let answer = me(&server, headers).await;
        answer.refuses(400, "MALFORMED_REQUEST", None);
    }
}

#[tokio::test]
async fn inside_databricks_apps_nobody_is_let_in_without_an_identity() {
    let server = Server::with(&[("DATABRICKS_APP_NAME", "lakeledger")]);
    me(&server, &[]).await.refuses(401, "IDENTITY_MISSING", None);
    me(&server, &[("x-forwarded-preferred-username", b"Ada")]).await.refuses(401, "IDENTITY_MISSING", None);
    assert_eq!(me(&server, &[("x-forwarded-user", b"ada")]).await.status, 200);
    assert_eq!(server.get("/health").await.status, 200);
    assert_eq!(server.get("/").await.status, 401);
    assert_eq!(server.get("/no-such-page").await.status, 401);
}

#[tokio::test]
async fn a_person_in_a_browser_gets_a_readable_refusal() {
    let server = Server::with(&[("DATABRICKS_APP_NAME", "lakeledger")]);
    let mut page = request(Method::GET, "/", None);
    page.headers_mut().insert("accept", HeaderValue::from_static("text/html,*/*"));
    let answer = server.answer(page).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(answer.text().contains("does not say who you are"), "{}", answer.text());
}
