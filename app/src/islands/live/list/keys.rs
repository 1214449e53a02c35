//! Moving through the rows by keyboard, once something in a row has the focus.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::{List, place::scroll_to};
use crate::islands::live::dom::{find, listen};

/// What the arrows move between, column by column.
const COLUMNS: [&str; 3] = [".select-cell input", ".payee", "a.category"];

pub(super) fn start(list: &Rc<List>) {
    let on_key = Rc::clone(list);
    listen(&list.body, "keydown", move |event: KeyboardEvent| on_key.pressed(&event));
}

impl List {
    fn pressed(self: &Rc<Self>, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
            return;
        }
        let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
        let column = COLUMNS.into_iter().find(|column| target.matches(column).unwrap_or(false));
        let row = target.closest("tr").ok().flatten();
        let (Some(column), Some(place)) = (column, row.and_then(|row| Self::place_of(&row))) else { return };
        let last = self.total.get().saturating_sub(1);
        let page = ((self.view().1 / self.row_px.get()) as usize).saturating_sub(2).max(1);
        let to = match event.key().as_str() {
            "ArrowDown" => place + 1,
            "ArrowUp" => place.saturating_sub(1),
            "PageDown" => place + page,
            "PageUp" => place.saturating_sub(page),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        self.focus(to.min(last), column);
    }

    fn focus(self: &Rc<Self>, place: usize, column: &'static str) {
        self.goal.set(Some((place, column)));
        if self.row(place).is_none() {
            scroll_to(self, place, 0.5);
            self.update();
        } else {
            self.focus_goal();
        }
    }

    /// Gives the focus to what has asked for it, if its row is there by now.
    pub(super) fn focus_goal(&self) {
        let Some((place, column)) = self.goal.get() else { return };
        let Some(row) = self.row(place) else { return };
        self.goal.set(None);
        // A row whose category is being changed or that has parts has another thing there.
        let there = find::<HtmlElement>(&row, column).or_else(|| find(&row, COLUMNS[1]));
        if let Some(there) = there {
            let _ = there.focus();
        }
    }
}
