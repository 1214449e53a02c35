//! The ledger as files of other programs.

use leptos::prelude::*;

/// A format's name in the address, its name, and what it is for.
const FORMATS: [(&str, &str, &str); 5] = [
    ("csv", "CSV", "for spreadsheets"),
    ("ofx", "OFX", "for other finance programs"),
    ("hledger", "hledger", "a journal"),
    ("beancount", "beancount", "a ledger"),
    ("json", "JSON", "everything that is kept about you"),
];

/// The ledger as files of other programs, behind one button.
#[component]
pub(crate) fn ExportMenu() -> impl IntoView {
    view! {
        <details class="menu export">
            <summary class="button">"Export"</summary>
            <div class="menu-body"><ExportLinks /></div>
        </details>
    }
    .into_any()
}

/// The ledger as files of other programs.
#[component]
pub(crate) fn ExportLinks() -> impl IntoView {
    let links = FORMATS
        .map(|(format, name, purpose)| {
            view! {
                <li>
                    <a href=format!("/api/v1/export?format={format}") download="">{name}</a>
                    <span class="hint">{purpose}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="export-links">{links}</ul> }.into_any()
}
