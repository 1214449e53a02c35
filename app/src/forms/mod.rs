//! What the pages' forms do: each is carried out by one operation and answered with a redirect,
//! so that a reload repeats nothing. What is refused is shown again as it was typed.

mod answers;
mod assistant;
mod budgets;
mod chats;
mod fields;
mod imports;
mod money;
mod profile;
mod rates;
mod reply;
mod rules;
mod theme;
mod tool_writes;
mod transactions;

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::Method,
    response::Response,
    routing::{get, post},
};
use leptos::prelude::*;
use operations::Person;

use crate::{AppState, shell};

/// The nonce of a page's scripts, in its response's extensions: the server's content security
/// policy has to name it.
#[derive(Debug, Clone)]
pub struct PageNonce(pub String);

/// The forms' handlers. The layers around them put the [`Person`] into the request, refuse
/// requests of other sites and bound bodies.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/assistant/memories", post(assistant::remember))
        .route("/assistant/memories/{id}/forget", post(assistant::forget))
        .route("/assistant/summaries/{id}/forget", post(assistant::forget_summary))
        .route("/assistant/tools", post(assistant::switch_tool))
        .route("/assistant/retention", post(assistant::retain))
        .route("/assistant/erase", post(assistant::erase))
        .route("/chats", post(chats::start))
        .route("/chats/{id}/messages", post(chats::send))
        .route("/chats/{id}/rename", post(chats::rename))
        .route("/chats/{id}/delete", post(chats::delete))
        .route("/chats/{id}/restore", post(chats::restore))
        .route("/chats/{id}/branch", post(answers::choose_branch))
        .route("/chats/{id}/persona", post(answers::choose_persona))
        .route("/messages/{id}/feedback", post(answers::rate))
        .route("/messages/{id}/regenerate", post(answers::regenerate))
        .route("/messages/{id}/continue", post(answers::go_on))
        .route("/messages/{id}/edit", post(answers::edit))
        .route("/runs/{id}/cancel", post(chats::cancel))
        .route("/profile", post(profile::save))
        .route("/money/imports", post(imports::upload))
        .route("/money/imports/{id}", post(imports::decide))
        .route("/money/imports/{id}/undo", post(imports::undo))
        .route("/money/rows", get(money::rows))
        .route("/money/categorise", post(money::categorise))
        .route("/money/recategorise", post(money::recategorise))
        .route("/money/transactions/{id}", post(transactions::save))
        .route("/money/transactions/{id}/category", post(money::change_category))
        .route("/money/transactions/{id}/parts", post(transactions::save_parts))
        .route("/money/transactions/{id}/transfer", post(transactions::choose_transfer))
        .route("/money/budgets", post(budgets::create))
        .route("/money/budgets/{id}", post(budgets::change))
        .route("/money/goals", post(budgets::add_goal))
        .route("/money/goals/change", post(budgets::change_goal))
        .route("/money/columns/{id}/forget", post(imports::forget_columns))
        .route("/money/rates", post(rates::save))
        .route("/money/rates/{id}/delete", post(rates::delete))
        .route("/money/rules", post(rules::create))
        .route("/money/rules/apply", post(rules::apply))
        .route("/money/rules/{id}", post(rules::change))
        .route("/accounts/{id}/rename", post(money::rename_account))
        .route("/sample", post(imports::add_sample))
        .route("/sample/remove", post(imports::remove_sample))
        .route("/tool-writes/{id}", post(tool_writes::decide))
        .route("/theme", post(theme::choose))
}

/// Answers a request with a page. `context` provides what the page needs beyond the request.
pub async fn render_page(
    state: AppState,
    person: Person,
    mut request: Request,
    context: impl Fn() + Clone + Send + Sync + 'static,
) -> Response {
    // Pages are made for GET; a form that is shown again was a POST.
    *request.method_mut() = Method::GET;
    let options = state.leptos_options.clone();
    let (send, nonce) = std::sync::mpsc::channel();
    let provide = move || {
        provide_context(state.clone());
        provide_context(person.clone());
        if let Some(nonce) = leptos::nonce::use_nonce() {
            // The response is at hand below; without one nobody listens.
            let _ = send.send(nonce.to_string());
        }
        context();
    };
    let render = leptos_axum::render_app_async_with_context(provide, move || shell(options.clone()));
    let mut response: Response<Body> = render(request).await;
    if let Ok(nonce) = nonce.try_recv() {
        response.extensions_mut().insert(PageNonce(nonce));
    }
    response
}
