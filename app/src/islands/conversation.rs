//! The conversation: sends questions and shows answers as they are made.

use leptos::{html::Div, prelude::*};

/// Wraps the messages and the composer of a page. Questions are sent and answers shown without
/// leaving the page; an answer that was being made when the page was loaded is followed on.
#[island]
pub fn Conversation(children: Children) -> impl IntoView {
    let root = NodeRef::<Div>::new();
    // What a screen reader says: once for each answer, when it is whole.
    let announcement = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        if let Some(root) = root.get() {
            super::live::conversation::start(&root, announcement);
        }
    });
    view! {
        <div class="conversation" node_ref=root>
            {children()}
            <p class="visually-hidden" role="status" aria-live="polite">{move || announcement.get()}</p>
        </div>
    }
}
