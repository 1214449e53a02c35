//! What is out of the ordinary: few things, each worth a look.

mod categories;
mod charges;
mod items;

use std::collections::HashSet;

use domain::{Currency, Ledger, Money, Profile, Side, TransactionFilter, TransactionId};
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Proof, own::recurring_until, proof::median, recurring::Recurring};
use crate::{GroupBy, group};

/// What is out of the ordinary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnomalyKind {
    /// The same payee took the same amount twice within three days.
    DoubleCharge,
    /// A regular income has not come.
    MissingIncome,
    /// A bill is twice as high as usual or more.
    HighBill,
    /// A steady price rose.
    PriceRise,
    /// Far more than usual was spent on a category in a month.
    HighSpending,
    /// A subscription that was not there before.
    NewSubscription,
    /// A bank took a fee.
    BankFee,
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Worth a look.
    Warning,
    /// Money may be lost.
    Alert,
}

/// Something out of the ordinary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anomaly {
    /// What it is.
    pub kind: AnomalyKind,
    /// How much it matters.
    pub severity: Severity,
    /// The day: of the row, or on which one was due.
    pub date: Date,
    /// The payee or category.
    pub subject: String,
    /// The amount, positive.
    pub amount: Money,
    /// What would have been usual, positive; none where nothing would.
    pub usual: Option<Money>,
    /// Why it is told, in words.
    pub reason: String,
    /// The rows.
    pub proof: Proof,
}

/// What the finders know of a ledger.
struct Known<'a> {
    ledger: &'a Ledger,
    recurring: &'a [Recurring],
    /// Rows of recurring things.
    regular: HashSet<TransactionId>,
    /// What a usual month takes, by currency.
    usual_months: Vec<(Currency, Decimal)>,
    from: Date,
    day: Date,
}

impl Known<'_> {
    /// Whether a sum is at least this many thousandths of what a usual month takes.
    fn matters(&self, sum: Decimal, currency: Currency, thousandths: i64) -> bool {
        let usual = self.usual_months.iter().find(|(of, _)| *of == currency);
        usual.is_none_or(|(_, usual)| sum * Decimal::ONE_THOUSAND >= *usual * Decimal::from(thousandths))
    }

    fn is_in_window(&self, date: Date) -> bool {
        (self.from..=self.day).contains(&date)
    }
}

/// What is out of the ordinary from a day to another, the gravest first, then the newest.
pub fn anomalies(ledger: &Ledger, profile: &Profile, from: Date, day: Date) -> Vec<Anomaly> {
    let all = recurring_until(ledger, day);
    let known = Known {
        ledger,
        regular: all.iter().flat_map(|it| it.proof.rows.iter().copied()).collect(),
        recurring: &all,
        usual_months: usual_months(ledger, day),
        from,
        day,
    };
    let mut found = items::find(&known, profile);
    found.extend(charges::find(&known));
    found.extend(categories::find(&known));
    found.sort_by(|a, b| {
        let order = |it: &Anomaly| (it.severity, it.date, it.amount.amount());
        order(b).cmp(&order(a)).then_with(|| (a.kind, &a.subject).cmp(&(b.kind, &b.subject)))
    });
    found
}

/// The median month of spending in the year before, by currency.
fn usual_months(ledger: &Ledger, day: Date) -> Vec<(Currency, Decimal)> {
    let filter = TransactionFilter {
        from: Some(day.saturating_sub(12.months())),
        to: Some(day),
        side: Some(Side::Spending),
        ..TransactionFilter::default()
    };
    let months = group(ledger, &filter, GroupBy::Month);
    let mut currencies: Vec<Currency> = months.iter().map(|month| month.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let usual = |currency: Currency| {
        let own = months.iter().filter(|month| month.currency == currency);
        median(own.map(|month| month.total.abs())).unwrap_or_default()
    };
    currencies.into_iter().map(|currency| (currency, usual(currency))).collect()
}

/// An amount without its sign.
fn size(money: Money) -> Money {
    if money.is_outflow() { -money } else { money }
}
