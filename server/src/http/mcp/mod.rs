//! The Model Context Protocol at `/mcp`: the assistant's tools for other agents, as the same person.
//!
//! Streamable HTTP without sessions: every request stands for itself, so that any instance behind a
//! proxy answers it and a restart interrupts nobody. The price is that the server cannot call back
//! between requests, which no tool here needs.

mod annotate;
mod caller;
mod envelope;
mod server;

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{FromRequest, Request},
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
    routing::any,
};
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
};

use self::server::McpServer;
use super::{HttpState, extract::body_unread, route_class::BODY_LIMIT_BYTES};
use crate::configuration::Configuration;

/// `/mcp`, to be put behind the layers of everything that is about a person.
pub(super) fn router(configuration: &Configuration, state: &HttpState) -> Router<HttpState> {
    let endpoint = Endpoint::new(configuration, state);
    Router::new().route(
        "/mcp",
        any(move |request: Request| {
            let endpoint = endpoint.clone();
            async move { endpoint.answer(request).await }
        }),
    )
}

/// The protocol behind what HTTP itself has to refuse.
#[derive(Clone)]
struct Endpoint {
    service: StreamableHttpService<McpServer, NeverSessionManager>,
}

impl Endpoint {
    fn new(configuration: &Configuration, state: &HttpState) -> Self {
        let server = McpServer::new(Arc::clone(&state.app.operations), configuration.identity);
        // Host and Origin are looked at by layers of the whole program: which of them are
        // good depends on who vouches for the caller, which the protocol's own check cannot know.
        let protocol = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .with_max_request_body_bytes(BODY_LIMIT_BYTES)
            .with_cancellation_token(state.shutdown.child_token())
            .disable_allowed_hosts();
        let sessions = Arc::new(NeverSessionManager::default());
        let service = StreamableHttpService::new(move || Ok(server.clone()), sessions, protocol);
        Self { service }
    }

    async fn answer(&self, request: Request) -> Response {
        if request.method() != Method::POST {
            return self.service.handle(request).await.map(Body::new);
        }
        let (parts, body) = request.into_parts();
        let mut bounded = Request::new(body);
        *bounded.extensions_mut() = parts.extensions.clone();
        let bytes = match Bytes::from_request(bounded, &()).await {
            Ok(bytes) => bytes,
            Err(rejection) => return body_unread(rejection).into_response(),
        };
        let id = match envelope::check(&bytes) {
            Ok(id) => id,
            Err(refusal) => return refusal.into_response(),
        };
        let request = Request::from_parts(parts, Body::from(bytes));
        let is_json = envelope::is_json(request.headers());
        let response = self.service.handle(request).await;
        if is_json && response.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            // The message is JSON-RPC, and its parameters are not those of its method.
            return envelope::Refusal::params(id, "the parameters do not fit the method").into_response();
        }
        response.map(Body::new)
    }
}
