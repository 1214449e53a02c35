//! The place in the list, kept in the address and its history entry.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use web_sys::ScrollRestoration;

use super::List;
use crate::islands::live::dom::{after_ms, document, window};

/// How long scrolling rests before the place is written down: browsers refuse to write it often.
const REST_MS: i32 = 200;

/// Goes to the place that the history entry knows to the pixel, else to the row of the address.
pub(super) fn restore(list: &List, offset: usize) {
    let Ok(history) = window().history() else { return };
    let _ = history.set_scroll_restoration(ScrollRestoration::Manual);
    if let Some(y) = history.state().ok().and_then(|state| state.as_f64()) {
        window().scroll_to_with_x_and_y(0.0, y);
        return;
    }
    let hash = window().location().hash().unwrap_or_default();
    let named = hash.strip_prefix('#').and_then(|id| document().get_element_by_id(id));
    if let Some(row) = named.filter(|row| List::place_of(row).is_some()) {
        let height = list.view().1;
        let top = row.get_bounding_client_rect().top();
        window().scroll_by_with_x_and_y(0.0, top - height / 3.0);
    } else if offset > 0 {
        scroll_to(list, offset, 0.0);
    }
}

/// Brings the row at a place to a share of the page's height.
pub(super) fn scroll_to(list: &List, place: usize, share: f64) {
    let (above, height) = list.view();
    let y = place as f64 * list.row_px.get() - above - height * share;
    window().scroll_by_with_x_and_y(0.0, y);
}

pub(super) fn save_soon(list: &Rc<List>) {
    if !list.save_is_due.replace(true) {
        let list = Rc::clone(list);
        after_ms(REST_MS, move || {
            list.save_is_due.set(false);
            save(&list);
        });
    }
}

/// Writes the place down.
pub(super) fn save(list: &List) {
    let first = (list.view().0 / list.row_px.get()).max(0.0) as usize;
    let offset = if first > 0 { format!("offset={first}") } else { String::new() };
    let parts: Vec<&str> =
        [list.query.as_str(), &offset].into_iter().filter(|part| !part.is_empty()).collect();
    let address = if parts.is_empty() { "/money".to_owned() } else { format!("/money?{}", parts.join("&")) };
    let y = window().scroll_y().unwrap_or_default();
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::from_f64(y), "", Some(&address));
    }
}
