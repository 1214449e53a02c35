//! The accounts at the top of the page.

use domain::{AccountKind, TransactionFilter};
use leptos::prelude::*;
use operations::AccountOverview;

use crate::format::{self, Locale};

#[component]
pub(super) fn SampleNotice() -> impl IntoView {
    view! {
        <form class="notice sample-notice" data-level="info" method="post" action="/sample/remove">
            <p>"You are looking at a made-up household."</p>
            <button class="button">"Remove the sample data"</button>
        </form>
    }
    .into_any()
}

fn kind_words(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Checking => "Checking",
        AccountKind::Savings => "Savings",
        AccountKind::CreditCard => "Credit card",
        AccountKind::Loan => "Loan",
        AccountKind::Investment => "Investment",
        AccountKind::Cash => "Cash",
        AccountKind::Other => "Account",
    }
}

#[component]
pub(super) fn Accounts(accounts: Vec<AccountOverview>, locale: Locale) -> impl IntoView {
    let cards = accounts
        .into_iter()
        .map(|AccountOverview { account, balance, transaction_count }| {
            let id = account.id;
            let filter = TransactionFilter { account: Some(id), ..TransactionFilter::default() };
            let count = format::count(transaction_count, locale);
            view! {
                <li class="account">
                    <p class="account-kind">{kind_words(account.kind)}</p>
                    <h3><a href=filter.href()>{account.name.clone()}</a></h3>
                    <p class="account-balance">{format::money(balance, locale)}</p>
                    <p class="hint">{count} {if transaction_count == 1 { " transaction" } else { " transactions" }}</p>
                    <details class="menu">
                        <summary>
                            <span aria-hidden="true">"⋯"</span>
                            <span class="visually-hidden">"Rename " {account.name.clone()}</span>
                        </summary>
                        <form class="menu-body" method="post" action=format!("/accounts/{id}/rename")>
                            <label for=format!("account-{id}")>"Name"</label>
                            <input id=format!("account-{id}") name="name" value=account.name required maxlength="80" autocomplete="off" />
                            <button class="button">"Rename"</button>
                        </form>
                    </details>
                </li>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="accounts-title">
            <h2 id="accounts-title">"Accounts"</h2>
            <ul class="accounts">{cards}</ul>
        </section>
    }
    .into_any()
}
