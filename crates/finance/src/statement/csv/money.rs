//! Which columns hold the amount and the balance.

use rust_decimal::Decimal;

use super::{
    super::{
        AmountColumns,
        amount::{self, Mark},
    },
    direction, fee,
    sample::{Column, SampleRecord},
    sign,
    words::Role,
};

/// Columns of numbers that are compared with each other, each pair row by row.
const NUMERIC_MAX: usize = 12;

/// The columns that money stands in.
pub(super) struct MoneyColumns {
    pub(super) amount: AmountColumns,
    pub(super) balance: Option<usize>,
}

/// Chooses by the header where it is understood, else by what the numbers do.
pub(super) fn choose(columns: &[Column], bookings: &[&SampleRecord], date: usize) -> Option<MoneyColumns> {
    let by_header = from_header(columns, bookings, date);
    let balance = balance(columns).filter(|index| *index != date);
    match by_header {
        Some(amount) => Some(MoneyColumns { amount, balance: balance.filter(|index| !uses(amount, *index)) }),
        None => from_numbers(columns, bookings, date, balance),
    }
}

/// The column that the header calls a balance.
pub(super) fn balance(columns: &[Column]) -> Option<usize> {
    best(columns, Role::Balance, |_, column| column.is_numeric() || column.rows == 0)
}

/// The best column for a role, the first of equals; headers must be half understood at least.
pub(super) fn best(columns: &[Column], role: Role, fits: impl Fn(usize, &Column) -> bool) -> Option<usize> {
    let mut chosen: Option<(usize, u8)> = None;
    for (index, column) in columns.iter().enumerate() {
        let weight = column.weight(role);
        if weight >= 40 && fits(index, column) && chosen.is_none_or(|(_, most)| weight > most) {
            chosen = Some((index, weight));
        }
    }
    chosen.map(|(index, _)| index)
}

fn uses(amount: AmountColumns, index: usize) -> bool {
    match amount {
        AmountColumns::Signed { column, .. } => column == index,
        AmountColumns::DebitCredit { debit, credit } => debit == index || credit == index,
        AmountColumns::Directed { column, direction } => column == index || direction == index,
    }
}

fn from_header(columns: &[Column], bookings: &[&SampleRecord], date: usize) -> Option<AmountColumns> {
    let fits = |index: usize, column: &Column| {
        index != date && (column.rows == 0 || column.is_numeric() && column.covers(column.amounts, 60))
    };
    let numeric = |index: usize, column: &Column| index != date && (column.amounts > 0 || column.filled == 0);
    // What a fee was taken from is not what moved.
    let net = || {
        let is_net = |column: &Column| ["net amount", "net", "netto"].contains(&column.header.as_str());
        let mut all = columns.iter().enumerate();
        all.position(|(index, column)| is_net(column) && fits(index, column) && column.rows > 0)
            .filter(|_| fee::column(columns).is_some())
    };
    let signed = net()
        .or_else(|| best(columns, Role::Amount, fits))
        .or_else(|| by_currency(columns, bookings).first().copied())
        .or_else(|| {
            (0..columns.len())
                .find(|index| names_currency(&columns[*index]) && fits(*index, &columns[*index]))
        });
    let debit = best(columns, Role::Debit, |index, column| numeric(index, column) && Some(index) != signed);
    let credit = best(columns, Role::Credit, |index, column| {
        numeric(index, column) && Some(index) != signed && Some(index) != debit
    });
    let pair = debit.zip(credit).filter(|(debit, credit)| {
        bookings.is_empty()
            || bookings.iter().filter(|row| one_side(row, *debit, *credit)).count() * 10 >= bookings.len() * 6
    });
    let direction = direction_column(columns, bookings, signed);
    let twin = signed.and_then(|column| {
        let weight = columns[column].weight(Role::Amount);
        let is_twin = |index: &usize| {
            *index != column
                && columns[*index].weight(Role::Amount) == weight
                && columns[*index].nonzero > 0
                && !columns[*index].has_both_signs()
                && !columns[column].has_both_signs()
                && columns[column]
                    .covers(bookings.iter().filter(|row| one_side(row, column, *index)).count(), 95)
        };
        (0..columns.len()).find(is_twin).map(|other| (column.min(other), column.max(other)))
    });
    if let (None, Some((first, second))) = (pair, twin)
        && !columns[first].covers(columns[first].nonzero, 100)
    {
        let swapped = is_swapped_by_words(bookings, first, second);
        let (debit, credit) = if swapped { (second, first) } else { (first, second) };
        return Some(AmountColumns::DebitCredit { debit, credit });
    }
    match (signed, pair) {
        (Some(column), None) => Some(signed_or_directed(column, direction, bookings)),
        (Some(column), Some((debit, credit))) => {
            let unsigned = columns[column].negative == 0 && columns[column].rows > 0 && direction.is_none();
            Some(if unsigned {
                AmountColumns::DebitCredit { debit, credit }
            } else {
                signed_or_directed(column, direction, bookings)
            })
        }
        (None, Some((debit, credit))) => Some(AmountColumns::DebitCredit { debit, credit }),
        (None, None) => {
            // One column alone: `Spent`, `Withdrawals`.
            let alone = |index: Option<usize>| index.filter(|index| fits(*index, &columns[*index]));
            alone(debit)
                .map(|column| AmountColumns::Signed {
                    column,
                    positive_is_out: columns[column].negative == 0,
                })
                .or_else(|| {
                    let sparse = || {
                        best(columns, Role::Amount, |_, column| {
                            column.is_numeric() && column.has_both_signs()
                        })
                    };
                    alone(credit)
                        .or_else(sparse)
                        .map(|column| AmountColumns::Signed { column, positive_is_out: false })
                })
        }
    }
}

/// The columns of amounts of which each is in the currency of its header, `CAD$` and `USD$`, where nearly every row
/// fills one of them; none where they are fewer than two.
pub(super) fn by_currency(columns: &[Column], bookings: &[&SampleRecord]) -> Vec<usize> {
    let named: Vec<usize> = (0..columns.len())
        .filter(|index| names_currency(&columns[*index]) && columns[*index].is_numeric())
        .collect();
    let filled = |row: &SampleRecord| named.iter().filter(|column| !row.field(**column).is_empty()).count();
    let one_each = bookings.iter().filter(|row| filled(row) == 1).count();
    if named.len() >= 2 && one_each * 100 >= bookings.len() * 95 { named } else { Vec::new() }
}

fn names_currency(column: &Column) -> bool {
    column.header.len() == 3 && column.header.parse::<domain::Currency>().is_ok()
}

fn one_side(row: &SampleRecord, debit: usize, credit: usize) -> bool {
    let filled = |column| amount::parse(row.field(column), '.').is_ok_and(|amount| !amount.value.is_zero());
    filled(debit) != filled(credit)
}

fn direction_column(columns: &[Column], bookings: &[&SampleRecord], signed: Option<usize>) -> Option<usize> {
    let signed = signed?;
    let named = best(columns, Role::Direction, |index, column| {
        let names_it = column.weight(Role::Direction) >= 80;
        let told =
            bookings.iter().map(|row| row.field(index)).filter(|text| names_it || direction::is_pure(text));
        let marks: Vec<Mark> = told.filter_map(direction::direction).collect();
        // A few rows of another kind, `NEUTRAL` or `FEE`, do not hide what the others say.
        let has_both = marks.contains(&Mark::Debit) && marks.contains(&Mark::Credit);
        let percent = if has_both { 50 } else { 90 };
        index != signed && column.rows > 0 && column.covers(marks.len(), percent)
    });
    // `Withdrawal` and `Deposit` beside amounts that have no sign.
    let by_kind = || {
        let unsigned = columns[signed].negative == 0 && columns[signed].nonzero > 0;
        (0..columns.len()).filter(|index| unsigned && *index != signed).find(|index| {
            let kinds: Option<Vec<Mark>> =
                bookings.iter().map(|row| direction::of_kind(row.field(*index))).collect();
            kinds.is_some_and(|kinds| kinds.contains(&Mark::Debit) && kinds.contains(&Mark::Credit))
        })
    };
    // `S` and `H` below no header at all.
    named.or_else(by_kind).or_else(|| {
        let unsigned = columns[signed].negative == 0;
        (0..columns.len()).find(|index| {
            let column = &columns[*index];
            unsigned && column.rows > 1 && column.covers(column.directions, 100) && column.distinct <= 2
        })
    })
}

/// A direction beside signed amounts repeats the sign; beside unsigned ones it is the sign.
fn signed_or_directed(column: usize, direction: Option<usize>, bookings: &[&SampleRecord]) -> AmountColumns {
    let signed = AmountColumns::Signed { column, positive_is_out: false };
    let Some(direction) = direction else { return signed };
    let (mut agree, mut differ, mut negative) = (0usize, 0usize, 0usize);
    for row in bookings {
        let (Ok(amount), Some(mark)) =
            (amount::parse(row.field(column), '.'), direction::direction(row.field(direction)))
        else {
            continue;
        };
        let is_negative = amount.value.is_sign_negative() && !amount.value.is_zero();
        negative += usize::from(is_negative);
        if is_negative == (mark == Mark::Debit) { agree += 1 } else { differ += 1 }
    }
    if negative == 0
        || agree > 0 && differ > 0 && agree * 10 < (agree + differ) * 9 && differ * 10 < (agree + differ) * 9
    {
        AmountColumns::Directed { column, direction }
    } else {
        AmountColumns::Signed { column, positive_is_out: differ > agree }
    }
}

/// Without a header: a balance is what changes by the amount; a debit and a credit column are
/// filled by turns; else the first column of money.
fn from_numbers(
    columns: &[Column],
    bookings: &[&SampleRecord],
    date: usize,
    balance: Option<usize>,
) -> Option<MoneyColumns> {
    let numeric: Vec<usize> = (0..columns.len())
        .filter(|index| {
            *index != date
                && columns[*index].is_numeric()
                && columns[*index].dates * 2 < columns[*index].rows.max(1)
                && columns[*index].references * 2 < columns[*index].rows.max(1)
        })
        .take(NUMERIC_MAX)
        .collect();
    let full: Vec<usize> = numeric
        .iter()
        .copied()
        .filter(|index| columns[*index].covers(columns[*index].amounts, 95) && Some(*index) != balance)
        .collect();
    let signed = |column| AmountColumns::Signed { column, positive_is_out: false };
    for amount in full.iter().copied().filter(|index| columns[*index].nonzero > 0) {
        for balance in full.iter().copied().filter(|index| *index != amount) {
            if is_running_balance(bookings, amount, balance) {
                return Some(MoneyColumns { amount: signed(amount), balance: Some(balance) });
            }
        }
    }
    for (position, first) in numeric.iter().enumerate() {
        for second in &numeric[position + 1..] {
            let (one, other) = (&columns[*first], &columns[*second]);
            let by_turns = bookings.iter().filter(|row| one_side(row, *first, *second)).count();
            let both_used = one.nonzero > 0 && other.nonzero > 0 && !one.covers(one.nonzero, 100);
            let is_pair = ![Some(*first), Some(*second)].contains(&balance)
                && !one.has_both_signs()
                && !other.has_both_signs();
            if both_used && is_pair && one.covers(by_turns, 95) {
                let mut rest = full.iter().copied().filter(|index| index != first && index != second);
                let proven =
                    rest.find_map(|balance| Some((balance, is_swapped(bookings, *first, *second, balance)?)));
                let swapped = match proven {
                    // A card's balance rises by what was charged to it: it is what is owed.
                    Some((_, true)) if is_owed(bookings, *first, *second) => false,
                    Some((_, false)) if is_owed(bookings, *second, *first) => true,
                    Some((_, swapped)) => swapped,
                    None => is_swapped_by_words(bookings, *first, *second),
                };
                let (debit, credit) = if swapped { (*second, *first) } else { (*first, *second) };
                return Some(MoneyColumns {
                    amount: AmountColumns::DebitCredit { debit, credit },
                    balance: balance.or(proven.map(|(rest, _)| rest)),
                });
            }
        }
    }
    let by_sign = full.iter().copied().find(|index| columns[*index].negative > 0);
    let by_money = || full.iter().copied().find(|index| columns[*index].covers(columns[*index].money, 50));
    let column = by_sign.or_else(by_money).or_else(|| full.first().copied())?;
    let direction = direction_column(columns, bookings, Some(column));
    Some(MoneyColumns { amount: signed_or_directed(column, direction, bookings), balance })
}

fn values(row: &SampleRecord, column: usize) -> Option<Decimal> {
    let text = row.field(column);
    let mark = amount::proven_decimal_mark(text).unwrap_or('.');
    amount::parse(text, mark).ok().map(|amount| amount.value)
}

/// Whether most steps from row to row, in either direction, are the amount.
fn is_running_balance(bookings: &[&SampleRecord], amount: usize, balance: usize) -> bool {
    let rows: Vec<(Decimal, Decimal)> =
        bookings.iter().filter_map(|row| values(row, amount).zip(values(row, balance))).collect();
    let steps = rows.len().saturating_sub(1);
    let older_first = rows.windows(2).filter(|pair| pair[1].1 - pair[0].1 == pair[1].0).count();
    let newer_first = rows.windows(2).filter(|pair| pair[0].1 - pair[1].1 == pair[0].0).count();
    steps >= 1 && older_first.max(newer_first) * 10 >= steps * 8
}

/// Whether money in stands before money out, by what the rows' words tell of each.
fn is_swapped_by_words(bookings: &[&SampleRecord], first: usize, second: usize) -> bool {
    let (mut straight, mut swapped) = (0usize, 0usize);
    for row in bookings {
        let Some(told) = sign::told_by_words(row) else { continue };
        let filled = |column| values(row, column).is_some_and(|value| !value.is_zero());
        match (told, filled(first), filled(second)) {
            (Mark::Debit, true, false) | (Mark::Credit, false, true) => straight += 1,
            (Mark::Credit, true, false) | (Mark::Debit, false, true) => swapped += 1,
            _ => {}
        }
    }
    swapped > straight
}

/// Whether a card's charges stand in one column and its payments in the other, by the payments' thanks and by what the
/// other rows' words tell.
fn is_owed(bookings: &[&SampleRecord], charges: usize, payments: usize) -> bool {
    let filled = |row: &SampleRecord, column| values(row, column).is_some_and(|value| !value.is_zero());
    let thanks: Vec<_> = bookings.iter().filter(|row| sign::is_thanks(row)).collect();
    let others = bookings.iter().filter(|row| !sign::is_thanks(row));
    let told = others.filter_map(|row| Some((row, sign::told_by_words(row)?)));
    let (mut with, mut against) = (0, 0);
    for (row, told) in told {
        let is_charge = filled(row, charges);
        if is_charge == (told == Mark::Debit) { with += 1 } else { against += 1 }
    }
    !thanks.is_empty() && thanks.iter().all(|row| filled(row, payments)) && with >= 2 && with >= 4 * against
}

/// Whether money in stands before money out, by a column that may be the balance; none where it
/// is no balance.
fn is_swapped(bookings: &[&SampleRecord], first: usize, second: usize, balance: usize) -> Option<bool> {
    let rows: Vec<(Decimal, Decimal)> = bookings
        .iter()
        .filter_map(|row| {
            let value = |column| values(row, column).unwrap_or_default().abs();
            Some((value(first) - value(second), values(row, balance)?))
        })
        .collect();
    let count = |sign: Decimal| {
        let older = rows.windows(2).filter(|pair| pair[1].1 - pair[0].1 == sign * pair[1].0).count();
        let newer = rows.windows(2).filter(|pair| pair[0].1 - pair[1].1 == sign * pair[0].0).count();
        older.max(newer)
    };
    let (swapped, straight) = (count(Decimal::ONE), count(Decimal::NEGATIVE_ONE));
    (swapped.max(straight) * 2 > rows.len().saturating_sub(1)).then_some(swapped > straight)
}
