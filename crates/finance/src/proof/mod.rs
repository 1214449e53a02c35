//! How a figure came about: its formula in words, and where hledger can follow, a command that
//! reproduces it from the exported journal.

mod command;
mod query;

use domain::{AccountId, Currency, Ledger, Side, TransactionFilter, TransactionId};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::insight::recurring::Cadence;

/// How a figure was computed, and a command that reproduces it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Proof {
    /// In words.
    pub formula: String,
    /// A command line in the folder of the exported journal; the first word of its last line is the
    /// figure. None where hledger has no words for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

/// A number that hledger can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// The sum of a filter's rows: what was spent is positive where the filter asks for spending, else
    /// the sum is signed.
    Sum(TransactionFilter),
    /// How many rows a filter finds.
    Count(TransactionFilter),
    /// The median of the amounts of these rows, unrounded.
    Median(Vec<TransactionId>),
    /// The median of what a filter's rows come to in each month of its days, unrounded.
    MonthlyMedian(TransactionFilter),
    /// What the days of a week come to on average, each so many times: a forecast's ordinary days. An expression
    /// finds the variance of that as `u[1]`, `u[2]`, ….
    Weekdays {
        /// The accounts whose rows they are.
        accounts: Vec<AccountId>,
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
        /// The rows among them that count.
        rows: Vec<TransactionId>,
        /// How often each day of the week is taken, Monday first.
        times: [u32; 7],
    },
    /// The squares of what the amounts of these rows are off one amount, added up.
    Squares {
        /// The rows.
        rows: Vec<TransactionId>,
        /// The amount.
        off: Decimal,
    },
    /// How many rows these are.
    Number(Vec<TransactionId>),
    /// How many accounts there are.
    Accounts,
    /// How many categories of spending and income the rows of some days have.
    Categories {
        /// First day; none from the first row on.
        from: Option<Date>,
        /// Last day; none up to the last row.
        to: Option<Date>,
    },
    /// Days from one day to the next on which something that comes again is due.
    DaysUntil {
        /// Its last row.
        last: TransactionId,
        /// Days from that row's day to the day on which it was due.
        moved: i32,
        /// How often it comes.
        cadence: Cadence,
        /// The day to count from.
        today: Date,
    },
    /// What those of some accounts that are above zero at the end of a day hold together, or what those below
    /// zero owe; either is positive.
    Holdings {
        /// The accounts.
        accounts: Vec<AccountId>,
        /// Their currency.
        currency: Currency,
        /// The day.
        day: Date,
        /// Of those below zero.
        is_owed: bool,
    },
    /// The balance of accounts of one currency at the end of a day.
    Balance {
        /// The accounts.
        accounts: Vec<AccountId>,
        /// Their currency.
        currency: Currency,
        /// The day.
        day: Date,
    },
}

/// Terms, and what becomes of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Working {
    /// The terms.
    pub terms: Vec<Term>,
    /// See [`Arithmetic::expression`].
    pub expression: String,
}

impl Working {
    /// Takes a term in; gives its name in an expression.
    pub fn name(&mut self, term: Term) -> String {
        self.terms.push(term);
        format!("v[{}]", self.terms.len())
    }
}

/// What becomes of terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arithmetic {
    /// In awk's words, the terms as `v[1]`, `v[2]`, … and their variances as `u[1]`, `u[2]`, …: `v[1] / 12`. `r(x)` is `x` rounded as the result is,
    /// `up(x)` and `down(x)` are an `x` above zero rounded to as many digits away from zero and towards it.
    pub expression: String,
    /// Digits that the result is rounded to, halves away from zero.
    pub digits: u32,
}

/// Rows that a command names one by one: more would be longer than anyone copies.
const ROWS_MAX: usize = 400;

impl Term {
    /// What the term is, in words.
    pub fn formula(&self) -> String {
        match self {
            Self::Sum(rows) => {
                let kind = match rows.side {
                    Some(Side::Spending) => {
                        "what was spent, less refunds; transfers between own accounts do not count"
                    }
                    Some(Side::Income) => "what was earned; transfers between own accounts do not count",
                    None => "money in less money out",
                };
                format!("the sum of the rows: {kind}")
            }
            Self::Count(_) | Self::Number(_) => "how many rows there are".to_owned(),
            Self::Accounts => "how many accounts there are".to_owned(),
            Self::Categories { .. } => "how many categories of spending and income the rows have".to_owned(),
            Self::DaysUntil { cadence, today, .. } => {
                format!("days from {today} to the next that is due, {}", cadence.label())
            }
            Self::Holdings { is_owed: false, .. } => "the balances above zero".to_owned(),
            Self::Holdings { is_owed: true, .. } => "the balances below zero, their sign left off".to_owned(),
            Self::Squares { rows, off } => {
                format!("the squares of what {} amounts are off {off}, added up", rows.len())
            }
            Self::MonthlyMedian(_) => "the median of the months".to_owned(),
            Self::Weekdays { .. } => "the mean of each day of the week, as often as it comes".to_owned(),
            Self::Median(rows) => format!("the median of {} amounts", rows.len()),
            Self::Balance { accounts, .. } if accounts.len() == 1 => {
                "the opening balance plus every row up to and with the day".to_owned()
            }
            Self::Balance { .. } => {
                "the accounts' opening balances plus every row up to and with the day".to_owned()
            }
        }
    }
}

/// Proves one term.
pub fn prove(ledger: &Ledger, term: &Term) -> Proof {
    Proof { formula: term.formula(), command: command::of(ledger, std::slice::from_ref(term), None) }
}

/// The command for terms and what becomes of them. None where hledger has no words for one of them.
pub fn command(ledger: &Ledger, terms: &[Term], arithmetic: &Arithmetic) -> Option<String> {
    command::of(ledger, terms, Some(arithmetic))
}
