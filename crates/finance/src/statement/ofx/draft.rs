//! Bookings and listed accounts while their tags are read.

use domain::AccountKind;
use jiff::civil::Date;

use super::super::{
    DateOrder, StatementRow, amount,
    date::{self, DateProblem},
    text::{plain_text, quoted},
};

/// A booking that the walk is inside of.
#[derive(Default)]
pub(super) struct Draft {
    /// The aggregate that opened it: `STMTTRN`, `BUYSTOCK`.
    pub(super) kind: String,
    pub(super) offset: usize,
    date: Option<String>,
    amount: Option<String>,
    payee: String,
    long_payee: String,
    memo: String,
    id: String,
    check: String,
    category: String,
    balance: String,
    pub(super) currency: String,
    pub(super) security: String,
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

    pub(super) fn leaf(&mut self, name: &str, value: &str) {
        match name {
            "DTPOSTED" => self.date = Some(value.to_owned()),
            "DTTRADE" | "DTUSER" if self.kind != "STMTTRN" => self.date = Some(value.to_owned()),
            "TRNAMT" | "TOTAL" => self.amount = Some(value.to_owned()),
            "NAME" => self.payee = plain_text(value),
            "EXTDNAME" => self.long_payee = plain_text(value),
            "MEMO" if self.memo.is_empty() => self.memo = plain_text(value),
            "MEMO" if self.memo.len() < 1_000 => self.memo = format!("{} {}", self.memo, plain_text(value)),
            "FITID" => self.id = plain_text(value),
            "CHECKNUM" => self.check = plain_text(value),
            "CATEGORY" => self.category = plain_text(value),
            "ACCTBAL" => value.clone_into(&mut self.balance),
            "CURSYM" => value.clone_into(&mut self.currency),
            "UNIQUEID" => value.clone_into(&mut self.security),
            _ => {}
        }
    }

    pub(super) fn row(&self, line: u32) -> Result<StatementRow, String> {
        let date = match &self.date {
            None => return Err("the date is missing".to_owned()),
            Some(text) => day(text).map_err(|problem| match problem {
                DateProblem::DoesNotExist => format!("the date {} does not exist", quoted(text)),
                DateProblem::Empty | DateProblem::NotADate => format!("{} is not a date", quoted(text)),
            })?,
        };
        let amount = match &self.amount {
            None if self.kind == "STMTTRN" => return Err("the amount is missing".to_owned()),
            None => return Err("securities move, but no money".to_owned()),
            Some(text) => amount::parse(text, '.').map_err(|problem| problem.reason(text))?.value,
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
            amount,
            payee: payee.clone(),
            description,
            category: known(&self.category)
                .filter(|category| !category.eq_ignore_ascii_case("uncategorised")),
            external_id: known(&self.id),
            balance: amount::parse(&self.balance, '.').ok().map(|amount| amount.value),
            details: None,
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
