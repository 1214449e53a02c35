//! `/money`: accounts and transactions.

mod accounts;
mod filter;
mod list;
mod offer;
mod recategorise;
mod rows;

use std::collections::BTreeSet;

use domain::{Account, Currency, FieldError, ImportSource, TransactionFilter, TransactionId};
use leptos::prelude::*;
use operations::{AccountOverview, OperationError, TransactionCount, TransactionRange};

use super::{FormAttempt, category_paths, query};
use crate::{
    components::{ErrorSummary, ExportMenu, Frame, FrameModel, MoneyPlace, MoneyPlaces, Section, page},
    visit::Visit,
};

use accounts::{Accounts, SampleNotice};
use filter::FilterForm;
use list::Transactions;
use offer::RuleOffer;
use rows::RowContext;

pub(crate) use filter::FilterFields;
pub(crate) use list::ListAddress;
pub(crate) use offer::{Offer, offer_html};
pub(crate) use recategorise::RecategorisePage;
pub(crate) use rows::{row_html, rows_part};

/// Transactions on a page without JavaScript.
const ROWS: usize = 100;

struct MoneyModel {
    frame: FrameModel,
    accounts: Vec<AccountOverview>,
    fields: FilterFields,
    errors: Vec<FieldError>,
    filter: TransactionFilter,
    range: TransactionRange,
    rows: RowContext,
    counted: TransactionCount,
    categories: Vec<String>,
    has_sample: bool,
    /// What follows from the category that was changed just now.
    offer: Option<Offer>,
}

/// Where in the list, and what is going on there.
#[derive(Default)]
struct Place {
    offset: usize,
    /// The row whose category is being changed.
    edit: Option<TransactionId>,
    /// The row whose category was changed just now.
    changed: Option<TransactionId>,
}

impl Place {
    fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let id = |name: &str| get(name).and_then(|text| text.parse().ok());
        let offset = get("offset").and_then(|text| text.parse().ok()).unwrap_or_default();
        Self { offset, edit: id("edit"), changed: id("changed") }
    }
}

async fn load(
    visit: Visit,
    fields: FilterFields,
    place: Place,
    attempt: Option<FormAttempt>,
) -> Result<MoneyModel, OperationError> {
    let frame = FrameModel::load(&visit, Section::Money).await?;
    let (operations, user) = (visit.operations(), visit.user());
    let (filter, errors) = fields.check();
    let accounts = operations.list_accounts(&visit.person).await?;
    let range = operations.list_transaction_range(user, &filter, place.offset, ROWS).await?;
    let counted = operations.count_transactions(user, &filter).await?;
    let ledger = operations.ledger(user).await?;
    let mut rows = RowContext::new(&ledger, &filter, &range.rows, place.offset, frame.locale);
    rows.edit = place.edit;
    rows.refusal = attempt.filter(|attempt| attempt.form == "category");
    let offer = match place.changed {
        Some(id) => Offer::find(operations, user, id).await?,
        None => None,
    };
    let imports = operations.list_imports(user).await?;
    let has_sample =
        imports.iter().any(|import| import.source == ImportSource::Sample && import.undone_at.is_none());
    let categories = category_paths(&ledger);
    Ok(MoneyModel {
        frame,
        accounts,
        fields,
        errors,
        filter,
        range,
        rows,
        counted,
        categories,
        has_sample,
        offer,
    })
}

/// `/money`: accounts and transactions.
#[component]
pub(crate) fn MoneyPage() -> impl IntoView {
    let (fields, place) = (FilterFields::read(query), Place::read(query));
    page(load(Visit::of_request(), fields, place, FormAttempt::of_request()), |model| {
        let locale = model.frame.locale;
        let frame = model.frame.clone();
        let options: Vec<Account> = model.accounts.iter().map(|overview| overview.account.clone()).collect();
        let currencies: Vec<Currency> =
            options.iter().map(|account| account.currency).collect::<BTreeSet<_>>().into_iter().collect();
        let is_empty = model.accounts.is_empty();
        view! {
            <Frame model=frame title="Money">
                <div class="page-head">
                    <h1>"Money"</h1>
                    <div class="page-actions">
                        {(!is_empty).then(|| view! { <ExportMenu /> })}
                        <a class="button" href="/money/imports">"Import a statement"</a>
                    </div>
                </div>
                <MoneyPlaces here=MoneyPlace::Transactions />
                {model.has_sample.then(|| view! { <SampleNotice /> })}
                {if is_empty {
                    view! {
                        <p class="empty">
                            "No accounts yet. " <a href="/money/imports">"Import a statement"</a> " to see them here."
                        </p>
                    }
                        .into_any()
                } else {
                    view! {
                        <Accounts accounts=model.accounts.clone() locale />
                        <section aria-labelledby="transactions-title">
                            <h2 id="transactions-title">"Transactions"</h2>
                            <ErrorSummary errors=model.errors.clone() />
                            <FilterForm fields=model.fields.clone() errors=model.errors.clone() accounts=options currencies />
                            <Transactions model locale />
                        </section>
                    }
                        .into_any()
                }}
            </Frame>
        }
    })
}
