//! Lakeledger's pages.
//!
//! Pages are made on the server and whole without JavaScript: links, and forms that a handler in
//! [`forms`] answers with a redirect. `islands` is the only part that runs in a browser too: what
//! moves while a page is open. Feature `ssr` is the server's half, `hydrate` the browser's.
//! `frontend` and `server` may depend on this crate.

pub mod islands;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod utc_offset;

#[cfg(feature = "ssr")]
mod app;
#[cfg(feature = "ssr")]
mod components;
#[cfg(feature = "ssr")]
mod format;
#[cfg(feature = "ssr")]
pub mod forms;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
pub mod render;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
mod state;
#[cfg(feature = "ssr")]
mod tools;
#[cfg(feature = "ssr")]
mod visit;

#[cfg(feature = "ssr")]
pub use {
    app::App,
    forms::{PageNonce, render_page},
    shell::shell,
    state::{AppState, CredentialStatus, DatabaseStatus, KeepToken, LookAtDatabase},
    tools::ToolCatalogue,
};
