//! Rows of the list of transactions, on the page and as the parts that its scroller asks for.

use std::collections::{BTreeSet, HashMap};

use domain::{AccountId, Ledger, Money, Transaction, TransactionFilter, TransactionId, UserId};
use leptos::prelude::*;
use operations::{ListedTransaction, OperationError, Operations};
use rust_decimal::Decimal;

use super::{FilterFields, ListAddress};
use crate::{
    format::{self, Locale},
    pages::FormAttempt,
    visit::locale_of,
};

/// Most rows of one part.
const PART_MAX: usize = 500;

/// What the rows of a list have in common.
pub(crate) struct RowContext {
    names: HashMap<AccountId, String>,
    /// The balance after each row, when one account is shown; its name is left out then.
    balances: Option<HashMap<TransactionId, Decimal>>,
    pub(super) address: ListAddress,
    pub(super) offset: usize,
    /// The row whose category is being changed, without JavaScript.
    pub(super) edit: Option<TransactionId>,
    /// What was refused of that change.
    pub(super) refusal: Option<FormAttempt>,
    locale: Locale,
}

impl RowContext {
    pub(super) fn new(
        ledger: &Ledger,
        filter: &TransactionFilter,
        rows: &[ListedTransaction],
        offset: usize,
        locale: Locale,
    ) -> Self {
        let balances = filter.account.map(|account| {
            let shown: BTreeSet<TransactionId> = rows.iter().map(|it| it.transaction.id).collect();
            let all = finance::running_balances(ledger, account);
            all.into_iter().filter(|(id, _)| shown.contains(id)).collect()
        });
        let names = ledger.accounts.iter().map(|account| (account.id, account.name.clone())).collect();
        let address = ListAddress::of(filter);
        Self { names, balances, address, offset, edit: None, refusal: None, locale }
    }

    pub(super) const fn has_balance(&self) -> bool {
        self.balances.is_some()
    }
}

/// A part of the list as the scroller puts it into the page.
pub(crate) struct RowsPart {
    pub(crate) html: String,
    /// Rows of the whole list.
    pub(crate) total: usize,
}

/// The rows that a request of the scroller asks for.
pub(crate) async fn rows_part(
    operations: &Operations,
    user: &UserId,
    get: impl Fn(&str) -> Option<String>,
) -> Result<RowsPart, OperationError> {
    let number = |name: &str| get(name).and_then(|text| text.parse::<usize>().ok());
    let (offset, limit) = (number("offset").unwrap_or(0), number("limit").unwrap_or(PART_MAX).min(PART_MAX));
    let (filter, _) = FilterFields::read(&get).check();
    let range = operations.list_transaction_range(user, &filter, offset, limit).await?;
    let locale = locale_of(&operations.get_profile(user).await?);
    let ledger = operations.ledger(user).await?;
    let context = RowContext::new(&ledger, &filter, &range.rows, offset, locale);
    Ok(RowsPart { html: rows_html(&context, range.rows), total: range.total })
}

/// One row of the list at a place; none when its filter is no longer met.
pub(crate) async fn row_html(
    operations: &Operations,
    user: &UserId,
    id: TransactionId,
    place: usize,
    get: impl Fn(&str) -> Option<String>,
) -> Result<Option<String>, OperationError> {
    let (filter, _) = FilterFields::read(get).check();
    if filter.transaction.is_some_and(|only| only != id) {
        return Ok(None);
    }
    let this = TransactionFilter { transaction: Some(id), ..filter.clone() };
    let rows = operations.list_transaction_range(user, &this, 0, 1).await?.rows;
    if rows.is_empty() {
        return Ok(None);
    }
    let locale = locale_of(&operations.get_profile(user).await?);
    let ledger = operations.ledger(user).await?;
    let context = RowContext::new(&ledger, &filter, &rows, place, locale);
    Ok(Some(rows_html(&context, rows)))
}

fn rows_html(context: &RowContext, rows: Vec<ListedTransaction>) -> String {
    let html = Owner::new().with(|| row_views(context, rows).to_html());
    // The mark that a list of views ends with.
    html.strip_suffix("<!>").map(str::to_owned).unwrap_or(html)
}

/// The rows from the context's offset on.
pub(super) fn row_views(context: &RowContext, rows: Vec<ListedTransaction>) -> impl IntoView + use<> {
    let places = context.offset..;
    places.zip(rows).map(|(place, row)| row_view(context, row, place)).collect_view()
}

fn row_view(context: &RowContext, listed: ListedTransaction, place: usize) -> AnyView {
    let ListedTransaction { transaction: row, counted } = listed;
    let locale = context.locale;
    let id = row.id;
    let date = format::day(row.date, locale);
    let label = format!("Select {}, {}", row.payee, date);
    let last = if let Some(balances) = &context.balances {
        let balance = balances.get(&id).and_then(|it| Money::new(*it, row.amount.currency()).ok());
        let balance = balance.map(|balance| format::money(balance, locale));
        view! { <td role="cell" class="figure-cell balance-cell">{balance}</td> }.into_any()
    } else {
        let account = context.names.get(&row.account_id).cloned().unwrap_or_default();
        view! { <td role="cell" class="account-cell">{account}</td> }.into_any()
    };
    let details = row.details.as_deref();
    let is_pending = details.is_some_and(|details| details.is_pending);
    let note = details.map(|details| details.note.clone()).filter(|note| !note.is_empty());
    let amount = format::money(counted.unwrap_or(row.amount), locale);
    // What the list's sum has of a transaction whose parts are not all asked for.
    let whole = counted.map(|_| format!("of {}", format::money(row.amount, locale)));
    let description = Some(row.description.to_string()).filter(|it| !it.is_empty());
    let category = category_view(context, &row, place);
    view! {
        <tr role="row" id=format!("t-{id}") aria-rowindex=(place + 2).to_string()>
            <td role="cell" class="select-cell">
                <input type="checkbox" name="transaction_ids" value=id.to_string() form="bulk" aria-label=label />
            </td>
            <td role="cell" class="date-cell"><time datetime=row.date.to_string()>{date}</time></td>
            <td role="cell" class="payee-cell">
                <a class="payee" href=format!("/money/transactions/{id}")>{row.payee}</a>
                {is_pending.then(|| view! { " " <span class="badge">"Pending"</span> })}
                {description.or(note).map(|text| view! { <span class="description">{text}</span> })}
            </td>
            {category}
            {last}
            <td role="cell" class="figure-cell amount-cell" data-inflow=!row.amount.is_outflow()>
                {amount}
                {whole.map(|whole| view! { " " <span class="description">{whole}</span> })}
            </td>
        </tr>
    }
    .into_any()
}

/// The category, as a link that opens its field; or the field.
fn category_view(context: &RowContext, row: &Transaction, place: usize) -> AnyView {
    let id = row.id;
    let parts = row.details.as_ref().map_or(0, |details| details.splits.len());
    if parts > 0 {
        let href = format!("/money/transactions/{id}#parts");
        return view! {
            <td role="cell" class="category-cell"><a class="category" href=href>{parts} " parts"</a></td>
        }
        .into_any();
    }
    if context.edit == Some(id) {
        return edit_view(context, row, place).into_any();
    }
    let href = format!("{}#t-{id}", context.address.with(context.offset, &format!("edit={id}")));
    view! {
        <td role="cell" class="category-cell">
            <a class="category" href=href data-category=row.category.path().to_owned()>
                {row.category.to_string()}
                <span class="visually-hidden">", change the category"</span>
            </a>
        </td>
    }
    .into_any()
}

fn edit_view(context: &RowContext, row: &Transaction, place: usize) -> impl IntoView + use<> {
    let id = row.id;
    let attempt = context.refusal.as_ref();
    let error = attempt.and_then(|attempt| attempt.errors.first()).map(|error| error.message.clone());
    let value = attempt.map_or_else(|| row.category.path().to_owned(), |attempt| attempt.text("category"));
    let list = context.address.at(context.offset);
    view! {
        <td role="cell" class="category-cell" data-edited="">
            <CategoryEdit
                action=format!("/money/transactions/{id}/category")
                label=format!("Category of {}", row.payee)
                value
                error
                return_to=list.clone()
                place
                cancel=format!("{list}#t-{id}")
            />
        </td>
    }
}

/// The field of a row's category. The page keeps an empty one for its script to fill.
#[component]
pub(super) fn CategoryEdit(
    #[prop(optional)] action: String,
    #[prop(optional)] label: String,
    #[prop(optional)] value: String,
    #[prop(default = None)] error: Option<String>,
    #[prop(optional)] return_to: String,
    #[prop(optional)] place: usize,
    #[prop(optional)] cancel: String,
) -> impl IntoView {
    let is_refused = error.is_some();
    view! {
        <form class="category-edit" method="post" action=action>
            <input type="hidden" name="return_to" value=return_to />
            <input type="hidden" name="place" value=place.to_string() />
            <input
                name="category"
                list="categories"
                value=value
                required
                maxlength="60"
                autocomplete="off"
                aria-label=label
                aria-invalid=is_refused.then_some("true")
                aria-describedby=is_refused.then_some("category-error")
            />
            <button class="button" data-kind="primary">"Save"</button>
            <a class="button cancel" data-kind="quiet" href=cancel>
                <span aria-hidden="true">"×"</span>
                <span class="visually-hidden">"Cancel"</span>
            </a>
            {error.map(|error| view! { <p class="field-error" id="category-error">"A category is " {error} "."</p> })}
        </form>
    }
    .into_any()
}
