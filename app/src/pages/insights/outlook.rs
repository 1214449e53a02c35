//! What can be spent, what is out of the ordinary, and the balances to be expected.

use finance::insight::{
    anomalies::{Anomaly, Severity},
    forecast::{Forecast, ForecastDay},
    safe_to_spend::{SafePart, SafeToSpend},
};
use jiff::civil::Date;
use leptos::prelude::*;

use crate::{
    format::{self, Locale},
    render::forecast_html,
};

/// What can be spent until the next pay, with how it adds up.
#[component]
pub(super) fn SafeSection(safe: SafeToSpend, day: Date, locale: Locale) -> impl IntoView {
    let until = format::day(safe.until, locale);
    let days = (safe.until - day).get_days();
    let is_short = safe.amount.is_outflow();
    let line = if is_short {
        format!("The money does not last until {until}.")
    } else {
        let a_day = format::money(safe.a_day, locale);
        format!("{a_day} a day for {days} days, until {until}.")
    };
    let payer = safe.payer.map(|payer| format!(" Then {payer} pays."));
    let parts = safe.parts.into_iter().map(|part| view! { <SafeRow part locale /> }).collect_view();
    let total = format::money(safe.amount, locale);
    view! {
        <section class="card" aria-labelledby="safe-title">
            <h2 id="safe-title">"Safe to spend"</h2>
            <p class="insight-figure" data-short=is_short>{total.clone()}</p>
            <p>{line} {payer}</p>
            <details class="chart-data">
                <summary>"How it adds up"</summary>
                <div class="table-scroll">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">"What"</th>
                                <th scope="col">"Due"</th>
                                <th scope="col" class="figure-cell">"Amount"</th>
                            </tr>
                        </thead>
                        <tbody>
                            {parts}
                            <tr class="total">
                                <th scope="row">"Safe to spend"</th>
                                <td></td>
                                <td class="figure-cell">{total}</td>
                            </tr>
                        </tbody>
                    </table>
                </div>
            </details>
        </section>
    }
    .into_any()
}

#[component]
fn SafeRow(part: SafePart, locale: Locale) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{part.label}</th>
            <td>{part.date.map(|date| format::day(date, locale))}</td>
            <td class="figure-cell">{format::money(part.amount, locale)}</td>
        </tr>
    }
    .into_any()
}

/// What is out of the ordinary, the gravest first.
#[component]
pub(super) fn AnomalySection(anomalies: Vec<Anomaly>, locale: Locale) -> impl IntoView {
    if anomalies.is_empty() {
        return view! {
            <section class="card" aria-labelledby="anomalies-title">
                <h2 id="anomalies-title">"Worth a look"</h2>
                <p class="hint">"Nothing out of the ordinary in the last 90 days."</p>
            </section>
        }
        .into_any();
    }
    let items = anomalies
        .into_iter()
        .map(|anomaly| {
            let (level, word) = match anomaly.severity {
                Severity::Alert => ("error", "Check"),
                Severity::Warning => ("warning", "Look"),
                Severity::Info => ("info", "Note"),
            };
            view! {
                <li>
                    <span class="badge" data-level=level>{word}</span>
                    <span class="anomaly-subject">{anomaly.subject}</span>
                    <span class="anomaly-amount">{format::money(anomaly.amount, locale)}</span>
                    <span class="anomaly-reason">{format::day(anomaly.date, locale)} ": " {anomaly.reason}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="anomalies-title">
            <h2 id="anomalies-title">"Worth a look"</h2>
            <ul class="anomalies">{items}</ul>
        </section>
    }
    .into_any()
}

/// The balances of the next days with the band in which they are likely to lie.
#[component]
pub(super) fn ForecastSection(forecast: Forecast, locale: Locale) -> impl IntoView {
    let Some(last) = forecast.days.last().copied() else { return ().into_any() };
    let lowest = forecast.lowest;
    let held = forecast.back_test.map(|test| {
        format!(
            " Made anew for {} days of the past, the 80% band held on {} of them.",
            format::count(test.days as u64, locale),
            format::percent(test.percent, locale)
        )
    });
    let summary = format!(
        "{} are expected on {}. The lowest is {} on {}.",
        format::money(last.expected, locale),
        format::day(last.date, locale),
        format::money(lowest.expected, locale),
        format::day(lowest.date, locale),
    );
    let weeks: Vec<ForecastDay> = forecast.days.iter().skip(6).step_by(7).copied().collect();
    let rows = weeks
        .into_iter()
        .map(|it| {
            view! {
                <tr>
                    <th scope="row">{format::day(it.date, locale)}</th>
                    <td class="figure-cell">{format::money(it.low_80, locale)}</td>
                    <td class="figure-cell">{format::money(it.expected, locale)}</td>
                    <td class="figure-cell">{format::money(it.high_80, locale)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="insight" aria-labelledby="forecast-title">
            <h2 id="forecast-title">"The next 90 days"</h2>
            <p>{summary} {held}</p>
            <div inner_html=forecast_html(forecast.start, &forecast.days, locale)></div>
            <details class="chart-data">
                <summary>"Show the figures"</summary>
                <div class="table-scroll">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">"Day"</th>
                                <th scope="col" class="figure-cell">"Low (80%)"</th>
                                <th scope="col" class="figure-cell">"Expected"</th>
                                <th scope="col" class="figure-cell">"High (80%)"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        </section>
    }
    .into_any()
}
