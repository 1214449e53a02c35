//! What the records of a text are: bookings, by their days and amounts, or lines that are left out. Their other
//! texts are not looked at here.

use domain::{Currency, Money};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    super::{
        AmountColumns, CsvMapping,
        amount::{self, Amount, AmountProblem},
        date,
    },
    batch::{Batch, Outline, Quotes, Record},
    detect::{Detected, columns_of},
    fee::Fee,
    signed::signed,
    skip::{Skip, is_declined, stated_balance},
};

/// What a record is.
pub(super) enum Line {
    /// Empty, or above the first row.
    PassedOver,
    Booking(DayAndAmount),
    LeftOut(Skip),
}

/// What a booking says beside its texts.
#[derive(Debug, Clone, Copy)]
pub(super) struct DayAndAmount {
    pub(super) date: Date,
    pub(super) amount: Decimal,
    /// The one that the amount is written with.
    pub(super) currency: Option<Currency>,
    /// It has no day of booking: the bank has not booked it yet.
    pub(super) is_unbooked: bool,
}

/// Tells what records are.
pub(super) struct LineReader<'d> {
    detected: &'d Detected,
    mapping: &'d CsvMapping,
    /// Columns of words, which may say that a line states a balance.
    words: Vec<usize>,
    last_date: (String, Date),
}

impl<'d> LineReader<'d> {
    pub(super) fn new(detected: &'d Detected) -> Self {
        let mapping = &detected.layout.mapping;
        Self { detected, mapping, words: word_columns(detected), last_date: (String::new(), Date::ZERO) }
    }

    /// Tells what each record of the batch is; `slips` are the places in the text where bytes of another
    /// encoding stood, in order.
    pub(super) fn tell(&mut self, text: &str, slips: &[usize], batch: &mut Batch) {
        let mut lines = std::mem::take(&mut batch.lines);
        lines.extend(batch.records(text).map(|record| self.told(&record, text, slips)));
        batch.lines = lines;
    }

    #[inline]
    fn told(&mut self, record: &Record<'_>, text: &str, slips: &[usize]) -> Line {
        let Outline { line, ref span, quotes, .. } = *record.outline;
        if line < self.detected.first_line || record.is_blank() {
            return Line::PassedOver;
        }
        let slip = slips.get(slips.partition_point(|place| *place < span.start));
        let outcome = if quotes == Quotes::Stray {
            Err(Skip::Unclosed(0))
        } else if quotes == Quotes::Unclosed {
            Err(Skip::Unclosed(record.len().saturating_sub(1)))
        } else if let Some(place) = slip.filter(|place| **place < span.end) {
            let before = &text.as_bytes()[span.start..*place];
            Err(Skip::Encoding(memchr::memchr_iter(self.mapping.delimiter as u8, before).count()))
        } else {
            self.day_and_amount(record)
        };
        outcome.map_or_else(Line::LeftOut, Line::Booking)
    }

    #[inline]
    fn day_and_amount(&mut self, record: &Record<'_>) -> Result<DayAndAmount, Skip> {
        let mapping = self.mapping;
        if let Some(column) = self.detected.status
            && is_declined(record.field(column))
        {
            return Err(Skip::Declined(record.field(column).to_owned(), column));
        }
        if let Some(stated) = self.words.iter().find_map(|column| stated_balance(record.field(*column))) {
            let balance = signed(record, self.detected).ok().map(|amount| amount.value);
            return Err(Skip::StatesBalance(balance.map(|balance| (stated, balance))));
        }
        if let Some(width) = self.detected.width
            && (width..record.len()).any(|column| !record.field(column).is_empty())
        {
            return Err(Skip::Surplus { fields: record.len(), width });
        }
        let (date, is_unbooked) = self.date(record)?;
        // Most amounts are plain; what tells why one is not is too large to be handed on for each.
        let plain_amount = match mapping.amount {
            AmountColumns::Signed { column, positive_is_out: false } => amount::plain(record.field(column)),
            _ => None,
        };
        if let Some(amount) = plain_amount {
            return self.less_fee(record, DayAndAmount { date, amount, currency: None, is_unbooked });
        }
        match signed(record, self.detected) {
            // A fee alone is a booking, too.
            Err(Skip::Amount(AmountProblem::Empty, ..)) if self.has_fee(record) => self
                .less_fee(record, DayAndAmount { date, amount: Decimal::ZERO, currency: None, is_unbooked }),
            Err(Skip::Amount(AmountProblem::Empty, ..))
                if mapping.balance.is_some_and(|column| !record.field(column).is_empty()) =>
            {
                Err(Skip::StatesBalance(None))
            }
            Ok(Amount { value: amount, currency, .. }) => {
                self.less_fee(record, DayAndAmount { date, amount, currency, is_unbooked })
            }
            Err(skip) => Err(skip),
        }
    }

    fn has_fee(&self, record: &Record<'_>) -> bool {
        let fee = |Fee { column, .. }| amount::parse(record.field(column), self.mapping.decimal_mark).ok();
        self.detected.fee.and_then(fee).is_some_and(|fee| !fee.value.is_zero())
    }

    /// The amount as it moves the balance.
    #[inline]
    fn less_fee(&self, record: &Record<'_>, read: DayAndAmount) -> Result<DayAndAmount, Skip> {
        let Some(Fee { column, is_negative }) = self.detected.fee else { return Ok(read) };
        let text = record.field(column);
        let fee = match amount::parse(text, self.mapping.decimal_mark) {
            Ok(fee) => fee.value,
            Err(AmountProblem::Empty) => return Ok(read),
            Err(problem) => return Err(Skip::Amount(problem, text.to_owned(), column)),
        };
        let amount = if is_negative { read.amount + fee } else { read.amount - fee };
        if amount.abs() > Money::MAX {
            return Err(Skip::Amount(AmountProblem::OutOfRange, text.to_owned(), column));
        }
        Ok(DayAndAmount { amount, ..read })
    }

    /// The day of booking; else the day on which the row began, and true.
    #[inline]
    fn date(&mut self, record: &Record<'_>) -> Result<(Date, bool), Skip> {
        let booked = record.field(self.mapping.date);
        if booked.is_empty()
            && let Some(column) = self.detected.started
            && !record.field(column).is_empty()
        {
            return Ok((self.day(record.field(column), column)?, true));
        }
        Ok((self.day(booked, self.mapping.date)?, false))
    }

    fn day(&mut self, written: &str, column: usize) -> Result<Date, Skip> {
        if self.last_date.0 == written && !written.is_empty() {
            return Ok(self.last_date.1);
        }
        let order = self.mapping.date_order;
        let date =
            date::parse(written, order).map_err(|problem| Skip::Date(problem, written.to_owned(), column))?;
        self.last_date.0.clear();
        self.last_date.0.push_str(written);
        self.last_date.1 = date;
        Ok(date)
    }
}

/// The columns that hold neither day nor money.
fn word_columns(detected: &Detected) -> Vec<usize> {
    let mapping = &detected.layout.mapping;
    let mut taken = columns_of(mapping.amount);
    taken.extend([Some(mapping.date), mapping.balance, mapping.currency].into_iter().flatten());
    (0..detected.layout.columns.len()).filter(|column| !taken.contains(column)).collect()
}
