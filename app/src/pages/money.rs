//! `/money`: accounts and transactions.

use std::collections::{BTreeSet, HashMap};

use domain::{
    Account, AccountKind, Currency, FieldError, ImportSource, Money, Transaction, TransactionFilter,
    TransactionId,
};
use leptos::prelude::*;
use operations::{AccountOverview, OperationError};
use rust_decimal::Decimal;
use storage::{PageRequest, TransactionCount};

use super::{
    category_paths,
    money_filter::{FilterFields, FilterForm},
    query,
};
use crate::{
    components::{ErrorSummary, Frame, FrameModel, MoneyPlace, MoneyPlaces, Section, page},
    format::{self, Locale},
    visit::{Visit, here},
};

/// Transactions on a page.
const ROWS: u16 = 100;

struct MoneyModel {
    frame: FrameModel,
    accounts: Vec<AccountOverview>,
    fields: FilterFields,
    errors: Vec<FieldError>,
    filter: TransactionFilter,
    rows: Vec<Transaction>,
    /// The balance after each row, when one account is shown.
    balances: HashMap<TransactionId, Decimal>,
    counted: TransactionCount,
    next: Option<String>,
    categories: Vec<String>,
    has_sample: bool,
    here: String,
}

async fn load(
    visit: Visit,
    fields: FilterFields,
    cursor: Option<String>,
) -> Result<MoneyModel, OperationError> {
    let here = here();
    let frame = FrameModel::load(&visit, Section::Money).await?;
    let (operations, user) = (visit.operations(), visit.user());
    let (filter, errors) = fields.check();
    let accounts = operations.list_accounts(user).await?;
    let request = PageRequest { limit: ROWS, cursor };
    let listed = operations.list_transactions(user, &filter, &request).await?;
    let counted = operations.count_transactions(user, &filter).await?;
    let ledger = operations.ledger(user).await?;
    let balances = match filter.account {
        Some(account) => {
            let shown: BTreeSet<TransactionId> = listed.items.iter().map(|row| row.id).collect();
            let all = finance::running_balances(&ledger, account);
            all.into_iter().filter(|(id, _)| shown.contains(id)).collect()
        }
        None => HashMap::new(),
    };
    let imports = operations.list_imports(user).await?;
    let has_sample =
        imports.iter().any(|import| import.source == ImportSource::Sample && import.undone_at.is_none());
    Ok(MoneyModel {
        frame,
        accounts,
        fields,
        errors,
        filter,
        rows: listed.items,
        balances,
        counted,
        next: listed.next_cursor,
        categories: category_paths(&ledger),
        has_sample,
        here,
    })
}

/// `/money`: accounts and transactions.
#[component]
pub(crate) fn MoneyPage() -> impl IntoView {
    let fields = FilterFields::read(query);
    page(load(Visit::of_request(), fields, query("cursor")), |model| {
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
                    <a class="button" href="/money/imports">"Import a statement"</a>
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

#[component]
fn SampleNotice() -> impl IntoView {
    view! {
        <form class="notice sample-notice" data-level="info" method="post" action="/sample/remove">
            <p>"You are looking at a made-up household."</p>
            <button class="button">"Remove the sample data"</button>
        </form>
    }
    .into_any()
}

fn kind_words(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Checking => "Checking",
        AccountKind::Savings => "Savings",
        AccountKind::CreditCard => "Credit card",
        AccountKind::Loan => "Loan",
        AccountKind::Investment => "Investment",
        AccountKind::Cash => "Cash",
        AccountKind::Other => "Account",
    }
}

#[component]
fn Accounts(accounts: Vec<AccountOverview>, locale: Locale) -> impl IntoView {
    let cards = accounts
        .into_iter()
        .map(|AccountOverview { account, balance, transaction_count }| {
            let id = account.id;
            let filter = TransactionFilter { account: Some(id), ..TransactionFilter::default() };
            let count = format::count(transaction_count, locale);
            view! {
                <li class="account">
                    <p class="account-kind">{kind_words(account.kind)}</p>
                    <h3><a href=filter.href()>{account.name.clone()}</a></h3>
                    <p class="account-balance">{format::money(balance, locale)}</p>
                    <p class="hint">{count} {if transaction_count == 1 { " transaction" } else { " transactions" }}</p>
                    <details class="menu">
                        <summary>
                            <span aria-hidden="true">"⋯"</span>
                            <span class="visually-hidden">"Rename " {account.name.clone()}</span>
                        </summary>
                        <form class="menu-body" method="post" action=format!("/accounts/{id}/rename")>
                            <label for=format!("account-{id}")>"Name"</label>
                            <input id=format!("account-{id}") name="name" value=account.name required maxlength="80" autocomplete="off" />
                            <button class="button">"Rename"</button>
                        </form>
                    </details>
                </li>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="accounts-title">
            <h2 id="accounts-title">"Accounts"</h2>
            <ul class="accounts">{cards}</ul>
        </section>
    }
    .into_any()
}

/// `128 transactions`, and their sum in each currency.
fn summary(counted: &TransactionCount, locale: Locale) -> (String, Vec<String>) {
    let count = format::count(counted.count, locale);
    let words = if counted.count == 1 { "1 transaction".to_owned() } else { format!("{count} transactions") };
    let sums = counted
        .sums
        .iter()
        .map(|(currency, sum)| match Money::new(*sum, *currency) {
            Ok(sum) => format::money(sum, locale),
            Err(_) => format!("{sum} {currency}"),
        })
        .collect();
    (words, sums)
}

#[component]
fn Transactions(model: MoneyModel, locale: Locale) -> impl IntoView {
    let (words, sums) = summary(&model.counted, locale);
    let has_balance = model.filter.account.is_some();
    let names: HashMap<_, _> =
        model.accounts.iter().map(|it| (it.account.id, it.account.name.clone())).collect();
    let next = model.next.map(|cursor| {
        let separator = if model.filter == TransactionFilter::default() { '?' } else { '&' };
        format!("{}{separator}cursor={cursor}", model.filter.href())
    });
    let is_empty = model.rows.is_empty();
    let rows = model
        .rows
        .into_iter()
        .map(|row| {
            let balance =
                model.balances.get(&row.id).and_then(|it| Money::new(*it, row.amount.currency()).ok());
            let account = names.get(&row.account_id).cloned().unwrap_or_default();
            view! { <TransactionRow row account balance has_balance locale /> }
        })
        .collect_view();
    let categories =
        model.categories.into_iter().map(|path| view! { <option value=path></option> }).collect_view();
    view! {
        <datalist id="categories">{categories}</datalist>
        <p class="sums">
            <span>{words}</span>
            {sums.into_iter().map(|sum| view! { <span class="amount">"Sum " {sum}</span> }).collect_view()}
        </p>
        {if is_empty {
            view! { <p class="empty">"No transaction meets this filter."</p> }.into_any()
        } else {
            view! {
                <form class="transactions" method="post" action="/money/categorise">
                    <input type="hidden" name="return_to" value=model.here />
                    <div class="table-scroll" role="region" aria-label="Table of transactions" tabindex="0">
                        <table class="table">
                            <caption class="visually-hidden">"Transactions, newest first"</caption>
                            <thead>
                                <tr>
                                    <th scope="col"><span class="visually-hidden">"Select"</span></th>
                                    <th scope="col">"Date"</th>
                                    <th scope="col">"Payee"</th>
                                    <th scope="col">"Category"</th>
                                    <th scope="col">"Account"</th>
                                    <th scope="col" class="figure-cell">"Amount"</th>
                                    {has_balance.then(|| view! { <th scope="col" class="figure-cell">"Balance"</th> })}
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                    <div class="bulk">
                        <label for="bulk-category">"Category for the selected"</label>
                        <input id="bulk-category" name="category" list="categories" required autocomplete="off" />
                        <button class="button">"Change category"</button>
                    </div>
                </form>
            }
                .into_any()
        }}
        {next
            .map(|href| view! {
                <nav class="pages" aria-label="More transactions">
                    <a class="button" href=href rel="next">"Older transactions"</a>
                </nav>
            })}
    }
    .into_any()
}

#[component]
fn TransactionRow(
    row: Transaction,
    account: String,
    balance: Option<Money>,
    has_balance: bool,
    locale: Locale,
) -> impl IntoView {
    let date = format::day(row.date, locale);
    let by_category =
        TransactionFilter { category: Some(row.category.clone()), ..TransactionFilter::default() };
    let label = format!("Select {}, {}", row.payee, date);
    view! {
        <tr>
            <td class="select-cell">
                <input type="checkbox" name="transaction_ids" value=row.id.to_string() aria-label=label />
            </td>
            <td class="date-cell"><time datetime=row.date.to_string()>{date}</time></td>
            <td class="payee-cell">
                <span class="payee">{row.payee}</span>
                {(!row.description.is_empty()).then(|| view! { <span class="description">{row.description}</span> })}
            </td>
            <td><a class="category" href=by_category.href()>{row.category.to_string()}</a></td>
            <td class="account-cell">{account}</td>
            <td class="figure-cell" data-inflow=!row.amount.is_outflow()>{format::money(row.amount, locale)}</td>
            {has_balance
                .then(|| view! {
                    <td class="figure-cell">{balance.map(|balance| format::money(balance, locale))}</td>
                })}
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_every_currency() {
        let counted = TransactionCount {
            count: 1200,
            sums: vec![(Currency::EUR, Decimal::new(-1050, 2)), (Currency::USD, Decimal::new(500, 2))],
        };
        let (words, sums) = summary(&counted, Locale::default());
        assert_eq!(words, "1,200 transactions");
        assert_eq!(sums, ["−€10.50", "$5.00"]);
    }
}
