//! Bills, subscriptions, income and transfers that come again.

use domain::{Currency, Money, TransactionFilter};
use finance::insight::recurring::{Recurring, RecurringKind};
use leptos::prelude::*;
use rust_decimal::Decimal;

use crate::format::{self, Locale};

/// The kinds in the order in which they are shown, each with its heading.
const KINDS: [(RecurringKind, &str); 4] = [
    (RecurringKind::Bill, "Bills"),
    (RecurringKind::Subscription, "Subscriptions"),
    (RecurringKind::Income, "Income"),
    (RecurringKind::Transfer, "Between own accounts"),
];

/// What comes again, by kind; what has ended is folded away.
#[component]
pub(super) fn RecurringSection(
    recurring: Vec<Recurring>,
    currency: Currency,
    locale: Locale,
) -> impl IntoView {
    let (active, ended): (Vec<Recurring>, Vec<Recurring>) =
        recurring.into_iter().filter(is_shown).partition(Recurring::is_active);
    if active.is_empty() && ended.is_empty() {
        return view! {
            <section class="insight" aria-labelledby="recurring-title">
                <h2 id="recurring-title">"What comes again"</h2>
                <p class="hint">"Nothing comes again yet: three payments at a regular distance are needed."</p>
            </section>
        }
        .into_any();
    }
    let summary = summary(&active, currency, locale);
    let tables = KINDS
        .map(|(kind, heading)| {
            let rows: Vec<Recurring> = active.iter().filter(|it| it.kind == kind).cloned().collect();
            (!rows.is_empty()).then(|| view! { <RecurringTable heading rows locale /> })
        })
        .collect_view();
    let ended = (!ended.is_empty()).then(|| {
        let count = ended.len();
        view! {
            <details class="chart-data">
                <summary>{count} " that ended"</summary>
                <RecurringTable heading="Ended" rows=ended locale />
            </details>
        }
    });
    view! {
        <section class="insight" aria-labelledby="recurring-title">
            <h2 id="recurring-title">"What comes again"</h2>
            <p class="hint">{summary}</p>
            {tables}
            {ended}
        </section>
    }
    .into_any()
}

/// Of a transfer between own accounts only the half that goes out: the other one says the same.
fn is_shown(it: &Recurring) -> bool {
    it.kind != RecurringKind::Transfer || it.usual.is_outflow()
}

/// `Bills and subscriptions come to $1,900.00 a month.`
fn summary(active: &[Recurring], currency: Currency, locale: Locale) -> String {
    let is_cost = |it: &&Recurring| matches!(it.kind, RecurringKind::Bill | RecurringKind::Subscription);
    let sum: Decimal = active.iter().filter(is_cost).map(|it| -it.a_month.amount()).sum();
    match Money::new(sum, currency) {
        Ok(sum) => format!("Bills and subscriptions come to {} a month.", format::money(sum, locale)),
        Err(_) => String::new(),
    }
}

#[component]
fn RecurringTable(heading: &'static str, rows: Vec<Recurring>, locale: Locale) -> impl IntoView {
    let rows = rows.into_iter().map(|it| view! { <RecurringRow it locale /> }).collect_view();
    view! {
        <h3>{heading}</h3>
        <div class="table-scroll" role="region" aria-label=heading tabindex="0">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Payee"</th>
                        <th scope="col">"Next"</th>
                        <th scope="col" class="figure-cell">"Usual"</th>
                        <th scope="col" class="figure-cell">"A month"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn RecurringRow(it: Recurring, locale: Locale) -> impl IntoView {
    let filter = TransactionFilter { payee: Some(it.payee.clone()), ..TransactionFilter::default() };
    let next = match (it.next, it.overdue_since) {
        (_, Some(since)) => format!("late since {}", format::day(since, locale)),
        (Some(next), None) => format::day(next, locale),
        (None, None) => format!("ended {}", format::day(it.last, locale)),
    };
    let change = it.price_changes.last().filter(|change| change.is_rise()).map(|change| {
        format!("up from {} since {}", format::money(change.old, locale), format::day(change.since, locale))
    });
    let how_often =
        std::iter::once(it.cadence.label().to_owned()).chain(change).collect::<Vec<_>>().join(", ");
    view! {
        <tr>
            <th scope="row" class="payee-cell">
                <a class="payee" href=filter.href()>{it.payee}</a>
                <span class="description">{how_often}</span>
            </th>
            <td class="date-cell">{next}</td>
            <td class="figure-cell">{format::money(it.usual, locale)}</td>
            <td class="figure-cell">{format::money(it.a_month, locale)}</td>
        </tr>
    }
    .into_any()
}
