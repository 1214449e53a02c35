//! The first records of a file under one delimiter, and what its columns hold.

use std::{collections::HashSet, ops::Range};

use super::{
    super::{
        DateOrder, StatementError, amount,
        currency_sign::{Sign, currency_of},
        date,
    },
    direction, kinds,
    records::{COLUMNS_MAX, Records, first_line_end},
    skip::{is_total, names_balance},
    words::{MEANINGS, Role, header_words},
};

/// Enough rows to meet a day above 12 and both signs; more costs time four times, once for each
/// delimiter.
const RECORDS_MAX: usize = 400;
/// Bytes of the sample, whatever the rows' length.
const BYTES_MAX: usize = 128 * 1024;

/// Lines of a quoted field that are checked for being bookings of their own.
const CONTINUATION_LINES: usize = 50;

/// One record, kept.
#[derive(Debug)]
pub(super) struct SampleRecord {
    pub(super) line: u32,
    pub(super) fields: Vec<String>,
}

impl SampleRecord {
    pub(super) fn field(&self, column: usize) -> &str {
        self.fields.get(column).map_or("", String::as_str)
    }

    /// A date and an amount stand in fields of their own.
    pub(super) fn is_booking(&self) -> bool {
        let date = self.fields.iter().position(|field| is_date_like(field));
        date.is_some_and(|date| {
            self.fields.iter().enumerate().any(|(column, field)| column != date && is_amount(field))
        })
    }

    pub(super) fn has_no_data(&self) -> bool {
        !self.fields.iter().any(|field| is_date_like(field) || is_amount(field))
    }

    /// A field names a balance or a total, perhaps with its day: `Ending balance as of 01/31/2024`.
    pub(super) fn states_balance(&self) -> bool {
        self.fields.iter().any(|field| names_balance(field) || is_total(field))
    }

    /// How many fields are words that banks head columns with.
    pub(super) fn header_score(&self) -> usize {
        let roles: Vec<Role> = self
            .fields
            .iter()
            .filter_map(|field| {
                let meanings = MEANINGS.of(&header_words(field));
                meanings.into_iter().filter(|(_, weight)| *weight >= 50).max_by_key(|(_, weight)| *weight)
            })
            .map(|(role, _)| role)
            .collect();
        let anchors = [Role::Date, Role::Amount, Role::Debit, Role::Credit];
        if roles.len() >= 2 && roles.iter().any(|role| anchors.contains(role)) { roles.len() } else { 0 }
    }
}

/// Reads the first records under a delimiter.
pub(super) fn take(text: &str, delimiter: u8) -> Result<Vec<SampleRecord>, StatementError> {
    let mut records = Records::new(text, delimiter);
    let mut sample = Vec::new();
    let mut bytes = 0;
    while sample.len() < RECORDS_MAX && bytes < BYTES_MAX {
        let Some(record) = records.next()? else { break };
        bytes += record.span.len();
        if record.unclosed || record.is_blank() {
            continue;
        }
        let span = record.span.clone();
        if swallows_bookings(text, &span, delimiter) {
            records.continue_at(first_line_end(text, &span));
            continue;
        }
        sample.push(SampleRecord { line: record.line, fields: record.iter().map(str::to_owned).collect() });
    }
    Ok(sample)
}

/// A quoted field whose later lines are bookings themselves began with a stray quotation mark.
pub(super) fn swallows_bookings(text: &str, span: &Range<usize>, delimiter: u8) -> bool {
    let rest = &text[first_line_end(text, span)..span.end];
    rest.lines().take(CONTINUATION_LINES).any(|line| is_booking_line(line, delimiter))
}

/// Whether a line is a booking where quotation marks stand for themselves.
pub(super) fn is_booking_line(line: &str, delimiter: u8) -> bool {
    let fields = line.split(char::from(delimiter)).take(COLUMNS_MAX);
    SampleRecord { line: 0, fields: fields.map(|field| field.trim().to_owned()).collect() }.is_booking()
}

/// What the bookings of a sample hold in one column.
#[derive(Debug, Default)]
pub(super) struct Column {
    /// The header's words.
    pub(super) header: String,
    /// What the header may mean.
    pub(super) meanings: Vec<(Role, u8)>,
    pub(super) rows: usize,
    pub(super) filled: usize,
    pub(super) dates: usize,
    pub(super) amounts: usize,
    /// Amounts other than zero.
    pub(super) nonzero: usize,
    pub(super) negative: usize,
    /// Digits that begin with zero, as numbers of bookings do and amounts do not.
    pub(super) references: usize,
    /// Amounts with digits after a separator, a sign or a currency: surely money.
    pub(super) money: usize,
    pub(super) currencies: usize,
    /// Three capital letters, as codes of currencies have.
    pub(super) capitals: usize,
    /// Texts that say something: not empty, not `No Description`.
    pub(super) telling: usize,
    pub(super) letters: usize,
    pub(super) distinct: usize,
    pub(super) ledger_names: usize,
    /// One word with digits in it: a number of an account, a reference.
    pub(super) codes: usize,
    /// IBANs, and numbers as long as an account's.
    pub(super) account_numbers: usize,
    /// Texts that are the kind of a booking and nothing else.
    pub(super) kinds: usize,
    /// Texts that tell nothing but money in or out.
    pub(super) directions: usize,
}

impl Column {
    pub(super) fn weight(&self, role: Role) -> u8 {
        self.meanings.iter().find(|(known, _)| *known == role).map_or(0, |(_, weight)| *weight)
    }

    /// At least `percent` of the rows.
    pub(super) fn covers(&self, count: usize, percent: usize) -> bool {
        count * 100 >= self.rows * percent
    }

    /// Amounts wherever it is filled.
    pub(super) fn is_numeric(&self) -> bool {
        self.amounts > 0 && self.amounts * 10 >= self.filled * 9
    }

    /// Of a debit and a credit column neither has.
    pub(super) fn has_both_signs(&self) -> bool {
        (1..self.nonzero).contains(&self.negative)
    }

    pub(super) fn is_text(&self) -> bool {
        self.telling > 0 && self.dates * 2 < self.filled && self.amounts * 2 < self.filled && self.letters > 0
    }
}

/// Looks at every column of the bookings below `header`.
pub(super) fn columns(
    header: Option<&SampleRecord>,
    bookings: &[&SampleRecord],
    width: usize,
) -> Vec<Column> {
    (0..width)
        .map(|index| {
            let header = header.map(|record| record.field(index)).unwrap_or_default();
            let words = header_words(header);
            let mut column = Column {
                meanings: MEANINGS.of(&words),
                header: words,
                rows: bookings.len(),
                ..Column::default()
            };
            let mut distinct = HashSet::new();
            for booking in bookings {
                count(&mut column, booking.field(index));
                distinct.insert(booking.field(index));
            }
            column.distinct = distinct.len();
            column
        })
        .collect()
}

fn count(column: &mut Column, text: &str) {
    if text.is_empty() {
        return;
    }
    column.filled += 1;
    column.dates += usize::from(is_date_like(text));
    if let Ok(read) = amount::parse(text, '.') {
        column.amounts += 1;
        column.nonzero += usize::from(!read.value.is_zero());
        column.negative += usize::from(read.value.is_sign_negative() && !read.value.is_zero());
        let is_money = text.contains(['.', ',', '-', '+', '(']) || read.currency.is_some();
        column.money += usize::from(is_money);
    }
    let is_reference =
        text.len() >= 4 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    column.references += usize::from(is_reference);
    column.currencies += usize::from(matches!(currency_of(text), Some(Sign::Of(_))));
    column.capitals += usize::from(text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()));
    let says_nothing = ["no description", "n/a", "none", "null", "-"].contains(&text.to_lowercase().as_str());
    column.telling += usize::from(!says_nothing);
    column.letters += text.chars().filter(|c| c.is_alphabetic()).count();
    let is_code = !text.contains(' ') && text.bytes().any(|byte| byte.is_ascii_digit());
    column.codes += usize::from(is_code);
    column.account_numbers += usize::from(is_code && is_account_number(text));
    column.kinds += usize::from(kinds::is_kind(text));
    column.directions += usize::from(direction::is_pure(text));
    column.ledger_names += usize::from(text.contains(':') && text.starts_with(char::is_uppercase));
}

/// A date of any order, even one that the calendar lacks; eight digits alone are a number then.
pub(super) fn is_date_like(text: &str) -> bool {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    [DateOrder::YearMonthDay, DateOrder::DayMonthYear, DateOrder::MonthDayYear].into_iter().any(|order| {
        match date::parse(text, order) {
            Ok(_) => true,
            Err(date::DateProblem::DoesNotExist) => !is_number,
            Err(_) => false,
        }
    })
}

/// An IBAN, or eight digits and more, some of them perhaps masked.
fn is_account_number(text: &str) -> bool {
    let bytes = text.trim_matches('\'').as_bytes();
    let is_iban = (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..].iter().all(u8::is_ascii_alphanumeric);
    let is_number = (8..=24).contains(&bytes.len())
        && bytes.iter().filter(|byte| byte.is_ascii_digit()).count() >= 4
        && bytes.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'x' | b'X' | b'-' | b'.'));
    is_iban || is_number
}

fn is_amount(text: &str) -> bool {
    amount::parse(text, '.').is_ok()
}
