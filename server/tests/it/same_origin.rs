//! Other sites cannot make a browser change anything here.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Method},
};
use serde_json::json;

use crate::support::{Answer, Server, json as json_request, request};

async fn post(server: &Server, headers: &[(&'static str, &'static str)]) -> Answer {
    let mut request = json_request(Method::POST, "/api/v1/chats", None, &json!({}));
    for (name, value) in headers {
        request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    server.answer(request).await
}

#[tokio::test]
async fn requests_of_other_sites_are_refused() {
    let server = Server::start();
    for headers in [
        [("sec-fetch-site", "cross-site")].as_slice(),
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "")],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://app.example")],
        &[("origin", "https://evil.example")],
        &[("origin", "https://app.example.evil.example")],
        &[("origin", "https://app.example:8443")],
        &[("origin", "null")],
        &[("origin", "app.example")],
        &[("origin", "https://evil.example"), ("x-forwarded-host", "evil.example")],
    ] {
        post(&server, headers).await.refuses(403, "CROSS_SITE_REQUEST", None);
    }
    assert_eq!(server.get("/api/v1/chats").await.json()["items"], json!([]));
}

#[tokio::test]
async fn our_own_pages_and_programs_are_served() {
    let server = Server::start();
    for headers in [
        [].as_slice(),
        &[("sec-fetch-site", "same-origin"), ("origin", "https://elsewhere.example")],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://app.example")],
        &[("origin", "https://APP.example")],
    ] {
        assert_eq!(post(&server, headers).await.status, 201, "{headers:?}");
    }
    let behind_proxy = Server::for_people();
    let forwarded =
        [("origin", "https://me.databricksapps.com"), ("x-forwarded-host", "me.databricksapps.com")];
    assert_eq!(post(&behind_proxy, &forwarded).await.status, 201);
}

#[tokio::test]
async fn bodies_that_a_foreign_form_could_send_are_not_read_as_json() {
    let server = Server::start();
    for content_type in ["text/plain", "application/xml", "text/plain;application/json", ""] {
        let answer = post(&server, &[("content-type", content_type)]).await;
        answer.refuses(415, "UNSUPPORTED_CONTENT_TYPE", None);
    }
    let answer = post(&server, &[("content-type", "application/x-www-form-urlencoded")]).await;
    answer.refuses(415, "UNSUPPORTED_CONTENT_TYPE", None);
    let mut without = request(Method::POST, "/api/v1/chats", None);
    *without.body_mut() = Body::from("{}");
    server.answer(without).await.refuses(415, "UNSUPPORTED_CONTENT_TYPE", None);
}

#[tokio::test]
async fn forms_are_guarded_as_the_api_is() {
    let server = Server::start();
    for path in ["/chats", "/profile", "/sample", "/money/imports", "/theme", "/no-such-form"] {
        let mut form = request(Method::POST, path, None);
        let headers = form.headers_mut();
        headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
        assert_eq!(server.answer(form).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn a_page_that_gave_its_name_this_machine_s_address_reads_and_writes_nothing() {
    let server = Server::start();
    let under = |method: Method, path: &str, host: &'static str| {
        let mut request = request(method, path, None);
        request.headers_mut().insert("host", HeaderValue::from_static(host));
        request.headers_mut().insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
        request
    };
    for host in ["evil.example", "evil.example:3000", "localhost.evil.example", "127.0.0.1.evil.example"] {
        for path in ["/api/v1/chats", "/api/v1/export", "/api/v1/runs/x/events", "/mcp"] {
            server.answer(under(Method::GET, path, host)).await.refuses(403, "HOST_NOT_ALLOWED", None);
        }
        for path in ["/", "/money", "/chats/new", "/no-such-page"] {
            assert_eq!(server.answer(under(Method::GET, path, host)).await.status, 403, "{path}");
        }
        assert_eq!(server.answer(under(Method::POST, "/sample", host)).await.status, 403);
    }
    for host in ["localhost:3000", "127.0.0.1:3000", "[::1]:3000", "192.168.1.7", "app.example"] {
        assert_eq!(server.answer(under(Method::GET, "/", host)).await.status, 200, "{host}");
    }
    assert_eq!(server.answer(under(Method::GET, "/health", "probe.internal")).await.status, 200);
}

#[tokio::test]
async fn behind_a_proxy_that_vouches_for_people_the_name_is_the_proxys_matter() {
    let server = Server::with(&[("DATABRICKS_APP_NAME", "lakeledger")]);
    for host in ["lakeledger-123.aws.databricksapps.com", "10.1.2.3:8000"] {
        let mut request = request(Method::GET, "/api/v1/chats", Some("ada"));
        request.headers_mut().insert("host", HeaderValue::from_static(host));
        assert_eq!(server.answer(request).await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn no_origin_is_ever_allowed_to_read() {
    let server = Server::start();
    let mut request = request(Method::OPTIONS, "/api/v1/chats", None);
    request.headers_mut().insert("origin", HeaderValue::from_static("https://evil.example"));
    request.headers_mut().insert("access-control-request-method", HeaderValue::from_static("POST"));
    let answer = server.answer(request).await;
    assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control-")));
}
