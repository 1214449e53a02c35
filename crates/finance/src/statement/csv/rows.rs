//! Rows of a CSV under a known layout, window by window.

use std::{borrow::Cow, ops::Range};

use domain::{Currency, SkippedRow};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    super::{
        ACCOUNTS_MAX, CsvMapping, RowDetails, StatementError, StatementRow,
        amount::{self, AmountProblem},
        currency_sign::{Sign, currency_of},
        date::{self, DateProblem},
        text::{TEXT_MAX, has_only_plain_bytes, plain},
    },
    accounts::{Accounts, Defaults},
    detect::{Detected, columns_of},
    order_swapped, sample,
    scan::{Record, Scanner},
    signed::signed,
    skip::{Skip, Stated, is_declined, is_pending, says_yes, stated_balance},
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

/// Reads rows out of windows of the text.
pub(super) struct RowReader<'d> {
    detected: &'d Detected,
    mapping: &'d CsvMapping,
    defaults: Defaults<'d>,
    /// Lent out while a window is read.
    scanner: Option<Scanner>,
    line: u32,
    /// Columns of words, which may say that a line states a balance.
    words: Vec<usize>,
    pub(super) accounts: Accounts,
    /// Balances that lines between the bookings state.
    stated: Vec<(Stated, Decimal)>,
    pub(super) read: usize,
    pub(super) skipped: usize,
    /// Rows that were skipped for a date which exists with day and month the other way round.
    pub(super) swapped: usize,
    last_currency: (String, Option<Currency>),
    last_date: (String, Date),
    /// Up to where in the window the bytes were looked at, and whether they were plain.
    plain: (usize, bool),
}

/// So many bytes are looked at together for whether their texts are plain.
const PLAIN_BYTES: usize = 16 * 1024;

impl<'d> RowReader<'d> {
    pub(super) fn new(head: &str, detected: &'d Detected, file_name: &'d str) -> Self {
        let mapping = &detected.layout.mapping;
        Self {
            detected,
            mapping,
            defaults: Defaults { file_name, is_card: detected.is_card },
            scanner: Some(Scanner::new(head, mapping.delimiter as u8)),
            line: 1,
            words: word_columns(detected),
            accounts: Accounts::default(),
            stated: Vec::new(),
            read: 0,
            skipped: 0,
            swapped: 0,
            last_currency: (String::new(), None),
            last_date: (String::new(), Date::ZERO),
            plain: (0, false),
        }
    }

    /// Whether reading on is in vain.
    pub(super) fn is_hopeless(&self) -> bool {
        self.read == 0 && self.skipped >= UNREADABLE_MAX
    }

    /// The line of the next record.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// The balance that a line between the bookings states.
    pub(super) fn stated(&self, wanted: Stated) -> Option<Decimal> {
        self.stated.iter().find(|(stated, _)| *stated == wanted).map(|(_, balance)| *balance)
    }

    /// Reads the records of a window; gives the bytes that were read. `slips` are the places in
    /// the window where bytes of another encoding stood, in order.
    pub(super) fn feed(
        &mut self,
        text: &str,
        is_last: bool,
        slips: &[usize],
        sink: &mut dyn FnMut(ReadRow<'_>),
    ) -> Result<usize, StatementError> {
        let delimiter = self.mapping.delimiter as u8;
        let mut slips = slips.iter().peekable();
        let mut at = 0;
        self.plain = (0, false);
        // The scanner lends its buffers to the record while the row is made of it.
        let mut scanner = self.scanner.take().unwrap_or_else(|| Scanner::new(text, delimiter));
        let outcome = loop {
            if self.is_hopeless() {
                break Ok(text.len());
            }
            let record = match scanner.next(text, &mut at, is_last) {
                Ok(Some(record)) => record,
                Ok(None) => break Ok(at),
                Err(error) => break Err(error),
            };
            let (line, span) = (record.line, record.span.clone());
            let mut slip = None;
            while let Some(place) = slips.next_if(|place| **place < span.end) {
                slip = slip.or(Some(*place));
            }
            if line < self.detected.first_line || record.is_blank() {
                continue;
            }
            let is_stray = record.has_lines && sample::swallows_bookings(text, &span, delimiter);
            let outcome = if is_stray || record.unclosed {
                Err(Skip::Unclosed(if is_stray { 0 } else { record.len().saturating_sub(1) }))
            } else if let Some(place) = slip {
                let before = &text.as_bytes()[span.start..place.max(span.start)];
                Err(Skip::Encoding(memchr::memchr_iter(delimiter, before).count()))
            } else {
                let is_plain = self.is_plain(text, &span);
                self.row(&record, is_plain)
            };
            match outcome {
                Ok(row) => {
                    sink(ReadRow::Row(row));
                    self.read += 1;
                    if self.accounts.all.len() > ACCOUNTS_MAX {
                        break Err(StatementError::TooManyAccounts { line, limit: ACCOUNTS_MAX });
                    }
                }
                Err(skip) => {
                    self.skip(&skip, line, sink);
                }
            }
            if is_stray {
                scanner.continue_behind_first_line(text, (span, line), &mut at);
            }
        };
        self.line = scanner.line();
        self.scanner = Some(scanner);
        outcome
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
        sink(ReadRow::Skipped(skip.row(line)));
    }

    /// Whether a record's fields are known to be plain texts.
    fn is_plain(&mut self, text: &str, span: &Range<usize>) -> bool {
        if span.start >= self.plain.0 {
            let end = text.len().min(span.start + PLAIN_BYTES);
            let bytes = &text.as_bytes()[span.start..end];
            self.plain = (end, has_only_plain_bytes(bytes, self.mapping.delimiter as u8));
        }
        self.plain.1 && span.end <= self.plain.0
    }

    fn row<'r>(&mut self, record: &Record<'r>, is_plain: bool) -> Result<RowRef<'r>, Skip> {
        let mapping = self.mapping;
        let plain = |text: &'r str| {
            let is_short = is_plain && !record.has_lines && text.len() <= TEXT_MAX;
            if is_short { Cow::Borrowed(text) } else { plain(text) }
        };
        let optional = |column: Option<usize>| column.map_or("", |column| record.field(column));
        if let Some(column) = self.detected.status
            && is_declined(record.field(column))
        {
            return Err(Skip::Declined(record.field(column).to_owned(), column));
        }
        if let Some(stated) = self.words.iter().find_map(|column| stated_balance(record.field(*column))) {
            let balance = signed(record, mapping).ok().map(|amount| amount.value);
            return Err(Skip::StatesBalance(balance.map(|balance| (stated, balance))));
        }
        let date = self.date(record.field(mapping.date))?;
        let amount = match signed(record, mapping) {
            Err(Skip::Amount(AmountProblem::Empty, ..)) if !optional(mapping.balance).is_empty() => {
                return Err(Skip::StatesBalance(None));
            }
            other => other?,
        };
        let description =
            if mapping.description == mapping.payee { "" } else { optional(mapping.description) };
        let (mut payee, description) = (plain(optional(mapping.payee)), plain(description));
        let category = plain(optional(mapping.category));
        if payee.is_empty() && description.is_empty() {
            payee.clone_from(&category);
        }
        let currency = match mapping.currency {
            Some(column) if !record.field(column).is_empty() => {
                self.currency(record.field(column), column)?
            }
            _ => amount.currency.or(self.detected.currency),
        };
        let account = self.accounts.index(
            optional(mapping.account),
            optional(self.detected.account_name),
            currency,
            &self.defaults,
        );
        Ok(RowRef {
            line: record.line,
            account,
            date,
            amount: amount.value,
            currency,
            payee,
            description,
            category,
            external_id: plain(optional(mapping.external_id)),
            balance: match optional(mapping.balance) {
                "" => None,
                text => amount::parse(text, mapping.decimal_mark).ok().map(|amount| amount.value),
            },
            details: self.details(record),
        })
    }

    fn details(&self, record: &Record<'_>) -> Option<Box<RowDetails>> {
        let is_pending = self.detected.status.is_some_and(|column| is_pending(record.field(column)))
            || self.detected.pending.is_some_and(|column| says_yes(record.field(column)));
        let mcc = self.detected.mcc.and_then(|column| record.field(column).parse::<u16>().ok());
        let mcc = mcc.filter(|code| (1..10_000).contains(code));
        (is_pending || mcc.is_some())
            .then(|| Box::new(RowDetails { is_pending, mcc, ..RowDetails::default() }))
    }

    fn date(&mut self, written: &str) -> Result<Date, Skip> {
        if self.last_date.0 == written && !written.is_empty() {
            return Ok(self.last_date.1);
        }
        let (order, column) = (self.mapping.date_order, self.mapping.date);
        let date = date::parse(written, order).map_err(|problem| {
            if problem == DateProblem::NotADate && date::is_out_of_range(written, order) {
                Skip::FarDate(written.to_owned(), column)
            } else {
                Skip::Date(problem, written.to_owned(), column)
            }
        })?;
        self.last_date.0.clear();
        self.last_date.0.push_str(written);
        self.last_date.1 = date;
        Ok(date)
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

/// The columns that hold neither day nor money.
fn word_columns(detected: &Detected) -> Vec<usize> {
    let mapping = &detected.layout.mapping;
    let mut taken = columns_of(mapping.amount);
    taken.extend([Some(mapping.date), mapping.balance, mapping.currency].into_iter().flatten());
    (0..detected.layout.columns.len()).filter(|column| !taken.contains(column)).collect()
}
