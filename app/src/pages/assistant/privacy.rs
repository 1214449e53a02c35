//! What becomes of the person's data: how long it stays, taking it along, deleting it.

use leptos::prelude::*;

#[component]
pub(super) fn PrivacyCard(retention_days: Option<u32>) -> impl IntoView {
    let days = retention_days.map(|days| days.to_string()).unwrap_or_default();
    view! {
        <section class="card" aria-labelledby="privacy-title">
            <h2 id="privacy-title">"Your data"</h2>
            <form class="retention" method="post" action="/assistant/retention">
                <label for="retention-days">"Delete chats that were not touched for"</label>
                <span class="with-unit">
                    <input
                        id="retention-days"
                        name="days"
                        type="number"
                        min="1"
                        max="3650"
                        inputmode="numeric"
                        value=days
                        aria-describedby="retention-hint"
                    />
                    "days"
                </span>
                <button class="button">"Save"</button>
                <p class="hint" id="retention-hint">"Empty keeps them."</p>
            </form>
            <p>
                <a class="button" href="/api/v1/export?format=json" download="lakeledger.json">
                    "Export everything"
                </a>
            </p>
            <details class="erase">
                <summary>"Delete everything"</summary>
                <form method="post" action="/assistant/erase">
                    <p>
                        "Every chat, transaction, profile field and setting of yours goes, from the database too. It can’t be undone; export first."
                    </p>
                    <label for="erase-confirm">"Type “delete everything”"</label>
                    <input id="erase-confirm" name="confirm" autocomplete="off" required />
                    <button class="button" data-kind="danger">"Delete everything"</button>
                </form>
            </details>
        </section>
    }
    .into_any()
}
