//! `/money/imports`: every import, and the way to another.

use domain::{Import, ImportSource};
use leptos::prelude::*;
use operations::OperationError;

use crate::{
    components::{Frame, FrameModel, Section, UploadForm, page},
    format::{self, Locale},
    visit::Visit,
};

async fn load(visit: Visit) -> Result<(FrameModel, Vec<Import>), OperationError> {
    let frame = FrameModel::load(&visit, Section::Imports).await?;
    let imports = visit.operations().list_imports(visit.user()).await?;
    Ok((frame, imports))
}

/// `/money/imports`: every import, and the way to another.
#[component]
pub(crate) fn ImportsPage() -> impl IntoView {
    page(load(Visit::of_request()), |(frame, imports)| {
        let locale = frame.locale;
        let has_sample =
            imports.iter().any(|import| import.source == ImportSource::Sample && import.undone_at.is_none());
        let is_empty = imports.is_empty();
        let rows = imports.into_iter().map(|import| view! { <ImportRow import locale /> }).collect_view();
        view! {
            <Frame model=frame title="Imports">
                <h1>"Imports"</h1>
                <UploadForm />
                {(!has_sample)
                    .then(|| view! {
                        <form class="sample" method="post" action="/sample">
                            <p>"No file at hand?"</p>
                            <button class="button">"Try with sample data"</button>
                        </form>
                    })}
                {if is_empty {
                    view! { <p class="empty">"Nothing was imported yet."</p> }.into_any()
                } else {
                    view! {
                        <div class="table-scroll" role="region" aria-label="Imports" tabindex="0">
                            <table class="table">
                                <caption class="visually-hidden">"Imports, newest first"</caption>
                                <thead>
                                    <tr>
                                        <th scope="col">"File"</th>
                                        <th scope="col">"Format"</th>
                                        <th scope="col">"When"</th>
                                        <th scope="col" class="figure-cell">"Imported"</th>
                                        <th scope="col" class="figure-cell">"Duplicates"</th>
                                        <th scope="col" class="figure-cell">"Skipped"</th>
                                        <td></td>
                                    </tr>
                                </thead>
                                <tbody>{rows}</tbody>
                            </table>
                        </div>
                    }
                        .into_any()
                }}
            </Frame>
        }
    })
}

#[component]
fn ImportRow(import: Import, locale: Locale) -> impl IntoView {
    let id = import.id;
    let is_undone = import.undone_at.is_some();
    view! {
        <tr data-undone=is_undone>
            <th scope="row">
                <a href=format!("/money/imports/{id}")>{import.file_name.clone()}</a>
            </th>
            <td>{format_words(&import)}</td>
            <td>
                <time datetime=import.created_at.to_string()>{format::moment(import.created_at, locale)}</time>
            </td>
            <td class="figure-cell">{format::count(import.imported, locale)}</td>
            <td class="figure-cell">{format::count(import.duplicates, locale)}</td>
            <td class="figure-cell">{format::count(import.skipped, locale)}</td>
            <td class="row-actions">
                {if is_undone {
                    view! { <span class="badge">"Undone"</span> }.into_any()
                } else {
                    view! { <UndoForm import /> }.into_any()
                }}
            </td>
        </tr>
    }
    .into_any()
}

/// What was recognised, in words.
pub(super) fn format_words(import: &Import) -> String {
    match import.source {
        ImportSource::Sample => "Sample data".to_owned(),
        ImportSource::File => import.format.clone(),
    }
}

/// Takes an import back.
#[component]
pub(super) fn UndoForm(import: Import) -> impl IntoView {
    let (action, words) = match import.source {
        ImportSource::Sample => ("/sample/remove".to_owned(), "Remove"),
        ImportSource::File => (format!("/money/imports/{}/undo", import.id), "Undo"),
    };
    view! {
        <form method="post" action=action>
            <button class="button" data-kind="quiet">
                {words}
                <span class="visually-hidden">" import of " {import.file_name}</span>
            </button>
        </form>
    }
    .into_any()
}
