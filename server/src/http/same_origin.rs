//! Unsafe methods are for our own pages and for programs, never for other sites: a page of
//! another site can make a browser send a request, but not what the browser says about it.

use axum::{
    body::HttpBody,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::Problem;
use crate::configuration::IdentityPolicy;

/// Types that a body may have. Anything else a foreign page could send without asking first
/// (`text/plain`), or no handler reads.
const CONTENT_TYPES: [&str; 4] = [
    "application/json",
    "application/merge-patch+json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
];

pub(super) async fn require_same_origin(
    State(policy): State<IdentityPolicy>,
    request: Request,
    next: Next,
) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_safe {
        return next.run(request).await;
    }
    if !is_same_origin(request.headers(), request.uri().host(), policy) {
        let problem = Problem::new(
            StatusCode::FORBIDDEN,
            "CROSS_SITE_REQUEST",
            "The request comes from another site.",
            "Use the app's own pages, or call the API from a program.",
        );
        return problem.into_response();
    }
    if !has_known_content_type(&request) {
        let problem = Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_CONTENT_TYPE",
            "The body's content type is not one that is read here.",
            "Send application/json, or multipart/form-data for a file.",
        );
        return problem.into_response();
    }
    next.run(request).await
}

/// `Sec-Fetch-Site` where the browser sends it, else `Origin` against the address that the
/// browser used. Neither: not a browser, or one that no foreign page drives.
fn is_same_origin(headers: &HeaderMap, authority: Option<&str>, policy: IdentityPolicy) -> bool {
    if headers.get_all(header::ORIGIN).iter().count() > 1 {
        return false;
    }
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let forwarded = match policy {
        IdentityPolicy::Local => None,
        IdentityPolicy::Forwarded | IdentityPolicy::ForwardedRequired => text("x-forwarded-host"),
    };
    let hosts = [text("host"), authority, forwarded];
    origin.is_some_and(|origin| hosts.into_iter().flatten().any(|host| host.eq_ignore_ascii_case(origin)))
}

fn has_known_content_type(request: &Request) -> bool {
    match request.headers().get(header::CONTENT_TYPE) {
        None => request.body().is_end_stream(),
        Some(value) => {
            let value = value.to_str().unwrap_or_default();
            let essence = value.split(';').next().unwrap_or_default().trim();
            CONTENT_TYPES.iter().any(|known| known.eq_ignore_ascii_case(essence))
        }
    }
}
