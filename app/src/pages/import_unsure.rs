//! Rows of a file that the ledger probably holds already, for the person to decide.

use leptos::prelude::*;
use operations::UnsurePreview;

use crate::format::{self, Locale};

/// Each unsure row beside what the ledger holds, to be added or left out. The boxes belong to the
/// form that imports the file.
#[component]
pub(super) fn UnsureRows(rows: Vec<UnsurePreview>, count: u32, locale: Locale) -> impl IntoView {
    if rows.is_empty() {
        return ().into_any();
    }
    let shown = rows.len();
    let are_more = (shown as u32) < count;
    let heading = if count == 1 {
        "1 row is probably there already".to_owned()
    } else {
        format!("{} rows are probably there already", format::count(count, locale))
    };
    let rows = rows
        .into_iter()
        .map(|UnsurePreview { row, held }| {
            let is_kept = !row.duplicate;
            let day = format::day(row.date, locale);
            let label = format!("Add {} of {day}, {}", row.payee, format::money(row.amount, locale));
            let href = format!("/money/transactions/{}", held.id);
            view! {
                <tr>
                    <td>
                        <input type="checkbox" name="keep" value=row.row form="decide" checked=is_kept aria-label=label />
                    </td>
                    <td class="name-cell">
                        {row.payee} <span class="description">{day} ", line " {row.line}</span>
                    </td>
                    <td class="name-cell">
                        <a href=href>{held.payee}</a>
                        <span class="description">{format::day(held.date, locale)}</span>
                    </td>
                    <td class="figure-cell">{format::money(row.amount, locale)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="unsure" aria-label="Rows to decide about">
            <h3>{heading}</h3>
            <p class="hint">
                "They have the amount of a transaction that you have, under another text or day. They are left out unless you add them."
            </p>
            <div class="table-scroll" role="region" aria-label="Rows that are probably there" tabindex="0">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Add"</th>
                            <th scope="col">"In the file"</th>
                            <th scope="col">"In your ledger"</th>
                            <th scope="col" class="figure-cell">"Amount"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {are_more.then(|| view! {
                <p class="hint">
                    "The first " {format::count(shown, locale)} " are listed; the others are left out. Import a shorter period to decide about each."
                </p>
            })}
            <button class="button" form="decide" name="action" value="keep">"Update the preview"</button>
        </section>
    }
    .into_any()
}
