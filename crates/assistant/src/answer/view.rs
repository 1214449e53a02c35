//! A tool's result as a serving model is sent it: without what only the page needs, and bounded.

use domain::{Cell, Table};
use serde_json::{Map, Value, json};

use crate::{bound::bounded, toolbox::ToolOutput};

/// A result of ours: rows and links stay here, tables become rows of text.
pub(super) fn of_output(output: &ToolOutput, bytes_max: usize) -> Value {
    let figures: Vec<Value> = output
        .figures
        .iter()
        .map(|figure| {
            json!({
                "name": figure.name, "label": figure.label, "value": figure.value, "currency": figure.currency,
            })
        })
        .collect();
    let mut view = Map::from_iter([
        ("summary".to_owned(), Value::from(output.summary.clone())),
        ("figures".to_owned(), Value::from(figures)),
    ]);
    if !output.details.is_null() {
        view.insert("details".to_owned(), output.details.clone());
    }
    if !output.tables.is_empty() {
        view.insert("tables".to_owned(), output.tables.iter().map(table).collect());
    }
    view.extend(output.result.clone());
    bounded(Value::Object(view), bytes_max)
}

fn table(table: &Table) -> Value {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let rows: Vec<Vec<Value>> = table.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    json!({ "title": table.title, "columns": columns, "rows": rows })
}

fn cell(cell: &Cell) -> Value {
    match cell {
        Cell::Text { text } => text.as_str().into(),
        Cell::Count { count } => (*count).into(),
        Cell::Percent { percent } => format!("{percent}%").into(),
        Cell::Date { date } => date.to_string().into(),
        Cell::Money { money, .. } => format!("{} {}", money.amount(), money.currency()).into(),
    }
}
