//! Each bad input is a 4xx that names what is wrong, and leaves nothing half done.

use std::sync::atomic::Ordering;

use axum::{
    body::Body,
    http::{Method, header},
};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::support::{CSV, Server, json as json_request, multipart, request, upload};

#[tokio::test]
async fn a_problem_has_every_field_that_a_program_needs() {
    let server = Server::start();
    let mut request = json_request(Method::POST, "/api/v1/chats", None, &json!({ "title": " " }));
    request.headers_mut().insert("x-request-id", "caller-0001".parse().unwrap());
    let answer = server.answer(request).await;
    answer.refuses(422, "INVALID_FIELDS", Some("title"));
    assert_json_snapshot!("problem", answer.json());
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_named() {
    let server = Server::start();
    for path in
        ["/api/v1/chats/1", "/api/v1/chats/1/messages", "/api/v1/runs/x/events", "/api/v1/imports/%00"]
    {
        server.get(path).await.refuses(400, "MALFORMED_REQUEST", Some("id"));
    }
}

#[tokio::test]
async fn a_field_that_is_unknown_missing_or_of_the_wrong_kind_is_named() {
    let server = Server::start();
    let (chat, _) = server.ask(None, "Hello").await;
    let messages = format!("/api/v1/chats/{chat}/messages");
    for (path, body, field) in [
        (messages.as_str(), json!({ "text": "a", "role": "system" }), "role"),
        (&messages, json!({}), "text"),
        (&messages, json!({ "text": ["a"] }), "text"),
        (&messages, json!({ "text": " \n" }), "text"),
        (&messages, json!({ "text": "x".repeat(64 * 1024) }), "text"),
        ("/api/v1/chats", json!({ "title": "x".repeat(121) }), "title"),
        (
            "/api/v1/transactions/categorise",
            json!({ "transaction_ids": ["1"], "category": "A" }),
            "transaction_ids[0]",
        ),
        (
            "/api/v1/transactions/categorise",
            json!({ "transaction_ids": [], "category": "A" }),
            "transaction_ids",
        ),
        (
            "/api/v1/transactions/categorise",
            json!({ "transaction_ids": [], "category": "a:b:c" }),
            "category",
        ),
    ] {
        server.call(Method::POST, path, &body).await.refuses(422, "INVALID_FIELDS", Some(field));
    }
    let profile = json!({ "date_of_birth": "2023-02-30" });
    server.call(Method::PUT, "/api/v1/profile", &profile).await.refuses(
        422,
        "INVALID_FIELDS",
        Some("date_of_birth"),
    );
    let profile = json!({ "shoe_size": 43 });
    server.call(Method::PATCH, "/api/v1/profile", &profile).await.refuses(
        422,
        "INVALID_FIELDS",
        Some("shoe_size"),
    );
}

#[tokio::test]
async fn a_query_that_is_wrong_is_named() {
    let server = Server::start();
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=many", "limit"),
        ("from=2024-02-30", "from"),
        ("account=1", "account"),
        ("side=left", "side"),
        ("colour=red", "colour"),
        ("from=2024-01-01&from=2024-01-02", "from"),
    ] {
        let answer = server.get(&format!("/api/v1/transactions?{query}")).await;
        answer.refuses(400, "MALFORMED_REQUEST", Some(field));
    }
    server.get("/api/v1/chats?cursor=%00made-up").await.refuses(422, "INVALID_FIELDS", Some("cursor"));
}

#[tokio::test]
async fn json_that_does_not_parse_is_refused() {
    let server = Server::start();
    for body in ["", "{", "{\"title\":\"a\"} x", "\u{feff}{}", &"[".repeat(100_000)] {
        let mut request = request(Method::POST, "/api/v1/chats", None);
        request.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        *request.body_mut() = Body::from(body.to_owned());
        server.answer(request).await.refuses(400, "MALFORMED_REQUEST", Some("body"));
    }
}

#[tokio::test]
async fn addresses_and_methods_that_do_not_exist_are_told_apart() {
    let server = Server::start();
    for path in ["/api", "/api/", "/api/v2/chats", "/api/v1/", "/api/v1/wallets/1"] {
        server.get(path).await.refuses(404, "NOT_FOUND", None);
    }
    let answer = server.answer(request(Method::DELETE, "/api/v1/status", None)).await;
    answer.refuses(405, "METHOD_NOT_ALLOWED", None);
    assert!(answer.header("allow").contains("GET"));
    server.answer(request(Method::TRACE, "/api/v1/status", None)).await.refuses(
        405,
        "METHOD_NOT_ALLOWED",
        None,
    );
}

#[tokio::test]
async fn a_body_beyond_its_bound_is_refused_declared_or_not() {
    let server = Server::with(&[("LAKELEDGER_UPLOAD_LIMIT_BYTES", "1000")]);
    let large = vec![b'x'; 300 * 1024];
    let mut declared = json_request(Method::POST, "/api/v1/chats", None, &Value::Null);
    declared.headers_mut().insert(header::CONTENT_LENGTH, large.len().into());
    *declared.body_mut() = Body::from(large.clone());
    server.answer(declared).await.refuses(413, "BODY_TOO_LARGE", None);
    let mut streamed = json_request(Method::POST, "/api/v1/chats", None, &Value::Null);
    let chunks = large.chunks(4096).map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec())).collect::<Vec<_>>();
    *streamed.body_mut() = Body::from_stream(futures::stream::iter(chunks));
    server.answer(streamed).await.refuses(413, "BODY_TOO_LARGE", None);
    let file = vec![b'x'; 1001];
    server.import(None, "a.csv", &file).await.refuses(413, "BODY_TOO_LARGE", None);
    let file = vec![b'x'; 200 * 1024];
    server.import(None, "a.csv", &file).await.refuses(413, "BODY_TOO_LARGE", None);
}

#[tokio::test]
async fn an_upload_that_is_not_one_is_refused() {
    let server = Server::start();
    let csv = CSV.as_bytes();
    for (fields, field) in [
        (vec![], "file"),
        (vec![("file", Some("a.csv"), csv), ("file", Some("b.csv"), csv)], "file"),
        (vec![("file", Some("a.csv"), csv), ("colour", None, b"red".as_slice())], "colour"),
        (vec![("file", Some("a.csv"), csv), ("account", None, b"1".as_slice())], "account"),
        (vec![("file", Some("a.csv"), csv), ("mapping", None, b"{}".as_slice())], "mapping"),
    ] {
        let answer = server.answer(multipart("/api/v1/imports", None, &fields)).await;
        answer.refuses(422, "INVALID_FIELDS", Some(field));
    }
    let as_json = server.call(Method::POST, "/api/v1/imports", &json!({})).await;
    as_json.refuses(400, "MALFORMED_REQUEST", Some("body"));
    let mut cut = upload("/api/v1/imports", None, "a.csv", csv);
    *cut.body_mut() = Body::from("--edge\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n2024");
    server.answer(cut).await.refuses(400, "MALFORMED_REQUEST", Some("body"));
    assert_eq!(server.get("/api/v1/imports").await.json()["items"], json!([]));
}

#[tokio::test]
async fn a_file_that_cannot_be_read_names_its_line_and_leaves_nothing() {
    let server = Server::start();
    let files: [(&str, Vec<u8>); 5] = [
        ("empty.csv", Vec::new()),
        ("binary.csv", (0..=255).cycle().take(5000).collect()),
        ("words.csv", b"just,some\nwords,here\n".to_vec()),
        ("cut.ofx", b"OFXHEADER:100\r\nDATA:OFXSGML\r\n\r\n<OFX><BANKMSGSRSV1><STMTTRNRS>".to_vec()),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
    ];
    for (name, bytes) in files {
        let answer = server.import(None, name, &bytes).await;
        answer.refuses(422, "STATEMENT_UNREADABLE", Some("file"));
        let problem = answer.json();
        assert!(name == "empty.csv" || problem["line"].is_u64(), "{name}: {problem}");
    }
    assert_eq!(server.get("/api/v1/imports").await.json()["items"], json!([]));
    assert_eq!(server.get("/api/v1/accounts").await.json()["items"], json!([]));
}

#[tokio::test]
async fn a_request_with_a_key_is_done_once() {
    let server = Server::start();
    let (chat, _) = server.ask(None, "Hello").await;
    let key = "01970000-0000-7000-8000-000000000001";
    let keyed = || {
        let path = format!("/api/v1/chats/{chat}/messages");
        let mut request = json_request(Method::POST, &path, None, &json!({ "text": "Once" }));
        request.headers_mut().insert("idempotency-key", key.parse().unwrap());
        request
    };
    assert_eq!(server.answer(keyed()).await.status, 202);
    server.answer(keyed()).await.refuses(409, "ALREADY_DONE", None);
    let messages = server.get(&format!("/api/v1/chats/{chat}/messages")).await.json();
    assert_eq!(messages["items"].as_array().unwrap().len(), 4);

    let keyed = || {
        let mut request = upload("/api/v1/imports", None, "a.csv", CSV.as_bytes());
        request
            .headers_mut()
            .insert("idempotency-key", "01970000-0000-7000-8000-000000000002".parse().unwrap());
        request
    };
    assert_eq!(server.answer(keyed()).await.status, 201);
    server.answer(keyed()).await.refuses(409, "ALREADY_DONE", None);
    let mut wrong = keyed();
    wrong.headers_mut().insert("idempotency-key", "twice".parse().unwrap());
    server.answer(wrong).await.refuses(400, "MALFORMED_REQUEST", Some("idempotency-key"));
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let server = Server::with(&[
        ("LAKELEDGER_CHAT_RATE_PER_MINUTE", "2"),
        ("LAKELEDGER_IMPORT_RATE_PER_MINUTE", "1"),
        ("LAKELEDGER_TRUST_FORWARDED_HEADERS", "true"),
    ]);
    server.ask(Some("ada"), "One").await;
    let (chat, _) = server.ask(Some("ada"), "Two").await;
    let third = |user| {
        let path = format!("/api/v1/chats/{chat}/messages");
        json_request(Method::POST, &path, Some(user), &json!({ "text": "Three" }))
    };
    let answer = server.answer(third("ada")).await;
    answer.refuses(429, "RATE_LIMITED", None);
    assert_eq!(answer.header("retry-after"), "30");
    server.answer(third("bob")).await.refuses(404, "NOT_FOUND", None);
    assert_eq!(server.import(Some("ada"), "a.csv", CSV.as_bytes()).await.status, 201);
    server.import(Some("ada"), "a.csv", CSV.as_bytes()).await.refuses(429, "RATE_LIMITED", None);
    assert_eq!(server.import(Some("bob"), "a.csv", CSV.as_bytes()).await.status, 201);
}

#[tokio::test]
async fn a_panic_is_one_500_and_the_next_request_is_served() {
    let server = Server::start();
    let with_id = || {
        let mut request = request(Method::GET, "/api/v1/status", None);
        request.headers_mut().insert("x-request-id", "the-panic".parse().unwrap());
        request
    };
    server.clock.broken.store(true, Ordering::Relaxed);
    let answer = server.answer(with_id()).await;
    answer.refuses(500, "INTERNAL", None);
    assert!(!answer.text().contains("clock"), "{}", answer.text());
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    server.clock.broken.store(false, Ordering::Relaxed);
    assert_eq!(server.answer(with_id()).await.status, 200);
}
