//! What the assistant keeps of long chats in short; each can be forgotten.

use domain::Chat;
use leptos::prelude::*;

use crate::format::{self, Locale};

#[component]
pub(super) fn Summaries(chats: Vec<Chat>, has_more: bool, locale: Locale) -> impl IntoView {
    (!chats.is_empty()).then(|| {
        let items = chats.into_iter().map(|chat| item_view(chat, locale)).collect_view();
        view! {
            <section class="card" aria-labelledby="summaries-title">
                <h2 id="summaries-title">"What it keeps of long chats"</h2>
                <p class="hint">
                    "The older messages of a long chat in short, used in that chat only. A chat that goes on is \
                     summed up again; delete the chat to be rid of what it says."
                </p>
                <ul class="memories">{items}</ul>
                {has_more.then(|| view! { <p class="hint">"The newest are listed."</p> })}
            </section>
        }
        .into_any()
    })
}

fn item_view(chat: Chat, locale: Locale) -> impl IntoView {
    let text = chat.summary.map(|summary| summary.text).unwrap_or_default();
    let title = chat.title.to_string();
    view! {
        <li class="memory">
            <details>
                <summary>{title.clone()}</summary>
                <p>{text}</p>
            </details>
            <p class="hint">
                {format::moment(chat.updated_at, locale)} " · " <a href=format!("/chats/{}", chat.id)>"the chat"</a>
            </p>
            <form method="post" action=format!("/assistant/summaries/{}/forget", chat.id)>
                <button class="button" data-kind="quiet">
                    "Forget" <span class="visually-hidden">" the summary of " {title}</span>
                </button>
            </form>
        </li>
    }
    .into_any()
}
