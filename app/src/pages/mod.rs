//! The pages. Each loads a plain model, then shows it.

mod assistant;
mod chat;
mod home;
mod import;
mod import_account;
mod import_mapping;
mod import_unsure;
mod imports;
mod insights;
mod money;
mod plans;
mod problem;
mod profile;
mod profile_goals;
mod rates;
mod rules;
mod run_record;
mod status;
mod transaction;

pub(crate) use assistant::AssistantPage;
pub(crate) use chat::{ChatAttempt, ChatPage, chat_header_html, history_html};
pub(crate) use home::HomePage;
pub(crate) use import::ImportPage;
pub(crate) use imports::ImportsPage;
pub(crate) use insights::InsightsPage;
pub(crate) use money::{
    FilterFields, ListAddress, MoneyPage, Offer, RecategorisePage, offer_html, row_html, rows_part,
};
pub(crate) use plans::{BudgetsPage, FormAttempt, GoalsPage};
pub(crate) use problem::{NotFoundPage, Problem, ProblemPage, problem_view};
pub(crate) use profile::{ProfileAttempt, ProfilePage};
pub(crate) use rates::RatesPage;
pub(crate) use rules::RulesPage;
pub(crate) use run_record::RunRecordPage;
pub(crate) use status::StatusPage;
pub(crate) use transaction::{PartFields, TransactionPage};

use std::{collections::BTreeSet, str::FromStr};

use domain::{Category, Ledger};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use operations::OperationError;

/// A value of the address's query; none when it is empty.
fn query(name: &str) -> Option<String> {
    use_query_map().read_untracked().get(name).filter(|value| !value.trim().is_empty())
}

/// Whether the address's query names a key, with or without a value.
fn has_query(name: &str) -> bool {
    use_query_map().read_untracked().get(name).is_some()
}

/// The categories to choose from: the person's own and the known ones, by path.
fn category_paths(ledger: &Ledger) -> Vec<String> {
    let own = ledger.transactions.iter().map(|row| row.category.path());
    let known = finance::categories().iter().map(Category::path);
    let paths: BTreeSet<&str> = own.chain(known).collect();
    paths.into_iter().map(str::to_owned).collect()
}

/// The id in the address. One that is malformed names nothing.
fn id_param<T: FromStr>() -> Result<T, OperationError> {
    let id = use_params_map().read_untracked().get("id").unwrap_or_default();
    id.parse().map_err(|_| OperationError::NotFound)
}
