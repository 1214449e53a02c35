//! The pages and their addresses.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::pages::{
    AssistantPage, BudgetsPage, ChatPage, GoalsPage, HomePage, ImportPage, ImportsPage, InsightsPage,
    MoneyPage, NotFoundPage, Problem, ProblemPage, ProfilePage, RatesPage, RecategorisePage, RulesPage,
    RunRecordPage, StatusPage, TransactionPage,
};

/// The pages and their addresses. Each is sent when it is whole: no page needs a script to show.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // A form that could not be carried out is answered at its own address, which is no page's.
    if let Some(problem) = use_context::<Problem>() {
        return view! { <ProblemPage problem /> }.into_any();
    }
    view! {
        <Router>
            <FlatRoutes fallback=NotFoundPage>
                <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
                <Route path=path!("/chats/:id") view=ChatPage ssr=SsrMode::Async />
                <Route path=path!("/runs/:id") view=RunRecordPage ssr=SsrMode::Async />
                <Route path=path!("/assistant") view=AssistantPage ssr=SsrMode::Async />
                <Route path=path!("/money") view=MoneyPage ssr=SsrMode::Async />
                <Route path=path!("/money/transactions/:id") view=TransactionPage ssr=SsrMode::Async />
                <Route path=path!("/money/recategorise") view=RecategorisePage ssr=SsrMode::Async />
                <Route path=path!("/money/budgets") view=BudgetsPage ssr=SsrMode::Async />
                <Route path=path!("/money/goals") view=GoalsPage ssr=SsrMode::Async />
                <Route path=path!("/money/rates") view=RatesPage ssr=SsrMode::Async />
                <Route path=path!("/money/rules") view=RulesPage ssr=SsrMode::Async />
                <Route path=path!("/money/imports") view=ImportsPage ssr=SsrMode::Async />
                <Route path=path!("/money/imports/:id") view=ImportPage ssr=SsrMode::Async />
                <Route path=path!("/insights") view=InsightsPage ssr=SsrMode::Async />
                <Route path=path!("/profile") view=ProfilePage ssr=SsrMode::Async />
                <Route path=path!("/status") view=StatusPage ssr=SsrMode::Async />
            </FlatRoutes>
        </Router>
    }
    .into_any()
}
