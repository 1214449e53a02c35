//! Changing a category in its row.

use std::rc::Rc;

use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, Headers, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlTemplateElement, KeyboardEvent,
    MouseEvent, RequestInit, Response, SubmitEvent, UrlSearchParams,
};

use super::List;
use crate::islands::live::{
    dom::{document, find, listen, window},
    json::Json,
};

const LOST: &str = "The category could not be saved. Check the connection and try again.";

pub(super) fn start(list: &Rc<List>) {
    let on_click = Rc::clone(list);
    listen(&list.body, "click", move |event: MouseEvent| on_click.clicked(&event));
    let on_submit = Rc::clone(list);
    listen(&list.body, "submit", move |event: SubmitEvent| on_submit.submitted(&event));
    let on_key = Rc::clone(list);
    listen(&list.body, "keydown", move |event: KeyboardEvent| {
        if event.key() == "Escape"
            && let Some(form) = on_key.open_form()
        {
            event.prevent_default();
            on_key.close(&form);
        }
    });
}

impl List {
    fn open_form(&self) -> Option<HtmlFormElement> {
        find(&self.body, ".category-edit")
    }

    fn clicked(&self, event: &MouseEvent) {
        if event.ctrl_key() || event.meta_key() || event.shift_key() || event.button() != 0 {
            return;
        }
        let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
        if let Ok(Some(link)) = target.closest("a.category[data-category]") {
            event.prevent_default();
            self.open(&link);
        } else if let (Ok(Some(_)), Some(form)) = (target.closest(".category-edit .cancel"), self.open_form())
        {
            event.prevent_default();
            self.close(&form);
        }
    }

    /// Puts the page's template of the field into the row's cell.
    fn open(&self, link: &Element) {
        if let Some(form) = self.open_form() {
            self.close(&form);
        }
        let template = document().get_element_by_id("category-edit");
        let template = template.and_then(|it| it.dyn_into::<HtmlTemplateElement>().ok());
        let (Some(template), Ok(Some(row)), Ok(Some(cell))) =
            (template, link.closest("tr"), link.closest("td"))
        else {
            return;
        };
        let Ok(copy) = template.content().clone_node_with_deep(true) else { return };
        let _ = link.set_attribute("hidden", "");
        let _ = cell.append_child(&copy);
        let _ = cell.set_attribute("data-edited", "");
        let Some(form) = find::<HtmlFormElement>(&cell, ".category-edit") else { return };
        let id = row.id();
        let _ = form.set_attribute("action", &format!("/money/transactions/{}/category", &id[2..]));
        let set = |name: &str, value: &str| {
            if let Some(field) = find::<HtmlInputElement>(&form, &format!("[name={name}]")) {
                field.set_value(value);
            }
        };
        set("return_to", &format!("/money?{}", self.query));
        set("place", &Self::place_of(&row).unwrap_or(0).to_string());
        set("category", &link.get_attribute("data-category").unwrap_or_default());
        if let Some(field) = find::<HtmlInputElement>(&form, "[name=category]") {
            let payee = find::<Element>(&row, ".payee").and_then(|it| it.text_content());
            let _ = field.set_attribute("aria-label", &format!("Category of {}", payee.unwrap_or_default()));
            let _ = field.focus();
            field.select();
        }
    }

    fn close(&self, form: &HtmlFormElement) {
        let Ok(Some(cell)) = form.closest("td") else { return };
        let Some(link) = find::<HtmlElement>(&cell, "a.category") else {
            // The page came with the field open.
            if let Some(cancel) = find::<HtmlElement>(form, ".cancel") {
                let _ = window().location().set_href(&cancel.get_attribute("href").unwrap_or_default());
            }
            return;
        };
        form.remove();
        let _ = cell.remove_attribute("data-edited");
        link.set_hidden(false);
        let _ = link.focus();
        self.say("");
    }

    fn submitted(self: &Rc<Self>, event: &SubmitEvent) {
        let Some(form) = event.target().and_then(|it| it.dyn_into::<HtmlFormElement>().ok()) else { return };
        if !form.class_list().contains("category-edit") {
            return;
        }
        event.prevent_default();
        let list = Rc::clone(self);
        spawn_local(async move {
            match send(&form).await {
                Ok(reply) => list.saved(&form, &reply),
                Err(reason) => {
                    list.say(&reason);
                    if let Some(field) = find::<HtmlInputElement>(&form, "[name=category]") {
                        let _ = field.set_attribute("aria-invalid", "true");
                        let _ = field.focus();
                    }
                }
            }
        });
    }

    /// Shows the row as it is now, and what follows from the change.
    fn saved(self: &Rc<Self>, form: &HtmlFormElement, reply: &Json) {
        self.say("");
        if let Some(offer) = find::<Element>(&self.root, ".list-offer") {
            offer.set_inner_html(&reply.text("offer").unwrap_or_default());
        }
        let Ok(Some(row)) = form.closest("tr") else { return };
        let place = Self::place_of(&row).unwrap_or(0);
        let is_selected =
            find::<HtmlInputElement>(&row, ".select-cell input").is_some_and(|check| check.checked());
        self.goal.set(Some((place, "a.category")));
        match reply.text("row") {
            Some(html) => {
                row.set_outer_html(&html);
                let check = self.row(place).and_then(|row| find(&row, ".select-cell input"));
                if let Some(check) = check {
                    HtmlInputElement::set_checked(&check, is_selected);
                }
                self.focus_goal();
            }
            // The list's filter is not met any more, so the rows below move up.
            None => self.renew(),
        }
    }
}

/// Sends the form; a refusal is the words for it.
async fn send(form: &HtmlFormElement) -> Result<Json, String> {
    let sent = async {
        let headers = Headers::new()?;
        headers.set("Accept", "application/json")?;
        let body = UrlSearchParams::new_with_str("")?;
        for name in ["category", "return_to", "place"] {
            let field = find::<HtmlInputElement>(form, &format!("[name={name}]"));
            body.append(name, &field.map(|field| field.value()).unwrap_or_default());
        }
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_headers(&headers);
        init.set_body(&body);
        let action = form.get_attribute("action").unwrap_or_default();
        let response: Response =
            JsFuture::from(window().fetch_with_str_and_init(&action, &init)).await?.unchecked_into();
        let text = JsFuture::from(response.text()?).await?;
        Ok::<_, JsValue>((response.ok(), text.as_string().unwrap_or_default()))
    };
    let (ok, text) = sent.await.map_err(|_| LOST.to_owned())?;
    match Json::parse(&text) {
        Some(reply) if ok => Ok(reply),
        Some(problem) => Err(problem.text("detail").unwrap_or_else(|| LOST.to_owned())),
        None => Err(LOST.to_owned()),
    }
}
