//! The wasm entry: hydrates the islands of the page.

/// Called by the page's script once the bundle is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    app::utc_offset::tell();
    leptos::mount::hydrate_islands();
}
