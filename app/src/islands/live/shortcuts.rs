//! Keys that work on every page.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::dom::{document, find, listen};

/// Listens for the keys.
pub(in crate::islands) fn start() {
    listen(&document(), "keydown", |event: KeyboardEvent| match event.key().as_str() {
        "k" if event.ctrl_key() || event.meta_key() => search(&event),
        "/" if !is_typing() && !event.ctrl_key() && !event.meta_key() && !event.alt_key() => search(&event),
        "Escape" => close_menu(&event),
        _ => {}
    });
}

fn active() -> Option<Element> {
    document().active_element()
}

fn is_typing() -> bool {
    active().is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.has_attribute("contenteditable")
    })
}

/// Goes to the search; on a narrow screen the drawer that holds it opens first.
fn search(event: &KeyboardEvent) {
    let Some(root) = document().document_element() else { return };
    let Some(field) = find::<HtmlElement>(&root, "#search") else { return };
    event.prevent_default();
    if field.offset_parent().is_none()
        && let Some(button) = find::<HtmlElement>(&root, ".menu-button")
    {
        button.click();
    }
    let _ = field.focus();
}

/// Closes the menu that the keyboard is in, and goes back to what opened it.
fn close_menu(event: &KeyboardEvent) {
    let Some(menu) = active().and_then(|it| it.closest("details.menu[open]").ok().flatten()) else { return };
    event.prevent_default();
    let _ = menu.remove_attribute("open");
    if let Some(summary) = menu.query_selector("summary").ok().flatten() {
        let _ = summary.unchecked_into::<HtmlElement>().focus();
    }
}
