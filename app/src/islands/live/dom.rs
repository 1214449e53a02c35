//! Shorthands for the DOM.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, Element, Event, EventTarget, Window};

pub(super) fn window() -> Window {
    web_sys::window().expect("islands run in a page")
}

pub(super) fn document() -> Document {
    window().document().expect("a window has a document")
}

/// The first element that a selector finds under `root`, as its own type.
pub(super) fn find<T: JsCast>(root: &Element, selector: &str) -> Option<T> {
    root.query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// Listens for the life of the page.
pub(super) fn listen<E: JsCast + 'static>(
    target: &EventTarget,
    name: &str,
    mut handler: impl FnMut(E) + 'static,
) {
    let listener = Closure::<dyn FnMut(Event)>::new(move |event: Event| handler(event.unchecked_into()));
    // Refused only for a null callback.
    let _ = target.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
    listener.forget();
}

/// Does something once, later.
pub(super) fn after_ms(ms: i32, then: impl FnOnce() + 'static) {
    let then = Closure::once_into_js(then);
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(then.unchecked_ref(), ms);
}
