//! Servers of the [Model Context Protocol](https://modelcontextprotocol.io), the workspace's own
//! (`/api/2.0/mcp/…`) and any other: the tools they lend, and calls of them.
//!
//! A call is a connection of its own, of this moment's token: nothing is left of a server that went
//! away, and nobody's token reaches another person's call. What a server says is a stranger's words.

mod answer;
mod error;

use std::{sync::Arc, time::Duration};

use reqwest::Url;
use rmcp::{
    model::{
        CallToolRequestParams, ClientCapabilities, ClientConfig, Implementation, JsonObject,
        PaginatedRequestParams, ProtocolVersion, Tool,
    },
    service::{ClientLifecycleMode, RoleClient, RunningService, serve_client_with_lifecycle},
    transport::{StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

pub use answer::McpAnswer;
pub use error::McpError;

use crate::{Host, client::ClientError, tls};

/// Tools that are read of one server.
const TOOLS_MAX: usize = 200;
/// Pages that are read of a server's list.
const PAGES_MAX: usize = 10;
/// Bytes of one event of a server's stream; a result is cut much shorter later.
const EVENT_MAX_BYTES: usize = 4 * 1024 * 1024;

/// One server, by its address.
#[derive(Clone)]
pub struct McpEndpoint {
    http: reqwest::Client,
    url: Arc<str>,
    name: Implementation,
}

/// A tool that a server lends, in the server's own words.
#[derive(Debug, Clone, PartialEq)]
pub struct McpTool {
    /// Its name on the server.
    pub name: String,
    /// Its name for people.
    pub title: Option<String>,
    /// What it does.
    pub description: String,
    /// JSON Schema of its input.
    pub input_schema: Value,
    /// The server says that it changes nothing; where it says nothing, it may.
    pub reads_only: bool,
}

impl McpEndpoint {
    /// A server at an address. Tokens go over TLS only, except to this machine; nothing is sent yet.
    pub fn new(
        url: &str,
        client_name: &str,
        client_version: &str,
        connect_timeout: Duration,
    ) -> Result<Self, McpError> {
        let (url, host) = address(url)?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(&host, None)?)
            // A redirect would take the token along to whoever the server names.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(connect_timeout)
            .user_agent(format!("{client_name}/{client_version}"));
        if host.is_loopback() {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|_| McpError::Setup(ClientError::Http))?;
        Ok(Self { http, url: url.as_str().into(), name: Implementation::new(client_name, client_version) })
    }

    /// Whether a server could be at an address: [`McpError::Address`] if not.
    pub fn check(url: &str) -> Result<(), McpError> {
        address(url).map(drop)
    }

    /// The tools that the server lends to the token's owner, within `limit`.
    pub async fn list_tools(
        &self,
        token: Option<&SecretString>,
        limit: Duration,
    ) -> Result<Vec<McpTool>, McpError> {
        let listed = async {
            let connection = self.connect(token).await?;
            let mut tools: Vec<Tool> = Vec::new();
            let mut cursor = None;
            for _ in 0..PAGES_MAX {
                let page = PaginatedRequestParams::default().with_cursor(cursor);
                let page = connection.list_tools(Some(page)).await?;
                tools.extend(page.tools);
                cursor = page.next_cursor;
                if cursor.is_none() || tools.len() >= TOOLS_MAX {
                    break;
                }
            }
            close(connection).await;
            tools.truncate(TOOLS_MAX);
            Ok(tools.into_iter().map(McpTool::from).collect())
        };
        tokio::time::timeout(limit, listed).await.unwrap_or(Err(McpError::Timeout { limit }))
    }

    /// Calls a tool, within `limit`. Who drops the future has given the call up, and the server is
    /// told so.
    pub async fn call_tool(
        &self,
        token: Option<&SecretString>,
        name: &str,
        input: JsonObject,
        limit: Duration,
    ) -> Result<McpAnswer, McpError> {
        let called = async {
            let connection = self.connect(token).await?;
            let params = CallToolRequestParams::new(name.to_owned()).with_arguments(input);
            // One round: a server that asks back is not answered.
            let result = connection.call_tool_with_mrtr_max_rounds(params, 1).await?;
            close(connection).await;
            Ok(McpAnswer::from(result))
        };
        tokio::time::timeout(limit, called).await.unwrap_or(Err(McpError::Timeout { limit }))
    }

    async fn connect(
        &self,
        token: Option<&SecretString>,
    ) -> Result<RunningService<RoleClient, ClientConfig>, McpError> {
        let mut config = StreamableHttpClientTransportConfig::with_uri(Arc::clone(&self.url))
            .max_sse_event_size(EVENT_MAX_BYTES);
        if let Some(token) = token {
            config = config.auth_header(token.expose_secret());
        }
        let transport = StreamableHttpClientTransport::with_client(self.http.clone(), config);
        let client = ClientConfig::new(ClientCapabilities::default(), self.name.clone());
        let lifecycle = ClientLifecycleMode::Auto {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
            legacy_version: None,
        };
        Ok(serve_client_with_lifecycle(client, transport, lifecycle).await?)
    }
}

fn address(url: &str) -> Result<(Url, Host), McpError> {
    let url = Url::parse(url).map_err(|_| McpError::Address)?;
    let host: Host = url.origin().ascii_serialization().parse().map_err(|_| McpError::Address)?;
    let has_login = !url.username().is_empty() || url.password().is_some();
    if has_login || (!host.is_https() && !host.is_loopback()) {
        return Err(McpError::Address);
    }
    Ok((url, host))
}

/// Says goodbye, so that a server with sessions can forget this one.
async fn close(connection: RunningService<RoleClient, ClientConfig>) {
    if let Err(error) = connection.cancel().await {
        tracing::debug!(%error, "a connection to an MCP server did not end in order");
    }
}

impl From<Tool> for McpTool {
    fn from(tool: Tool) -> Self {
        let annotations = tool.annotations.unwrap_or_default();
        Self {
            name: tool.name.into_owned(),
            title: tool.title.or(annotations.title),
            description: tool.description.unwrap_or_default().into_owned(),
            input_schema: Value::Object(JsonObject::clone(&tool.input_schema)),
            reads_only: annotations.read_only_hint == Some(true),
        }
    }
}

impl std::fmt::Debug for McpEndpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("McpEndpoint").field("url", &self.url).finish_non_exhaustive()
    }
}
