//! A column of fees that the running balance proves to be taken beside the amounts.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::{
    super::{AmountColumns, CsvMapping, amount},
    sample::{Column, SampleRecord},
};

/// Headers of such a column, folded.
const HEADERS: [&str; 18] = [
    "fee",
    "total fees",
    "transaction fee",
    "service fee",
    "fees",
    "fee amount",
    "charge fee",
    "gebuhr",
    "gebuhren",
    "frais",
    "comision",
    "commission",
    "commissione",
    "costo",
    "comissao",
    "oplata",
    "kosten",
    "avgift",
];

/// Where the fee of a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fee {
    pub(super) column: usize,
    /// Fees are listed with a minus.
    pub(super) is_negative: bool,
}

#[derive(Clone, Copy)]
struct Row {
    amount: Decimal,
    fee: Decimal,
    balance: Decimal,
}

/// What the rows with a fee say in one order of the file: how many there are, and of how many the balance moves
/// by the amount alone, by the amount less the fee, and by both together.
#[derive(Default)]
struct Proof {
    fees: usize,
    alone: usize,
    less: usize,
    more: usize,
}

impl Proof {
    fn add(&mut self, step: Decimal, row: Row) {
        if !row.fee.is_zero() {
            self.fees += 1;
            self.alone += usize::from(step == row.amount);
            self.less += usize::from(step == row.amount - row.fee);
            self.more += usize::from(step == row.amount + row.fee);
        }
    }

    /// Whether fees are listed with a minus; none where they are not taken beside the amounts.
    fn is_negative(&self) -> Option<bool> {
        let proves = |count: usize| count > 0 && self.alone == 0 && count * 10 >= self.fees * 8;
        if proves(self.less) { Some(false) } else { proves(self.more).then_some(true) }
    }
}

/// The column that is headed as fees are.
pub(super) fn column(columns: &[Column]) -> Option<usize> {
    let is_fee = |column: &Column| column.nonzero > 0 && HEADERS.contains(&column.header.as_str());
    columns.iter().position(is_fee)
}

/// The column of fees, where the balance of most rows that have one proves it.
pub(super) fn find(columns: &[Column], bookings: &[&SampleRecord], mapping: &CsvMapping) -> Option<Fee> {
    let balance = mapping.balance?;
    let column = column(columns)?;
    let mut last: HashMap<(&str, &str), Row> = HashMap::new();
    let (mut older_first, mut newer_first) = (Proof::default(), Proof::default());
    for booking in bookings {
        let read = |column: usize| {
            amount::parse(booking.field(column), mapping.decimal_mark).ok().map(|amount| amount.value)
        };
        let size = |column: usize| read(column).unwrap_or_default().abs();
        let amount = match mapping.amount {
            AmountColumns::Signed { column, positive_is_out: false } => read(column),
            AmountColumns::DebitCredit { debit, credit } => Some(size(credit) - size(debit)),
            AmountColumns::Signed { .. } | AmountColumns::Directed { .. } => return None,
        };
        let (Some(amount), Some(balance)) = (amount, read(balance)) else { continue };
        let row = Row { amount, fee: read(column).unwrap_or_default(), balance };
        let of = (text(booking, mapping.account), text(booking, mapping.currency));
        if let Some(before) = last.insert(of, row) {
            older_first.add(row.balance - before.balance, row);
            newer_first.add(before.balance - row.balance, before);
        }
    }
    let is_negative = older_first.is_negative().or_else(|| newer_first.is_negative())?;
    Some(Fee { column, is_negative })
}

/// The column of fees beside an amount that says that they are taken off: `Source amount (after fees)` and
/// `Source fee amount`.
pub(super) fn taken_off(header: &SampleRecord, columns: &[Column], amount: usize) -> Option<Fee> {
    let of = columns.get(amount)?.header.strip_suffix(" amount")?;
    let is_after = header.field(amount).to_lowercase().contains("(after fees)");
    let name = format!("{of} fee amount");
    let column = columns.iter().position(|column| column.header == name).filter(|_| is_after)?;
    Some(Fee { column, is_negative: false })
}

fn text(booking: &SampleRecord, column: Option<usize>) -> &str {
    column.map_or("", |column| booking.field(column))
}
