//! What becomes of the person's data: how long it stays, taking it along, deleting it.

use domain::Privacy;
use leptos::prelude::*;

use crate::{
    components::{FieldProblem, error_for},
    pages::FormAttempt,
};

#[component]
pub(super) fn PrivacyCard(retention_days: Option<u32>, attempt: Option<FormAttempt>) -> impl IntoView {
    let of = |form: &str| attempt.as_ref().filter(|attempt| attempt.form == form);
    let there = retention_days.map(|days| days.to_string()).unwrap_or_default();
    let days = of("retention").map_or(there, |attempt| attempt.text("days"));
    let days_error = of("retention").and_then(|attempt| error_for(&attempt.errors, "retention_days"));
    let erase = of("erase");
    let typed = erase.map(|attempt| attempt.text("confirm")).unwrap_or_default();
    let erase_error = erase.and_then(|attempt| error_for(&attempt.errors, "confirm"));
    let described =
        if days_error.is_some() { "retention-hint field-retention_days-error" } else { "retention-hint" };
    view! {
        <section class="card" aria-labelledby="privacy-title">
            <h2 id="privacy-title">"Your data"</h2>
            <form class="retention" method="post" action="/assistant/retention">
                <label for="field-retention_days">"Delete chats that were not touched for"</label>
                <span class="with-unit">
                    <input
                        id="field-retention_days"
                        name="days"
                        type="number"
                        min="1"
                        max=Privacy::RETENTION_MAX_DAYS
                        inputmode="numeric"
                        value=days
                        aria-invalid=days_error.is_some().then_some("true")
                        aria-describedby=described
                    />
                    "days"
                </span>
                <button class="button">"Save"</button>
                <p class="hint" id="retention-hint">"Empty keeps them."</p>
                <FieldProblem id="field-retention_days-error" error=days_error />
            </form>
            <p>
                <a class="button" href="/api/v1/export?format=json" download="lakeledger.json">
                    "Export everything"
                </a>
            </p>
            <details class="erase" open=erase.is_some()>
                <summary>"Delete everything"</summary>
                <form method="post" action="/assistant/erase">
                    <p>
                        "Every chat, transaction, profile field and setting of yours goes, from the database too. It can’t be undone; export first."
                    </p>
                    <label for="field-confirm">"Type “delete everything”"</label>
                    <input
                        id="field-confirm"
                        name="confirm"
                        value=typed
                        autocomplete="off"
                        required
                        aria-invalid=erase_error.is_some().then_some("true")
                        aria-describedby=erase_error.is_some().then_some("field-confirm-error")
                    />
                    <FieldProblem id="field-confirm-error" error=erase_error />
                    <button class="button" data-kind="danger">"Delete everything"</button>
                </form>
            </details>
        </section>
    }
    .into_any()
}
