//! The site's files: the bundle, fonts, icons. They are compressed when the site is built.

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use tower_http::services::ServeDir;

use crate::configuration::Site;

/// A file of the site, else what `missing` says.
pub(super) fn service(site: &Site, missing: Router) -> ServeDir<Router> {
    ServeDir::new(&site.root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
        .call_fallback_on_method_not_allowed(true)
        .fallback(missing)
}

/// Files carry when they were last changed and pages do not: so files may be kept, and one whose
/// name holds the hash of its content never changes.
pub(super) async fn cache(request: Request, next: Next) -> Response {
    let file_name = request.uri().path().rsplit('/').next().unwrap_or_default();
    let is_hashed = has_hash(file_name);
    let mut response = next.run(request).await;
    let is_file = response.headers().contains_key(header::LAST_MODIFIED)
        || response.status() == axum::http::StatusCode::NOT_MODIFIED;
    if is_file {
        let lifetime = if is_hashed { "public, max-age=31536000, immutable" } else { "public, no-cache" };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime));
    }
    response
}

/// `lakeledger.Xy12_abcDEFghiJKLmno.js`: cargo-leptos puts 22 characters of URL-safe base 64
/// before the extension.
fn has_hash(file_name: &str) -> bool {
    let is_hash = |part: &str| {
        part.len() == 22 && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    file_name.split('.').rev().nth(1).is_some_and(is_hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(has_hash("lakeledger.Xy12_abcDEFghiJKLmnop2.wasm"));
        assert!(!has_hash("lakeledger.wasm"));
        assert!(!has_hash("favicon.svg"));
        assert!(!has_hash("chats"));
    }
}
