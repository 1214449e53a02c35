//! A long list: the page scrolls through all of it, and holds the rows around those that are seen.
//!
//! Rows are HTML of the server's, all of one height. Those that are not held are space above and
//! below, so that the page is as high as the whole list and its scrollbar tells the truth. The place
//! is kept in the address and its history entry: a reload and the way back lead to it.

mod category;
mod keys;
mod place;
mod selection;

use std::{
    cell::{Cell, RefCell},
    ops::Range,
    rc::Rc,
};

use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, HtmlElement, Response};

use super::dom::{after_ms, find, listen, window};
use crate::islands::list_window::{Lack, lacking, wanted};

/// The height that a page can have in every browser, in CSS pixels. A list that is higher keeps its
/// links to older rows.
const HEIGHT_MAX_PX: f64 = 16_000_000.0;
/// How long after rows could not be had they are asked for again.
const AGAIN_MS: i32 = 3_000;

/// The list on the page.
struct List {
    root: HtmlElement,
    body: HtmlElement,
    /// The filter's part of the addresses.
    query: String,
    total: Cell<usize>,
    row_px: Cell<f64>,
    held: RefCell<Range<usize>>,
    /// Rows that are on their way; each request counts one up, and an answer to an older one is dropped.
    asked: RefCell<Option<Range<usize>>>,
    request: Cell<u32>,
    /// What gets the focus when its row is there: a place, and what in the row.
    goal: Cell<Option<(usize, &'static str)>>,
    save_is_due: Cell<bool>,
}

/// Takes over the list under `root`.
pub(in crate::islands) fn start(root: &HtmlElement) {
    let Some(body) = find::<HtmlElement>(root, "tbody") else { return };
    let number = |name: &str| body.get_attribute(name).and_then(|text| text.parse::<usize>().ok());
    let (total, offset) = (number("data-total").unwrap_or(0), number("data-offset").unwrap_or(0));
    let rows = body.child_element_count() as usize;
    let list = Rc::new(List {
        root: root.clone(),
        query: body.get_attribute("data-query").unwrap_or_default(),
        body,
        total: Cell::new(total),
        row_px: Cell::new(0.0),
        held: RefCell::new(offset..offset + rows),
        asked: RefCell::new(None),
        request: Cell::new(0),
        goal: Cell::new(None),
        save_is_due: Cell::new(false),
    });
    selection::start(&list);
    category::start(&list);
    keys::start(&list);
    list.measure();
    if rows == 0 || total as f64 * list.row_px.get() > HEIGHT_MAX_PX {
        return;
    }
    let _ = root.set_attribute("data-ready", "");
    list.make_space();
    place::restore(&list, offset);
    let on_scroll = Rc::clone(&list);
    listen(&window(), "scroll", move |_: Event| {
        on_scroll.update();
        place::save_soon(&on_scroll);
    });
    let on_resize = Rc::clone(&list);
    listen(&window(), "resize", move |_: Event| on_resize.resized());
    let on_leave = Rc::clone(&list);
    listen(&window(), "pagehide", move |_: Event| place::save(&on_leave));
    // When the next page is there already, it is too late to write into this one's entry.
    let on_click = Rc::clone(&list);
    listen(&window(), "click", move |_: Event| place::save(&on_click));
    list.update();
}

impl List {
    /// How high a row is: all are the same.
    fn measure(&self) {
        let rows = self.body.child_element_count();
        let edges = (self.body.first_element_child(), self.body.last_element_child());
        if let (Some(first), Some(last)) = edges {
            let height = last.get_bounding_client_rect().bottom() - first.get_bounding_client_rect().top();
            self.row_px.set((height / f64::from(rows)).max(1.0));
        }
    }

    /// How far the list's beginning is above what is seen, and how much is seen; in CSS pixels.
    fn view(&self) -> (f64, f64) {
        let above = -self.body.get_bounding_client_rect().top();
        let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
        (above, height)
    }

    /// The list is as high as all its rows.
    fn make_space(&self) {
        let held = self.held.borrow();
        let space = |name: &str, rows: usize| {
            let px = rows as f64 * self.row_px.get();
            let _ = self.body.style().set_property(name, &format!("{px}px"));
        };
        space("--rows-before", held.start);
        space("--rows-after", self.total.get().saturating_sub(held.end));
    }

    fn resized(self: &Rc<Self>) {
        let before = (self.view().0, self.row_px.get());
        self.measure();
        self.make_space();
        let (above, row_px) = (self.view().0, self.row_px.get());
        if before.0 > 0.0 {
            window().scroll_by_with_x_and_y(0.0, before.0 / before.1 * row_px - above);
        }
        self.update();
    }

    /// Asks for what lacks, unless it is on its way.
    fn update(self: &Rc<Self>) {
        let (above, height) = self.view();
        let rows = wanted(self.total.get(), self.row_px.get(), above, height);
        let lack = lacking(&self.held.borrow(), &rows);
        let Some(lack) = lack else { return };
        let on_the_way = self.asked.borrow().clone();
        if on_the_way.is_some_and(|asked| asked.start < rows.end && rows.start < asked.end) {
            return;
        }
        self.ask(lack);
    }

    fn ask(self: &Rc<Self>, lack: Lack) {
        let (Lack::After(range) | Lack::Before(range) | Lack::Instead(range)) = &lack;
        let range = range.clone();
        let address = format!("/money/rows?{}&offset={}&limit={}", self.query, range.start, range.len());
        self.asked.replace(Some(range));
        let request = self.request.get().wrapping_add(1);
        self.request.set(request);
        let list = Rc::clone(self);
        spawn_local(async move {
            let part = fetch(&address).await;
            if list.request.get() != request {
                return;
            }
            list.asked.replace(None);
            match part {
                Some((html, total)) => list.put(&lack, &html, total),
                None => list.lost(),
            }
        });
    }

    /// Puts rows into the page, takes those out that are far away, and goes on.
    fn put(self: &Rc<Self>, lack: &Lack, html: &str, total: Option<usize>) {
        self.say("");
        let before = self.body.child_element_count() as usize;
        match lack {
            Lack::After(range) => {
                let _ = self.body.insert_adjacent_html("beforeend", html);
                let count = self.body.child_element_count() as usize - before;
                self.held.borrow_mut().end = range.start + count;
            }
            Lack::Before(range) => {
                let _ = self.body.insert_adjacent_html("afterbegin", html);
                self.held.borrow_mut().start = range.start;
            }
            Lack::Instead(range) => {
                self.keep_selected(0..before);
                self.body.set_inner_html(html);
                self.held.replace(range.start..range.start + self.body.child_element_count() as usize);
            }
        }
        if let Some(total) = total.filter(|total| *total != self.total.get()) {
            self.set_total(total);
        }
        self.take_out_far();
        self.restore_selected();
        self.make_space();
        self.focus_goal();
        self.update();
    }

    fn set_total(&self, total: usize) {
        self.total.set(total);
        if let Some(table) = find::<Element>(&self.root, "table") {
            let _ = table.set_attribute("aria-rowcount", &(total + 1).to_string());
        }
    }

    fn take_out_far(&self) {
        let (above, height) = self.view();
        let near = wanted(self.total.get(), self.row_px.get(), above, height);
        let held = self.held.borrow().clone();
        let start = near.start.clamp(held.start, held.end);
        let end = near.end.clamp(start, held.end);
        if start == end {
            return;
        }
        let rows = |range: Range<usize>| range.start - held.start..range.end - held.start;
        self.keep_selected(rows(end..held.end));
        for _ in end..held.end {
            self.body.last_element_child().inspect(Element::remove);
        }
        self.keep_selected(rows(held.start..start));
        for _ in held.start..start {
            self.body.first_element_child().inspect(Element::remove);
        }
        self.held.replace(start..end);
    }

    /// Takes every row anew: what the list holds has changed.
    fn renew(self: &Rc<Self>) {
        let (above, height) = self.view();
        self.ask(Lack::Instead(wanted(self.total.get(), self.row_px.get(), above, height)));
    }

    fn lost(self: &Rc<Self>) {
        self.say("These rows could not be loaded. Trying again…");
        let list = Rc::clone(self);
        after_ms(AGAIN_MS, move || list.update());
    }

    /// Says what is going on, to eyes and screen readers.
    fn say(&self, text: &str) {
        if let Some(line) = find::<HtmlElement>(&self.root, ".list-state")
            && line.text_content().as_deref() != Some(text)
        {
            line.set_text_content(Some(text));
        }
    }

    /// The row at a place of the list, if it is held.
    fn row(&self, place: usize) -> Option<Element> {
        let held = self.held.borrow();
        let at = place.checked_sub(held.start).filter(|_| place < held.end)?;
        self.body.children().item(at as u32)
    }

    /// The place of a row in the list.
    fn place_of(row: &Element) -> Option<usize> {
        row.get_attribute("aria-rowindex")?.parse::<usize>().ok()?.checked_sub(2)
    }
}

/// Rows as HTML, and how many the whole list has.
async fn fetch(address: &str) -> Option<(String, Option<usize>)> {
    let response = JsFuture::from(window().fetch_with_str(address)).await.ok()?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return None;
    }
    let total = response.headers().get("x-total-count").ok().flatten();
    let html = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    Some((html, total.and_then(|total| total.parse().ok())))
}
