//! Two amounts with a currency each: what a shop asked for, and what the account paid. The account has one
//! currency, the shops have several.

use std::collections::BTreeSet;

use domain::Currency;
use rust_decimal::Decimal;

use super::{
    super::amount,
    sample::{Column, SampleRecord},
    words::Role,
};

/// The columns of what the account paid and its currency, where `column` holds what the shops asked for.
pub(super) fn pair(
    columns: &[Column],
    bookings: &[&SampleRecord],
    column: usize,
    decimal_mark: char,
) -> Option<(usize, usize)> {
    let asked = currency_beside(columns, column)?;
    if currencies(bookings, asked).len() < 2 {
        return None;
    }
    let is_amount = |index: &usize| {
        *index != column && columns[*index].weight(Role::Amount) >= 40 && columns[*index].is_numeric()
    };
    let pairs = (0..columns.len()).filter(is_amount).filter_map(|other| {
        let paid = currency_beside(columns, other)?;
        (paid != asked && currencies(bookings, paid).len() == 1).then_some((other, paid))
    });
    // Where nothing was exchanged both amounts are the same.
    let value = |row: &SampleRecord, column: usize| -> Option<Decimal> {
        amount::parse(row.field(column), decimal_mark).ok().map(|amount| amount.value)
    };
    let agrees = |(other, paid): &(usize, usize)| {
        let plain: Vec<_> = bookings.iter().filter(|row| row.field(asked) == row.field(*paid)).collect();
        let same = plain.iter().filter(|row| value(row, column) == value(row, *other));
        !plain.is_empty() && same.count() == plain.len()
    };
    pairs.into_iter().find(agrees)
}

/// The account's currency, where the one column of currencies is that of another amount, what the shop asked for: of
/// the rows in which both amounts are the same.
pub(super) fn own_currency(
    columns: &[Column],
    bookings: &[&SampleRecord],
    (column, currency): (usize, usize),
    decimal_mark: char,
) -> Option<Currency> {
    const ASKED: [&str; 5] = [
        "currency amount",
        "foreign amount",
        "foreign currency amount",
        "amount in foreign currency",
        "original amount",
    ];
    let asked = columns.iter().position(|column| ASKED.contains(&column.header.as_str()))?;
    let value = |row: &SampleRecord, column: usize| {
        amount::parse(row.field(column), decimal_mark).ok().map(|amount| amount.value.abs())
    };
    let (same, other): (Vec<&SampleRecord>, Vec<&SampleRecord>) =
        bookings.iter().partition(|row| value(row, asked) == value(row, column));
    let (own, foreign) = (currencies(&same, currency), currencies(&other, currency));
    let code =
        own.first().filter(|code| own.len() == 1 && !foreign.is_empty() && !foreign.contains(*code))?;
    code.parse().ok()
}

/// The column of currencies behind a column of amounts, or before it.
fn currency_beside(columns: &[Column], column: usize) -> Option<usize> {
    let is_currency = |index: &usize| {
        columns.get(*index).is_some_and(|column| column.weight(Role::Currency) >= 40 && column.currencies > 0)
    };
    [column + 1, column.wrapping_sub(1)].into_iter().find(is_currency)
}

fn currencies<'a>(bookings: &[&'a SampleRecord], column: usize) -> BTreeSet<&'a str> {
    bookings.iter().map(|row| row.field(column)).filter(|code| !code.is_empty()).collect()
}
