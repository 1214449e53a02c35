//! The site's files.

use std::fs;

use axum::http::{HeaderValue, Method};

use crate::support::{Server, request};

#[tokio::test]
async fn files_are_served_as_they_were_compressed_and_kept_when_hashed() {
    let site = tempfile::tempdir().unwrap();
    let pkg = site.path().join("pkg");
    fs::create_dir(&pkg).unwrap();
    let hashed = "lakeledger.AAAAAAAAAAAAAAAAAAAAAA.css";
    fs::write(pkg.join(hashed), "body{}").unwrap();
    fs::write(pkg.join(format!("{hashed}.br")), "not really brotli").unwrap();
    fs::write(site.path().join("favicon.svg"), "<svg/>").unwrap();
    let server = Server::with(&[("LEPTOS_SITE_ROOT", site.path().to_str().unwrap())]);

    let plain = server.get(&format!("/pkg/{hashed}")).await;
    assert_eq!(plain.text(), "body{}");
    assert_eq!(plain.header("content-type"), "text/css");
    assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
    let mut compressed = request(Method::GET, &format!("/pkg/{hashed}"), None);
    compressed.headers_mut().insert("accept-encoding", HeaderValue::from_static("gzip, br"));
    let compressed = server.answer(compressed).await;
    assert_eq!(compressed.header("content-encoding"), "br");
    assert_eq!(compressed.text(), "not really brotli");

    let icon = server.get("/favicon.svg").await;
    assert_eq!(icon.header("content-type"), "image/svg+xml");
    assert_eq!(icon.header("cache-control"), "public, no-cache");
    for path in ["/pkg/../../Cargo.toml", "/..%2fCargo.toml", "/pkg/", "/pkg", "/.env", "/favicon.svg/"] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}
