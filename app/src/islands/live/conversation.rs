//! Sending questions without leaving the page.

use std::{cell::Cell, rc::Rc};

use leptos::{prelude::RwSignal, task::spawn_local};
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
    /// An answer is being made: the next question waits for its end.
    busy: Cell<bool>,
    announcement: RwSignal<String>,
}

/// Takes over the forms under `root`, and follows an answer that is being made.
pub(in crate::islands) fn start(root: &HtmlElement, announcement: RwSignal<String>) {
    let root = root.clone();
    let conversation = Rc::new(Conversation { root: root.clone(), busy: Cell::new(false), announcement });

    let on_submit = Rc::clone(&conversation);
    listen(&root, "submit", move |event: SubmitEvent| on_submit.submitted(&event));
    let on_key = Rc::clone(&conversation);
    listen(&root, "keydown", move |event: KeyboardEvent| on_key.pressed(&event));
    let on_escape = Rc::clone(&conversation);
    listen(&document(), "keydown", move |event: KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            on_escape.stop();
        }
    });
    if let Some(text) = conversation.text() {
        fit(&text);
        listen(&text.clone(), "input", move |_: Event| fit(&text));
    }
    if let Some(message) = conversation.streaming() {
        scroll_to_end();
        conversation.follow(&message);
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
        let classes = form.class_list();
        if classes.contains("stop") {
            event.prevent_default();
            self.stop();
            return;
        }
        if !classes.contains("composer") && !classes.contains("suggestions") {
            return;
        }
        event.prevent_default();
        let Ok(data) = FormData::new_with_form(&form) else { return };
        // The pressed suggestion is the question.
        if let Some(button) = event.submitter().filter(|button| button.has_attribute("name")) {
            let _ = data.append_with_str(
                &button.get_attribute("name").unwrap_or_default(),
                &button.get_attribute("value").unwrap_or_default(),
            );
        }
        let question = data.get("text").as_string().unwrap_or_default();
        if question.trim().is_empty() || self.busy.replace(true) {
            return;
        }
        let conversation = Rc::clone(self);
        let action = form.get_attribute("action").unwrap_or_default();
        spawn_local(async move {
            match post(&action, Some(&data)).await {
                Ok(reply) => conversation.begun(&reply),
                Err(refusal) => conversation.refused(&refusal),
            }
        });
    }

    /// The question is written down: shows it with the answer to come.
    fn begun(self: &Rc<Self>, reply: &Json) {
        self.show_error(None);
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
            if let Some(key) = find::<HtmlInputElement>(&composer, "[name=key]") {
                key.set_value(&reply.text("key").unwrap_or_default());
            }
        }
        if let Some(text) = self.text() {
            text.set_value("");
            fit(&text);
            let _ = text.focus();
        }
        if let (Some(list), Some(html)) = (find::<Element>(&self.root, "#messages"), reply.text("messages")) {
            let _ = list.insert_adjacent_html("beforeend", &html);
        }
        scroll_to_end();
        match self.streaming() {
            Some(message) => self.follow(&message),
            None => self.busy.set(false),
        }
    }

    fn refused(&self, reason: &str) {
        self.busy.set(false);
        self.show_error(Some(reason));
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

    fn follow(self: &Rc<Self>, message: &Element) {
        self.busy.set(true);
        let conversation = Rc::clone(self);
        answer::follow(message, self.announcement, move || conversation.busy.set(false));
    }

    /// Stops the answer that is being made.
    fn stop(&self) {
        let form = self.streaming().and_then(|message| find::<HtmlFormElement>(&message, ".stop"));
        let Some(action) = form.and_then(|form| form.get_attribute("action")) else { return };
        // Its last event says what became of it.
        spawn_local(async move {
            let _ = post(&action, None).await;
        });
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
            let body = UrlSearchParams::new_with_str("")?;
            for name in ["text", "key"] {
                if let Some(value) = data.get(name).as_string() {
                    body.append(name, &value);
                }
            }
            init.set_body(&body);
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
