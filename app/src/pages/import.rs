//! `/money/imports/{id}`: what importing a file would do, or what it did.

use domain::{Import, ImportId, Money, SkippedRow, TransactionFilter};
use leptos::prelude::*;
use operations::{ImportPreview, OperationError, PreviewAccount};
use rust_decimal::Decimal;

use super::{
    FormAttempt, id_param,
    import_account::AccountSelect,
    import_mapping::MappingForm,
    import_unsure::UnsureRows,
    imports::{UndoForm, format_words},
};
use crate::{
    components::{ErrorSummary, Frame, FrameModel, Section, page},
    format::{self, Locale},
    visit::Visit,
};

/// Skipped rows that a preview lists; the count is exact.
const SKIPPED_SHOWN: usize = 50;

struct ImportModel {
    frame: FrameModel,
    id: ImportId,
    state: State,
    attempt: Option<FormAttempt>,
}

enum State {
    /// Read, not imported: the file's name and what would happen.
    Waiting(String, Box<ImportPreview>),
    Done(Box<Import>),
}

async fn load(
    visit: Visit,
    id: Result<ImportId, OperationError>,
    attempt: Option<FormAttempt>,
) -> Result<ImportModel, OperationError> {
    let id = id?;
    let operations = visit.operations();
    let state = match operations.staged_upload(visit.user(), id) {
        Ok(upload) => {
            let name = upload.file_name.clone();
            State::Waiting(name, Box::new(operations.preview_import(visit.user(), upload).await?))
        }
        Err(OperationError::NotFound) => {
            State::Done(Box::new(operations.get_import(visit.user(), id).await?))
        }
        Err(error) => return Err(error),
    };
    let frame = FrameModel::load(&visit, Section::Imports).await?;
    Ok(ImportModel { frame, id, state, attempt })
}

/// `/money/imports/{id}`: what importing a file would do, or what it did.
#[component]
pub(crate) fn ImportPage() -> impl IntoView {
    let load = load(Visit::of_request(), id_param(), FormAttempt::of_request());
    page(load, |ImportModel { frame, id, state, attempt }| {
        let errors = attempt.as_ref().map(|attempt| attempt.errors.clone()).unwrap_or_default();
        let locale = frame.locale;
        let title = match &state {
            State::Waiting(..) => "Check an import",
            State::Done(_) => "Import",
        };
        view! {
            <Frame model=frame title=title>
                <ErrorSummary errors />
                {match state {
                    State::Waiting(name, preview) => {
                        view! { <PreviewView id name preview=*preview attempt locale /> }.into_any()
                    }
                    State::Done(import) => view! { <ResultView import=*import locale /> }.into_any(),
                }}
            </Frame>
        }
    })
}

#[component]
fn PreviewView(
    id: ImportId,
    name: String,
    preview: ImportPreview,
    attempt: Option<FormAttempt>,
    locale: Locale,
) -> impl IntoView {
    let ImportPreview { statement, accounts } = preview;
    let new: u32 = accounts.iter().map(|account| account.new_rows).sum();
    let skipped = statement.skipped;
    let has_unsure = accounts.iter().any(|account| !account.unsure.is_empty());
    let words = match new {
        0 if has_unsure => "Import what you keep".to_owned(),
        0 => "Nothing new to import".to_owned(),
        1 => "Import 1 transaction".to_owned(),
        n => format!("Import {} transactions", format::count(n, locale)),
    };
    let accounts =
        accounts.into_iter().map(|account| view! { <PreviewAccountView account locale /> }).collect_view();
    view! {
        <h1>{name}</h1>
        <p class="lead">"This is what would be imported. Nothing has been yet."</p>
        <p class="hint">"Read as " {statement.format} ", " {statement.encoding} "."</p>
        {accounts}
        <SkippedRows rows=skipped.iter().take(SKIPPED_SHOWN).cloned().collect() total=skipped.len() locale />
        <form id="decide" class="import-actions" method="post" action=format!("/money/imports/{id}")>
            <button class="button" data-kind="primary" name="action" value="commit" disabled=new == 0 && !has_unsure>
                {words}
            </button>
            <a class="button" href="/money/imports">"Choose another file"</a>
        </form>
        {statement.csv.map(|layout| view! { <MappingForm id layout attempt /> })}
    }
    .into_any()
}

/// What the file's balances contradict, in words; none where they agree.
fn mismatch(account: &PreviewAccount, locale: Locale) -> Option<String> {
    let said = |amount: Decimal| {
        Money::new(amount.abs(), account.currency)
            .map_or_else(|_| format!("{amount} {}", account.currency), |money| format::money(money, locale))
    };
    let check = &account.balances;
    let more_or_less = |it: Decimal| if it.is_sign_negative() { "less" } else { "more" };
    let is_off = |it: &Decimal| !it.is_zero();
    if let Some(off) = check.difference.filter(is_off) {
        let (amount, direction) = (said(off), more_or_less(off));
        let line = check.departure.map(|it| format!(" Line {} is the first that is off.", it.line));
        return Some(format!(
            "The statement’s closing balance is {amount} {direction} than its opening balance and rows make.{}",
            line.unwrap_or_default()
        ));
    }
    if let Some(off) = check.ledger_difference.filter(is_off) {
        let (amount, direction) = (said(off), more_or_less(off));
        return Some(format!(
            "With this file the account comes to another balance than the statement’s, which is {amount} {direction}: a statement in between may be missing."
        ));
    }
    check.departure.map(|it| {
        format!(
            "The balance in line {} is {} {} than the row before it makes: rows may be missing.",
            it.line,
            said(it.difference),
            more_or_less(it.difference)
        )
    })
}

#[component]
fn PreviewAccountView(account: PreviewAccount, locale: Locale) -> impl IntoView {
    let state = if account.existing.is_some() { "Adds to an account you have" } else { "A new account" };
    let sum = Money::new(account.sum, account.currency)
        .map_or_else(|_| account.sum.to_string(), |sum| format::money(sum, locale));
    let period = match (account.first, account.last) {
        (Some(first), Some(last)) => {
            format!("{} – {}", format::day(first, locale), format::day(last, locale))
        }
        _ => "No rows".to_owned(),
    };
    let mismatch = mismatch(&account, locale);
    let planned = account.existing.as_ref().map(|existing| existing.id);
    let shown = account.rows.len();
    let rows = account
        .rows
        .into_iter()
        .map(|row| {
            view! {
                <tr data-duplicate=row.duplicate>
                    <td><time datetime=row.date.to_string()>{format::day(row.date, locale)}</time></td>
                    <td class="name-cell">
                        {row.payee}
                        <span class="cell-note">{row.category.to_string()}</span>
                        {row.duplicate.then(|| view! { " " <span class="badge">"Already there"</span> })}
                    </td>
                    <td class="wide-cell">{row.category.to_string()}</td>
                    <td class="figure-cell">{format::money(row.amount, locale)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card">
            <h2>{account.name.clone()}</h2>
            <p class="hint">{state}</p>
            {account.options.map(|options| view! { <AccountSelect options planned /> })}
            <dl class="facts">
                <div><dt>"New"</dt><dd>{format::count(account.new_rows, locale)}</dd></div>
                <div><dt>"Already there"</dt><dd>{format::count(account.duplicates, locale)}</dd></div>
                <div><dt>"Period"</dt><dd>{period}</dd></div>
                <div><dt>"Sum of the new"</dt><dd>{sum}</dd></div>
            </dl>
            {mismatch.map(|text| view! { <p class="notice" data-level="warning" role="note">{text}</p> })}
            <UnsureRows rows=account.unsure count=account.unsure_count locale />
            <div class="table-scroll" role="region" aria-label=format!("First rows of {}", account.name) tabindex="0">
                <table class="table">
                    <caption>{if shown == 1 { "The first row".to_owned() } else { format!("The first {shown} rows") }}</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Date"</th>
                            <th scope="col">"Payee"</th>
                            <th scope="col" class="wide-cell">"Category"</th>
                            <th scope="col" class="figure-cell">"Amount"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// Rows that could not be read, each with its line and reason.
#[component]
fn SkippedRows(rows: Vec<SkippedRow>, total: usize, locale: Locale) -> impl IntoView {
    (total > 0).then(|| {
        let heading = if total == 1 {
            "1 row is skipped".to_owned()
        } else {
            format!("{} rows are skipped", format::count(total, locale))
        };
        let shown = rows.len();
        let rows = rows
            .into_iter()
            .map(|row| {
                view! {
                    <tr>
                        <td class="figure-cell">{row.line}</td>
                        <td class="figure-cell">{row.column}</td>
                        <td>{row.reason}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <details class="card skipped" open>
                <summary>{heading}</summary>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col" class="figure-cell">"Line"</th>
                            <th scope="col" class="figure-cell">"Column"</th>
                            <th scope="col">"Reason"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
                {(shown < total).then(|| view! { <p class="hint">"The first " {shown} " are listed."</p> })}
            </details>
        }
    })
}

#[component]
fn ResultView(import: Import, locale: Locale) -> impl IntoView {
    let filter = TransactionFilter { import: Some(import.id), ..TransactionFilter::default() };
    let is_undone = import.undone_at.is_some();
    let skipped = import.skipped_rows.clone();
    let total = import.skipped as usize;
    let (imported, duplicates) = (import.imported, import.duplicates);
    let headline = match (is_undone, import.imported) {
        (true, _) => "This import was undone.".to_owned(),
        (false, 1) => "1 transaction was imported.".to_owned(),
        (false, n) => format!("{} transactions were imported.", format::count(n, locale)),
    };
    view! {
        <h1>{import.file_name.clone()}</h1>
        <p class="lead" role="status">{headline}</p>
        {(is_undone && imported > 0)
            .then(|| view! { <p class="hint">"Transactions that the file of another import has too stay as that one’s."</p> })}
        <dl class="facts card">
            <div><dt>"Imported"</dt><dd>{format::count(imported, locale)}</dd></div>
            <div><dt>"Duplicates"</dt><dd>{format::count(duplicates, locale)}</dd></div>
            <div><dt>"Skipped"</dt><dd>{format::count(total, locale)}</dd></div>
            <div><dt>"Read as"</dt><dd>{format_words(&import)}</dd></div>
            <div>
                <dt>"When"</dt>
                <dd><time datetime=import.created_at.to_string()>{format::moment(import.created_at, locale)}</time></dd>
            </div>
        </dl>
        <SkippedRows rows=skipped total locale />
        <div class="import-actions">
            {(!is_undone)
                .then(|| view! {
                    <a class="button" data-kind="primary" href="/">"Ask about it"</a>
                    <a class="button" href=filter.href()>"See the transactions"</a>
                    <UndoForm import />
                })}
            {is_undone.then(|| view! { <a class="button" href="/money/imports">"Back to imports"</a> })}
        </div>
    }
    .into_any()
}
