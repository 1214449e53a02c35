//! The tools for other agents at `/mcp`: the protocol, its errors, and whose data it is.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Method, Request},
};
use serde_json::{Value, json};

use crate::support::{Answer, CSV, Server, json as json_request, request};

const JSON_AND_EVENTS: &str = "application/json, text/event-stream";

async fn post(server: &Server, user: Option<&str>, headers: &[(&'static str, &str)], body: &Value) -> Answer {
    let mut request = json_request(Method::POST, "/mcp", user, body);
    request.headers_mut().insert("accept", HeaderValue::from_static(JSON_AND_EVENTS));
    if user.is_none() {
        request.headers_mut().insert("host", HeaderValue::from_static("127.0.0.1:3000"));
    }
    for (name, value) in headers {
        request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    server.answer(request).await
}

async fn ask(server: &Server, user: Option<&str>, method: &str, params: Value) -> Value {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let answer = post(server, user, &[("mcp-protocol-version", "2025-11-25")], &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/json");
    let json = answer.json();
    assert_eq!((&json["jsonrpc"], &json["id"]), (&json!("2.0"), &json!(1)));
    json
}

async fn call(server: &Server, user: Option<&str>, name: &str, arguments: Value) -> Value {
    ask(server, user, "tools/call", json!({ "name": name, "arguments": arguments })).await
}

/// A call of a tool that whoever keeps the server's own address may send.
pub(crate) fn tool_call(name: &str, arguments: &Value) -> Request<Body> {
    let params = json!({ "name": name, "arguments": arguments });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let mut request = json_request(Method::POST, "/mcp", None, &body);
    request.headers_mut().insert("accept", HeaderValue::from_static(JSON_AND_EVENTS));
    request.headers_mut().insert("host", HeaderValue::from_static("127.0.0.1:3000"));
    request
}

fn initialize(version: &str) -> Value {
    let client = json!({ "name": "test", "version": "1" });
    json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": client })
}

#[tokio::test]
async fn a_client_that_speaks_a_known_version_gets_it_and_any_other_gets_one_it_can_take() {
    let server = Server::start();
    for (asked, given) in [
        ("2025-11-25", "2025-11-25"),
        ("2025-06-18", "2025-06-18"),
        ("2025-03-26", "2025-03-26"),
        ("1999-01-01", "2025-11-25"),
    ] {
        let answer = ask_as(&server, asked).await;
        assert_eq!(answer["result"]["protocolVersion"], given, "{answer}");
        assert_eq!(answer["result"]["serverInfo"]["name"], "lakeledger");
        assert!(answer["result"]["capabilities"]["tools"].is_object());
    }
    let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    assert_eq!(post(&server, None, &[], &initialized).await.status, 202);
    assert_eq!(ask(&server, None, "ping", json!({})).await["result"], json!({}));
}

async fn ask_as(server: &Server, version: &str) -> Value {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": initialize(version) });
    post(server, None, &[], &body).await.json()
}

#[tokio::test]
async fn a_version_that_is_not_known_is_refused_where_it_is_a_header() {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let answer = post(&Server::start(), None, &[("mcp-protocol-version", "1999-01-01")], &body).await;
    assert_eq!(answer.status, 400, "{}", answer.text());
}

#[tokio::test]
async fn every_tool_is_listed_with_its_schemas_and_nature() {
    let listed = ask(&Server::start(), None, "tools/list", json!({})).await;
    let tools = listed["result"]["tools"].as_array().unwrap();
    let names: Vec<_> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    for name in ["spending", "net_worth", "forecast", "safe_to_spend", "loan", "monte_carlo"] {
        assert!(names.contains(&name), "{name} is missing");
    }
    for tool in tools {
        assert_eq!(tool["inputSchema"]["type"], "object", "{tool}");
        assert_eq!(tool["outputSchema"]["type"], "object", "{tool}");
        assert!(tool["annotations"]["readOnlyHint"].is_boolean(), "{tool}");
        assert!(!tool["title"].as_str().unwrap().is_empty(), "{tool}");
        assert!(!tool["description"].as_str().unwrap().is_empty(), "{tool}");
    }
}

#[tokio::test]
async fn a_call_gives_the_figures_as_data_and_as_text() {
    let server = Server::start();
    server.import(None, "bank.csv", CSV.as_bytes()).await;
    let answer = call(&server, None, "spending", json!({ "period": "March 2024" })).await;
    let result = &answer["result"];
    assert_eq!(result["isError"], false);
    let figure = &result["structuredContent"]["figures"][0];
    assert_eq!(figure["value"], "16.70", "{answer}");
    let link = figure["link"].as_str().unwrap();
    assert!(link.starts_with("http://127.0.0.1:3000/money"), "{link}");
    let text: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(text, result["structuredContent"]);
}

#[tokio::test]
async fn an_input_that_a_tool_cannot_use_is_an_error_that_the_agent_reads() {
    let server = Server::start();
    for (name, arguments, needle) in [
        ("spending", json!({ "colour": "red" }), "colour"),
        ("spending", json!({ "payee": "Nobody" }), "Nobody"),
        ("loan", json!({}), "missing"),
    ] {
        let answer = call(&server, None, name, arguments).await;
        assert_eq!(answer["result"]["isError"], true, "{answer}");
        let text = answer["result"]["content"][0]["text"].as_str().unwrap();
        assert!(text.contains(needle), "{text}");
    }
}

#[tokio::test]
async fn what_the_protocol_does_not_know_gets_its_errors() {
    let server = Server::start();
    let unknown = call(&server, None, "rm", json!({})).await;
    assert_eq!(unknown["error"]["code"], -32_602, "{unknown}");
    let method = ask(&server, None, "money/steal", json!({})).await;
    assert_eq!(method["error"]["code"], -32_601, "{method}");
    for (body, code) in [
        (json!([]), -32_600),
        (json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": 7 } }), -32_602),
        (json!({ "id": 1, "method": "ping" }), -32_600),
    ] {
        let answer = post(&server, None, &[], &body).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
        assert_eq!(answer.json()["error"]["code"], code, "{}", answer.text());
    }
    let mut broken = json_request(Method::POST, "/mcp", None, &json!({}));
    *broken.body_mut() = "{\"jsonrpc\":".into();
    broken.headers_mut().insert("host", HeaderValue::from_static("localhost"));
    let answer = server.answer(broken).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (400, &json!(-32_700)));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let server = Server::start();
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping", "params": { "x": "x".repeat(300_000) } });
    let answer = post(&server, None, &[], &body).await;
    answer.refuses(413, "BODY_TOO_LARGE", None);
}

#[tokio::test]
async fn there_is_no_session_to_open_or_to_end() {
    let server = Server::start();
    for method in [Method::GET, Method::DELETE] {
        let mut request = request(method, "/mcp", None);
        request.headers_mut().insert("host", HeaderValue::from_static("localhost:3000"));
        request.headers_mut().insert("accept", HeaderValue::from_static("text/event-stream"));
        let answer = server.answer(request).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"));
    }
}

#[tokio::test]
async fn two_people_see_their_own_money_only() {
    let server = Server::for_people();
    server.import(Some("ada"), "bank.csv", CSV.as_bytes()).await;
    let march = json!({ "period": "March 2024" });
    let ada = call(&server, Some("ada"), "spending", march.clone()).await;
    let bob = call(&server, Some("bob"), "spending", march).await;
    assert_eq!(ada["result"]["structuredContent"]["figures"][0]["value"], "16.70");
    assert!(!bob.to_string().contains("16.70"), "{bob}");
    let payees = call(&server, Some("bob"), "top_payees", json!({})).await;
    assert!(!payees.to_string().contains("Corner Market"), "{payees}");
}

#[tokio::test]
async fn inside_databricks_apps_an_agent_needs_an_identity() {
    let server = Server::with(&[("DATABRICKS_APP_NAME", "lakeledger")]);
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    post(&server, None, &[], &body).await.refuses(401, "IDENTITY_MISSING", None);
    assert_eq!(post(&server, Some("ada"), &[], &body).await.status, 200);
}

#[tokio::test]
async fn a_page_that_gave_its_name_this_machine_s_address_is_refused() {
    let server = Server::start();
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    for host in ["evil.example", "evil.example:3000", "localhost.evil.example"] {
        let origin = format!("http://{host}");
        let headers = [("host", host), ("origin", origin.as_str())];
        post(&server, None, &headers, &body).await.refuses(403, "HOST_NOT_ALLOWED", None);
    }
    post(&server, None, &[("origin", "https://evil.example")], &body).await.refuses(
        403,
        "CROSS_SITE_REQUEST",
        None,
    );
    let named = Server::with(&[("LAKELEDGER_HOSTS", "ledger.internal")]);
    assert_eq!(post(&named, None, &[("host", "ledger.internal:80")], &body).await.status, 200);
}

#[tokio::test]
async fn an_agent_that_asks_too_often_is_told_to_wait() {
    let server = Server::with(&[("LAKELEDGER_MCP_RATE_PER_MINUTE", "2")]);
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
    for _ in 0..2 {
        assert_eq!(post(&server, None, &[], &body).await.status, 200);
    }
    let refused = post(&server, None, &[], &body).await;
    refused.refuses(429, "RATE_LIMITED", None);
    assert_eq!(refused.header("retry-after"), "30");
}

#[tokio::test]
async fn a_client_of_the_newest_protocol_needs_no_handshake() {
    let server = Server::start();
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let send = async |method: &str, mut params: Value| {
        params["_meta"] = meta.clone();
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let name = params["name"].as_str().unwrap_or_default();
        let mut headers = vec![("mcp-protocol-version", "2026-07-28"), ("mcp-method", method)];
        if !name.is_empty() {
            headers.push(("mcp-name", name));
        }
        post(&server, None, &headers, &body).await
    };
    let discovered = send("server/discover", json!({})).await.json();
    assert!(discovered["result"]["supportedVersions"].as_array().unwrap().contains(&json!("2026-07-28")));
    let listed = send("tools/list", json!({})).await.json();
    assert_eq!(listed["result"]["cacheScope"], "private", "{listed}");
    let balance = send("tools/call", json!({ "name": "accounts", "arguments": {} })).await.json();
    assert_eq!(balance["result"]["resultType"], "complete", "{balance}");
    assert_eq!(send("no/such", json!({})).await.status, 404);
}
