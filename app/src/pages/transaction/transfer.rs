//! The other half of a transfer between own accounts.

use domain::{Account, Transaction};
use leptos::prelude::*;
use operations::TransferState;

use crate::format::{self, Locale};

/// The other half, or what could be it.
#[component]
pub(super) fn Transfer(
    row: Transaction,
    state: TransferState,
    accounts: Vec<Account>,
    locale: Locale,
) -> impl IntoView {
    let action = format!("/money/transactions/{}/transfer", row.id);
    let TransferState { partner, candidates, in_other_currencies, is_refused } = state;
    if partner.is_none() && candidates.is_empty() && in_other_currencies.is_empty() && !is_refused {
        return ().into_any();
    }
    let name = move |row: &Transaction| {
        let account = accounts.iter().find(|account| account.id == row.account_id);
        account.map(|account| account.name.clone()).unwrap_or_default()
    };
    let line = move |other: Transaction| {
        let account = name(&other);
        view! {
            <a href=format!("/money/transactions/{}", other.id)>{other.payee}</a>
            <span>{account}</span>
            <time datetime=other.date.to_string()>{format::day(other.date, locale)}</time>
            <span class="amount">{format::money(other.amount, locale)}</span>
        }
    };
    let has_partner = partner.is_some();
    let has_candidates = !candidates.is_empty();
    let is_refusable = has_partner || (has_candidates && !is_refused);
    let words = if has_partner {
        "The other half of this transfer. Neither is spent nor earned."
    } else if is_refused {
        "You said that this is no transfer between your accounts."
    } else if has_candidates {
        "This could be a transfer between your accounts. It counts as spent or earned until you say so."
    } else {
        "Money that you changed into another currency is a transfer too."
    };
    let partner = partner.map(|other| view! { <p class="transfer-line">{line(other)}</p> });
    let pairing = |other: Transaction| {
        let (id, amount) = (other.id.to_string(), format::money(other.amount, locale));
        let label = format!("Pair with {}, {amount}, {}", other.payee, format::day(other.date, locale));
        view! {
            <li class="transfer-line">
                {line(other)} <form method="post" action=action.clone()>
                    <button class="button" name="other" value=id aria-label=label>"Pair"</button>
                </form>
            </li>
        }
    };
    let candidates = candidates.into_iter().map(pairing).collect_view();
    let changed = (!in_other_currencies.is_empty()).then(|| {
        let rows = in_other_currencies.into_iter().map(pairing).collect_view();
        view! {
            <details class="chart-data">
                <summary>"Pair it with money in another currency"</summary>
                <ul>{rows}</ul>
            </details>
        }
    });
    view! {
        <section class="card" aria-labelledby="transfer-title">
            <h2 id="transfer-title">"Transfer"</h2>
            <p class="hint">{words}</p>
            {partner}
            {has_candidates.then(|| view! { <ul>{candidates}</ul> })}
            {(is_refusable || is_refused)
                .then(|| {
                    view! {
                        <form class="form-row" method="post" action=action.clone()>
                            {is_refusable
                                .then(|| view! { <button class="button" name="action" value="none">"It is no transfer"</button> })}
                            {is_refused
                                .then(|| view! { <button class="button" name="action" value="engine">"Let Lakeledger decide"</button> })}
                        </form>
                    }
                })}
            {changed}
        </section>
    }
    .into_any()
}
