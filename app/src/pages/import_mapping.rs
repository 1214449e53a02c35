//! Correcting how a CSV is understood.

use domain::ImportId;
use finance::statement::{AmountColumns, CsvLayout, CsvMapping, DateOrder};
use leptos::prelude::*;

use crate::components::SelectField;

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

fn text(index: Option<usize>) -> String {
    index.map(|index| index.to_string()).unwrap_or_default()
}

/// Correcting how a CSV is understood: sends the same file through the preview again.
#[component]
pub(super) fn MappingForm(id: ImportId, layout: CsvLayout) -> impl IntoView {
    let columns = column_options(&layout);
    let mapping = layout.mapping;
    let amount = AmountFields::of(&mapping);
    let date_order = match mapping.date_order {
        DateOrder::YearMonthDay => "year_month_day",
        DateOrder::DayMonthYear => "day_month_year",
        DateOrder::MonthDayYear => "month_day_year",
    };
    let optional = [
        ("payee", "Payee", mapping.payee),
        ("description", "Description", mapping.description),
        ("category", "Category", mapping.category),
        ("account", "Account", mapping.account),
        ("currency", "Currency", mapping.currency),
        ("balance", "Balance", mapping.balance),
        ("external_id", "Bank’s id", mapping.external_id),
    ]
    .map(|(name, label, index)| {
        view! { <SelectField name label value=text(index) options=columns.clone() empty="Not in the file" /> }
    })
    .collect_view();
    view! {
        <details class="card mapping">
            <summary>"Something is not right? Correct the columns"</summary>
            <form method="post" action=format!("/money/imports/{id}")>
                <div class="fields">
                    <SelectField name="date" label="Date" value=mapping.date.to_string() options=columns.clone() />
                    <SelectField
                        name="date_order"
                        label="Dates are written"
                        value=date_order
                        options=pairs(&[
                            ("year_month_day", "year, month, day"),
                            ("day_month_year", "day, month, year"),
                            ("month_day_year", "month, day, year"),
                        ])
                    />
                    <SelectField
                        name="amount_kind"
                        label="Amounts are"
                        value=amount.kind
                        options=pairs(&[
                            ("signed", "one column, minus is money out"),
                            ("signed_out", "one column, plus is money out"),
                            ("debit_credit", "a column for out and one for in"),
                            ("directed", "one column, another tells the direction"),
                        ])
                    />
                    <SelectField name="amount" label="Amount" value=text(amount.column) options=columns.clone() empty="–" />
                    <SelectField name="debit" label="Money out" value=text(amount.debit) options=columns.clone() empty="–" />
                    <SelectField name="credit" label="Money in" value=text(amount.credit) options=columns.clone() empty="–" />
                    <SelectField name="direction" label="Direction" value=text(amount.direction) options=columns.clone() empty="–" />
                    <SelectField
                        name="decimal_mark"
                        label="Decimal mark"
                        value=mapping.decimal_mark.to_string()
                        options=pairs(&[(".", "point: 1234.50"), (",", "comma: 1234,50")])
                    />
                    {optional}
                    <SelectField
                        name="delimiter"
                        label="Between columns"
                        value=mapping.delimiter.to_string()
                        options=pairs(&[(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")])
                    />
                    <div class="field">
                        <label for="field-header_line">"Line of the header"</label>
                        <input
                            id="field-header_line"
                            name="header_line"
                            inputmode="numeric"
                            autocomplete="off"
                            value=mapping.header_line.map(|line| line.to_string()).unwrap_or_default()
                            aria-describedby="field-header_line-hint"
                        />
                        <p class="hint" id="field-header_line-hint">"Empty when there is none."</p>
                    </div>
                </div>
                <button class="button" name="action" value="preview">"Show the preview again"</button>
            </form>
        </details>
    }
    .into_any()
}
