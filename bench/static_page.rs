//! The ceiling that page rendering is measured against: one file's bytes from one axum handler.
//!
//! `static_page FILE PORT`

use std::net::{Ipv4Addr, SocketAddr};

use axum::{Router, http::header, routing::get};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(port)) = (arguments.next(), arguments.next()) else {
        anyhow::bail!("usage: static_page FILE PORT");
    };
    let page: &'static [u8] = std::fs::read(file)?.leak();
    let page = move || async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page) };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.parse()?));
    let listener = tokio::net::TcpListener::bind(address).await?;
    axum::serve(listener, Router::new().route("/", get(page))).await?;
    Ok(())
}
