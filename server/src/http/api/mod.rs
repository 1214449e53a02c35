//! The HTTP API, version 1. `docs/api.md` tells people about it, `openapi.json` tells programs.

mod accounts;
mod budgets;
mod chats;
mod csv_mappings;
mod exchange_rates;
mod export;
mod feedback;
mod goals;
mod imports;
mod insights;
mod me;
mod memories;
mod messages;
mod multipart;
mod openapi;
mod privacy;
mod profile;
mod rules;
mod runs;
mod sample;
pub(in crate::http) mod schema;
mod search;
mod status;
mod suggestions;
mod tool_writes;
mod tools;
mod transactions;
mod usage;

use axum::{
    Json, Router,
    http::StatusCode,
    routing::{delete, get, patch, post, put},
};
use serde::Serialize;
use storage::Page;

use super::{HttpState, Problem};

/// Every route of the API that is about a person.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/status", get(status::get_status))
        .route("/me", get(me::get_me).delete(privacy::erase_everything))
        .route("/privacy", get(privacy::get_privacy).put(privacy::put_privacy))
        .route(
            "/profile",
            get(profile::get_profile)
                .put(profile::put_profile)
                .patch(profile::patch_profile)
                .delete(profile::delete_profile),
        )
        .route("/chats", get(chats::list_chats).post(chats::create_chat))
        .route("/chats/{id}", get(chats::get_chat).patch(chats::patch_chat).delete(chats::delete_chat))
        .route("/chats/{id}/restore", post(chats::restore_chat))
        .route("/chats/{id}/summary", delete(chats::forget_summary))
        .route("/chats/{id}/messages", get(messages::list_messages).post(messages::send_message))
        .route("/chats/{id}/branch", post(chats::choose_branch))
        .route("/messages/{id}/edit", post(messages::edit_message))
        .route("/messages/{id}/regenerate", post(messages::regenerate_message))
        .route("/messages/{id}/continue", post(messages::continue_message))
        .route("/messages/{id}/feedback", put(feedback::put_feedback).delete(feedback::delete_feedback))
        .route("/tools", get(tools::list_tools))
        .route("/tools/{name}", put(tools::switch_tool))
        .route("/tool-writes", get(tool_writes::list_tool_writes))
        .route("/tool-writes/{id}", get(tool_writes::get_tool_write))
        .route("/tool-writes/{id}/decision", post(tool_writes::decide_tool_write))
        .route("/memories", get(memories::list_memories).post(memories::add_memory))
        .route("/memories/{id}", delete(memories::delete_memory))
        .route("/runs/{id}", get(runs::get_run))
        .route("/runs/{id}/record", get(runs::get_run_record))
        .route("/runs/{id}/events", get(runs::stream_events))
        .route("/runs/{id}/cancel", post(runs::cancel_run))
        .route("/imports", get(imports::list_imports).post(imports::create_import))
        .route("/imports/{id}", get(imports::get_import).delete(imports::undo_import))
        .route("/csv-mappings", get(csv_mappings::list_csv_mappings))
        .route("/csv-mappings/{id}", delete(csv_mappings::delete_csv_mapping))
        .route("/accounts", get(accounts::list_accounts))
        .route("/accounts/{id}", patch(accounts::rename_account))
        .route("/transactions", get(transactions::list_transactions))
        .route("/transactions/count", get(transactions::count_transactions))
        .route("/transactions/categorise", post(transactions::categorise_transactions))
        .route("/transactions/{id}", get(transactions::get_transaction).patch(transactions::edit_transaction))
        .route("/budgets", get(budgets::list_budgets).post(budgets::create_budget))
        .route("/budgets/{id}", patch(budgets::update_budget).delete(budgets::delete_budget))
        .route("/goals", get(goals::list_goals).post(goals::create_goal))
        .route("/goals/{name}", patch(goals::update_goal).delete(goals::delete_goal))
        .route("/rules", get(rules::list_rules).post(rules::create_rule))
        .route("/rules/test", post(rules::test_rules))
        .route("/rules/apply", post(rules::apply_rules))
        .route("/rules/suggestions", get(rules::suggest_rules))
        .route("/rules/{id}", patch(rules::update_rule).delete(rules::delete_rule))
        .route(
            "/exchange-rates",
            get(exchange_rates::list_exchange_rates).post(exchange_rates::save_exchange_rate),
        )
        .route("/exchange-rates/csv", post(exchange_rates::import_exchange_rates))
        .route("/exchange-rates/{id}", delete(exchange_rates::delete_exchange_rate))
        .route("/sample", post(sample::add_sample).delete(sample::remove_sample))
        .route("/search", get(search::search))
        .route("/suggestions", get(suggestions::list_suggestions))
        .route("/insights/recurring", get(insights::list_recurring))
        .route("/insights/income", get(insights::list_income))
        .route("/insights/goals", get(insights::list_goal_progress))
        .route("/insights/cash-flow", get(insights::list_cash_flow))
        .route("/insights/net-worth", get(insights::list_net_worth))
        .route("/insights/anomalies", get(insights::list_anomalies))
        .route("/insights/forecast", get(insights::get_forecast))
        .route("/insights/safe-to-spend", get(insights::get_safe_to_spend))
        .route("/usage", get(usage::list_usage))
        .route("/export", get(export::export))
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "METHOD_NOT_ALLOWED",
                "The address does not take this method.",
                "`Allow` lists the methods that it takes.",
            )
        })
}

/// What is the same for everybody: the API's own description.
pub(super) fn public_router() -> Router<HttpState> {
    Router::new().route("/api/v1/openapi.json", get(openapi::get_openapi))
}

/// One part of a list.
#[derive(Debug, Serialize)]
struct List<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A list that is always whole.
    fn whole(items: Vec<T>) -> Json<Self> {
        Json(Self { items, next_cursor: None })
    }
}

impl<T> From<Page<T>> for List<T> {
    fn from(page: Page<T>) -> Self {
        Self { items: page.items, next_cursor: page.next_cursor }
    }
}
