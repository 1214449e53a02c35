//! `/money/rates`: what one currency was worth in another, as the person supplies it.

use domain::ExchangeRate;
use leptos::prelude::*;
use operations::OperationError;

use super::FormAttempt;
use crate::{
    components::{
        ErrorSummary, Frame, FrameModel, MoneyPlace, MoneyPlaces, Section, TextField, error_for, page,
    },
    format::{self, Locale},
    visit::Visit,
};

struct RatesModel {
    frame: FrameModel,
    rates: Vec<ExchangeRate>,
    today: String,
    attempt: Option<FormAttempt>,
}

async fn load(visit: Visit, attempt: Option<FormAttempt>) -> Result<RatesModel, OperationError> {
    let frame = FrameModel::load(&visit, Section::Money).await?;
    let rates = visit.operations().list_exchange_rates(visit.user()).await?;
    Ok(RatesModel { frame, rates, today: visit.today().to_string(), attempt })
}

/// `/money/rates`: what one currency was worth in another, as the person supplies it.
#[component]
pub(crate) fn RatesPage() -> impl IntoView {
    page(load(Visit::of_request(), FormAttempt::of_request()), |model| {
        let RatesModel { frame, rates, today, attempt } = model;
        let locale = frame.locale;
        let errors = attempt.as_ref().map(|attempt| attempt.errors.clone()).unwrap_or_default();
        view! {
            <Frame model=frame title="Exchange rates">
                <h1>"Exchange rates"</h1>
                <MoneyPlaces here=MoneyPlace::Rates />
                <p class="hint">
                    "Amounts are converted by the newest rate of their day or before. Nothing is looked up elsewhere."
                </p>
                <ErrorSummary errors />
                <RateForm attempt today />
                {if rates.is_empty() {
                    view! { <p class="empty">"No rate yet. Without one, each currency is counted for itself."</p> }.into_any()
                } else {
                    view! { <Rates rates locale /> }.into_any()
                }}
            </Frame>
        }
    })
}

/// The form for a rate; a refused one as it was typed.
#[component]
fn RateForm(attempt: Option<FormAttempt>, today: String) -> impl IntoView {
    let text = |name: &str| attempt.as_ref().map(|attempt| attempt.text(name));
    let error = |name: &str| attempt.as_ref().and_then(|attempt| error_for(&attempt.errors, name));
    view! {
        <section class="card" aria-labelledby="new-rate-title">
            <h2 id="new-rate-title">"Add a rate"</h2>
            <form class="sheet-form" method="post" action="/money/rates">
                <div class="fields">
                    <TextField
                        name="date"
                        label="Day"
                        kind="date"
                        value=text("date").unwrap_or(today)
                        error=error("date")
                    />
                    <TextField
                        name="from"
                        label="From"
                        value=text("from").unwrap_or_default()
                        hint="A currency’s code, such as EUR"
                        error=error("from")
                    />
                    <TextField
                        name="to"
                        label="To"
                        value=text("to").unwrap_or_default()
                        hint="Another one’s, such as USD"
                        error=error("to")
                    />
                    <TextField
                        name="rate"
                        label="Rate"
                        value=text("rate").unwrap_or_default()
                        input_mode="decimal"
                        hint="What one unit was worth: 1.0825"
                        error=error("rate")
                    />
                </div>
                <button class="button" data-kind="primary">"Save the rate"</button>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn Rates(rates: Vec<ExchangeRate>, locale: Locale) -> impl IntoView {
    let rows = rates
        .into_iter()
        .rev()
        .map(|rate| {
            let pair = format!("{} in {}", rate.from.code(), rate.to.code());
            let day = format::day(rate.date, locale);
            let label = format!(" {pair} of {day}");
            view! {
                <tr>
                    <th scope="row">{pair}</th>
                    <td><time datetime=rate.date.to_string()>{day}</time></td>
                    <td class="figure-cell">{format::count(rate.rate, locale)}</td>
                    <td class="row-actions">
                        <form method="post" action=format!("/money/rates/{}/delete", rate.id)>
                            <button class="button" data-kind="quiet">
                                "Remove" <span class="visually-hidden">{label}</span>
                            </button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-scroll card" role="region" aria-label="Exchange rates" tabindex="0">
            <table class="table">
                <caption class="visually-hidden">"Exchange rates, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Pair"</th>
                        <th scope="col">"Day"</th>
                        <th scope="col" class="figure-cell">"Rate"</th>
                        <td></td>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
