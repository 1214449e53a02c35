//! Two amounts with a currency each: what a shop asked for, and what the account paid. The account has one
//! currency, the shops have several.

use std::collections::BTreeSet;

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
