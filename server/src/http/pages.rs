//! The pages: Leptos renders them, plain forms change things.

use app::{App, AppState};
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list, render_app_async_with_context};
use operations::Person;

use super::{HttpState, Problem, security_headers::ContentPolicy};

/// The pages and their forms; a [`Person`] must be in the request.
pub(super) fn router(app: &AppState, content: &ContentPolicy) -> Router<HttpState> {
    let state = app.clone();
    let options = app.leptos_options.clone();
    let pages = Router::new().leptos_routes_with_context(
        app,
        generate_route_list(App),
        context(app, content),
        move || app::shell(options.clone()),
    );
    pages.merge(app::forms::router()).with_state(state)
}

/// The page for an address that nothing stands at.
pub(super) fn missing(app: &AppState, content: &ContentPolicy) -> Router<HttpState> {
    let options = app.leptos_options.clone();
    let render = render_app_async_with_context(context(app, content), move || app::shell(options.clone()));
    let handler = async move |request: Request<Body>| {
        if !matches!(*request.method(), axum::http::Method::GET | axum::http::Method::HEAD) {
            return Problem::not_found().into_response();
        }
        let mut response: Response = render(request).await;
        if response.status() == StatusCode::OK {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        response
    };
    Router::new().fallback(handler)
}

/// What a page finds in its context besides the request: the app, the person, and a policy whose
/// nonce is the one that Leptos writes on this page's scripts.
fn context(app: &AppState, content: &ContentPolicy) -> impl Fn() + Clone + Send + Sync + 'static {
    let (app, content) = (app.clone(), content.clone());
    move || {
        provide_context(app.clone());
        if let Some(person) = person() {
            provide_context(person);
        }
        if let (Some(options), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce())
            && let Ok(policy) = HeaderValue::from_str(&content.of_page(&nonce))
        {
            options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// None while the list of routes is made, outside any request.
fn person() -> Option<Person> {
    let parts = use_context::<axum::http::request::Parts>()?;
    parts.extensions.get::<Person>().cloned()
}
