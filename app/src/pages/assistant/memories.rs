//! What the assistant remembers of the person; each can be forgotten.

use domain::{Remembered, SettingId};
use leptos::prelude::*;

use crate::{
    components::{FieldProblem, error_for},
    format::{self, Locale},
    pages::FormAttempt,
};

#[component]
pub(super) fn Memories(
    memories: Vec<Remembered>,
    attempt: Option<FormAttempt>,
    locale: Locale,
) -> impl IntoView {
    let typed = attempt.filter(|attempt| attempt.form == "memory");
    let text = typed.as_ref().map(|attempt| attempt.text("text")).unwrap_or_default();
    let error = typed.and_then(|attempt| error_for(&attempt.errors, "text"));
    let is_empty = memories.is_empty();
    let items = memories.into_iter().map(|memory| item_view(memory, locale)).collect_view();
    view! {
        <section class="card" aria-labelledby="memories-title">
            <h2 id="memories-title">"What it remembers"</h2>
            <p class="hint">"Used in every answer. Say “remember that …” in a chat, or write it here."</p>
            {if is_empty {
                view! { <p class="empty">"Nothing yet."</p> }.into_any()
            } else {
                view! { <ul class="memories">{items}</ul> }.into_any()
            }}
            <form class="memory-new" method="post" action="/assistant/memories">
                <label for="field-text">"Remember this"</label>
                <input
                    id="field-text"
                    name="text"
                    value=text
                    maxlength="500"
                    autocomplete="off"
                    required
                    aria-invalid=error.is_some().then_some("true")
                    aria-describedby=error.is_some().then_some("field-text-error")
                />
                <button class="button">"Remember"</button>
                <FieldProblem id="field-text-error" error />
            </form>
        </section>
    }
    .into_any()
}

fn item_view(memory: Remembered, locale: Locale) -> impl IntoView {
    let id: SettingId = memory.id;
    let source = memory.source.as_ref().map(|source| {
        let href = format!("/chats/{}#m-{}", source.chat_id, source.message_id);
        view! { " · " <a href=href>"from a chat"</a> }
    });
    view! {
        <li class="memory">
            <p>{memory.text.clone()}</p>
            <p class="hint">{format::moment(memory.at, locale)} {source}</p>
            <form method="post" action=format!("/assistant/memories/{id}/forget")>
                <button class="button" data-kind="quiet">
                    "Forget" <span class="visually-hidden">" " {memory.text}</span>
                </button>
            </form>
        </li>
    }
    .into_any()
}
