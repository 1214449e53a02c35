//! A list of any length in one page.

use leptos::{html::Div, prelude::*};

/// Wraps the table of transactions: the page scrolls through the whole list while it holds the rows
/// around those that are seen, and a category is changed in its row.
#[island]
pub fn TransactionList(children: Children) -> impl IntoView {
    let root = NodeRef::<Div>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        if let Some(root) = root.get() {
            super::live::list::start(&root);
        }
    });
    view! {
        <div class="transaction-list" node_ref=root>
            {children()}
            <p class="list-state" role="status"></p>
        </div>
    }
}
