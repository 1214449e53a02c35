//! Money in and out by month, what it went on, and what is owned.

use domain::{Chart, ChartKind, ChartPoint, Currency, Money};
use finance::{
    Group,
    insight::{cash_flow::CashFlow, net_worth::NetWorth},
};
use leptos::prelude::*;
use rust_decimal::Decimal;

use crate::{
    format::{self, Locale},
    render::{chart_html, flow_bar_html},
};

/// Money in and out by month, the newest first; bars and figures in one table.
#[component]
pub(super) fn CashFlowSection(flows: Vec<CashFlow>, locale: Locale) -> impl IntoView {
    let most = flows
        .iter()
        .flat_map(|flow| [flow.income.amount().abs(), flow.spending.amount().abs()])
        .max()
        .unwrap_or_default();
    let summary = flow_summary(&flows, locale);
    let rows = flows
        .into_iter()
        .rev()
        .map(|flow| {
            let label = format::month(flow.from, locale);
            let label = if flow.is_partial { format!("{label}, so far") } else { label };
            let bar = flow_bar_html(flow.income.amount(), flow.spending.amount(), most);
            let rate = flow.savings_rate.map(|rate| format::percent_in_column(rate, locale));
            view! {
                <tr>
                    <th scope="row">{label}</th>
                    <td class="flow-cell" aria-hidden="true" inner_html=bar></td>
                    <td class="figure-cell">
                        <a href=flow.income_rows.href()>{format::money(flow.income, locale)}</a>
                    </td>
                    <td class="figure-cell">
                        <a href=flow.spending_rows.href()>{format::money(flow.spending, locale)}</a>
                    </td>
                    <td class="figure-cell" data-inflow=!flow.net.is_outflow()>{format::money(flow.net, locale)}</td>
                    <td class="figure-cell">{rate}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="insight" aria-labelledby="cash-flow-title">
            <h2 id="cash-flow-title">"Cash flow"</h2>
            <p class="hint">{summary}</p>
            <div class="table-scroll" role="region" aria-label="Cash flow by month" tabindex="0">
                <table class="table flows">
                    <thead>
                        <tr>
                            <th scope="col">"Month"</th>
                            <td></td>
                            <th scope="col" class="figure-cell">"In"</th>
                            <th scope="col" class="figure-cell">"Out"</th>
                            <th scope="col" class="figure-cell">"Left"</th>
                            <th scope="col" class="figure-cell">"Saved"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// `In 11 whole months, $1,200.00 a month was left on average.`
fn flow_summary(flows: &[CashFlow], locale: Locale) -> String {
    let whole: Vec<&CashFlow> = flows.iter().filter(|flow| !flow.is_partial).collect();
    let Some(first) = whole.first() else { return "No whole month yet.".to_owned() };
    let sum: Decimal = whole.iter().map(|flow| flow.net.amount()).sum();
    let currency = first.net.currency();
    let mean = (sum / Decimal::from(whole.len())).round_dp(currency.minor_digits());
    let words = if whole.len() == 1 { "month".to_owned() } else { format!("{} months", whole.len()) };
    let verb = if mean.is_sign_negative() { "missing" } else { "left" };
    match Money::new(mean.abs(), currency) {
        Ok(mean) => {
            format!(
                "Over the last whole {words}, {} a month was {verb} on average.",
                format::money(mean, locale)
            )
        }
        Err(_) => String::new(),
    }
}

/// What the money went on, the largest first; the rest as one bar.
#[component]
pub(super) fn CategorySection(groups: Vec<Group>, shown: usize, locale: Locale) -> impl IntoView {
    let Some(currency) = groups.first().map(|group| group.currency) else { return ().into_any() };
    let rest: Decimal = groups.iter().skip(shown).map(|group| -group.total).sum();
    let rest_count = groups.len().saturating_sub(shown);
    let mut points: Vec<ChartPoint> = groups
        .into_iter()
        .take(shown)
        .map(|group| ChartPoint {
            label: group.label,
            value: -group.total,
            rows: Some(Box::new(group.filter)),
        })
        .collect();
    if rest_count > 0 {
        points.push(ChartPoint { label: format!("{rest_count} more"), value: rest, rows: None });
    }
    let summary = category_summary(&points, currency, locale);
    let title = "Spending by category, last 12 months".to_owned();
    let html = chart_html(&Chart { title, kind: ChartKind::Bar, currency, points }, locale);
    view! {
        <section class="insight" aria-labelledby="categories-title">
            <h2 id="categories-title">"Where it goes"</h2>
            <p class="hint">{summary}</p>
            <div inner_html=html></div>
        </section>
    }
    .into_any()
}

/// `Housing took the most: $14,400.00, 52.1 % of all.`
fn category_summary(points: &[ChartPoint], currency: Currency, locale: Locale) -> Option<String> {
    let all: Decimal = points.iter().map(|point| point.value).sum();
    let most = points.first().filter(|most| most.value > Decimal::ZERO && all > Decimal::ZERO)?;
    let share = (most.value * Decimal::ONE_HUNDRED).checked_div(all)?.round_dp(1);
    let took = format::money(Money::new(most.value, currency).ok()?, locale);
    Some(format!("{} took the most: {took}, {} of all.", most.label, format::percent(share, locale)))
}

/// What is owned less what is owed, at the end of each month.
#[component]
pub(super) fn NetWorthSection(series: Vec<NetWorth>, locale: Locale) -> impl IntoView {
    let (Some(first), Some(last)) = (series.first().cloned(), series.last().cloned()) else {
        return ().into_any();
    };
    let points = series
        .iter()
        .map(|it| ChartPoint { label: format::day(it.date, locale), value: it.net.amount(), rows: None })
        .collect();
    let title = "Net worth at month ends".to_owned();
    let chart = Chart { title, kind: ChartKind::Line, currency: last.net.currency(), points };
    let change = Money::new(last.net.amount() - first.net.amount(), last.net.currency())
        .map(|change| format::money(change, locale))
        .unwrap_or_default();
    let since = format::day(first.date, locale);
    view! {
        <section class="insight" aria-labelledby="net-worth-title">
            <h2 id="net-worth-title">"Net worth"</h2>
            <dl class="facts">
                <div><dt>"Net worth"</dt><dd>{format::money(last.net, locale)}</dd></div>
                <div><dt>"Owned"</dt><dd>{format::money(last.assets, locale)}</dd></div>
                <div><dt>"Owed"</dt><dd>{format::money(last.debts, locale)}</dd></div>
                <div><dt>"Change since " {since}</dt><dd>{change}</dd></div>
            </dl>
            <div inner_html=chart_html(&chart, locale)></div>
        </section>
    }
    .into_any()
}
