//! An answer in the making: events of its run become parts of the page.
//!
//! Finished blocks come as HTML that the server has sanitised, and are never touched again. Text
//! that no block has replaced yet is one text node at the end.

use std::{cell::RefCell, rc::Rc};

use domain::tool_title;
use leptos::prelude::{RwSignal, Set};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    DocumentFragment, Element, EventSource, HtmlElement, HtmlTemplateElement, MessageEvent, Node, Text,
};

use super::{
    dom::{document, find, listen, window},
    json::Json,
};

/// How near to the end of the page counts as being there, in CSS pixels.
const NEAR_END: f64 = 120.0;
/// How often text is shown. Shorter and each word costs a layout of the page that nobody can see;
/// longer and the text comes in jerks.
const SHOW_EVERY_MS: f64 = 40.0;
/// How many finished blocks stand in one box at most.
const BLOCKS_PER_BOX: u32 = 50;

/// An answer in the making.
pub(super) struct Answer {
    message: Element,
    body: Element,
    source: EventSource,
    /// The unfinished block and its text; none between blocks.
    tail: Option<(Element, Text)>,
    /// Text that is not shown yet.
    pending: String,
    /// When text was last shown, on the clock of events.
    shown_at_ms: f64,
    /// A timer will show what is pending.
    is_due: bool,
    /// Its first event has come.
    has_begun: bool,
    /// Its last event has come.
    has_ended: bool,
    announcement: RwSignal<String>,
}

type Shared = Rc<RefCell<Answer>>;

/// Follows the run of a streaming message to its end, from its first event on.
pub(super) fn follow(message: &Element, announcement: RwSignal<String>) {
    let Some(run) = message.get_attribute("data-run") else { return };
    let Some(body) = find::<Element>(message, ".answer") else { return };
    let Ok(source) = EventSource::new(&format!("/api/v1/runs/{run}/events")) else { return };
    // The events hold everything that a reload shows already.
    body.set_inner_html("");
    let answer: Shared = Rc::new(RefCell::new(Answer {
        message: message.clone(),
        body,
        source: source.clone(),
        tail: None,
        pending: String::new(),
        shown_at_ms: 0.0,
        is_due: false,
        has_begun: false,
        has_ended: false,
        announcement,
    }));
    on_event(&answer, "text", |answer, event, now_ms| {
        if let Some(delta) = event.text("delta") {
            answer.borrow_mut().pending.push_str(&delta);
            show_soon(answer, now_ms);
        }
    });
    on_event(&answer, "block", |answer, event, _| {
        if let Some(html) = event.text("html") {
            answer.borrow_mut().freeze(&html);
        }
    });
    on_event(&answer, "tool_started", |answer, event, _| {
        if let Some(name) = event.text("name") {
            answer.borrow_mut().tool_started(&name);
        }
    });
    on_event(&answer, "tool_finished", |answer, event, _| {
        if let Some(call) = event.get("call") {
            answer.borrow_mut().tool_finished(&call);
        }
    });
    on_event(&answer, "restarted", |answer, _, _| answer.borrow_mut().clear());
    on_event(&answer, "done", |answer, event, _| {
        answer.borrow_mut().end(&event.text("status").unwrap_or_default());
    });
    let lost = Rc::clone(&answer);
    listen(&source, "error", move |_: web_sys::Event| {
        // The browser connects again by itself, unless the server refused.
        let is_closed = lost.borrow().source.ready_state() == EventSource::CLOSED;
        if is_closed && !lost.borrow().has_ended {
            lost.borrow_mut().end("failed");
        }
    });
}

fn on_event(answer: &Shared, name: &str, handle: impl Fn(&Shared, &Json, f64) + 'static) {
    let source = answer.borrow().source.clone();
    let answer = Rc::clone(answer);
    listen(&source, name, move |event: MessageEvent| {
        answer.borrow_mut().begins();
        if let Some(data) = event.data().as_string().as_deref().and_then(Json::parse) {
            handle(&answer, &data, event.time_stamp());
        }
    });
}

/// Shows waiting text: at once when the last was a while ago, else with what comes until then.
fn show_soon(answer: &Shared, now_ms: f64) {
    let since_last = now_ms - answer.borrow().shown_at_ms;
    if since_last >= SHOW_EVERY_MS {
        answer.borrow_mut().flush(now_ms);
        return;
    }
    if std::mem::replace(&mut answer.borrow_mut().is_due, true) {
        return;
    }
    let shared = Rc::clone(answer);
    let show = Closure::once_into_js(move || shared.borrow_mut().flush(now_ms - since_last + SHOW_EVERY_MS));
    let wait_ms = (SHOW_EVERY_MS - since_last) as i32;
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(show.unchecked_ref(), wait_ms);
}

impl Answer {
    /// Its turn has come.
    fn begins(&mut self) {
        if std::mem::replace(&mut self.has_begun, true) {
            return;
        }
        if let Some(state) = find::<Element>(&self.message, ".working") {
            state.set_text_content(Some("Working on it…"));
        }
    }

    /// Appends waiting text to the unfinished block.
    fn flush(&mut self, now_ms: f64) {
        self.is_due = false;
        self.shown_at_ms = now_ms;
        if self.pending.is_empty() {
            return;
        }
        let pinned = is_at_end();
        let text = std::mem::take(&mut self.pending);
        if let Some((_, tail)) = &self.tail {
            let _ = tail.append_data(&text);
        } else if let Ok(block) = document().create_element("p") {
            let tail = document().create_text_node(&text);
            block.set_class_name("tail");
            let _ = block.append_child(&tail);
            let _ = self.body.append_child(&block);
            self.tail = Some((block, tail));
        }
        if pinned {
            scroll_to_end();
        }
    }

    /// Puts a finished block where the unfinished one stood.
    fn freeze(&mut self, html: &str) {
        let pinned = is_at_end();
        self.pending.clear();
        if let Some((block, _)) = self.tail.take() {
            block.remove();
        }
        if let Some(place) = self.place_of_next_block() {
            let _ = place.insert_adjacent_html("beforeend", html);
        }
        if pinned {
            scroll_to_end();
        }
    }

    /// The answer itself, or in a long one a box at its end: the browser lays out and paints boxes that nothing
    /// changed in no more, so that a block costs the same however many stand before it.
    fn place_of_next_block(&self) -> Option<Element> {
        if self.body.child_element_count() < BLOCKS_PER_BOX {
            return Some(self.body.clone());
        }
        let is_open =
            |last: &Element| last.class_name() == "blocks" && last.child_element_count() < BLOCKS_PER_BOX;
        if let Some(open) = self.body.last_element_child().filter(is_open) {
            return Some(open);
        }
        let opened = document().create_element("div").ok()?;
        opened.set_class_name("blocks");
        self.body.append_child(&opened).ok()?;
        Some(opened)
    }

    fn tool_started(&mut self, name: &str) {
        let step = document().create_element("p").ok();
        if let Some(step) = step {
            step.set_class_name("tool-working");
            step.set_text_content(Some(&format!("{}…", tool_title(name))));
            let _ = self.body.append_child(&step);
        }
    }

    /// Fills the page's template of a tool call, in place of the step that was being worked on.
    fn tool_finished(&mut self, call: &Json) {
        let template = document().get_element_by_id("tool-call");
        let Some(template) = template.and_then(|it| it.dyn_into::<HtmlTemplateElement>().ok()) else {
            return;
        };
        let Ok(copy) = template.content().clone_node_with_deep(true) else { return };
        let copy: DocumentFragment = copy.unchecked_into();
        let fill = |selector: &str, text: &str| {
            if let Ok(Some(slot)) = copy.query_selector(selector) {
                slot.set_text_content(Some(text));
            }
        };
        fill(".tool-name", &tool_title(&call.text("name").unwrap_or_default()));
        fill(".tool-summary", &call.text("summary").unwrap_or_default());
        fill(".tool-time", &duration(call.number("duration_us").unwrap_or_default()));
        fill(".tool-input", &call.text("input").unwrap_or_default());
        if call.is_true("failed")
            && let Ok(Some(details)) = copy.query_selector(".tool-call")
        {
            let _ = details.set_attribute("data-failed", "");
        }
        let copy: &Node = copy.as_ref();
        match find::<Element>(&self.body, ".tool-working") {
            Some(working) => {
                let _ = self.body.replace_child(copy, &working);
            }
            None => {
                let _ = self.body.append_child(copy);
            }
        }
    }

    /// Another instance writes the answer anew: what was shown of it is void.
    fn clear(&mut self) {
        self.tail = None;
        self.pending.clear();
        self.body.set_inner_html("");
    }

    /// Closes the stream and leaves the message as a reload would show it.
    fn end(&mut self, status: &str) {
        self.has_ended = true;
        self.source.close();
        self.flush(self.shown_at_ms);
        let _ = self.message.set_attribute("data-status", status);
        let _ = self.message.remove_attribute("data-run");
        let _ = self.message.remove_attribute("data-followed");
        let _ = self.message.remove_attribute("aria-busy");
        while let Some(working) = find::<Element>(&self.body, ".tool-working") {
            working.remove();
        }
        if let Some(stop) = find::<Element>(&self.message, ".stop") {
            stop.remove();
        }
        let state = match status {
            "stopped" => "You stopped this answer.",
            "failed" => "This answer is not whole.",
            _ => "",
        };
        if let Some(line) = find::<Element>(&self.message, ".answer-state") {
            if state.is_empty() {
                line.remove();
            } else {
                line.set_text_content(Some(state));
            }
        }
        let said = self.body.dyn_ref::<HtmlElement>().map(HtmlElement::inner_text).unwrap_or_default();
        self.announcement.set(format!("{said} {state}"));
    }
}

/// Whether the person reads the end of the page; who has scrolled up is left alone.
fn is_at_end() -> bool {
    let window = window();
    let seen = window.scroll_y().unwrap_or_default()
        + window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    let height = document().document_element().map_or(0.0, |root| f64::from(root.scroll_height()));
    seen + NEAR_END >= height
}

pub(super) fn scroll_to_end() {
    let height = document().document_element().map_or(0, |root| root.scroll_height());
    window().scroll_to_with_x_and_y(0.0, f64::from(height));
}

/// A duration as the server writes it.
fn duration(microseconds: f64) -> String {
    let (value, unit) = match microseconds {
        us if us < 1e3 => return format!("{us} µs"),
        us if us < 1e6 => (us / 1e2, "ms"),
        us => (us / 1e5, "s"),
    };
    let tenths = value as u64;
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}
