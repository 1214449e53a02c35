//! Servers of the Model Context Protocol: a small one on loopback, and what is no server at all.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::Request,
    http::{StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use databricks::mcp::{McpEndpoint, McpError};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, JsonObject, ListToolsResult,
        PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
    },
    service::RequestContext,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
    },
};
use secrecy::SecretString;
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_secs(10);

#[derive(Clone)]
struct Weather;

impl ServerHandler for Weather {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let schema = Arc::new(JsonObject::new());
        let reads = ToolAnnotations::with_title("The weather").read_only(true);
        let tools = vec![
            Tool::new("weather", "Tells the weather.", Arc::clone(&schema)).with_annotations(reads),
            Tool::new("order_umbrella", "Orders one.", Arc::clone(&schema)),
            Tool::new("slow", "Takes an hour.", schema),
        ];
        Ok(ListToolsResult::with_all_items(tools))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let input = Value::Object(request.arguments.unwrap_or_default());
        match request.name.as_ref() {
            "weather" => Ok(CallToolResult::structured(json!({ "asked": input, "sun": true })).into()),
            "order_umbrella" => Ok(CallToolResult::error(vec![ContentBlock::text("sold out")]).into()),
            "slow" => {
                tokio::time::sleep(Duration::from_hours(1)).await;
                Err(ErrorData::internal_error("late", None))
            }
            _ => Err(ErrorData::invalid_params("no such tool", None)),
        }
    }
}

/// Serves a router on loopback; gives its address.
async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}/mcp")
}

async fn weather(has_sessions: bool) -> String {
    let config = StreamableHttpServerConfig::default().with_legacy_session_mode(has_sessions);
    let sessions = Arc::new(LocalSessionManager::default());
    let service = StreamableHttpService::new(|| Ok(Weather), sessions, config);
    serve(Router::new().route_service("/mcp", service).layer(from_fn(require_token))).await
}

async fn require_token(request: Request, next: Next) -> Response {
    let token = request.headers().get(header::AUTHORIZATION);
    if token.is_some_and(|token| token != "Bearer good") {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response();
    }
    next.run(request).await
}

fn endpoint(url: &str) -> McpEndpoint {
    McpEndpoint::new(url, "test", "1", Duration::from_secs(2)).unwrap()
}

#[tokio::test]
async fn tools_come_with_their_nature_and_nothing_said_means_they_may_write() {
    for has_sessions in [false, true] {
        let tools = endpoint(&weather(has_sessions).await).list_tools(None, LIMIT).await.unwrap();
        let natures: Vec<_> = tools.iter().map(|tool| (tool.name.as_str(), tool.reads_only)).collect();
        assert_eq!(natures, [("weather", true), ("order_umbrella", false), ("slow", false)]);
        assert_eq!(tools[0].title.as_deref(), Some("The weather"));
    }
}

#[tokio::test]
async fn a_call_gives_the_content_and_says_when_the_tool_failed() {
    let endpoint = endpoint(&weather(true).await);
    let token = SecretString::from("good");
    let input = JsonObject::from_iter([("city".to_owned(), json!("Bern"))]);
    let answer = endpoint.call_tool(Some(&token), "weather", input, LIMIT).await.unwrap();
    assert_eq!(
        (answer.content, answer.is_error),
        (json!({ "asked": { "city": "Bern" }, "sun": true }), false)
    );
    let failed = endpoint.call_tool(Some(&token), "order_umbrella", JsonObject::new(), LIMIT).await.unwrap();
    assert_eq!((failed.content, failed.is_error), (json!("sold out"), true));
    let unknown = endpoint.call_tool(Some(&token), "none", JsonObject::new(), LIMIT).await.unwrap_err();
    assert_eq!(unknown, McpError::Refused { message: "no such tool".to_owned() });
}

#[tokio::test]
async fn a_server_that_takes_too_long_is_given_up() {
    let limit = Duration::from_millis(300);
    let endpoint = endpoint(&weather(false).await);
    let slow = endpoint.call_tool(None, "slow", JsonObject::new(), limit).await;
    assert_eq!(slow, Err(McpError::Timeout { limit }));
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_told_from_a_server_that_is_away() {
    let url = weather(false).await;
    let refused = endpoint(&url).list_tools(Some(&SecretString::from("bad")), LIMIT).await;
    assert_eq!(refused, Err(McpError::Denied));
    let nobody = endpoint("http://127.0.0.1:1/mcp").list_tools(None, LIMIT).await;
    assert_eq!(nobody, Err(McpError::Unreachable));
}

#[tokio::test]
async fn what_is_no_server_of_the_protocol_is_an_error() {
    let html = Router::new().fallback(async || ([(header::CONTENT_TYPE, "text/html")], "<h1>Hello</h1>"));
    let odd = serve(html).await;
    let moved = Router::new()
        .fallback(async || (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "http://127.0.0.1:1/")]));
    for url in [odd, serve(moved).await] {
        let token = SecretString::from("good");
        let listed = endpoint(&url).list_tools(Some(&token), LIMIT).await.unwrap_err();
        assert!(matches!(listed, McpError::Unreachable | McpError::Unreadable), "{listed:?}");
    }
}

#[test]
fn an_address_must_keep_tokens_secret() {
    for url in ["http://mcp.example/mcp", "ftp://mcp.example", "mcp", ""] {
        assert!(McpEndpoint::new(url, "test", "1", LIMIT).is_err(), "{url}");
    }
    assert!(McpEndpoint::new("https://mcp.example/api/2.0/mcp/x", "test", "1", LIMIT).is_ok());
}
