//! The API's description of itself.

use std::sync::LazyLock;

use axum::{
    http::{HeaderValue, header},
    response::IntoResponse,
};
use utoipa::OpenApi;

use super::{
    accounts, budgets, chats, csv_mappings, exchange_rates, export, feedback, goals, imports, insights, me,
    memories, messages, privacy, profile, rules, runs, sample, search, status, suggestions, tool_writes,
    tools, transactions, usage,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Lakeledger",
        description = "Personal finance, answered from your own transactions.",
        license(name = "Apache-2.0 OR MIT")
    ),
    paths(
        status::get_status,
        usage::list_usage,
        me::get_me,
        privacy::get_privacy,
        privacy::put_privacy,
        privacy::erase_everything,
        export::export,
        profile::get_profile,
        profile::put_profile,
        profile::patch_profile,
        profile::delete_profile,
        chats::list_chats,
        chats::create_chat,
        chats::get_chat,
        chats::patch_chat,
        chats::delete_chat,
        chats::restore_chat,
        chats::choose_branch,
        chats::forget_summary,
        messages::list_messages,
        messages::send_message,
        messages::edit_message,
        messages::regenerate_message,
        messages::continue_message,
        feedback::put_feedback,
        feedback::delete_feedback,
        tools::list_tools,
        tools::switch_tool,
        tool_writes::list_tool_writes,
        tool_writes::get_tool_write,
        tool_writes::decide_tool_write,
        memories::list_memories,
        memories::add_memory,
        memories::delete_memory,
        search::search,
        suggestions::list_suggestions,
        runs::get_run,
        runs::get_run_record,
        runs::stream_events,
        runs::cancel_run,
        imports::list_imports,
        imports::create_import,
        imports::get_import,
        imports::undo_import,
        csv_mappings::list_csv_mappings,
        csv_mappings::delete_csv_mapping,
        insights::list_recurring,
        insights::list_income,
        insights::list_goal_progress,
        insights::list_cash_flow,
        insights::list_net_worth,
        insights::list_anomalies,
        insights::get_forecast,
        insights::get_safe_to_spend,
        sample::add_sample,
        sample::remove_sample,
        accounts::list_accounts,
        accounts::rename_account,
        transactions::list_transactions,
        transactions::count_transactions,
        transactions::get_transaction,
        transactions::edit_transaction,
        transactions::categorise_transactions,
        budgets::list_budgets,
        budgets::create_budget,
        budgets::update_budget,
        budgets::delete_budget,
        goals::list_goals,
        goals::create_goal,
        goals::update_goal,
        goals::delete_goal,
        rules::list_rules,
        rules::create_rule,
        rules::update_rule,
        rules::delete_rule,
        rules::test_rules,
        rules::apply_rules,
        rules::suggest_rules,
        exchange_rates::list_exchange_rates,
        exchange_rates::save_exchange_rate,
        exchange_rates::import_exchange_rates,
        exchange_rates::delete_exchange_rate,
    )
)]
struct Api;

/// Made at the first request: most processes are never asked.
static DOCUMENT: LazyLock<String> =
    LazyLock::new(|| Api::openapi().to_json().expect("the description is made of texts and numbers"));

pub(super) async fn get_openapi() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
    ];
    (headers, DOCUMENT.as_str())
}
