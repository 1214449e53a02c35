//! What balances are to be expected: recurring items on their days, and the ordinary days of the past
//! half year, with a band that is tried on the person's own past.

mod back_test;
mod model;

use std::collections::{HashMap, HashSet};

use domain::{AccountId, Currency, Ledger, Money, Transaction, TransactionId};
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use rust_decimal::{Decimal, prelude::FromPrimitive};
use serde::{Deserialize, Serialize};

use super::{
    Proof,
    own::{forecast_once, other_halves, standing},
    proof::money,
    recurring::{Recurring, RecurringKind},
};
use crate::{
    balance_on,
    proof::{Term, Working},
};

pub use back_test::BackTest;
pub(super) use model::Model;

/// The edge of the band of 80 %: the 90th percentile of the standard normal distribution.
const Z_80: f64 = 1.281_552;
/// Days ahead at most: further on, nothing of the band is left.
const DAYS_MAX: u16 = 366;

/// Which balances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastQuery {
    /// One account, or all of the currency.
    pub account: Option<AccountId>,
    /// The currency; left out of account where an account is given.
    pub currency: Currency,
    /// Days ahead, 1 to 366.
    pub days: u16,
}

/// The balance to be expected at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastDay {
    /// The day.
    pub date: Date,
    /// The balance to be expected.
    pub expected: Money,
    /// Half of all days lie from here …
    pub low_50: Money,
    /// … to here.
    pub high_50: Money,
    /// Four of five days lie from here …
    pub low_80: Money,
    /// … to here.
    pub high_80: Money,
    /// Nineteen of twenty days lie from here …
    pub low_95: Money,
    /// … to here.
    pub high_95: Money,
}

/// A recurring item that falls into the forecast.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastItem {
    /// When it is due.
    pub date: Date,
    /// Who is paid or pays.
    pub payee: String,
    /// What sort of thing.
    pub kind: RecurringKind,
    /// Its usual amount, signed.
    pub amount: Money,
    /// Which of the forecast's recurring things it is.
    pub recurring: usize,
}

/// What an ordinary day of the week moves beside recurring items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrdinaryDay {
    /// 1 is Monday.
    pub weekday: i8,
    /// The mean, signed.
    pub mean: Money,
    /// The standard deviation.
    pub spread: Money,
}

/// What balances are to be expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    /// The accounts that are counted together.
    pub accounts: Vec<AccountId>,
    /// The balance today.
    pub start: Money,
    /// The days to come.
    pub days: Vec<ForecastDay>,
    /// The lowest expected balance, at its first day.
    pub lowest: ForecastDay,
    /// Recurring items by day.
    pub items: Vec<ForecastItem>,
    /// The recurring things that the items are of.
    pub recurring: Vec<Recurring>,
    /// Ordinary days, Monday first.
    pub ordinary: Vec<OrdinaryDay>,
    /// How often the band of 80 % would have held before; none where the past is too short.
    pub back_test: Option<BackTest>,
    /// How it came about, and the rows of ordinary days.
    pub proof: Proof,
    /// The days that ordinary days are taken of; none where they are too few to tell anything.
    #[serde(skip)]
    pub ordinary_days: Option<(Date, Date)>,
}

/// An edge of the band that four of five days lie in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The lower.
    Low,
    /// The upper.
    High,
}

impl Forecast {
    /// How the balance expected at the end of a day is worked out of the journal.
    pub fn working(&self, until: Date) -> Working {
        self.workings(until).0
    }

    /// How an edge of the band of 80 % at a day is worked out of the journal.
    pub fn edge_working(&self, until: Date, edge: Edge) -> Working {
        let (mut working, mut variances) = self.workings(until);
        for (recurring, times) in self.times(until) {
            let rows = model::varying_rows(recurring);
            if !rows.is_empty() {
                let off = recurring.usual.amount();
                let squares = working.name(Term::Squares { rows: rows.to_vec(), off });
                variances.push(format!("{squares} / {} * {times}", model::degrees_of_freedom(rows.len())));
            }
        }
        let variance = if variances.is_empty() { "0".to_owned() } else { variances.join(" + ") };
        let sign = match edge {
            Edge::Low => '-',
            Edge::High => '+',
        };
        working.expression = format!("{} {sign} {Z_80} * sqrt({variance})", working.expression);
        working
    }

    /// What is due up to a day, and how often.
    fn times(&self, until: Date) -> impl Iterator<Item = (&Recurring, usize)> {
        let due = move |at| self.items.iter().filter(|it| it.recurring == at && it.date <= until).count();
        self.recurring.iter().enumerate().map(move |(at, it)| (it, due(at))).filter(|(_, times)| *times > 0)
    }

    /// The expected balance's working, and the variances that it knows of already.
    fn workings(&self, until: Date) -> (Working, Vec<String>) {
        let (mut working, mut variances) = (Working::default(), Vec::new());
        let today = self.days.first().and_then(|day| day.date.yesterday().ok()).unwrap_or(until);
        let balance =
            Term::Balance { accounts: self.accounts.clone(), currency: self.start.currency(), day: today };
        let mut parts = vec![working.name(balance)];
        for (recurring, times) in self.times(until) {
            let usual = working.name(Term::Median(recurring.usual_rows().to_vec()));
            parts.push(format!("r({usual}) * {times}"));
        }
        if let Some((from, to)) = self.ordinary_days.filter(|_| !self.proof.rows.is_empty()) {
            let mut times = [0_u32; 7];
            for day in self.days.iter().take_while(|day| day.date <= until) {
                times[usize::from(day.date.weekday().to_monday_zero_offset().unsigned_abs())] += 1;
            }
            let (accounts, rows) = (self.accounts.clone(), self.proof.rows.clone());
            parts.push(working.name(Term::Weekdays { accounts, from, to, rows, times }));
            variances.push(format!("u[{}]", working.terms.len()));
        }
        working.expression = parts.join(" + ");
        (working, variances)
    }
}

/// The balances of the days to come; none without accounts or without a row up to the day. The same
/// ledger and day give the same forecast.
pub fn forecast(ledger: &Ledger, query: &ForecastQuery, day: Date) -> Option<Forecast> {
    forecast_once(ledger, query, day, || worked_out(ledger, query, day))
}

fn worked_out(ledger: &Ledger, query: &ForecastQuery, day: Date) -> Option<Forecast> {
    let accounts: Vec<AccountId> = match query.account {
        Some(id) => vec![ledger.account(id)?.id],
        None => ledger.accounts.iter().filter(|it| it.currency == query.currency).map(|it| it.id).collect(),
    };
    let currency = ledger.account(*accounts.first()?)?.currency;
    let halves = other_halves(ledger);
    let rows = moving_rows(ledger, &accounts, &halves, day);
    let model = Model::of(&rows, &halves, day)?;
    let start: Decimal = accounts.iter().map(|id| balance_on(ledger, *id, day).amount()).sum();
    let days = i32::from(query.days.clamp(1, DAYS_MAX));
    let path: Vec<ForecastDay> = model
        .path(day, days)
        .into_iter()
        .map(|point| forecast_day(point.date, start + point.moved, point.spread, currency))
        .collect();
    let lowest = *path.iter().min_by_key(|it| (it.expected.amount(), it.date))?;
    Some(Forecast {
        start: money(start, currency),
        days: path,
        lowest,
        items: model.items(day, day.checked_add(days.days()).ok()?),
        ordinary: ordinary(&model, currency),
        back_test: back_test::back_test(&rows, &halves, day),
        proof: Proof::of_rows(
            format!(
                "balance today, plus recurring items at their usual amount on the days they are due, plus the \
                 mean of all other rows by day of the week over the {} days before; the band is the normal \
                 distribution's, of the spread of those days and of amounts that vary",
                model.ordinary_days()
            ),
            model.ordinary_rows(&rows),
        ),
        ordinary_days: model.ordinary_span(day),
        recurring: model.into_recurring(),
        accounts,
    })
}

fn forecast_day(date: Date, expected: Decimal, spread: f64, currency: Currency) -> ForecastDay {
    /// Quantiles of the standard normal distribution, at 75, 90 and 97.5 %.
    const Z: [f64; 3] = [0.674_490, Z_80, 1.959_964];
    let at = |sign: f64, z: f64| {
        money(expected + Decimal::from_f64(sign * z * spread).unwrap_or_default(), currency)
    };
    ForecastDay {
        date,
        expected: money(expected, currency),
        low_50: at(-1.0, Z[0]),
        high_50: at(1.0, Z[0]),
        low_80: at(-1.0, Z[1]),
        high_80: at(1.0, Z[1]),
        low_95: at(-1.0, Z[2]),
        high_95: at(1.0, Z[2]),
    }
}

fn ordinary(model: &Model, currency: Currency) -> Vec<OrdinaryDay> {
    let days = std::iter::successors(Some(Weekday::Monday), |day| Some(day.next())).take(7);
    days.map(|weekday| OrdinaryDay {
        weekday: weekday.to_monday_one_offset(),
        mean: money(model.mean(weekday), currency),
        spread: money(Decimal::from_f64(model.variance(weekday).sqrt()).unwrap_or_default(), currency),
    })
    .collect()
}

/// The rows up to a day that change what the accounts hold together: not those of transfers among them.
/// Rows older than what a forecast looks back on are left out.
pub(super) fn moving_rows<'a>(
    ledger: &'a Ledger,
    accounts: &[AccountId],
    halves: &HashMap<TransactionId, TransactionId>,
    day: Date,
) -> Vec<&'a Transaction> {
    let end = ledger.transactions.partition_point(|row| row.date <= day);
    let from = day.saturating_sub((model::LOOK_BACK_DAYS + back_test::REACH_DAYS).days());
    let start = ledger.transactions[..end].partition_point(|row| row.date < from);
    let rows = standing(ledger, &ledger.transactions[start..end]);
    let own: Vec<&Transaction> = rows.filter(|row| accounts.contains(&row.account_id)).collect();
    if halves.is_empty() || accounts.len() < 2 {
        return own;
    }
    let inside: HashSet<TransactionId> = own.iter().map(|row| row.id).collect();
    own.into_iter().filter(|row| halves.get(&row.id).is_none_or(|other| !inside.contains(other))).collect()
}
