//! What stands beside the entries: the account, and balances.

use domain::{AccountKind, Currency};
use rust_decimal::Decimal;

use super::{
    super::{
        DateOrder, amount, date,
        joined::{self, Head},
        text::{account_kind, account_number, plain_text, quoted},
    },
    party::Own,
    place::Place,
};

/// The account of a statement.
#[derive(Default)]
pub(super) struct Account {
    pub(super) own: Own,
    pub(super) currency: Option<Currency>,
    name: String,
    kind: Option<AccountKind>,
}

impl Account {
    /// Takes an element inside of `Acct`.
    pub(super) fn leaf(&mut self, path: &[&str], value: &str) {
        match path {
            ["Id", "IBAN"] => self.own.number = account_number(value),
            ["Id", "BBAN" | "UPIC"] | ["Id", "Othr" | "PrtryAcct", "Id"] if self.own.number.is_none() => {
                self.own.number = account_number(value);
            }
            ["Ccy"] => self.currency = value.parse().ok(),
            ["Nm"] => self.name = plain_text(value).chars().take(80).collect(),
            ["Ownr", "Nm"] | ["Ownr", "Pty", "Nm"] => self.own.name = plain_text(value),
            ["Tp", "Cd"] => {
                // https://www.iso20022.org/catalogue-messages/additional-content-messages/external-code-sets
                self.kind = match value.trim() {
                    "CACC" | "TRAN" | "SLRY" => Some(AccountKind::Checking),
                    "SVGS" | "MOMA" => Some(AccountKind::Savings),
                    "LOAN" | "MGLD" => Some(AccountKind::Loan),
                    "CARD" => Some(AccountKind::CreditCard),
                    _ => None,
                };
            }
            _ => {}
        }
    }

    pub(super) fn head(&self) -> Head {
        let kind = self.kind.or_else(|| Some(account_kind(&self.name)));
        Head { number: self.own.number.clone(), name: self.name.clone(), kind }
    }
}

/// What a balance is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BalanceKind {
    Opening,
    Closing,
    /// Opens or closes a page, or holds at a time of the day.
    Interim,
}

/// A balance, read.
pub(super) struct BookedBalance {
    pub(super) kind: BalanceKind,
    pub(super) currency: Option<Currency>,
    pub(super) value: joined::Balance,
}

/// A balance while its elements are read.
#[derive(Default)]
pub(super) struct BalanceDraft {
    pub(super) place: Place,
    code: String,
    amount: String,
    currency: String,
    direction: String,
    date: String,
}

impl BalanceDraft {
    pub(super) fn new(place: Place) -> Self {
        Self { place, ..Self::default() }
    }

    /// Takes an element inside of `Bal`.
    pub(super) fn leaf(&mut self, path: &[&str], value: &str, currency: &str) {
        match path {
            ["Tp", "CdOrPrtry", "Cd"] | ["Tp", "Cd"] => value.trim().clone_into(&mut self.code),
            ["Amt"] => {
                value.clone_into(&mut self.amount);
                currency.clone_into(&mut self.currency);
            }
            ["CdtDbtInd"] => value.trim().clone_into(&mut self.direction),
            ["Dt", ..] => value.clone_into(&mut self.date),
            _ => {}
        }
    }

    /// The balance of booked money, none of others (available, expected).
    pub(super) fn read(&self, account: Option<Currency>) -> Option<Result<BookedBalance, String>> {
        let (kind, what) = match self.code.as_str() {
            "OPBD" | "PRCD" => (BalanceKind::Opening, "opening"),
            "CLBD" => (BalanceKind::Closing, "closing"),
            "ITBD" => (BalanceKind::Interim, "interim"),
            _ => return None,
        };
        let value = self.value(account).map_err(|reason| format!("the {what} balance: {reason}"));
        Some(value.map(|(currency, value)| BookedBalance { kind, currency, value }))
    }

    fn value(&self, account: Option<Currency>) -> Result<(Option<Currency>, joined::Balance), String> {
        let currency = currency(&self.currency, account)?;
        if let (Some(of_balance), Some(of_account)) = (currency, account)
            && of_balance != of_account
        {
            return Err(format!("it is in {of_balance}, the account in {of_account}"));
        }
        let amount = signed(&self.amount, &self.direction)?;
        Ok((currency, (day(&self.date).ok(), amount)))
    }
}

/// An amount's currency; the account's where it names none.
pub(super) fn currency(code: &str, account: Option<Currency>) -> Result<Option<Currency>, String> {
    if code.trim().is_empty() {
        return Ok(account);
    }
    code.parse().map(Some).map_err(|_| format!("there is no currency {}", quoted(code)))
}

/// An amount with the sign of its direction.
fn signed(amount: &str, direction: &str) -> Result<Decimal, String> {
    directed(magnitude(amount)?, direction)
}

/// A size with the sign of its direction.
pub(super) fn directed(value: Decimal, direction: &str) -> Result<Decimal, String> {
    match direction {
        "CRDT" => Ok(value),
        "DBIT" if value.is_zero() => Ok(value),
        "DBIT" => Ok(-value),
        "" => Err("it says neither credit nor debit".to_owned()),
        other => Err(format!("{} is neither credit nor debit", quoted(other))),
    }
}

/// An amount without sign.
pub(super) fn magnitude(text: &str) -> Result<Decimal, String> {
    let value = amount::parse(text, '.').map_err(|problem| problem.reason(text))?.value;
    if value.is_sign_negative() && !value.is_zero() {
        return Err(format!("the amount {} has a sign beside its direction", quoted(text)));
    }
    Ok(value)
}

/// The calendar day of a date or a time, as written; the zone behind it does not move it.
pub(super) fn day(text: &str) -> Result<jiff::civil::Date, date::DateProblem> {
    let text = text.trim();
    let is_date = text.as_bytes().get(10).is_some_and(|byte| matches!(byte, b'T' | b'+' | b'-' | b'Z'));
    let text = if is_date { text.get(..10).unwrap_or(text) } else { text };
    date::parse(text, DateOrder::YearMonthDay)
}
