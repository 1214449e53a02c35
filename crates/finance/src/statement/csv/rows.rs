//! Rows of a CSV under a known layout, window by window.

use std::borrow::Cow;

use domain::{Currency, SkippedRow};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    super::{
        ACCOUNTS_MAX, CsvMapping, RowDetails, StatementError, StatementRow, amount,
        currency_sign::{Sign, currency_of},
        date::{self, DateProblem},
        text::{TEXT_MAX, plain},
    },
    accounts::{Accounts, Defaults},
    batch::{Batch, Outline, Quotes, Record},
    detect::{Detected, columns_of},
    lines::{DayAndAmount, Line, LineReader},
    order_swapped,
    records::first_line_end,
    sample::is_booking_line,
    scan::Scanner,
    skip::{Skip, Stated, is_pending, says_yes},
};

/// A file whose first rows are all unreadable is not read to its end.
const UNREADABLE_MAX: usize = 10_000;

/// A row as it stands in the file; its texts are borrowed from there where they can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowRef<'r> {
    /// The line in the file, from 1.
    pub line: u32,
    /// The account's place among the file's accounts.
    pub account: usize,
    /// The booking day.
    pub date: Date,
    /// Signed; negative is money out.
    pub amount: Decimal,
    /// The currency of the account.
    pub currency: Option<Currency>,
    /// Who was paid or who paid, as the bank writes it; may be empty.
    pub payee: Cow<'r, str>,
    /// The bank's text beside the payee; may be empty.
    pub description: Cow<'r, str>,
    /// The file's own category; may be empty.
    pub category: Cow<'r, str>,
    /// The bank's own id of the row; may be empty.
    pub external_id: Cow<'r, str>,
    /// The account's balance after the row, where the file states it.
    pub balance: Option<Decimal>,
    /// What few rows have.
    pub details: Option<Box<RowDetails>>,
}

impl RowRef<'_> {
    /// The same with texts of its own.
    pub fn into_row(self) -> StatementRow {
        let filled = |text: Cow<'_, str>| Some(text.into_owned()).filter(|text| !text.is_empty());
        StatementRow {
            line: self.line,
            date: self.date,
            amount: self.amount,
            payee: self.payee.into_owned(),
            description: self.description.into_owned(),
            category: filled(self.category),
            external_id: filled(self.external_id),
            balance: self.balance,
            details: self.details,
        }
    }
}

/// What a file's lines below the header are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadRow<'r> {
    /// A booking.
    Row(RowRef<'r>),
    /// A line that is left out.
    Skipped(SkippedRow),
}

/// Makes rows of records.
pub(super) struct RowReader<'d> {
    detected: &'d Detected,
    mapping: &'d CsvMapping,
    defaults: Defaults<'d>,
    lines: LineReader<'d>,
    pub(super) accounts: Accounts,
    /// Balances that lines between the bookings state.
    stated: Vec<(Stated, Decimal)>,
    pub(super) read: usize,
    pub(super) skipped: usize,
    pub(super) first_skipped: Option<SkippedRow>,
    /// Rows that were skipped for a date which exists with day and month the other way round.
    pub(super) swapped: usize,
    /// What the account is called whose number stands above the table.
    name_above: String,
    last_currency: (String, Option<Currency>),
    end: End,
}

/// The file's end as far as it was read, to tell a file that was cut off.
#[derive(Debug)]
struct End {
    line: u32,
    /// Fields of the last record.
    width: usize,
    /// Fields of the narrowest one before it.
    narrowest: usize,
    ending: Ending,
}

/// What the last record looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Whole,
    /// It begins as a booking does, and no line end follows it.
    OpenBooking,
    /// The file ends inside quotation marks.
    Unclosed,
}

/// So many records are looked for before rows are made of them: few enough to stay in the processor's
/// cache.
const TOGETHER: usize = 512;

impl<'d> RowReader<'d> {
    pub(super) fn new(detected: &'d Detected, file_name: &'d str) -> Self {
        let mapping = &detected.layout.mapping;
        Self {
            detected,
            mapping,
            lines: LineReader::new(detected),
            defaults: Defaults { file_name, is_card: detected.is_card },
            accounts: Accounts::default(),
            stated: Vec::new(),
            read: 0,
            skipped: 0,
            first_skipped: None,
            swapped: 0,
            name_above: detected
                .number
                .as_deref()
                .map_or_else(String::new, |number| format!("{file_name} …{}", &number[number.len() - 4..])),
            last_currency: (String::new(), None),
            end: End { line: 0, width: usize::MAX, narrowest: usize::MAX, ending: Ending::Whole },
        }
    }

    /// Whether reading on is in vain.
    pub(super) fn is_hopeless(&self) -> bool {
        self.read == 0 && self.skipped >= UNREADABLE_MAX
    }

    /// Whether day and month were guessed, and a row shows that the guess was wrong.
    pub(super) fn is_order_wrong(&self) -> bool {
        self.detected.order_is_a_guess && self.swapped > 0
    }

    /// Refuses a file that ends inside quotation marks, or whose last record lacks its line end and fields that all
    /// others have, money among them. A text behind the money may be left out.
    pub(super) fn check_end(&self) -> Result<(), StatementError> {
        let End { line, width, narrowest, ending } = self.end;
        let money = columns_of(self.mapping.amount).into_iter().chain(self.mapping.balance);
        let is_cut = match ending {
            Ending::Whole => false,
            Ending::OpenBooking => width < narrowest && money.max().is_some_and(|last| width <= last),
            Ending::Unclosed => true,
        };
        if is_cut { Err(StatementError::Truncated { line, column: width as u32 }) } else { Ok(()) }
    }

    fn ending(&self, last: &Record<'_>, told: &Line, text: &str) -> Ending {
        let Outline { ref span, quotes, has_lines, .. } = *last.outline;
        if span.end < text.len() || matches!(told, Line::PassedOver) {
            return Ending::Whole;
        }
        let is_open = !text.ends_with(['\n', '\r']);
        // A mark that begins no text stands in a line that is whole without it.
        let is_whole = || {
            let line = &text[span.start..first_line_end(text, span)];
            is_booking_line(line, self.mapping.delimiter as u8)
        };
        if quotes == Quotes::Unclosed && (is_open || has_lines && !is_whole()) {
            return Ending::Unclosed;
        }
        let (order, column) = (self.mapping.date_order, self.mapping.date);
        let day = last.field(column);
        let is_dated = date::parse(day, order).is_ok() || last.len() == column + 1 && self.begins_a_day(day);
        let is_booking = is_dated && !matches!(told, Line::LeftOut(Skip::StatesBalance(_)));
        if is_open && is_booking { Ending::OpenBooking } else { Ending::Whole }
    }

    /// Whether a text is the beginning of a day as the file's first rows write theirs.
    fn begins_a_day(&self, text: &str) -> bool {
        let (order, column) = (self.mapping.date_order, self.mapping.date);
        let mut days = self.detected.layout.samples.iter().filter_map(|row| row.get(column));
        let is_like = |(c, like): (char, char)| c == like || c.is_ascii_digit() && like.is_ascii_digit();
        let is_begun = |day: &String| text.len() < day.len() && text.chars().zip(day.chars()).all(is_like);
        // A shorter number may count the rows.
        text.len() >= 4 && days.find(|day| date::parse(day, order).is_ok()).is_some_and(is_begun)
    }

    /// The balance that a line between the bookings states.
    pub(super) fn stated(&self, wanted: Stated) -> Option<Decimal> {
        self.stated.iter().find(|(stated, _)| *stated == wanted).map(|(_, balance)| *balance)
    }

    /// Reads the records of a window, which may be the last; gives the bytes that were read. `slips`
    /// are the places in the window where bytes of another encoding stood, in order.
    pub(super) fn feed(
        &mut self,
        scanner: &mut Scanner,
        (text, is_last, slips): (&str, bool, &[usize]),
        sink: &mut dyn FnMut(ReadRow<'_>),
    ) -> Result<usize, StatementError> {
        let (mut at, mut batch) = (0, Batch::default());
        loop {
            let bounds = (self.detected.first_line, TOGETHER);
            let end = scanner.fill(text, &mut at, is_last, bounds, &mut batch);
            self.rows(text, &mut batch, slips, sink)?;
            end?;
            if self.is_hopeless() {
                return Ok(text.len());
            }
            if batch.len() < TOGETHER {
                return Ok(at);
            }
        }
    }

    /// Makes rows of records of a window.
    pub(super) fn rows(
        &mut self,
        text: &str,
        batch: &mut Batch,
        slips: &[usize],
        sink: &mut dyn FnMut(ReadRow<'_>),
    ) -> Result<(), StatementError> {
        if batch.lines.is_empty() {
            self.lines.tell(text, slips, batch);
        }
        for (record, told) in batch.records(text).zip(&batch.lines) {
            if self.is_hopeless() {
                break;
            }
            let line = record.outline.line;
            if !matches!(told, Line::PassedOver) {
                self.end.narrowest = self.end.narrowest.min(self.end.width);
                (self.end.width, self.end.line) = (record.len(), line);
            }
            let booking = match told {
                Line::PassedOver => continue,
                Line::Booking(booking) => booking,
                Line::LeftOut(skip) => {
                    self.skip(skip, line, sink);
                    continue;
                }
            };
            match self.row(&record, booking) {
                Ok(row) => {
                    sink(ReadRow::Row(row));
                    self.read += 1;
                    if self.accounts.all.len() > ACCOUNTS_MAX {
                        return Err(StatementError::TooManyAccounts { line, limit: ACCOUNTS_MAX });
                    }
                }
                Err(skip) => self.skip(&skip, line, sink),
            }
        }
        if let Some((last, told)) = batch.last(text).zip(batch.lines.last()) {
            self.end.ending = self.ending(&last, told, text);
        }
        Ok(())
    }

    fn skip(&mut self, skip: &Skip, line: u32, sink: &mut dyn FnMut(ReadRow<'_>)) {
        if let Skip::Date(DateProblem::NotADate | DateProblem::DoesNotExist, written, _) = skip {
            let swapped = order_swapped(self.mapping.date_order);
            self.swapped += usize::from(date::parse(written, swapped).is_ok());
        }
        self.skipped += 1;
        if let Skip::StatesBalance(Some(balance)) = skip {
            self.stated.push(*balance);
        }
        let row = skip.row(line);
        if self.first_skipped.is_none() {
            self.first_skipped = Some(row.clone());
        }
        sink(ReadRow::Skipped(row));
    }

    #[inline]
    fn row<'r>(&mut self, record: &Record<'r>, booking: &DayAndAmount) -> Result<RowRef<'r>, Skip> {
        let mapping = self.mapping;
        let Outline { line, is_plain, has_lines, .. } = *record.outline;
        let plain = |text: &'r str| {
            let is_short = is_plain && !has_lines && text.len() <= TEXT_MAX;
            if is_short { Cow::Borrowed(text) } else { plain(text) }
        };
        let optional = |column: Option<usize>| column.map_or("", |column| record.field(column));
        let DayAndAmount { date, amount, currency: written_currency, is_unbooked } = *booking;
        let description =
            if mapping.description == mapping.payee { "" } else { optional(mapping.description) };
        let payer = self.detected.payer.map_or("", |column| record.field(column));
        let is_paid = amount > Decimal::ZERO && !payer.is_empty();
        let payee = if is_paid { payer } else { optional(mapping.payee) };
        let (mut payee, description) = (plain(payee), plain(description));
        let category = plain(optional(mapping.category));
        if payee.is_empty() && description.is_empty() {
            payee.clone_from(&category);
        }
        let currency = match mapping.currency {
            Some(column) if !record.field(column).is_empty() => {
                self.currency(record.field(column), column)?
            }
            _ => written_currency.or(self.detected.currency),
        };
        let number = mapping.account.map(|column| record.field(column));
        let account = self.accounts.index(
            number.or(self.detected.number.as_deref()).unwrap_or_default(),
            if mapping.account.is_none() { &self.name_above } else { optional(self.detected.account_name) },
            currency,
            &self.defaults,
        );
        Ok(RowRef {
            line,
            account,
            date,
            amount,
            currency,
            payee,
            description,
            category,
            external_id: plain(optional(mapping.external_id)),
            balance: match optional(mapping.balance) {
                "" => None,
                text => amount::parse(text, mapping.decimal_mark).ok().map(|amount| amount.value),
            },
            details: self.details(record, is_unbooked),
        })
    }

    fn details(&self, record: &Record<'_>, is_unbooked: bool) -> Option<Box<RowDetails>> {
        let is_pending = is_unbooked
            || self.detected.status.is_some_and(|column| is_pending(record.field(column)))
            || self.detected.pending.is_some_and(|column| says_yes(record.field(column)));
        let mcc = self.detected.mcc.and_then(|column| record.field(column).parse::<u16>().ok());
        let mcc = mcc.filter(|code| (1..10_000).contains(code));
        (is_pending || mcc.is_some())
            .then(|| Box::new(RowDetails { is_pending, mcc, ..RowDetails::default() }))
    }

    fn currency(&mut self, code: &str, column: usize) -> Result<Option<Currency>, Skip> {
        if self.last_currency.0 != code {
            let currency = currency_of(code)
                .and_then(Sign::currency)
                .ok_or_else(|| Skip::Currency(code.to_owned(), column))?;
            self.last_currency = (code.to_owned(), Some(currency));
        }
        Ok(self.last_currency.1)
    }
}
