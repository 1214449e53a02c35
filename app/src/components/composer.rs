//! Where a question is typed.

use domain::MessageId;
use leptos::prelude::*;

use super::{Icon, Symbol};
use crate::{render::text_area_html, visit::Visit};

/// Where a question is typed: a form of its own, which the conversation's island takes over.
#[component]
pub(crate) fn Composer(
    /// Where the question goes: `/chats`, or the messages of a chat.
    #[prop(into)]
    action: String,
    /// What was typed before, when it was refused.
    #[prop(optional, into)]
    text: String,
    /// Why it was refused; empty when nothing was.
    #[prop(optional, into)]
    error: String,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let key = MessageId::generate(Visit::of_request().operations().clock()).to_string();
    let is_refused = !error.is_empty();
    let invalid = is_refused.then_some("true");
    let described = is_refused.then_some("composer-error");
    view! {
        <form class="composer" id="composer" method="post" action=action>
            <input type="hidden" name="key" value=key />
            <label class="visually-hidden" for="composer-text">"Ask about your money"</label>
            <textarea
                id="composer-text"
                name="text"
                rows="1"
                required
                autofocus=autofocus
                placeholder="Ask about your money"
                aria-invalid=invalid
                aria-describedby=described
                inner_html=text_area_html(&text)
            ></textarea>
            <button class="send" type="submit">
                <Icon symbol=Symbol::Send />
                <span class="visually-hidden">"Send"</span>
            </button>
            <p class="field-error" id="composer-error" hidden=!is_refused>{error}</p>
        </form>
    }
    .into_any()
}
