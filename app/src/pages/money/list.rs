//! The list of transactions: a table whose rows a page holds a part of.

use domain::{Money, TransactionFilter};
use leptos::prelude::*;
use operations::TransactionCount;

use super::{
    FilterFields, MoneyModel, ROWS, RuleOffer,
    rows::{CategoryEdit, row_views},
};
use crate::{
    format::{self, Locale},
    islands::TransactionList,
};

/// The address of a filtered list, to which a place in it is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListAddress(String);

impl ListAddress {
    pub(crate) fn of(filter: &TransactionFilter) -> Self {
        Self(filter.href())
    }

    /// The filter's part of it.
    fn query(&self) -> &str {
        self.0.split_once('?').map_or("", |(_, query)| query)
    }

    /// The list from a row on.
    pub(crate) fn at(&self, offset: usize) -> String {
        if offset == 0 { self.0.clone() } else { self.with(offset, "") }
    }

    /// The list from a row on, with another parameter.
    pub(crate) fn with(&self, offset: usize, parameter: &str) -> String {
        let offset = (offset > 0).then(|| format!("offset={offset}"));
        let parts = [Some(self.query()), offset.as_deref(), Some(parameter)];
        let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        format!("/money?{}", parts.join("&"))
    }
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
pub(super) fn Transactions(model: MoneyModel, locale: Locale) -> impl IntoView {
    let (words, sums) = summary(&model.counted, locale);
    let is_filtered = model.filter != TransactionFilter::default();
    let is_empty = model.range.rows.is_empty();
    let count = model.counted.count;
    let fields = model.fields.clone();
    let categories =
        model.categories.iter().map(|path| view! { <option value=path.clone()></option> }).collect_view();
    view! {
        <datalist id="categories">{categories}</datalist>
        <p class="sums">
            <span>{words}</span>
            {sums.into_iter().map(|sum| view! { <span class="amount">"Sum " {sum}</span> }).collect_view()}
        </p>
        {(is_filtered && count > 0).then(|| view! { <ChangeAll fields count locale /> })}
        {if is_empty {
            view! { <p class="empty">"No transaction meets this filter."</p> }.into_any()
        } else {
            view! { <List model locale /> }.into_any()
        }}
    }
    .into_any()
}

/// Another category for everything that meets the filter, after a look at what that changes.
#[component]
fn ChangeAll(fields: FilterFields, count: u64, locale: Locale) -> impl IntoView {
    let hidden = fields
        .pairs()
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    let words = if count == 1 {
        "Change the category of this one".to_owned()
    } else {
        format!("Change the category of all {}", format::count(count, locale))
    };
    view! {
        <details class="change-all">
            <summary>{words}</summary>
            <form method="get" action="/money/recategorise">
                {hidden}
                <label for="new-category">"Into"</label>
                <input id="new-category" name="new_category" list="categories" required maxlength="60" autocomplete="off" />
                <button class="button">"Preview"</button>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn List(model: MoneyModel, locale: Locale) -> impl IntoView {
    let (offset, total) = (model.rows.offset, model.range.total);
    let shown = model.range.rows.len();
    let address = model.rows.address.clone();
    let last = if model.rows.has_balance() {
        view! { <th role="columnheader" scope="col" class="figure-cell balance-cell">"Balance"</th> }
            .into_any()
    } else {
        view! { <th role="columnheader" scope="col" class="account-cell">"Account"</th> }.into_any()
    };
    let rows = row_views(&model.rows, model.range.rows);
    let here = address.at(offset);
    let query = address.query().to_owned();
    view! {
        <TransactionList>
            <table role="table" class="table transactions" aria-rowcount=(total + 1).to_string()>
                <caption class="visually-hidden">"Transactions, newest first"</caption>
                <thead role="rowgroup">
                    <tr role="row" aria-rowindex="1">
                        <th role="columnheader" scope="col" class="select-cell">
                            <span class="visually-hidden">"Select"</span>
                        </th>
                        <th role="columnheader" scope="col" class="date-cell">"Date"</th>
                        <th role="columnheader" scope="col" class="payee-cell">"Payee"</th>
                        <th role="columnheader" scope="col" class="category-cell">"Category"</th>
                        {last}
                        <th role="columnheader" scope="col" class="figure-cell amount-cell">"Amount"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup" data-query=query data-total=total.to_string() data-offset=offset.to_string()>
                    {rows}
                </tbody>
            </table>
            <Pages address offset shown total locale />
            <div class="list-foot">
                <form id="bulk" class="bulk" method="post" action="/money/categorise">
                    <input type="hidden" name="return_to" value=here />
                    <span class="kept" hidden></span>
                    <label for="bulk-category">"Category for the selected"</label>
                    <input id="bulk-category" name="category" list="categories" required maxlength="60" autocomplete="off" />
                    <button class="button" data-kind="primary">"Change category"</button>
                </form>
                <div class="list-offer">{model.offer.map(|offer| view! { <RuleOffer offer locale /> })}</div>
            </div>
            <template id="category-edit">
                <CategoryEdit />
            </template>
        </TransactionList>
    }
    .into_any()
}

/// The way through the list without JavaScript.
#[component]
fn Pages(address: ListAddress, offset: usize, shown: usize, total: usize, locale: Locale) -> impl IntoView {
    if shown == total {
        return ().into_any();
    }
    let count = |it: usize| format::count(it as u64, locale);
    let words = format!("{} – {} of {}", count(offset + 1), count(offset + shown), count(total));
    let newer = (offset > 0).then(|| address.at(offset.saturating_sub(ROWS)));
    let older = (offset + shown < total).then(|| address.at(offset + shown));
    let oldest = (offset + shown < total).then(|| address.at(total.saturating_sub(ROWS)));
    view! {
        <nav class="pages" aria-label="More transactions">
            {newer.map(|href| view! { <a class="button" href=href rel="prev">"Newer transactions"</a> })}
            {older.map(|href| view! { <a class="button" href=href rel="next">"Older transactions"</a> })}
            {oldest.map(|href| view! { <a class="button" data-kind="quiet" href=href>"Oldest"</a> })}
            <span class="hint">{words}</span>
        </nav>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::Currency;
    use rust_decimal::Decimal;

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

    #[test]
    fn a_place_is_added_to_the_address_of_a_list() {
        let all = ListAddress::of(&TransactionFilter::default());
        assert_eq!(all.at(0), "/money");
        assert_eq!(all.at(200), "/money?offset=200");
        let filter = TransactionFilter { text: Some("a b".into()), ..TransactionFilter::default() };
        let filtered = ListAddress::of(&filter);
        assert_eq!(filtered.with(0, "edit=x"), "/money?text=a%20b&edit=x");
        assert_eq!(filtered.with(100, "edit=x"), "/money?text=a%20b&offset=100&edit=x");
    }
}
