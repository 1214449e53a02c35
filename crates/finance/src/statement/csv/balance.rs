//! Opening and closing balance of an account whose rows carry a balance.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::super::{StatementAccount, StatementRow};
use crate::statement_check::is_booked;

/// Which end of the file is the older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    OlderFirst,
    NewerFirst,
}

/// Fills in the balances before the first and after the last row, where the column holds.
pub(in super::super) fn state_balances(account: &mut StatementAccount) {
    let Some((direction, holds)) = direction(&account.rows) else { return };
    if !holds {
        return;
    }
    // No stated balance holds what is pending.
    let mut rows: Vec<&StatementRow> = account.rows.iter().filter(|row| is_booked(row)).collect();
    if direction == Direction::NewerFirst {
        rows.reverse();
    }
    let Some(first) = rows.iter().position(|row| row.balance.is_some()) else { return };
    let last = rows.iter().rposition(|row| row.balance.is_some()).unwrap_or(first);
    let sum = |rows: &[&StatementRow]| rows.iter().map(|row| row.amount).sum::<Decimal>();
    let opening = rows[first].balance.map(|balance| balance - sum(&rows[..=first]));
    let closing = rows[last].balance.map(|balance| balance + sum(&rows[last + 1..]));
    account.opening_balance = opening;
    account.closing_balance = closing;
    account.closing_date = rows.iter().map(|row| row.date).max();
}

/// Takes over the balances that lines between the bookings state, where they fit the rows.
pub(super) fn adopt_stated(
    account: &mut StatementAccount,
    opening: Option<Decimal>,
    closing: Option<Decimal>,
    closing_date: Option<Date>,
) {
    let sum: Decimal = account.rows.iter().filter(|row| is_booked(row)).map(|row| row.amount).sum();
    let fits = opening.zip(closing).is_none_or(|(opening, closing)| opening + sum == closing);
    if !fits || account.closing_balance.is_some() {
        return;
    }
    account.opening_balance = account.opening_balance.or(opening);
    if let Some(closing) = closing.or(opening.map(|opening| opening + sum)) {
        account.closing_balance = Some(closing);
        let booked = account.rows.iter().filter(|row| is_booked(row));
        account.closing_date = closing_date.or_else(|| booked.map(|row| row.date).max());
    }
}

/// The direction in which balances follow from amounts, and whether most do.
fn direction(rows: &[StatementRow]) -> Option<(Direction, bool)> {
    let (first, last) = (rows.first()?, rows.last()?);
    let by_date = if first.date > last.date { Direction::NewerFirst } else { Direction::OlderFirst };
    let pairs: Vec<_> = rows
        .windows(2)
        .filter_map(|pair| Some((pair[0].balance?, pair[0].amount, pair[1].balance?, pair[1].amount)))
        .collect();
    let older_first = pairs.iter().filter(|(one, _, other, amount)| other - one == *amount).count();
    let newer_first = pairs.iter().filter(|(one, amount, other, _)| one - other == *amount).count();
    let best = older_first.max(newer_first);
    let direction = match older_first.cmp(&newer_first) {
        std::cmp::Ordering::Equal => by_date,
        std::cmp::Ordering::Greater => Direction::OlderFirst,
        std::cmp::Ordering::Less => Direction::NewerFirst,
    };
    Some((direction, pairs.is_empty() || best * 2 >= pairs.len()))
}
