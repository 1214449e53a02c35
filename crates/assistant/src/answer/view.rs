//! A tool's result as a serving model is sent it: without what only the page needs, and bounded.

use domain::{Cell, Table};
use serde_json::{Map, Value, json};

use crate::toolbox::ToolOutput;

/// How many items of a list are kept, tried in turn until the result is small enough.
const LIST_ITEMS: [usize; 5] = [60, 24, 10, 4, 1];

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

/// The value with shorter lists, then shorter texts, until it fits.
pub(super) fn bounded(value: Value, bytes_max: usize) -> Value {
    let fits = |value: &Value| value.to_string().len() <= bytes_max;
    if fits(&value) {
        return value;
    }
    for items in LIST_ITEMS {
        let shorter = with_lists_of(&value, items);
        if fits(&shorter) {
            return shorter;
        }
    }
    // JSON escapes at most sixfold: `\u0000`.
    let text = value.to_string();
    json!({ "cut": text[..text.floor_char_boundary(bytes_max / 6)] })
}

fn with_lists_of(value: &Value, items: usize) -> Value {
    match value {
        Value::Array(list) => {
            let mut kept: Vec<Value> =
                list.iter().take(items).map(|item| with_lists_of(item, items)).collect();
            if list.len() > items {
                kept.push(format!("{} more left out", list.len() - items).into());
            }
            kept.into()
        }
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), with_lists_of(value, items)))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_list_says_what_it_lacks() {
        let value = json!({ "rows": (0..1_000).collect::<Vec<_>>(), "total": "5" });
        let cut = bounded(value, 200);
        assert_eq!(cut["total"], "5");
        assert_eq!(cut["rows"][24], "976 more left out");
    }

    proptest! {
        #[test]
        fn a_result_is_never_larger_than_its_bound(
            texts in prop::collection::vec("\\PC{0,200}", 0..60),
            bytes_max in 64_usize..4_000,
        ) {
            let value = json!({ "rows": texts, "all": texts.concat() });
            prop_assert!(bounded(value, bytes_max).to_string().len() <= bytes_max);
        }
    }
}
