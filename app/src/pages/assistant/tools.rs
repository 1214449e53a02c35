//! The tools that the assistant and other programs may use; each can be switched off.

use assistant::Toolbox;
use leptos::prelude::*;

#[component]
pub(super) fn Tools(switched_off: Vec<String>) -> impl IntoView {
    let rows = Toolbox::list()
        .iter()
        .map(|tool| {
            let is_on = !switched_off.iter().any(|name| *name == tool.name);
            let (word, next) = if is_on { ("Switch off", "false") } else { ("Switch on", "true") };
            let nature = if tool.writes { "Writes, asks first" } else { "Reads" };
            view! {
                <tr>
                    <th scope="row">{tool.name.to_string()}</th>
                    <td class="tool-what">{tool.description.to_string()}</td>
                    <td>{nature}</td>
                    <td>{if is_on { "On" } else { "Off" }}</td>
                    <td>
                        <form method="post" action="/assistant/tools">
                            <input type="hidden" name="tool" value=tool.name.to_string() />
                            <button class="button" data-kind="quiet" name="enabled" value=next>
                                {word} <span class="visually-hidden">" " {tool.name.to_string()}</span>
                            </button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let off = switched_off.len();
    let summary = if off == 0 { "All are on.".to_owned() } else { format!("{off} switched off.") };
    view! {
        <section class="card" aria-labelledby="tools-title">
            <h2 id="tools-title">"Tools"</h2>
            <p class="hint">
                "What the assistant, and programs that connect over MCP, may use as you. One that is switched off is offered to nobody."
            </p>
            <details>
                <summary>{summary} " Show them"</summary>
                <div class="table-scroll" tabindex="0" role="region" aria-labelledby="tools-title">
                    <table class="tools-table">
                        <thead>
                            <tr>
                                <th scope="col">"Tool"</th>
                                <th scope="col">"What it does"</th>
                                <th scope="col">"Nature"</th>
                                <th scope="col">"Now"</th>
                                <th scope="col"><span class="visually-hidden">"Switch"</span></th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        </section>
    }
    .into_any()
}
