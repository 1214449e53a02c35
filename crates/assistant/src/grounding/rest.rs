//! "23 more": what is left of a list once a text has named some of it.

use std::collections::BTreeSet;

use domain::{Cell, Table};
use rust_decimal::Decimal;
use serde_json::Value;

/// Fields of an item that name it.
const NAMES: &[&str] = &["payee", "name", "label", "subject", "description", "category", "title"];

/// A list that a tool gave.
#[derive(Debug, Clone)]
pub(super) struct List {
    /// What each item is called, in small letters.
    names: Vec<String>,
    /// How many items there are; what is shown can be less than what was counted.
    pub totals: Vec<Decimal>,
}

impl List {
    /// The rows of a table, called by their first words.
    pub fn of_table(table: &Table) -> Option<Self> {
        let first_words = |row: &Vec<Cell>| {
            row.iter().find_map(|cell| match cell {
                Cell::Text { text } if !text.is_empty() => Some(text.to_lowercase()),
                _ => None,
            })
        };
        let length = rows_of(table);
        Self::of(table.rows[..length].iter().filter_map(first_words).collect(), length)
    }

    /// Items of JSON, called by one of their fields.
    pub fn of_json(items: &[Value]) -> Option<Self> {
        let name = |item: &Value| {
            let own = item.as_str();
            own.or_else(|| NAMES.iter().find_map(|name| item[*name].as_str())).map(str::to_lowercase)
        };
        Self::of(items.iter().filter_map(name).collect(), items.len())
    }

    fn of(names: Vec<String>, length: usize) -> Option<Self> {
        (names.len() > 1).then(|| Self { names, totals: vec![Decimal::from(length)] })
    }

    /// Whether so many are left when a text, in small letters, has named the others. Payees that
    /// come twice are counted by rows, by names, or as often as they are named.
    pub fn leaves(&self, rest: Decimal, heard: &str) -> bool {
        let distinct: BTreeSet<&str> = self.names.iter().map(String::as_str).collect();
        let mut told = [0_usize; 3];
        for name in distinct {
            let times = times_named(heard, name);
            if times > 0 {
                told[0] += self.names.iter().filter(|other| *other == name).count();
                told[1] += 1;
                told[2] += times;
            }
        }
        let is_left = |total: &Decimal| told.iter().any(|told| *total - Decimal::from(*told) == rest);
        told[0] > 0 && self.totals.iter().any(is_left)
    }
}

/// How many rows a table has beside its total.
pub(super) fn rows_of(table: &Table) -> usize {
    table.rows.len().saturating_sub(usize::from(table.has_total))
}

/// How often a name stands in a text as a word of its own.
fn times_named(heard: &str, name: &str) -> usize {
    let is_apart = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    let places = heard.match_indices(name).filter(|(at, _)| {
        is_apart(heard[..*at].chars().next_back()) && is_apart(heard[at + name.len()..].chars().next())
    });
    if name.is_empty() { 0 } else { places.count() }
}
