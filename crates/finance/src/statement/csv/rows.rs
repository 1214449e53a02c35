//! Rows of a CSV under a known layout.

use std::collections::HashMap;

use domain::{AccountKind, Currency, SkippedRow};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    super::{
        ACCOUNTS_MAX, AmountColumns, CsvMapping, StatementAccount, StatementError, StatementRow,
        amount::{self, Amount, AmountProblem, Mark},
        currency_sign::{Sign, currency_of},
        date::{self, DateProblem},
        text::{account_kind, plain_text, quoted},
    },
    balance,
    detect::Detected,
    direction,
    records::{Record, Records, first_line_end},
    sample,
};

/// A file whose first rows are all unreadable is not read to its end.
const UNREADABLE_MAX: usize = 10_000;

/// What a file's rows come to.
pub(super) struct Rows {
    pub(super) accounts: Vec<StatementAccount>,
    pub(super) skipped: Vec<SkippedRow>,
    /// Rows that were skipped for their date.
    pub(super) undated: usize,
}

impl Rows {
    pub(super) fn count(&self) -> usize {
        self.accounts.iter().map(|account| account.rows.len()).sum()
    }
}

/// Reads every row below the header.
pub(super) fn read(text: &str, detected: &Detected, file_name: &str) -> Result<Rows, StatementError> {
    let mut reader = Reader {
        detected,
        mapping: &detected.layout.mapping,
        file_name,
        accounts: Vec::new(),
        by_key: HashMap::new(),
    };
    let mut records = Records::new(text, reader.mapping.delimiter as u8);
    let mut skipped: Vec<SkippedRow> = Vec::new();
    let mut undated = 0;
    let mut stated: Vec<(Stated, Decimal)> = Vec::new();
    let mut read = 0usize;
    while let Some(record) = records.next()? {
        if record.line < detected.first_line || record.is_blank() {
            continue;
        }
        let line = record.line;
        let outcome = if record.unclosed { Err(Skip::Unclosed) } else { reader.row(&record) };
        let span = record.span.clone();
        let is_stray = sample::swallows_bookings(text, &span, reader.mapping.delimiter as u8);
        match outcome {
            _ if is_stray => {
                records.continue_at(first_line_end(text, &span));
                skipped.push(SkippedRow::new(line, Skip::Unclosed.reason()));
            }
            Ok((key, row)) => {
                reader.add(key, row);
                if reader.accounts.len() > ACCOUNTS_MAX {
                    return Err(StatementError::TooManyAccounts { line, limit: ACCOUNTS_MAX });
                }
                read += 1;
            }
            Err(skip) => {
                undated += usize::from(matches!(
                    skip,
                    Skip::Date(DateProblem::NotADate | DateProblem::DoesNotExist, _)
                ));
                if let Skip::StatesBalance(Some(balance)) = &skip {
                    stated.push(*balance);
                }
                skipped.push(SkippedRow::new(line, skip.reason()));
            }
        }
        if read == 0 && skipped.len() >= UNREADABLE_MAX {
            break;
        }
    }
    let mut accounts = reader.accounts;
    for account in &mut accounts {
        balance::state_balances(account);
    }
    // Which account such a line means is certain only where there is one.
    if let [account] = accounts.as_mut_slice() {
        let above = detected.stated;
        let opening = of(&stated, Stated::Opening).or(above.opening);
        let closing = of(&stated, Stated::Closing).or(above.closing);
        balance::adopt_stated(account, opening, closing, above.closing_date);
    }
    Ok(Rows { accounts, skipped, undated })
}

fn of(stated: &[(Stated, Decimal)], wanted: Stated) -> Option<Decimal> {
    stated.iter().find(|(stated, _)| *stated == wanted).map(|(_, balance)| *balance)
}

/// Why a row is left out.
enum Skip {
    Date(DateProblem, String),
    Amount(AmountProblem, String),
    BothSides,
    Direction(String),
    StatesBalance(Option<(Stated, Decimal)>),
    Declined(String),
    Unclosed,
    Currency(String),
}

impl Skip {
    fn reason(&self) -> String {
        match self {
            Self::Date(DateProblem::Empty, _) => "the date is empty".to_owned(),
            Self::Date(DateProblem::NotADate, text) => format!("{} is not a date", quoted(text)),
            Self::Date(DateProblem::DoesNotExist, text) => {
                format!("the date {} does not exist", quoted(text))
            }
            Self::Amount(problem, text) => problem.reason(text),
            Self::BothSides => "debit and credit are both filled".to_owned(),
            Self::Direction(text) => format!("{} tells neither money in nor money out", quoted(text)),
            Self::StatesBalance(_) => "the row states a balance and books nothing".to_owned(),
            Self::Declined(text) => format!("not booked: the status is {}", quoted(text)),
            Self::Unclosed => "a quotation mark is not closed".to_owned(),
            Self::Currency(text) => format!("{} is not a currency", quoted(text)),
        }
    }
}

struct Reader<'d> {
    detected: &'d Detected,
    mapping: &'d CsvMapping,
    file_name: &'d str,
    accounts: Vec<StatementAccount>,
    by_key: HashMap<(String, Option<Currency>), usize>,
}

/// Which account a row belongs to: its number, its name, its currency.
struct AccountKey {
    number: String,
    name: String,
    currency: Option<Currency>,
}

impl Reader<'_> {
    fn row(&self, record: &Record<'_>) -> Result<(AccountKey, StatementRow), Skip> {
        let mapping = self.mapping;
        let optional = |column: Option<usize>| column.map_or("", |column| record.field(column));
        let status = optional(self.detected.status);
        if is_declined(status) {
            return Err(Skip::Declined(status.to_owned()));
        }
        if let Some(stated) = stated_balance(record) {
            let balance = signed(record, mapping).ok().map(|amount| amount.value);
            return Err(Skip::StatesBalance(balance.map(|balance| (stated, balance))));
        }
        let written = record.field(mapping.date);
        let date = date::parse(written, mapping.date_order)
            .map_err(|problem| Skip::Date(problem, written.to_owned()))?;
        let description =
            plain_text(if mapping.description == mapping.payee { "" } else { optional(mapping.description) });
        let mut payee = plain_text(optional(mapping.payee));
        let amount = match signed(record, mapping) {
            Err(Skip::Amount(AmountProblem::Empty, _)) if !optional(mapping.balance).is_empty() => {
                return Err(Skip::StatesBalance(None));
            }
            other => other?,
        };
        let category = Some(plain_text(optional(mapping.category))).filter(|text| !text.is_empty());
        if payee.is_empty() && description.is_empty() {
            payee = category.clone().unwrap_or_default();
        }
        let currency = match optional(mapping.currency) {
            "" => amount.currency.or(self.detected.currency),
            code => Some(
                currency_of(code).and_then(Sign::currency).ok_or_else(|| Skip::Currency(code.to_owned()))?,
            ),
        };
        let key = AccountKey {
            // Some banks guard numbers from spreadsheets with an apostrophe.
            number: plain_text(optional(mapping.account).trim_matches('\'')),
            name: plain_text(optional(self.detected.account_name)),
            currency,
        };
        let row = StatementRow {
            line: record.line,
            details: None,
            date,
            amount: amount.value,
            payee,
            description,
            category,
            external_id: Some(plain_text(optional(mapping.external_id))).filter(|id| !id.is_empty()),
            balance: amount::parse(optional(mapping.balance), mapping.decimal_mark)
                .ok()
                .map(|amount| amount.value),
        };
        Ok((key, row))
    }

    fn add(&mut self, key: AccountKey, row: StatementRow) {
        let lookup = (key.number, key.currency);
        let index = self.by_key.get(&lookup).copied().unwrap_or_else(|| {
            let is_card = self.detected.is_card;
            self.accounts.push(new_account(&lookup.0, &key.name, key.currency, self.file_name, is_card));
            self.by_key.insert(lookup, self.accounts.len() - 1);
            self.accounts.len() - 1
        });
        self.accounts[index].rows.push(row);
    }
}

fn new_account(
    number: &str,
    name: &str,
    currency: Option<Currency>,
    file_name: &str,
    is_card: bool,
) -> StatementAccount {
    let name = match (name, number) {
        ("", "") => file_name.to_owned(),
        ("", number) if number.chars().filter(char::is_ascii_digit).count() >= 8 => {
            let tail: Vec<char> = number.chars().filter(|c| c.is_alphanumeric()).collect();
            format!("Account …{}", tail[tail.len() - 4..].iter().collect::<String>())
        }
        ("", number) => number.to_owned(),
        (name, _) => name.to_owned(),
    };
    let kind = match account_kind(&name) {
        AccountKind::Other if is_card => AccountKind::CreditCard,
        kind => kind,
    };
    StatementAccount {
        number: Some(number.to_owned()).filter(|number| !number.is_empty()),
        name,
        kind,
        currency,
        opening_balance: None,
        closing_balance: None,
        closing_date: None::<Date>,
        rows: Vec::new(),
    }
}

/// The row's amount with its sign, as the mapping understands it.
fn signed(record: &Record<'_>, mapping: &CsvMapping) -> Result<Amount, Skip> {
    let parse = |column: usize| {
        let text = record.field(column);
        amount::parse(text, mapping.decimal_mark).map_err(|problem| Skip::Amount(problem, text.to_owned()))
    };
    match mapping.amount {
        AmountColumns::Signed { column, positive_is_out } => {
            let amount = parse(column)?;
            let value =
                if positive_is_out && amount.mark.is_none() { negated(amount.value) } else { amount.value };
            Ok(Amount { value, ..amount })
        }
        AmountColumns::DebitCredit { debit, credit } => {
            let side = |column| match parse(column) {
                Err(Skip::Amount(AmountProblem::Empty, _)) => Ok(None),
                other => other.map(Some),
            };
            let (debit, credit) = (side(debit)?, side(credit)?);
            let filled = |side: &Option<Amount>| side.is_some_and(|amount| !amount.value.is_zero());
            match (debit, credit) {
                (None, None) => Err(Skip::Amount(AmountProblem::Empty, String::new())),
                (Some(_), Some(_)) if filled(&debit) && filled(&credit) => Err(Skip::BothSides),
                (Some(out), _) if filled(&debit) => Ok(Amount { value: -out.value.abs(), ..out }),
                (_, Some(into)) => Ok(Amount { value: into.value.abs(), ..into }),
                (Some(out), None) => Ok(out),
            }
        }
        AmountColumns::Directed { column, direction } => {
            let amount = parse(column)?;
            let text = record.field(direction);
            let mark = direction::direction(text).ok_or_else(|| Skip::Direction(text.to_owned()))?;
            let value = if mark == Mark::Debit { negated(amount.value.abs()) } else { amount.value.abs() };
            Ok(Amount { value, ..amount })
        }
    }
}

fn negated(value: Decimal) -> Decimal {
    if value.is_zero() { value } else { -value }
}

/// Which balance a line between the bookings states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stated {
    Opening,
    Closing,
    Other,
}

/// Lines that banks put between the bookings; a booking's text says more than these words.
fn stated_balance(record: &Record<'_>) -> Option<Stated> {
    const STATED: [(&str, Stated); 22] = [
        ("opening balance", Stated::Opening),
        ("starting balance", Stated::Opening),
        ("beginning balance", Stated::Opening),
        ("balance brought forward", Stated::Opening),
        ("anfangssaldo", Stated::Opening),
        ("saldo anterior", Stated::Opening),
        ("saldo inicial", Stated::Opening),
        ("saldo iniziale", Stated::Opening),
        ("solde précédent", Stated::Opening),
        ("solde initial", Stated::Opening),
        ("closing balance", Stated::Closing),
        ("ending balance", Stated::Closing),
        ("balance carried forward", Stated::Closing),
        ("endsaldo", Stated::Closing),
        ("kontostand", Stated::Closing),
        ("saldo final", Stated::Closing),
        ("saldo finale", Stated::Closing),
        ("s a l d o", Stated::Closing),
        ("saldo do dia", Stated::Other),
        ("turnover", Stated::Other),
        ("totals and ending balance", Stated::Other),
        ("totals", Stated::Other),
    ];
    let named = |field: &str| STATED.iter().find(|(words, _)| field.eq_ignore_ascii_case(words));
    record.iter().find_map(named).map(|(_, stated)| *stated)
}

fn is_declined(status: &str) -> bool {
    const DECLINED: [&str; 10] = [
        "declined",
        "reverted",
        "failed",
        "cancelled",
        "canceled",
        "rejected",
        "abgelehnt",
        "denied",
        "voided",
        "failure",
    ];
    !status.is_empty() && DECLINED.iter().any(|declined| status.eq_ignore_ascii_case(declined))
}
