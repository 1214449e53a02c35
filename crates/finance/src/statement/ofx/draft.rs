//! Bookings and listed accounts while their tags are read.

use domain::{AccountKind, Currency};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::super::{
    DateOrder, RowDetails, StatementRow,
    amount::{self, AmountProblem},
    date::{self, DateProblem},
    text::{plain_text, quoted},
};

/// A value, and where its tag stands.
struct Leaf {
    value: String,
    offset: usize,
}

/// Why a booking is left out, and the tag that is to blame.
pub(super) struct Unread {
    pub(super) reason: String,
    pub(super) offset: Option<usize>,
}

impl Unread {
    fn at(leaf: &Leaf, reason: String) -> Self {
        Self { reason, offset: Some(leaf.offset) }
    }
}

impl From<&str> for Unread {
    fn from(reason: &str) -> Self {
        Self { reason: reason.to_owned(), offset: None }
    }
}

/// A booking that the walk is inside of.
#[derive(Default)]
pub(super) struct Draft {
    /// The aggregate that opened it: `STMTTRN`, `BUYSTOCK`.
    pub(super) kind: String,
    pub(super) offset: usize,
    date: Option<Leaf>,
    amount: Option<Leaf>,
    payee: String,
    long_payee: String,
    memo: String,
    id: String,
    check: String,
    category: String,
    balance: String,
    sic: String,
    units: String,
    /// Inside of `CURRENCY`, the amount's own; not of `ORIGCURRENCY`, from which it was converted.
    in_currency: bool,
    currency: Option<Leaf>,
    rate: String,
    pub(super) security: String,
    transaction_type: String,
}

/// An account of the bank's list of accounts.
#[derive(Default)]
pub(super) struct Listed {
    pub(super) description: String,
    pub(super) number: String,
    pub(super) kind: Option<AccountKind>,
}

impl Draft {
    pub(super) fn new(kind: &str, offset: usize) -> Self {
        Self { kind: kind.to_owned(), offset, ..Self::default() }
    }

    pub(super) fn leaf(&mut self, name: &str, value: &str, offset: usize) {
        let leaf = || Some(Leaf { value: value.to_owned(), offset });
        match name {
            "DTPOSTED" | "DTTRAN" => self.date = leaf(),
            "DTTRADE" | "DTUSER" if !self.is_statement_row() => self.date = leaf(),
            "TRNAMT" | "TOTAL" => self.amount = leaf(),
            "NAME" => self.payee = plain_text(value),
            "EXTDNAME" => self.long_payee = plain_text(value),
            "MEMO" if self.memo.is_empty() => self.memo = plain_text(value),
            "MEMO" if self.memo.len() < 1_000 => self.memo = format!("{} {}", self.memo, plain_text(value)),
            "FITID" => self.id = plain_text(value),
            "CHECKNUM" => self.check = plain_text(value),
            "CATEGORY" => self.category = plain_text(value),
            "ACCTBAL" => value.clone_into(&mut self.balance),
            "CURSYM" if self.in_currency => self.currency = leaf(),
            "CURRATE" if self.in_currency => value.clone_into(&mut self.rate),
            "SIC" => value.clone_into(&mut self.sic),
            "UNITS" => value.clone_into(&mut self.units),
            "TRNTYPE" => self.transaction_type = value.trim().to_ascii_uppercase(),
            "UNIQUEID" => value.clone_into(&mut self.security),
            _ => {}
        }
    }

    /// A tag that holds others.
    pub(super) fn aggregate(&mut self, name: &str) {
        match name {
            "CURRENCY" => self.in_currency = true,
            "ORIGCURRENCY" => self.in_currency = false,
            _ => {}
        }
    }

    /// A booking of a bank or card, not of securities.
    pub(super) fn is_statement_row(&self) -> bool {
        matches!(self.kind.as_str(), "STMTTRN" | "STMTTRNP")
    }

    /// The currency that the row's amount is in, where the row names one.
    pub(super) fn currency(&self) -> Result<Option<Currency>, Unread> {
        let Some(leaf) = &self.currency else { return Ok(None) };
        match leaf.value.trim() {
            "" => Ok(None),
            code => {
                let unread = |_| Unread::at(leaf, format!("{} is not a currency", quoted(code)));
                code.parse().map(Some).map_err(unread)
            }
        }
    }

    /// Whether the amount is really in another currency than the account's: a rate of 1 between
    /// two currencies is a bank's slip.
    pub(super) fn is_foreign(&self) -> bool {
        !amount::parse(&self.rate, '.').is_ok_and(|rate| rate.value == Decimal::ONE)
    }

    /// Why a booking of securities moves no money.
    fn without_money(&self) -> Option<&'static str> {
        match self.kind.as_str() {
            "REINVEST" => Some("the income was invested again at once: no money moves"),
            "JRNLFUND" => Some("money moves inside of the account only"),
            _ => None,
        }
    }

    /// Some brokers write what a purchase costs without its sign.
    fn signed(&self, amount: Decimal) -> Decimal {
        let is_purchase = self.kind.starts_with("BUY") && !self.units.starts_with('-');
        if is_purchase && amount.is_sign_positive() && !amount.is_zero() { -amount } else { amount }
    }

    /// Whether the kind of the booking says that money went out; none where it says neither.
    pub(super) fn is_out(&self) -> Option<bool> {
        match self.transaction_type.as_str() {
            "DEBIT" | "DIRECTDEBIT" | "REPEATPMT" | "PAYMENT" | "CHECK" | "POS" | "FEE" | "SRVCHG" => {
                Some(true)
            }
            "CREDIT" | "DEP" | "DIRECTDEP" => Some(false),
            _ => None,
        }
    }

    fn details(&self) -> Option<Box<RowDetails>> {
        let is_pending = self.kind == "STMTTRNP";
        let mcc = self.sic.trim().parse().ok().filter(|code| (1..=9999).contains(code));
        (is_pending || mcc.is_some())
            .then(|| Box::new(RowDetails { is_pending, mcc, ..RowDetails::default() }))
    }

    pub(super) fn row(&self, line: u32) -> Result<StatementRow, Unread> {
        let date = match &self.date {
            None => return Err("the date is missing".into()),
            Some(leaf) => {
                day(&leaf.value).map_err(|problem| Unread::at(leaf, problem.reason(&leaf.value)))?
            }
        };
        if let Some(reason) = self.without_money() {
            return Err(reason.into());
        }
        let amount = match &self.amount {
            None if self.is_statement_row() => return Err("the amount is missing".into()),
            None => return Err("securities move, but no money".into()),
            Some(leaf) => {
                let unread = |problem: AmountProblem| Unread::at(leaf, problem.reason(&leaf.value));
                amount::parse(&leaf.value, '.').map_err(unread)?.value
            }
        };
        let payee = if self.long_payee.starts_with(&self.payee) { &self.long_payee } else { &self.payee };
        let mut description = if self.memo == *payee { String::new() } else { self.memo.clone() };
        if payee.is_empty() && description.is_empty() && !self.check.is_empty() {
            description = format!("Check {}", self.check);
        }
        let known = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        Ok(StatementRow {
            line,
            date,
            amount: self.signed(amount),
            payee: payee.clone(),
            description,
            category: known(&self.category)
                .filter(|category| !category.eq_ignore_ascii_case("uncategorised")),
            external_id: known(&self.id),
            balance: amount::parse(&self.balance, '.').ok().map(|amount| amount.value),
            details: self.details(),
        })
    }
}

impl Listed {
    pub(super) fn leaf(&mut self, name: &str, value: &str) {
        match name {
            "DESC" => value.clone_into(&mut self.description),
            "ACCTID" => self.number = plain_text(value),
            "ACCTTYPE" => self.kind = kind_of(value),
            _ => {}
        }
    }
}

/// The calendar day as written; the zone behind it does not move it.
pub(super) fn day(text: &str) -> Result<Date, DateProblem> {
    date::parse(text, DateOrder::YearMonthDay)
}

pub(super) fn kind_of(value: &str) -> Option<AccountKind> {
    match value.to_ascii_uppercase().as_str() {
        "CHECKING" => Some(AccountKind::Checking),
        "SAVINGS" | "MONEYMRKT" | "CD" => Some(AccountKind::Savings),
        "CREDITLINE" => Some(AccountKind::CreditCard),
        _ => None,
    }
}
