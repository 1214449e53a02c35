//! `/insights`: what the money does, and what it will do.

mod flows;
mod outlook;
mod recurring;

use std::collections::BTreeSet;

use domain::{Currency, Ledger, TransactionFilter};
use finance::{
    Group, GroupBy,
    insight::{
        anomalies::Anomaly,
        cash_flow::CashFlow,
        forecast::{Forecast, ForecastQuery},
        net_worth::NetWorth,
        recurring::Recurring,
        safe_to_spend::SafeToSpend,
    },
};
use jiff::{ToSpan, civil::Date};
use leptos::prelude::*;
use operations::OperationError;

use super::query;
use crate::{
    components::{Frame, FrameModel, Section, page},
    format,
    visit::Visit,
};

use flows::{CashFlowSection, CategorySection, NetWorthSection};
use outlook::{AnomalySection, ForecastSection, SafeSection};
use recurring::RecurringSection;

/// Days that the forecast looks ahead.
const FORECAST_DAYS: u16 = 90;
/// Months that cash flow, categories and net worth look back.
const MONTHS_BACK: i32 = 12;
/// Days that are searched for what is out of the ordinary.
const ANOMALY_DAYS: i32 = 90;
/// A ledger whose last row is older than this is told as of that row: today would only show that nothing came.
const STALE_DAYS: i32 = 31;
/// Categories that are shown by name.
const CATEGORIES_MAX: usize = 12;

struct InsightsModel {
    frame: FrameModel,
    /// None without a transaction.
    insights: Option<Insights>,
}

struct Insights {
    day: Date,
    is_stale: bool,
    currency: Currency,
    currencies: Vec<Currency>,
    safe: Option<SafeToSpend>,
    forecast: Option<Forecast>,
    anomalies: Vec<Anomaly>,
    flows: Vec<CashFlow>,
    categories: Vec<Group>,
    net_worth: Vec<NetWorth>,
    recurring: Vec<Recurring>,
}

/// The day that counts as today, and whether it is not.
fn day_of(ledger: &Ledger, today: Date) -> Option<(Date, bool)> {
    let last = ledger.transactions.iter().rev().map(|row| row.date).find(|date| *date <= today)?;
    let is_stale = (today - last).get_days() > STALE_DAYS;
    Some((if is_stale { last } else { today }, is_stale))
}

fn months_before(day: Date, months: i32) -> Date {
    day.first_of_month().saturating_sub((months - 1).months())
}

async fn load(visit: Visit, wanted: Option<String>) -> Result<InsightsModel, OperationError> {
    let frame = FrameModel::load(&visit, Section::Insights).await?;
    let (operations, user) = (visit.operations(), visit.user());
    let ledger = operations.ledger(user).await?;
    let Some((day, is_stale)) = day_of(&ledger, visit.today()) else {
        return Ok(InsightsModel { frame, insights: None });
    };
    let currencies: BTreeSet<Currency> = ledger.accounts.iter().map(|account| account.currency).collect();
    let currencies: Vec<Currency> = currencies.into_iter().collect();
    let wanted = wanted.and_then(|code| code.parse::<Currency>().ok());
    let base_currency = frame.profile.as_ref().and_then(|profile| profile.base_currency);
    let currency = [wanted, base_currency]
        .into_iter()
        .flatten()
        .find(|currency| currencies.contains(currency))
        .or_else(|| currencies.first().copied())
        .unwrap_or(Currency::USD);

    let from = months_before(day, MONTHS_BACK);
    let rows = TransactionFilter {
        from: Some(from),
        to: Some(day),
        currency: Some(currency),
        ..TransactionFilter::default()
    };
    let spending = TransactionFilter { side: Some(domain::Side::Spending), ..rows.clone() };
    let ahead = ForecastQuery { account: None, currency, days: FORECAST_DAYS };
    let is_of = |money: &domain::Money| money.currency() == currency;
    let mut net_worth = operations.net_worth(user, Some(from), day).await?;
    net_worth.retain(|it| is_of(&it.net));
    let mut recurring = operations.recurring(user, day).await?;
    recurring.retain(|it| is_of(&it.usual));
    let mut anomalies = operations.anomalies(user, day.saturating_sub(ANOMALY_DAYS.days()), day).await?;
    anomalies.retain(|it| is_of(&it.amount));
    let safe = operations.safe_to_spend(user, None, day).await?.filter(|it| is_of(&it.amount));
    let insights = Insights {
        safe,
        forecast: operations.forecast(user, &ahead, day).await?,
        anomalies,
        flows: operations.cash_flow(user, &rows, GroupBy::Month, day).await?,
        categories: finance::group(&ledger, &spending, GroupBy::Category),
        net_worth,
        recurring,
        day,
        is_stale,
        currency,
        currencies,
    };
    Ok(InsightsModel { frame, insights: Some(insights) })
}

/// `/insights`: what the money does, and what it will do.
#[component]
pub(crate) fn InsightsPage() -> impl IntoView {
    page(load(Visit::of_request(), query("currency")), |model| {
        let locale = model.frame.locale;
        view! {
            <Frame model=model.frame title="Insights">
                <h1>"Insights"</h1>
                {match model.insights {
                    Some(insights) => view! { <Overview insights locale /> }.into_any(),
                    None => {
                        view! {
                            <p class="empty">
                                "Nothing to look at yet. " <a href="/money/imports">"Import a statement"</a>
                                " and come back."
                            </p>
                        }
                            .into_any()
                    }
                }}
            </Frame>
        }
    })
}

#[component]
fn Overview(insights: Insights, locale: format::Locale) -> impl IntoView {
    let Insights { day, is_stale, currency, currencies, .. } = insights;
    let as_of = format::day(day, locale);
    view! {
        {is_stale
            .then(|| view! { <p class="hint">"As of " {as_of} ", the last day with a transaction."</p> })}
        {(currencies.len() > 1).then(|| view! { <Currencies currencies currency /> })}
        <div class="insights">
            {insights.safe.map(|safe| view! { <SafeSection safe day locale /> })}
            <AnomalySection anomalies=insights.anomalies locale />
            {insights.forecast.map(|forecast| view! { <ForecastSection forecast locale /> })}
            <CashFlowSection flows=insights.flows locale />
            <CategorySection groups=insights.categories shown=CATEGORIES_MAX locale />
            <NetWorthSection series=insights.net_worth locale />
            <RecurringSection recurring=insights.recurring currency locale />
        </div>
    }
    .into_any()
}

#[component]
fn Currencies(currencies: Vec<Currency>, currency: Currency) -> impl IntoView {
    let links = currencies
        .into_iter()
        .map(|it| {
            let current = (it == currency).then_some("page");
            let href = format!("/insights?currency={}", it.code());
            view! { <a class="button" href=href aria-current=current>{it.code()}</a> }
        })
        .collect_view();
    view! { <nav class="currencies" aria-label="Currency">{links}</nav> }.into_any()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn twelve_months_end_with_the_day_s_own() {
        assert_eq!(months_before(date(2024, 3, 31), 12), date(2023, 4, 1));
        assert_eq!(months_before(date(2024, 1, 1), 1), date(2024, 1, 1));
    }

    #[test]
    fn a_ledger_without_rows_has_no_day() {
        assert_eq!(day_of(&Ledger::default(), date(2024, 3, 31)), None);
    }
}
