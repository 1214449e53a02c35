//! The wasm entry: hydrates the islands of the page.

/// Called by the page's script once the bundle is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // Keeps the islands' exports in the bundle.
    use app as _;
    leptos::mount::hydrate_islands();
}
