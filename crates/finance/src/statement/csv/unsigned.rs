//! Amounts without a sign, whose way the running balance tells row by row. Where it falls by every amount the sign is
//! that of the whole column, and `sign` turns it.

use domain::{CategoryKind, SkippedRow};
use rust_decimal::Decimal;

use super::{
    super::{AmountColumns, CsvMapping, StatementAccount, StatementRow, amount},
    sample::SampleRecord,
    skip::Skip,
};
use crate::categorise::known_kind;

/// Steps of a balance that are the amounts, at least 8 of 10.
struct Steps {
    is_newer_first: bool,
    out: usize,
    into: usize,
}

/// Reads amounts, all positive, and the balances behind them; none where the balances are no sum of theirs.
fn steps(rows: &[(Decimal, Decimal)]) -> Option<Steps> {
    if rows.len() < 3 || rows.iter().any(|(amount, _)| amount.is_sign_negative()) {
        return None;
    }
    let of = |is_newer_first: bool| {
        let (mut out, mut into) = (0, 0);
        for pair in rows.windows(2) {
            let [older, newer] = if is_newer_first { [pair[1], pair[0]] } else { [pair[0], pair[1]] };
            let step = newer.1 - older.1;
            out += usize::from(step == -newer.0 && !step.is_zero());
            into += usize::from(step == newer.0 && !step.is_zero());
        }
        Steps { is_newer_first, out, into }
    };
    let (older, newer) = (of(false), of(true));
    let best = if newer.out + newer.into > older.out + older.into { newer } else { older };
    (best.out > 0 && best.into > 0 && (best.out + best.into) * 10 >= (rows.len() - 1) * 8).then_some(best)
}

/// Whether the balance, and nothing else, tells which way the money of each row went.
pub(super) fn is_told_by_balance(mapping: &CsvMapping, bookings: &[&SampleRecord]) -> bool {
    let (AmountColumns::Signed { column, .. }, Some(balance)) = (mapping.amount, mapping.balance) else {
        return false;
    };
    let read =
        |row: &SampleRecord, column: usize| amount::parse(row.field(column), mapping.decimal_mark).ok();
    let rows: Option<Vec<_>> = bookings
        .iter()
        .map(|row| {
            let amount = read(row, column).filter(|amount| amount.mark.is_none())?;
            Some((amount.value, read(row, balance)?.value))
        })
        .collect();
    rows.is_some_and(|rows| steps(&rows).is_some())
}

/// Gives each row the sign that the balance tells. Rows of which nothing tells it are taken out.
pub(super) fn direct(account: &mut StatementAccount, column: usize) -> Vec<SkippedRow> {
    let read = |row: &StatementRow| Some((row.amount.abs(), row.balance?));
    let Some(rows) = account.rows.iter().map(read).collect::<Option<Vec<_>>>() else { return Vec::new() };
    let Some(Steps { is_newer_first, .. }) = steps(&rows) else { return Vec::new() };
    let mut skipped = Vec::new();
    let mut at = 0;
    account.rows.retain_mut(|row| {
        let before = if is_newer_first { rows.get(at + 1) } else { at.checked_sub(1).map(|at| &rows[at]) };
        at += 1;
        let size = row.amount.abs();
        let by_balance = before.zip(row.balance).map(|((_, before), after)| after - before);
        let told = by_balance.filter(|step| step.abs() == size).or_else(|| by_words(row));
        match told {
            Some(amount) => row.amount = amount,
            None => skipped.push(Skip::Unsigned(column).row(row.line)),
        }
        told.is_some()
    });
    skipped
}

/// What the row's words tell where no balance stands before it: a shop is paid, a salary comes in.
fn by_words(row: &StatementRow) -> Option<Decimal> {
    let size = row.amount.abs();
    match [&row.payee, &row.description].into_iter().find_map(|text| known_kind(text))? {
        CategoryKind::Spending => Some(-size),
        CategoryKind::Income => Some(size),
        CategoryKind::Transfer => None,
    }
}
