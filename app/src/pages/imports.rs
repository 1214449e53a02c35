//! `/money/imports`: every import, and the way to another.

use std::fmt::Write as _;

use domain::{AmountColumns, Import, ImportSource, RememberedMapping};
use leptos::prelude::*;
use operations::OperationError;

use crate::{
    components::{ExportLinks, Frame, FrameModel, MoneyPlace, MoneyPlaces, Section, UploadForm, page},
    format::{self, Locale},
    visit::Visit,
};

struct ImportsModel {
    frame: FrameModel,
    imports: Vec<Import>,
    mappings: Vec<RememberedMapping>,
}

async fn load(visit: Visit) -> Result<ImportsModel, OperationError> {
    let frame = FrameModel::load(&visit, Section::Imports).await?;
    let (operations, user) = (visit.operations(), visit.user());
    let imports = operations.list_imports(user).await?;
    let mappings = operations.list_csv_mappings(user).await?;
    Ok(ImportsModel { frame, imports, mappings })
}

/// `/money/imports`: every import, and the way to another.
#[component]
pub(crate) fn ImportsPage() -> impl IntoView {
    page(load(Visit::of_request()), |ImportsModel { frame, imports, mappings }| {
        let locale = frame.locale;
        let has_sample =
            imports.iter().any(|import| import.source == ImportSource::Sample && import.undone_at.is_none());
        let is_empty = imports.is_empty();
        let rows = imports.into_iter().map(|import| view! { <ImportRow import locale /> }).collect_view();
        view! {
            <Frame model=frame title="Imports">
                <h1>"Imports"</h1>
                <MoneyPlaces here=MoneyPlace::Imports />
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
                                        <th scope="col" class="wide-cell format-cell">"Format"</th>
                                        <th scope="col" class="wide-cell">"When"</th>
                                        <th scope="col" class="figure-cell">"Imported"</th>
                                        <th scope="col" class="figure-cell wide-cell">"Duplicates"</th>
                                        <th scope="col" class="figure-cell wide-cell">"Skipped"</th>
                                        <td></td>
                                    </tr>
                                </thead>
                                <tbody>{rows}</tbody>
                            </table>
                        </div>
                    }
                        .into_any()
                }}
                <RememberedColumns mappings />
                {(!is_empty)
                    .then(|| view! {
                        <section class="card" aria-labelledby="export-title">
                            <h2 id="export-title">"Take it with you"</h2>
                            <ExportLinks />
                        </section>
                    })}
            </Frame>
        }
    })
}

/// What the columns of a remembered file mean, in words.
fn mapping_words(remembered: &RememberedMapping) -> Vec<String> {
    let names: Vec<&str> = remembered.header.split('|').collect();
    let mapping = &remembered.mapping;
    let word = |meaning: &str, at: Option<usize>| {
        let name = names.get(at?).copied().filter(|name| !name.is_empty());
        let name = name.map_or_else(|| format!("column {}", at.unwrap_or_default() + 1), str::to_owned);
        Some(format!("{meaning}: {name}"))
    };
    let amount = match mapping.amount {
        AmountColumns::Signed { column, .. } | AmountColumns::Directed { column, .. } => {
            vec![word("amount", Some(column))]
        }
        AmountColumns::DebitCredit { debit, credit } => {
            vec![word("money out", Some(debit)), word("money in", Some(credit))]
        }
    };
    let first = std::iter::once(word("date", Some(mapping.date)));
    let rest = [
        ("payee", mapping.payee),
        ("description", mapping.description),
        ("category", mapping.category),
        ("account", mapping.account),
        ("currency", mapping.currency),
        ("balance", mapping.balance),
        ("bank’s id", mapping.external_id),
    ];
    first.chain(amount).chain(rest.map(|(meaning, at)| word(meaning, at))).flatten().collect()
}

/// Columns that a person has corrected, by bank: files with their header are read so.
#[component]
fn RememberedColumns(mappings: Vec<RememberedMapping>) -> impl IntoView {
    if mappings.is_empty() {
        return ().into_any();
    }
    let items = mappings
        .into_iter()
        .map(|remembered| {
            let header = remembered.header.replace('|', ", ");
            let words = mapping_words(&remembered).join(" · ");
            view! {
                <li>
                    <p>
                        <strong>{header.clone()}</strong>
                        <span class="hint">{words}</span>
                    </p>
                    <form method="post" action=format!("/money/columns/{}/forget", remembered.id)>
                        <button class="button" data-kind="quiet">
                            "Forget" <span class="visually-hidden">" the columns " {header}</span>
                        </button>
                    </form>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="columns-title">
            <h2 id="columns-title">"Remembered columns"</h2>
            <p class="hint">"You corrected how these files are read; others with the same header are read the same way."</p>
            <ul class="remembered">{items}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn ImportRow(import: Import, locale: Locale) -> impl IntoView {
    let id = import.id;
    let is_undone = import.undone_at.is_some();
    let when = format::moment(import.created_at, locale);
    let mut note = format!("{}, {when}", format_words(&import));
    for (count, word) in [(import.duplicates, "already there"), (import.skipped, "skipped")] {
        if count > 0 {
            let _ = write!(note, ", {} {word}", format::count(count, locale));
        }
    }
    view! {
        <tr data-undone=is_undone>
            <th scope="row" class="name-cell">
                <a href=format!("/money/imports/{id}")>{import.file_name.clone()}</a>
                <span class="cell-note">{note}</span>
            </th>
            <td class="wide-cell format-cell">{format_words(&import)}</td>
            <td class="wide-cell">
                <time datetime=import.created_at.to_string()>{when}</time>
            </td>
            <td class="figure-cell">{format::count(import.imported, locale)}</td>
            <td class="figure-cell wide-cell">{format::count(import.duplicates, locale)}</td>
            <td class="figure-cell wide-cell">{format::count(import.skipped, locale)}</td>
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

#[cfg(test)]
mod tests {
    use domain::{CsvMapping, DateOrder, FixedClock, SettingId};
    use jiff::civil::date;

    use super::*;

    #[test]
    fn remembered_columns_are_told_by_their_names() {
        let mapping = CsvMapping {
            delimiter: ';',
            header_line: Some(1),
            date: 0,
            date_order: DateOrder::DayMonthYear,
            amount: AmountColumns::DebitCredit { debit: 2, credit: 3 },
            decimal_mark: ',',
            payee: Some(1),
            description: None,
            category: None,
            account: None,
            currency: None,
            balance: Some(9),
            external_id: None,
        };
        let id = SettingId::generate(&FixedClock::on(date(2026, 11, 21)));
        let remembered = RememberedMapping { id, header: "datum|name|af|bij".into(), mapping };
        let words = ["date: datum", "money out: af", "money in: bij", "payee: name", "balance: column 10"];
        assert_eq!(mapping_words(&remembered), words);
    }
}
