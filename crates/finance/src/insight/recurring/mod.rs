//! What comes again: bills, subscriptions, income, transfers, with amounts that may vary.
//!
//! Rows of one payee, currency and direction are parted until each part comes at one cadence
//! (`split`), which a chain of rows on time shows (`chain`). Weekends, holidays and a missed one are
//! bridged; the amount may vary from row to row.

mod cadence;
mod chain;
mod describe;
mod next;
mod split;

use std::collections::{BTreeMap, HashMap};

use domain::{AccountId, Category, CategoryKind, Currency, Ledger, Money, Transaction, TransactionId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Proof, own::recurring_until};
use crate::fold::fold;
use chain::Dated;

pub use cadence::Cadence;

/// What sort of thing comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RecurringKind {
    /// Money in: salary, pension, interest.
    Income,
    /// What must be paid: rent, utilities, insurance, loans.
    Bill,
    /// What could be cancelled: streaming, software, a gym.
    Subscription,
    /// Between own accounts: card payments, saving.
    Transfer,
}

/// A price that changed for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceChange {
    /// The amount before, signed.
    pub old: Money,
    /// The amount from then on, signed.
    pub new: Money,
    /// The first day of the new amount.
    pub since: Date,
}

impl PriceChange {
    /// More money moves than before.
    pub fn is_rise(&self) -> bool {
        self.new.amount().abs() > self.old.amount().abs()
    }
}

/// Something that comes again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurring {
    /// Who is paid or pays, as the newest row spells it.
    pub payee: String,
    /// What sort of thing.
    pub kind: RecurringKind,
    /// How often.
    pub cadence: Cadence,
    /// The account of the newest row.
    pub account_id: AccountId,
    /// The category of most rows.
    pub category: Category,
    /// The median since the price last changed, of the last twelve at most; signed.
    pub usual: Money,
    /// The nearest to zero of those.
    pub least: Money,
    /// The furthest from zero of those.
    pub most: Money,
    /// The amount stays the same from row to row, but for changes of price.
    pub is_steady: bool,
    /// The usual amount, times a year, by twelve; signed.
    pub a_month: Money,
    /// The first day.
    pub first: Date,
    /// The last day so far.
    pub last: Date,
    /// How many so far.
    pub count: usize,
    /// The last one's day on the schedule that the next ones follow.
    pub anchor: Date,
    /// When the next is due, some days ago where it is only late; none once it has ended.
    pub next: Option<Date>,
    /// The day on which one was due that has not come, while it is not taken for ended.
    pub overdue_since: Option<Date>,
    /// Changes of a steady price, the oldest first.
    pub price_changes: Vec<PriceChange>,
    /// Of how many of the last rows the usual amount is the median.
    #[serde(skip)]
    pub usual_of: usize,
    /// The rows and how the usual amount came about.
    pub proof: Proof,
}

impl Recurring {
    /// It still goes on.
    pub const fn is_active(&self) -> bool {
        self.next.is_some()
    }

    /// The rows that the usual amount is the median of.
    pub fn usual_rows(&self) -> &[TransactionId] {
        let rows = &self.proof.rows;
        &rows[rows.len().saturating_sub(self.usual_of)..]
    }

    /// The days on which it is due, from `from` to `to`; one that is late counts on `from`.
    pub fn due_between(&self, from: Date, to: Date) -> Vec<Date> {
        next::due_between(self, from, to)
    }
}

/// Everything that comes again in the rows up to a day: what goes on before what has ended, and of
/// each the largest a month first.
///
/// Things of which nothing has come for two steps (of quarters and longer: for one, and some days) are
/// taken for ended, counted to the day or to the ledger's last row, whichever is earlier.
pub fn recurring(ledger: &Ledger, day: Date) -> Vec<Recurring> {
    recurring_until(ledger, day).to_vec()
}

/// The same of some of the ledger's rows, in their order; `halves` are those of transfers.
pub(in crate::insight) fn recurring_in<'a>(
    rows: impl Iterator<Item = &'a Transaction>,
    halves: &HashMap<TransactionId, TransactionId>,
    day: Date,
) -> Vec<Recurring> {
    let rows: Vec<&Transaction> = rows.take_while(|row| row.date <= day).collect();
    let Some(known_until) = rows.last().map(|row| row.date) else { return Vec::new() };
    let mut found: Vec<Recurring> = by_payee(&rows, halves)
        .into_values()
        .flat_map(|mut rows| {
            rows.sort_by_key(|row| (row.date, row.row.amount.amount(), row.row.id));
            split::strands(&rows)
        })
        .filter_map(|strand| describe::describe(&strand, halves, day, known_until))
        .collect();
    found.sort_by(|a, b| {
        let order = |it: &Recurring| (!it.is_active(), -it.a_month.amount().abs());
        order(a)
            .cmp(&order(b))
            .then_with(|| (&a.payee, a.first, &a.proof.rows).cmp(&(&b.payee, b.first, &b.proof.rows)))
    });
    found
}

/// Payee, currency, money out, between own accounts.
type Key<P> = (P, Currency, bool, bool);

/// Rows of one payee, one currency, one direction. Opening balances and rows of nothing are left out.
fn by_payee<'a>(
    rows: &[&'a Transaction],
    halves: &HashMap<TransactionId, TransactionId>,
) -> BTreeMap<Key<String>, Vec<Dated<'a>>> {
    let mut groups: HashMap<Key<&str>, Vec<Dated<'_>>> = HashMap::new();
    for row in rows {
        if row.amount.amount().is_zero() || row.category == Category::OPENING_BALANCE {
            continue;
        }
        let payee = if row.payee.is_empty() { &row.description } else { &row.payee };
        let is_transfer = row.category.kind() == CategoryKind::Transfer || halves.contains_key(&row.id);
        let key = (&**payee, row.amount.currency(), row.amount.is_outflow(), is_transfer);
        groups.entry(key).or_default().push(Dated::of(row));
    }
    let mut merged: BTreeMap<Key<String>, Vec<Dated<'_>>> = BTreeMap::new();
    for ((payee, currency, is_out, is_transfer), rows) in groups {
        merged.entry((fold(payee), currency, is_out, is_transfer)).or_default().extend(rows);
    }
    merged
}
