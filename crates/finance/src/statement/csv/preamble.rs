//! What a file says of the whole statement: currency and balances above the table.

use domain::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    super::{CsvMapping, amount, currency_sign::currency_in_header, date},
    detect::Table,
    sample::{Column, SampleRecord},
};
use crate::fold::fold;

/// What lines above the table call a currency, in lower case.
const CURRENCY: [&str; 24] = [
    "currency",
    "ccy",
    "währung",
    "waehrung",
    "kontowährung",
    "kontowaehrung",
    "valuta",
    "devise",
    "divisa",
    "moneda",
    "moeda",
    "waluta",
    "měna",
    "mena",
    "deviza",
    "pénznem",
    "pénzneme",
    "valiuta",
    "valūta",
    "valuuta",
    "valuutta",
    "валюта",
    "通貨",
    "币种",
];

/// Balances of the whole statement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct StatedBalances {
    pub(super) opening: Option<Decimal>,
    pub(super) closing: Option<Decimal>,
    /// The day of the closing balance, where it is stated.
    pub(super) closing_date: Option<Date>,
}

/// The currency that the amount's header names, else the sign beside the amounts, else one that
/// stands above the table.
pub(super) fn currency<'t>(
    table: &Table<'_>,
    amounts: &[usize],
    texts: impl Iterator<Item = &'t str>,
    decimal_mark: char,
) -> Option<Currency> {
    let in_header = table
        .header
        .and_then(|header| amounts.iter().find_map(|column| currency_in_header(header.field(*column))));
    let of = |text: &str| amount::parse(text, decimal_mark).ok().and_then(|amount| amount.currency);
    let in_units = || units(table, amounts).map(|(_, currency)| currency);
    let stated = in_header.or_else(in_units).or_else(|| texts.take(40).find_map(of)).or_else(|| {
        above(table).find_map(|cell| {
            let code =
                (cell.len() == 3 && cell.chars().all(|c| c.is_ascii_uppercase())).then(|| cell.parse().ok());
            code.flatten().or_else(|| of(cell))
        })
    });
    stated.or_else(|| lines_above(table).find_map(named_currency)).or_else(|| lone_code(table))
}

/// The one code of a currency that stands above the table as a word: `Account 0123 - EUR - Statement`.
fn lone_code(table: &Table<'_>) -> Option<Currency> {
    // Codes such as ALL and TOP are words as well.
    const CODES: [&str; 21] = [
        "AUD", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "INR", "JPY", "MXN", "NOK",
        "NZD", "PLN", "RON", "SEK", "SGD", "USD", "ZAR",
    ];
    let words = above(table).flat_map(|cell| cell.split(|c: char| !c.is_alphanumeric()));
    let mut found: Vec<&str> = words.filter(|word| CODES.contains(word)).collect();
    found.sort_unstable();
    found.dedup();
    if let [only] = found.as_slice() { only.parse().ok() } else { None }
}

/// What a line calls its currency: `Account 12-34, Currency: SEK`.
fn named_currency(record: &SampleRecord) -> Option<Currency> {
    let line = record.fields.join(" ");
    let mut words = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.find(|word| CURRENCY.contains(&word.to_lowercase().as_str()))?;
    let is_code = |word: &&str| word.len() == 3 && word.chars().all(|c| c.is_ascii_uppercase());
    words.take(4).filter(is_code).find_map(|word| word.parse().ok())
}

/// A second line of the header that says in what the amounts are, and their currency: `;;CHF;CHF`.
pub(super) fn units<'s>(table: &Table<'s>, amounts: &[usize]) -> Option<(&'s SampleRecord, Currency)> {
    let (record, _) = table.header.and(table.body.split_first())?;
    let currency = amounts.iter().find_map(|column| currency_in_header(record.field(*column)));
    currency.filter(|_| record.has_no_data()).map(|currency| (record, currency))
}

/// Balances in columns that repeat them in every row, or above the table beside their day.
pub(super) fn balances(table: &Table<'_>, columns: &[Column], mapping: &CsvMapping) -> StatedBalances {
    let constant = |names: [&str; 2]| {
        let index = columns
            .iter()
            .position(|column| names.contains(&column.header.as_str()) && column.distinct == 1)?;
        let text = table.bookings.first()?.field(index);
        amount::parse(text, mapping.decimal_mark).ok().filter(|_| Some(index) != mapping.balance)
    };
    let opening = constant(["initial balance", "opening balance"]);
    let closing = constant(["final balance", "closing balance"]);
    if let (Some(opening), Some(closing)) = (opening, closing) {
        return StatedBalances {
            opening: Some(opening.value),
            closing: Some(closing.value),
            closing_date: None,
        };
    }
    let stated = table.preamble.iter().find_map(|record| {
        let label = record.field(0);
        let names_balance =
            fold(label).split(' ').any(|word| ["kontostand", "saldo", "solde", "balance"].contains(&word));
        let day = label
            .split_whitespace()
            .find_map(|word| date::parse(word.trim_matches(':'), mapping.date_order).ok());
        let amount = amount::parse(record.field(1), mapping.decimal_mark).ok();
        day.filter(|_| names_balance).zip(amount)
    });
    stated.map_or_else(StatedBalances::default, |(day, amount)| StatedBalances {
        opening: None,
        closing: Some(amount.value),
        closing_date: Some(day),
    })
}

/// The one IBAN above the table. Of several none is known to be the account's.
pub(super) fn iban(table: &Table<'_>) -> Option<String> {
    let mut found: Vec<String> = Vec::new();
    for part in above(table).flat_map(|cell| cell.split([':', '=', '"', '/', ',', '-'])) {
        let number: String = part.chars().filter(|c| !c.is_whitespace()).collect();
        if is_iban(&number) && !found.contains(&number) {
            found.push(number);
        }
    }
    if found.len() == 1 { found.pop() } else { None }
}

/// ISO 13616: two letters, two digits, up to 30 more, and the remainder of 97 that makes it one.
fn is_iban(text: &str) -> bool {
    let is_shaped = (15..=34).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && text[..2].bytes().all(|byte| byte.is_ascii_uppercase())
        && text[2..4].bytes().all(|byte| byte.is_ascii_digit());
    is_shaped
        && text[4..].bytes().chain(text[..4].bytes()).fold(0u32, |rest, byte| match byte {
            b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
            _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
        }) == 1
}

fn above<'t>(table: &'t Table<'_>) -> impl Iterator<Item = &'t str> {
    lines_above(table).flat_map(|record| record.fields.iter().map(String::as_str))
}

fn lines_above<'t>(table: &'t Table<'_>) -> impl Iterator<Item = &'t SampleRecord> {
    let header_line = table.header.map(|header| header.line);
    table.preamble.iter().filter(move |record| Some(record.line) != header_line)
}
