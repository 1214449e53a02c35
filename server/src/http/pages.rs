//! The pages: Leptos renders them, plain forms change things.

use app::{App, AppState};
use axum::{
    Router,
    extract::{Request, State},
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use leptos_axum::{LeptosRoutes, generate_route_list};

use super::{HttpState, Problem, identity::Caller};

/// The pages and their forms; the caller's identity must be in the request.
pub(super) fn router(app: &AppState) -> Router<HttpState> {
    Router::new()
        .leptos_routes_with_handler(generate_route_list(App), page)
        .merge(app::forms::router())
        .with_state(app.clone())
}

/// The page for an address that nothing stands at.
pub(super) fn missing(app: &AppState) -> Router<HttpState> {
    Router::new().fallback(missing_page).with_state(app.clone())
}

async fn page(State(app): State<AppState>, Caller(person): Caller, request: Request) -> Response {
    app::render_page(app, person, request, || {}).await
}

async fn missing_page(State(app): State<AppState>, Caller(person): Caller, request: Request) -> Response {
    let path = request.uri().path();
    let is_page = path != "/api" && !path.starts_with("/api/");
    if !is_page || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::not_found().into_response();
    }
    let mut response = app::render_page(app, person, request, || {}).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}
