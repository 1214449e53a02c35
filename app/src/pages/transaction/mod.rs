//! `/money/transactions/{id}`: everything about one transaction.

mod history;
mod parts;
mod transfer;

use domain::{Account, AccountKind, Import, ImportSource, Transaction, TransactionFilter, TransactionId};
use leptos::prelude::*;
use operations::{OperationError, TransferState};

use super::{FormAttempt, category_paths, has_query, id_param};
use crate::{
    components::{
        ErrorSummary, Frame, FrameModel, MoneyPlace, MoneyPlaces, Section, TextField, error_for, page,
    },
    format::{self, Locale},
    visit::Visit,
};

use history::History;
use parts::Parts;
use transfer::Transfer;

pub(crate) use parts::PartFields;

struct TransactionModel {
    frame: FrameModel,
    row: Transaction,
    account: Option<Account>,
    accounts: Vec<Account>,
    import: Option<Import>,
    transfer: TransferState,
    categories: Vec<String>,
    is_saved: bool,
    attempt: Option<FormAttempt>,
}

async fn load(
    visit: Visit,
    id: Result<TransactionId, OperationError>,
    is_saved: bool,
    attempt: Option<FormAttempt>,
) -> Result<TransactionModel, OperationError> {
    let id = id?;
    let (operations, user) = (visit.operations(), visit.user());
    let row = operations.get_transaction(user, id).await?;
    let frame = FrameModel::load(&visit, Section::Money).await?;
    let ledger = operations.ledger(user).await?;
    let import = match operations.get_import(user, row.import_id).await {
        Ok(import) => Some(import),
        Err(OperationError::NotFound) => None,
        Err(error) => return Err(error),
    };
    Ok(TransactionModel {
        frame,
        account: ledger.account(row.account_id).cloned(),
        accounts: ledger.accounts.clone(),
        import,
        transfer: operations.get_transfer(user, id).await?,
        categories: category_paths(&ledger),
        is_saved,
        attempt,
        row,
    })
}

/// `/money/transactions/{id}`: everything about one transaction.
#[component]
pub(crate) fn TransactionPage() -> impl IntoView {
    let load = load(Visit::of_request(), id_param(), has_query("saved"), FormAttempt::of_request());
    page(load, |model| {
        let TransactionModel {
            frame,
            row,
            account,
            accounts,
            import,
            transfer,
            categories,
            is_saved,
            attempt,
        } = model;
        let locale = frame.locale;
        let errors = attempt.as_ref().map(|attempt| attempt.errors.clone()).unwrap_or_default();
        let is_refused = !errors.is_empty();
        let title = if is_refused { format!("Error: {}", row.payee) } else { row.payee.to_string() };
        let options =
            categories.into_iter().map(|path| view! { <option value=path></option> }).collect_view();
        let attempt_of = |form: &str| attempt.clone().filter(|attempt| attempt.form == form);
        let (edit, parts) = (attempt_of("details"), attempt_of("parts"));
        view! {
            <Frame model=frame title=title>
                <p class="back"><a href="/money">"Transactions"</a></p>
                <h1>{row.payee.clone()}</h1>
                <MoneyPlaces here=MoneyPlace::Transactions />
                {(is_saved && !is_refused)
                    .then(|| view! { <p class="notice" data-level="good" role="status">"Saved."</p> })}
                <ErrorSummary errors=errors />
                <datalist id="categories">{options}</datalist>
                <Facts row=row.clone() account=account.clone() locale />
                <Edit row=row.clone() attempt=edit />
                <Transfer row=row.clone() state=transfer accounts locale />
                <Parts row=row.clone() attempt=parts locale />
                <Statement row=row.clone() import=import.clone() />
                <History row import locale />
            </Frame>
        }
    })
}

#[component]
fn Facts(row: Transaction, account: Option<Account>, locale: Locale) -> impl IntoView {
    let details = row.details.as_deref();
    let is_pending = details.is_some_and(|details| details.is_pending);
    let code = details.and_then(|details| details.mcc);
    let account = account.map(|account| {
        let filter = TransactionFilter { account: Some(account.id), ..TransactionFilter::default() };
        let words = match account.kind {
            AccountKind::CreditCard => "Card",
            _ => "Account",
        };
        view! { <div><dt>{words}</dt><dd><a href=filter.href()>{account.name}</a></dd></div> }
    });
    let by_category =
        TransactionFilter { category: Some(row.category.clone()), ..TransactionFilter::default() };
    let by_payee = TransactionFilter { payee: Some(row.payee.to_string()), ..TransactionFilter::default() };
    view! {
        <dl class="facts card">
            <div><dt>"Amount"</dt><dd class="amount">{format::money(row.amount, locale)}</dd></div>
            <div>
                <dt>"Date"</dt>
                <dd><time datetime=row.date.to_string()>{format::day(row.date, locale)}</time></dd>
            </div>
            {account}
            <div>
                <dt>"Category"</dt>
                <dd><a href=by_category.href()>{row.category.path().replace(':', " · ")}</a></dd>
            </div>
            <div><dt>"State"</dt><dd>{if is_pending { "Pending" } else { "Booked" }}</dd></div>
            {code.map(|code| view! { <div><dt>"Merchant code"</dt><dd>{format!("{code:04}")}</dd></div> })}
            <div><dt>"Others"</dt><dd><a href=by_payee.href()>"All of this payee"</a></dd></div>
        </dl>
    }
    .into_any()
}

/// Payee, category and note.
#[component]
fn Edit(row: Transaction, attempt: Option<FormAttempt>) -> impl IntoView {
    let text = |name: &str, there: &str| {
        attempt.as_ref().map_or_else(|| there.to_owned(), |attempt| attempt.text(name))
    };
    let error = |name: &str| attempt.as_ref().and_then(|attempt| error_for(&attempt.errors, name));
    let note = row.details.as_ref().map(|details| details.note.clone()).unwrap_or_default();
    view! {
        <section class="card" aria-labelledby="edit-title">
            <h2 id="edit-title">"Payee, category, note"</h2>
            <form class="sheet-form" method="post" action=format!("/money/transactions/{}", row.id)>
                <div class="fields">
                    <TextField name="payee" label="Payee" value=text("payee", &row.payee) error=error("payee") />
                    <TextField
                        name="category"
                        label="Category"
                        value=text("category", row.category.path())
                        list="categories"
                        error=error("category")
                    />
                    <TextField name="note" label="Note" value=text("note", &note) error=error("note") />
                </div>
                <button class="button" data-kind="primary">"Save"</button>
            </form>
        </section>
    }
    .into_any()
}

/// What the bank's file says of it.
#[component]
fn Statement(row: Transaction, import: Option<Import>) -> impl IntoView {
    let booked = row.booked_payee().to_owned();
    let origin = import.map(|import| {
        let words = match import.source {
            ImportSource::Sample => "Sample data".to_owned(),
            ImportSource::File => import.file_name.clone(),
        };
        let place = (import.source == ImportSource::File).then(|| {
            let unit = if import.format.starts_with("CSV") { "Line" } else { "Record" };
            view! { <div><dt>{unit}</dt><dd>{row.line}</dd></div> }
        });
        view! {
            <div><dt>"File"</dt><dd><a href=format!("/money/imports/{}", import.id)>{words}</a></dd></div>
            {place}
        }
    });
    view! {
        <section class="card" aria-labelledby="statement-title">
            <h2 id="statement-title">"As the bank wrote it"</h2>
            <dl class="facts">
                <div><dt>"Payee"</dt><dd>{booked}</dd></div>
                {(!row.description.is_empty())
                    .then(|| view! { <div><dt>"Text"</dt><dd class="statement-text">{row.description}</dd></div> })}
                {row.external_id.map(|id| view! { <div><dt>"Bank’s id"</dt><dd class="statement-text">{id}</dd></div> })}
                {origin}
            </dl>
        </section>
    }
    .into_any()
}
