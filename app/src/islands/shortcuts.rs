//! Keys that work on every page.

use leptos::prelude::*;

/// `/` and Ctrl+K (⌘K) go to the search, Escape leaves a menu.
#[island]
pub fn Shortcuts() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(super::live::shortcuts::start);
    view! { <span hidden></span> }
}
