//! The tools that the assistant and other programs may use; each can be switched off.

use assistant::{CatalogueTool, ToolSource};
use leptos::prelude::*;

#[component]
pub(super) fn Tools(tools: Vec<CatalogueTool>, unavailable: Vec<(String, String)>) -> impl IntoView {
    let off = tools.iter().filter(|tool| !tool.enabled).count();
    let rows = tools
        .into_iter()
        .map(|tool| {
            let CatalogueTool { definition: tool, title, enabled } = tool;
            let (word, next) = if enabled { ("Switch off", "false") } else { ("Switch on", "true") };
            let source = match &tool.source {
                ToolSource::Own => "Lakeledger".to_owned(),
                ToolSource::Remote { server } => server.clone(),
            };
            let nature = if tool.writes { "Writes, asks first" } else { "Reads" };
            view! {
                <tr>
                    <th scope="row">{title.clone()}</th>
                    <td class="tool-what">{tool.description.to_string()}</td>
                    <td>{nature}</td>
                    <td>{source}</td>
                    <td>{if enabled { "On" } else { "Off" }}</td>
                    <td>
                        <form method="post" action="/assistant/tools">
                            <input type="hidden" name="tool" value=tool.name.to_string() />
                            <button class="button" data-kind="quiet" name="enabled" value=next>
                                {word} <span class="visually-hidden">" " {title}</span>
                            </button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let missing = unavailable
        .into_iter()
        .map(|(server, reason)| {
            view! { <p class="notice" data-level="warning">{format!("The tools of {server} are not there: {reason}")}</p> }
        })
        .collect_view();
    let summary = if off == 0 { "All are on.".to_owned() } else { format!("{off} switched off.") };
    view! {
        <section class="card" aria-labelledby="tools-title">
            <h2 id="tools-title">"Tools"</h2>
            <p class="hint">
                "What the assistant, and programs that connect over MCP, may use as you. One that is switched off is offered to nobody."
            </p>
            {missing}
            <details>
                <summary>{summary} " Show them"</summary>
                <div class="table-scroll" tabindex="0" role="region" aria-labelledby="tools-title">
                    <table class="table tools-table">
                        <thead>
                            <tr>
                                <th scope="col">"Tool"</th>
                                <th scope="col">"What it does"</th>
                                <th scope="col">"Nature"</th>
                                <th scope="col">"From"</th>
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
