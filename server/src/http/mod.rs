//! The HTTP surface: one router for pages, forms, the API and static files, and the layers around
//! them. From the outside in: request id, security headers, panics, compression, bounds, same
//! origin, identity, allowances.

pub(crate) mod api;
mod awake;
mod extract;
mod health;
mod host;
mod identity;
mod mcp;
mod pages;
mod persistence;
mod problem;
mod rate_limit;
mod request;
mod route_class;
mod same_origin;
mod security_headers;
mod static_files;

use std::sync::Arc;

use app::AppState;
use axum::{
    Router,
    extract::FromRef,
    middleware::{from_fn, from_fn_with_state},
};
use domain::Clock;
use leptos::config::LeptosOptions;
use operations::Operations;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer, Predicate,
        predicate::{NotForContentType, SizeAbove},
    },
};

use self::{host::Hosts, persistence::Persistence, route_class::Allowances, security_headers::ContentPolicy};
use crate::configuration::{Configuration, Limits};

pub(crate) use problem::Problem;

/// Bytes below which compressing costs more than it saves: the answer fits one packet anyway.
const COMPRESS_ABOVE_BYTES: u64 = 1024;

/// What every handler works with.
#[derive(Clone)]
pub struct HttpState {
    app: AppState,
    limits: Limits,
    shutdown: CancellationToken,
}

impl HttpState {
    fn operations(&self) -> &Operations {
        &self.app.operations
    }
}

impl FromRef<HttpState> for LeptosOptions {
    fn from_ref(state: &HttpState) -> Self {
        state.app.leptos_options.clone()
    }
}

/// The whole HTTP surface. Streams end when `shutdown` is cancelled.
pub fn router(
    configuration: &Configuration,
    app: AppState,
    clock: Arc<dyn Clock>,
    shutdown: CancellationToken,
) -> Router {
    let content = ContentPolicy::new(configuration);
    let allowances = Allowances::new(configuration.limits, Arc::clone(&clock));
    let state = HttpState { app: app.clone(), limits: configuration.limits, shutdown };

    let persistence = Persistence::of(&configuration.storage);
    let hosts = Arc::new(Hosts::new(configuration.hosts.clone()));
    let personal = |router: Router<HttpState>| {
        let layers = ServiceBuilder::new()
            .layer(from_fn_with_state(Arc::clone(&app.runs), awake::wake))
            .layer(from_fn_with_state((state.clone(), persistence), persistence::require))
            .layer(from_fn_with_state(configuration.identity, identity::identify))
            .layer(from_fn_with_state(Arc::clone(&hosts), host::require_good_host))
            .layer(from_fn_with_state(app.keep_token.clone(), identity::keep_token))
            .layer(from_fn_with_state(allowances.clone(), route_class::count));
        router.layer(layers)
    };
    let pages = personal(pages::router(&app));
    let missing = personal(pages::missing(&app)).with_state(state.clone());
    let routes = Router::new()
        .merge(personal(Router::new().nest("/api/v1", api::router())))
        .merge(personal(mcp::router(configuration, &state)))
        .merge(api::public_router())
        .merge(health::router())
        .merge(pages)
        .fallback_service(static_files::service(&configuration.site, missing));
    around(routes, configuration, content, allowances, clock).with_state(state)
}

/// The layers that every request passes.
fn around(
    routes: Router<HttpState>,
    configuration: &Configuration,
    content: ContentPolicy,
    allowances: Allowances,
    clock: Arc<dyn Clock>,
) -> Router<HttpState> {
    let compressed = SizeAbove::new(COMPRESS_ABOVE_BYTES)
        .and(NotForContentType::SSE)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::const_new("font/"));
    // One stack: each `Router::layer` of its own would box every route once more, and a request
    // clones the boxes.
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(clock, request::finish))
        .layer(from_fn_with_state(content, security_headers::add_security_headers))
        .layer(from_fn(request::contain_panics))
        .layer(from_fn(static_files::cache))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(compressed))
        .layer(from_fn_with_state(allowances, route_class::bound))
        .layer(from_fn_with_state(configuration.identity, same_origin::require_same_origin));
    routes.layer(layers)
}
