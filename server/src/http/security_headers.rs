//! Headers that tell a browser what a page of ours may do.

use std::sync::Arc;

use app::forms::PageNonce;
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::configuration::Configuration;

const FIXED: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("x-permitted-cross-domain-policies"), "none"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ),
];

/// What a page may do, but for its nonce.
#[derive(Debug, Clone)]
pub(super) struct ContentPolicy {
    connect: Arc<str>,
    ancestors: Arc<str>,
}

impl ContentPolicy {
    pub(super) fn new(configuration: &Configuration) -> Self {
        let reload = |port: u32| format!("'self' ws://127.0.0.1:{port} ws://localhost:{port}");
        let connect = configuration.site.reload_port.map_or_else(|| "'self'".to_owned(), reload);
        let workspace = |host: &String| format!("'self' https://{host}");
        let ancestors = configuration.workspace_host.as_ref().map_or_else(|| "'self'".to_owned(), workspace);
        Self { connect: connect.into(), ancestors: ancestors.into() }
    }

    /// For a page whose scripts carry `nonce`. Images come from here or from the page itself: no
    /// answer can make the browser call a foreign host.
    fn of_page(&self, nonce: &str) -> String {
        format!(
            "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
             style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; connect-src {}; font-src 'self'; \
             manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {}",
            self.connect, self.ancestors
        )
    }

    /// For everything else: it runs nothing and loads nothing.
    fn of_data(&self) -> String {
        format!("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors {}", self.ancestors)
    }
}

pub(super) async fn add_security_headers(
    State(policy): State<ContentPolicy>,
    request: Request,
    next: Next,
) -> Response {
    let is_https = request.headers().get("x-forwarded-proto").is_some_and(|proto| proto == "https");
    let mut response = next.run(request).await;
    let content_policy = match response.extensions().get::<PageNonce>() {
        Some(PageNonce(nonce)) => policy.of_page(nonce),
        None => policy.of_data(),
    };
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_https {
        let value = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    if let Ok(value) = HeaderValue::from_str(&content_policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    // What says nothing about caching is about one person.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
