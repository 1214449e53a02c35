//! Correcting how a CSV is understood.

use domain::ImportId;
use finance::statement::{AmountColumns, CsvLayout, CsvMapping, DateOrder};
use leptos::prelude::*;

use super::FormAttempt;
use crate::components::{SelectField, TextField, error_for};

/// The choices for a column: every column's name with a value of the first row beside it.
fn column_options(layout: &CsvLayout) -> Vec<(String, String)> {
    let sample = layout.samples.first();
    let words = |(index, name): (usize, &String)| {
        let value = sample.and_then(|row| row.get(index)).map(String::as_str).unwrap_or_default();
        let short: String = value.chars().take(24).collect();
        let words = if short.is_empty() { name.clone() } else { format!("{name} ({short})") };
        (index.to_string(), words)
    };
    layout.columns.iter().enumerate().map(words).collect()
}

/// A form's values for a mapping: the amount's columns, by how they are laid out.
struct AmountFields {
    kind: &'static str,
    column: Option<usize>,
    debit: Option<usize>,
    credit: Option<usize>,
    direction: Option<usize>,
}

impl AmountFields {
    fn of(mapping: &CsvMapping) -> Self {
        let empty = Self { kind: "signed", column: None, debit: None, credit: None, direction: None };
        match mapping.amount {
            AmountColumns::Signed { column, positive_is_out: false } => {
                Self { column: Some(column), ..empty }
            }
            AmountColumns::Signed { column, positive_is_out: true } => {
                Self { kind: "signed_out", column: Some(column), ..empty }
            }
            AmountColumns::DebitCredit { debit, credit } => {
                Self { kind: "debit_credit", debit: Some(debit), credit: Some(credit), ..empty }
            }
            AmountColumns::Directed { column, direction } => {
                Self { kind: "directed", column: Some(column), direction: Some(direction), ..empty }
            }
        }
    }
}

fn pairs(options: &[(&str, &str)]) -> Vec<(String, String)> {
    options.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

fn text<T: ToString>(number: Option<T>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// Correcting how a CSV is understood: sends the same file through the preview again. A refused
/// correction is open, as it was chosen.
#[component]
pub(super) fn MappingForm(id: ImportId, layout: CsvLayout, attempt: Option<FormAttempt>) -> impl IntoView {
    let columns = column_options(&layout);
    let chosen = |name: &str, there: String| attempt.as_ref().map_or(there, |attempt| attempt.text(name));
    let error = |name: &str| attempt.as_ref().and_then(|attempt| error_for(&attempt.errors, name));
    let is_refused = attempt.is_some();
    let mapping = layout.mapping;
    let amount = AmountFields::of(&mapping);
    let date_order = match mapping.date_order {
        DateOrder::YearMonthDay => "year_month_day",
        DateOrder::DayMonthYear => "day_month_year",
        DateOrder::MonthDayYear => "month_day_year",
    };
    let column = |(name, label, index): (&'static str, &'static str, Option<usize>), empty: &'static str| {
        let value = chosen(name, text(index));
        view! { <SelectField name label value options=columns.clone() empty error=error(name) /> }
    };
    let amounts = [
        ("amount", "Amount", amount.column),
        ("debit", "Money out", amount.debit),
        ("credit", "Money in", amount.credit),
        ("direction", "Direction", amount.direction),
    ]
    .map(|it| column(it, "–"))
    .collect_view();
    let optional = [
        ("payee", "Payee", mapping.payee),
        ("description", "Description", mapping.description),
        ("category", "Category", mapping.category),
        ("account", "Account", mapping.account),
        ("currency", "Currency", mapping.currency),
        ("balance", "Balance", mapping.balance),
        ("external_id", "Bank’s id", mapping.external_id),
    ]
    .map(|it| column(it, "Not in the file"))
    .collect_view();
    view! {
        <details class="card mapping" id="field-columns" open=is_refused>
            <summary>"Something is not right? Correct the columns"</summary>
            <form method="post" action=format!("/money/imports/{id}")>
                <div class="fields">
                    <SelectField
                        name="date"
                        label="Date"
                        value=chosen("date", mapping.date.to_string())
                        options=columns.clone()
                        error=error("date")
                    />
                    <SelectField
                        name="date_order"
                        label="Dates are written"
                        value=chosen("date_order", date_order.to_owned())
                        error=error("date_order")
                        options=pairs(&[
                            ("year_month_day", "year, month, day"),
                            ("day_month_year", "day, month, year"),
                            ("month_day_year", "month, day, year"),
                        ])
                    />
                    <SelectField
                        name="amount_kind"
                        label="Amounts are"
                        value=chosen("amount_kind", amount.kind.to_owned())
                        error=error("amount_kind")
                        options=pairs(&[
                            ("signed", "one column, minus is money out"),
                            ("signed_out", "one column, plus is money out"),
                            ("debit_credit", "a column for out and one for in"),
                            ("directed", "one column, another tells the direction"),
                        ])
                    />
                    {amounts}
                    <SelectField
                        name="decimal_mark"
                        label="Decimal mark"
                        value=chosen("decimal_mark", mapping.decimal_mark.to_string())
                        error=error("decimal_mark")
                        options=pairs(&[(".", "point: 1234.50"), (",", "comma: 1234,50")])
                    />
                    {optional}
                    <SelectField
                        name="delimiter"
                        label="Between columns"
                        value=chosen("delimiter", mapping.delimiter.to_string())
                        error=error("delimiter")
                        options=pairs(&[(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")])
                    />
                    <TextField
                        name="header_line"
                        label="Line of the header"
                        value=chosen("header_line", text(mapping.header_line))
                        input_mode="numeric"
                        hint="Empty when there is none."
                        error=error("header_line")
                    />
                </div>
                <button class="button" name="action" value="preview">"Show the preview again"</button>
            </form>
        </details>
    }
    .into_any()
}
