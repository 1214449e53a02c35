//! Dropping and choosing a statement.

use std::rc::Rc;

use web_sys::{
    DragEvent, Element, Event, FileList, FormData, HtmlElement, HtmlFormElement, HtmlInputElement,
    HtmlProgressElement, ProgressEvent, SubmitEvent, XmlHttpRequest,
};

use super::{
    dom::{find, listen, window},
    json::Json,
};

struct Upload {
    root: HtmlElement,
    form: HtmlFormElement,
    input: HtmlInputElement,
}

/// Takes over the upload form under `root`.
pub(in crate::islands) fn start(root: &HtmlElement) {
    let (Some(form), Some(input)) =
        (find::<HtmlFormElement>(root, "form"), find::<HtmlInputElement>(root, "[type=file]"))
    else {
        return;
    };
    let _ = root.set_attribute("data-ready", "");
    let upload = Rc::new(Upload { root: root.clone(), form: form.clone(), input: input.clone() });

    let over = Rc::clone(&upload);
    listen(root, "dragover", move |event: DragEvent| {
        event.prevent_default();
        over.mark(true);
    });
    let leave = Rc::clone(&upload);
    listen(root, "dragleave", move |_: DragEvent| leave.mark(false));
    let dropped = Rc::clone(&upload);
    listen(root, "drop", move |event: DragEvent| {
        event.prevent_default();
        dropped.mark(false);
        let files: Option<FileList> = event.data_transfer().and_then(|data| data.files());
        if let Some(files) = files.filter(|files| files.length() > 0) {
            dropped.input.set_files(Some(&files));
            dropped.send();
        }
    });
    let chosen = Rc::clone(&upload);
    listen(&input, "change", move |_: Event| chosen.send());
    listen(&form, "submit", move |event: SubmitEvent| {
        event.prevent_default();
        upload.send();
    });
}

impl Upload {
    fn mark(&self, is_over: bool) {
        let _ = self.root.toggle_attribute_with_force("data-over", is_over);
    }

    /// Sends the form; only this old way of sending tells how far it is.
    fn send(self: &Rc<Self>) {
        let (Ok(data), Ok(request)) = (FormData::new_with_form(&self.form), XmlHttpRequest::new()) else {
            return;
        };
        if request.open("POST", &self.form.get_attribute("action").unwrap_or_default()).is_err() {
            return;
        }
        let _ = request.set_request_header("Accept", "application/json");
        self.say("Uploading…");
        let progress = find::<HtmlProgressElement>(&self.root, "progress");
        if let Some(bar) = &progress {
            bar.set_hidden(false);
        }
        if let (Some(bar), Ok(sending)) = (progress, request.upload()) {
            listen(&sending, "progress", move |event: ProgressEvent| {
                if event.length_computable() && event.total() > 0.0 {
                    bar.set_value(event.loaded() / event.total() * 100.0);
                }
            });
        }
        let upload = Rc::clone(self);
        let answered = request.clone();
        listen(&request, "loadend", move |_: Event| upload.answered(&answered));
        let _ = request.send_with_opt_form_data(Some(&data));
    }

    fn answered(&self, request: &XmlHttpRequest) {
        let reply = request.response_text().ok().flatten().as_deref().and_then(Json::parse);
        let is_ok = matches!(request.status(), Ok(200..300));
        if let (true, Some(href)) = (is_ok, reply.as_ref().and_then(|it| it.text("href"))) {
            let _ = window().location().assign(&href);
            return;
        }
        if let Some(bar) = find::<HtmlElement>(&self.root, "progress") {
            bar.set_hidden(true);
        }
        // The same file may be chosen again once it is mended.
        self.input.set_value("");
        let reason = reply.and_then(|it| it.text("detail"));
        self.say(
            reason
                .as_deref()
                .unwrap_or("The file could not be uploaded. Check the connection and try again."),
        );
    }

    fn say(&self, text: &str) {
        if let Some(line) = find::<Element>(&self.root, ".upload-state") {
            line.set_text_content(Some(text));
        }
    }
}
