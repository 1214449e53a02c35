//! The way between the pages about money.

use leptos::prelude::*;

/// A page about money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MoneyPlace {
    Transactions,
    Budgets,
    Goals,
    Rules,
    Imports,
    Rates,
}

impl MoneyPlace {
    const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Transactions, "/money", "Transactions"),
        (Self::Budgets, "/money/budgets", "Budgets"),
        (Self::Goals, "/money/goals", "Goals"),
        (Self::Rules, "/money/rules", "Rules"),
        (Self::Imports, "/money/imports", "Imports"),
        (Self::Rates, "/money/rates", "Exchange rates"),
    ];
}

/// Links between the pages about money.
#[component]
pub(crate) fn MoneyPlaces(here: MoneyPlace) -> impl IntoView {
    let links = MoneyPlace::ALL
        .map(|(place, href, words)| {
            view! { <a href=href aria-current=(place == here).then_some("page")>{words}</a> }
        })
        .collect_view();
    view! { <nav class="money-places" aria-label="Money">{links}</nav> }.into_any()
}
