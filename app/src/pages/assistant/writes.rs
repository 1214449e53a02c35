//! What tools want to change, and the record of what they changed.

use domain::{Confirmation, ToolWrite, ToolWriteOrigin};
use leptos::prelude::*;

use crate::{
    format::{self, Locale},
    render::{confirmation_html, outcome_words, tool_write_word},
};

/// Changes that the person has not decided on.
#[component]
pub(super) fn Waiting(writes: Vec<ToolWrite>) -> impl IntoView {
    let forms = writes
        .into_iter()
        .map(|write| {
            let origin = origin_words(&write.origin);
            let asked = Confirmation { tool_write_id: write.id, tool: write.tool, preview: write.preview };
            view! {
                <li>
                    <div inner_html=confirmation_html(&asked)></div>
                    <p class="hint">{origin}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="waiting-title">
            <h2 id="waiting-title">"Waits for you"</h2>
            <ul class="waiting">{forms}</ul>
        </section>
    }
    .into_any()
}

/// Where a tool was called.
const fn origin_words(origin: &ToolWriteOrigin) -> &'static str {
    match origin {
        ToolWriteOrigin::Chat { .. } => "Asked for in a chat.",
        ToolWriteOrigin::Mcp { .. } => "Asked for by another program.",
    }
}

/// The record of decided changes, the newest first.
#[component]
pub(super) fn Written(writes: Vec<ToolWrite>, locale: Locale) -> impl IntoView {
    let is_empty = writes.is_empty();
    let rows = writes
        .into_iter()
        .map(|write| {
            let when = write.decided_at.unwrap_or(write.created_at);
            let origin = match &write.origin {
                ToolWriteOrigin::Chat { chat_id, message_id } => {
                    let href = format!("/chats/{chat_id}#m-{message_id}");
                    view! { <a href=href>"Chat"</a> }.into_any()
                }
                ToolWriteOrigin::Mcp { client } => client.clone().into_any(),
            };
            view! {
                <tr data-status=tool_write_word(write.status)>
                    <td class="when">{format::moment(when, locale)}</td>
                    <td>{write.preview.clone()}</td>
                    <td>{outcome_words(write.status, write.outcome.as_deref())}</td>
                    <td>{origin}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="written-title">
            <h2 id="written-title">"Changes it asked for"</h2>
            {if is_empty {
                view! { <p class="empty">"None. The assistant changes nothing without your click."</p> }.into_any()
            } else {
                view! {
                    <div class="table-scroll" tabindex="0" role="region" aria-labelledby="written-title">
                        <table class="table">
                            <thead>
                                <tr>
                                    <th scope="col">"When"</th>
                                    <th scope="col">"Change"</th>
                                    <th scope="col">"Outcome"</th>
                                    <th scope="col">"From"</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }
                .into_any()
            }}
        </section>
    }
    .into_any()
}
