//! Rows that are selected stay so while they are out of the page.

use std::{ops::Range, rc::Rc};

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

use super::List;
use crate::islands::live::dom::{document, find, listen};

const BOX: &str = ".select-cell input";

pub(super) fn start(list: &Rc<List>) {
    let on_change = Rc::clone(list);
    listen(&list.root, "change", move |event: Event| {
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        if target.is_some_and(|it| it.matches(BOX).unwrap_or(false)) {
            on_change.count_selected();
        }
    });
    list.count_selected();
}

impl List {
    fn kept(&self) -> Option<HtmlElement> {
        find(&self.root, ".kept")
    }

    /// Remembers which of these rows, by their places in the page, are selected.
    pub(super) fn keep_selected(&self, rows: Range<usize>) {
        let Some(kept) = self.kept() else { return };
        for at in rows {
            let row = self.body.children().item(at as u32);
            let Some(check) = row.and_then(|row| find::<HtmlInputElement>(&row, BOX)) else { continue };
            if check.checked()
                && let Ok(field) = document().create_element("input")
            {
                let field: HtmlInputElement = field.unchecked_into();
                field.set_type("hidden");
                field.set_name("transaction_ids");
                field.set_value(&check.value());
                let _ = kept.append_child(&field);
            }
        }
    }

    /// Selects the rows of the page that were selected when they left it.
    pub(super) fn restore_selected(&self) {
        let Some(kept) = self.kept().filter(|kept| kept.child_element_count() > 0) else { return };
        let fields = kept.children();
        for at in (0..fields.length()).rev() {
            let Some(field) = fields.item(at) else { continue };
            let id = field.get_attribute("value").unwrap_or_default();
            let row = find::<Element>(&self.body, &format!("[id=\"t-{id}\"]"));
            if let Some(check) = row.and_then(|row| find::<HtmlInputElement>(&row, BOX)) {
                check.set_checked(true);
                field.remove();
            }
        }
    }

    fn count_selected(&self) {
        let here = self.root.query_selector_all(".select-cell input:checked").map_or(0, |it| it.length());
        let count = here + self.kept().map_or(0, |kept| kept.child_element_count());
        let Some(label) = find::<HtmlElement>(&self.root, ".bulk label") else { return };
        let words = match count {
            0 => "Category for the selected".to_owned(),
            n => format!("Category for the selected ({n})"),
        };
        label.set_text_content(Some(&words));
    }
}
