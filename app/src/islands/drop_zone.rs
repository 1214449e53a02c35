//! Dropping a file onto the upload form.

use leptos::{html::Div, prelude::*};

/// Wraps an upload form: takes dropped files, sends at once, shows how far it is.
#[island]
pub fn DropZone(children: Children) -> impl IntoView {
    let root = NodeRef::<Div>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        if let Some(root) = root.get() {
            super::live::upload::start(&root);
        }
    });
    view! {
        <div class="drop-zone" node_ref=root>
            {children()}
        </div>
    }
}
