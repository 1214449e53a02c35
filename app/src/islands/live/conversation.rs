//! Sending questions without leaving the page.

use std::{cell::Cell, rc::Rc};

use leptos::{
    prelude::{RwSignal, Set},
    task::spawn_local,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, Event, FormData, Headers, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement,
    KeyboardEvent, RequestInit, Response, SubmitEvent, UrlSearchParams,
};

use super::{
    answer::{self, scroll_to_end},
    dom::{document, find, listen, window},
    json::Json,
};

/// One conversation on the page.
struct Conversation {
    root: HtmlElement,
    /// A form is on its way: pressing twice sends once.
    is_sending: Cell<bool>,
    announcement: RwSignal<String>,
}

/// Takes over the forms under `root`, and follows an answer that is being made.
pub(in crate::islands) fn start(root: &HtmlElement, announcement: RwSignal<String>) {
    let root = root.clone();
    let conversation =
        Rc::new(Conversation { root: root.clone(), is_sending: Cell::new(false), announcement });

    let on_submit = Rc::clone(&conversation);
    listen(&root, "submit", move |event: SubmitEvent| on_submit.submitted(&event));
    let on_key = Rc::clone(&conversation);
    listen(&root, "keydown", move |event: KeyboardEvent| on_key.pressed(&event));
    let on_escape = Rc::clone(&conversation);
    listen(&document(), "keydown", move |event: KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() && !event.is_composing() {
            on_escape.escaped();
        }
    });
    if let Some(text) = conversation.text() {
        fit(&text);
        listen(&text.clone(), "input", move |_: Event| fit(&text));
    }
    let on_click = Rc::clone(&conversation);
    listen(&root, "click", move |event: Event| on_click.clicked(&event));
    listen(&root, "change", |event: Event| Conversation::changed(&event));
    // Styles show what needs a script.
    let _ = root.set_attribute("data-live", "");
    if conversation.streaming().is_some() {
        scroll_to_end();
        conversation.follow_all();
    } else if find::<Element>(&root, ".message").is_some() && window().location().hash().as_deref() != Ok("")
    {
        // The browser goes to the message that the address names.
    } else if find::<Element>(&root, ".message").is_some() {
        scroll_to_end();
    }
}

/// Lets the field grow with its text; rows, because styles are forbidden by policy.
fn fit(text: &HtmlTextAreaElement) {
    text.set_rows(1);
    while text.scroll_height() > text.client_height() + 2 && text.rows() < 8 {
        text.set_rows(text.rows() + 1);
    }
}

impl Conversation {
    fn text(&self) -> Option<HtmlTextAreaElement> {
        find(&self.root, "#composer-text")
    }

    fn streaming(&self) -> Option<Element> {
        find(&self.root, ".message[data-run]")
    }

    /// Enter sends, Shift+Enter is a new line. An input method's Enter chooses a word.
    fn pressed(&self, event: &KeyboardEvent) {
        let is_composer = event
            .target()
            .and_then(|it| it.dyn_into::<Element>().ok())
            .is_some_and(|it| it.id() == "composer-text");
        if is_composer && event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            if let Some(form) = find::<HtmlFormElement>(&self.root, "#composer") {
                let _ = form.request_submit();
            }
        }
    }

    fn submitted(self: &Rc<Self>, event: &SubmitEvent) {
        let Some(form) = event.target().and_then(|it| it.dyn_into::<HtmlFormElement>().ok()) else { return };
        let Some(kind) = Kind::of(&form) else { return };
        event.prevent_default();
        let Ok(data) = FormData::new_with_form(&form) else { return };
        // The pressed button says what is meant.
        if let Some(button) = event.submitter().filter(|button| button.has_attribute("name")) {
            let _ = data.append_with_str(
                &button.get_attribute("name").unwrap_or_default(),
                &button.get_attribute("value").unwrap_or_default(),
            );
        }
        let said = |field: &str| data.get(field).as_string().unwrap_or_default();
        if kind == Kind::Question && said("suggestion").is_empty() && said("text").trim().is_empty() {
            return;
        }
        let action = form.get_attribute("action").unwrap_or_default();
        if kind == Kind::Stop {
            // Its last event says what became of it.
            spawn_local(async move { drop(post(&action, None).await) });
        } else if !self.is_sending.replace(true) {
            let conversation = Rc::clone(self);
            spawn_local(async move {
                let reply = post(&action, Some(&data)).await;
                conversation.is_sending.set(false);
                match reply {
                    Ok(reply) if kind == Kind::Question => conversation.begun(&reply),
                    Ok(reply) => Self::go(&reply.text("href").unwrap_or_default()),
                    Err(refusal) => conversation.show_error(Some(&refusal)),
                }
            });
        }
    }

    /// Shows a page of this chat anew, at the message that the address names.
    fn go(href: &str) {
        let location = window().location();
        let path = href.split('#').next().unwrap_or_default();
        let is_here = location.pathname().is_ok_and(|here| here == path);
        let _ = location.set_href(href);
        if is_here {
            // Else the browser would only scroll.
            let _ = location.reload();
        }
    }

    /// Copies an answer's text, or a command of it.
    fn clicked(&self, event: &Event) {
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let Some(button) = target.and_then(|it| it.closest(".copy").ok().flatten()) else { return };
        let (around, text) = match button.closest(".command") {
            Ok(Some(command)) => (Some(command), "code"),
            _ => (button.closest(".message").ok().flatten(), ".answer"),
        };
        let Some(source) = around.and_then(|it| find::<HtmlElement>(&it, text)) else { return };
        let copied = window().navigator().clipboard().write_text(&source.inner_text());
        let announcement = self.announcement;
        spawn_local(async move {
            let said =
                if JsFuture::from(copied).await.is_ok() { "Copied." } else { "Copying is not allowed here." };
            let _ = button.set_attribute("data-said", said);
            announcement.set(said.to_owned());
        });
    }

    /// A choice that needs no button when there is a script.
    fn changed(event: &Event) {
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let form =
            target.filter(|it| it.id() == "chat-persona").and_then(|it| it.closest("form").ok().flatten());
        if let Some(form) = form.and_then(|it| it.dyn_into::<HtmlFormElement>().ok()) {
            let _ = form.request_submit();
        }
    }

    /// The question is written down: shows it with the answer to come.
    fn begun(self: &Rc<Self>, reply: &Json) {
        self.show_error(None);
        self.empty_composer(&reply.text("key").unwrap_or_default());
        let Some(messages) = reply.text("messages") else {
            // It was written down before, and the reply got lost.
            return Self::go(&reply.text("href").unwrap_or_default());
        };
        if let Some(header) = reply.text("header") {
            if let Some(intro) = find::<Element>(&self.root, ".intro") {
                intro.set_outer_html(&header);
            }
            let href = reply.text("href").unwrap_or_default();
            let _ =
                window().history().and_then(|it| it.replace_state_with_url(&JsValue::NULL, "", Some(&href)));
            document().set_title(&format!("{} · Lakeledger", reply.text("title").unwrap_or_default()));
            if let Some(new_chat) = document().query_selector(".new-chat").ok().flatten() {
                let _ = new_chat.remove_attribute("aria-current");
            }
        }
        if let (Some(history), Some(html)) = (document().get_element_by_id("history"), reply.text("history"))
        {
            history.set_inner_html(&html);
        }
        if let Some(composer) = find::<HtmlFormElement>(&self.root, "#composer") {
            let _ = composer.set_attribute("action", &reply.text("action").unwrap_or_default());
        }
        if let Some(text) = self.text() {
            let _ = text.focus();
        }
        if let Some(list) = find::<Element>(&self.root, "#messages") {
            let _ = list.insert_adjacent_html("beforeend", &messages);
        }
        scroll_to_end();
        self.follow_all();
    }

    /// Ready for the next question, under a key of its own.
    fn empty_composer(&self, key: &str) {
        if let Some(field) = find::<HtmlInputElement>(&self.root, "#composer [name=key]") {
            field.set_value(key);
        }
        if let Some(text) = self.text() {
            text.set_value("");
            fit(&text);
        }
    }

    fn show_error(&self, reason: Option<&str>) {
        if let Some(line) = find::<HtmlElement>(&self.root, "#composer-error") {
            line.set_hidden(reason.is_none());
            line.set_text_content(reason);
        }
        if let Some(text) = self.text() {
            let _ = match reason {
                Some(_) => text
                    .set_attribute("aria-invalid", "true")
                    .and_then(|()| text.set_attribute("aria-describedby", "composer-error")),
                None => text.remove_attribute("aria-invalid"),
            };
        }
    }

    /// Follows every answer that is being made or waits for its turn.
    fn follow_all(&self) {
        while let Some(message) = find::<Element>(&self.root, ".message[data-run]:not([data-followed])") {
            let _ = message.set_attribute("data-followed", "");
            answer::follow(&message, self.announcement);
        }
    }

    /// Stops the answer that is being made, where the key means that: the keyboard is in the
    /// conversation, and in nothing that opens and closes.
    fn escaped(&self) {
        let Some(active) = document().active_element().filter(|it| self.root.contains(Some(it))) else {
            return;
        };
        let is_inside = |selector| active.closest(selector).is_ok_and(|found| found.is_some());
        let is_open = |selector| document().query_selector(selector).is_ok_and(|found| found.is_some());
        if is_inside("details.menu[open], details.edit[open]") || is_open("[popover]:popover-open") {
            return;
        }
        let form = self.streaming().and_then(|message| find::<HtmlFormElement>(&message, ".stop"));
        if let Some(form) = form {
            let _ = form.request_submit();
        }
    }
}

/// What a form of the conversation is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A question: shown at once, its answer followed.
    Question,
    /// Stops an answer.
    Stop,
    /// Changes what the page shows: the page is shown anew.
    Change,
}

impl Kind {
    /// None of a form that the browser sends by itself.
    fn of(form: &HtmlFormElement) -> Option<Self> {
        let classes = form.class_list();
        let is = |names: &[&str]| names.iter().any(|name| classes.contains(name));
        if is(&["composer"]) {
            Some(Self::Question)
        } else if is(&["stop"]) {
            Some(Self::Stop)
        } else if is(&["go"]) {
            Some(Self::Change)
        } else {
            None
        }
    }
}

/// Sends a form as the browser would, and reads the reply; a refusal is the words for it.
async fn post(action: &str, data: Option<&FormData>) -> Result<Json, String> {
    const LOST: &str = "The question could not be sent. Check the connection and try again.";
    let sent = async {
        let headers = Headers::new()?;
        headers.set("Accept", "application/json")?;
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_headers(&headers);
        if let Some(data) = data {
            init.set_body(&UrlSearchParams::new_with_str_sequence_sequence(data)?.into());
        }
        let response: Response =
            JsFuture::from(window().fetch_with_str_and_init(action, &init)).await?.unchecked_into();
        let text = JsFuture::from(response.text()?).await?;
        Ok::<_, JsValue>((response.ok(), text.as_string().unwrap_or_default()))
    };
    let (ok, text) = sent.await.map_err(|_| LOST.to_owned())?;
    let reply = Json::parse(&text);
    match reply {
        Some(reply) if ok => Ok(reply),
        Some(problem) => {
            Err(problem.text("detail").or_else(|| problem.text("title")).unwrap_or_else(|| LOST.to_owned()))
        }
        None => Err(LOST.to_owned()),
    }
}
