//! What several insights need of a ledger, worked out once for each of its states.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use domain::{AccountId, Ledger, Transaction, TransactionId};
use jiff::civil::Date;

use super::{
    forecast::{Forecast, ForecastQuery, Model, moving_rows},
    recurring::{Recurring, recurring_in},
};
use crate::{postings::LedgerIndex, transfers};

/// The other half of each row that is half of a transfer between own accounts.
pub(super) type Halves = HashMap<TransactionId, TransactionId>;

/// Kept with the ledger's index: a page asks for the same several times, and so does the next one.
#[derive(Debug, Default)]
pub(crate) struct Known {
    halves: OnceLock<Arc<Halves>>,
    /// By the day that counts as today.
    recurring: Last<Date, Arc<Vec<Recurring>>>,
    /// By the question and the day.
    forecast: Last<(ForecastQuery, Date), Option<Arc<Forecast>>>,
    /// No two rows' ids end in the same [`ID_END`].
    ends_differ: OnceLock<bool>,
    /// By the accounts and the day.
    ahead: Last<(Vec<AccountId>, Date), Arc<Ahead>>,
}

/// The last twelve digits of an id.
const ID_END: u128 = 0xffff_ffff_ffff;

/// What rows' ids end in, twelve digits each; none where two of the ledger's end alike.
pub(crate) fn id_ends(ledger: &Ledger, rows: &[TransactionId]) -> Option<Vec<String>> {
    let end = |id: &TransactionId| (id.as_uuid().as_u128() & ID_END) as u64;
    let differ = *LedgerIndex::of(ledger).known.ends_differ.get_or_init(|| {
        let mut ends: Vec<u64> = ledger.transactions.iter().map(|row| end(&row.id)).collect();
        ends.sort_unstable();
        ends.windows(2).all(|pair| pair[0] != pair[1])
    });
    differ.then(|| rows.iter().map(|id| format!("{:012x}", end(id))).collect())
}

/// What is to be expected of some accounts.
#[derive(Debug)]
pub(super) struct Ahead {
    pub(super) model: Option<Model>,
    /// What comes again among the rows that move what they hold together.
    pub(super) recurring: Vec<Recurring>,
}

/// The answer to what was asked last.
#[derive(Debug)]
struct Last<K, V>(Mutex<Option<(K, V)>>);

impl<K, V> Default for Last<K, V> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<K: PartialEq, V: Clone> Last<K, V> {
    /// Who asks meanwhile waits rather than work the same out.
    fn get_or(&self, asked: K, work_out: impl FnOnce(&K) -> V) -> V {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, answer)) = &*last
            && *known == asked
        {
            return answer.clone();
        }
        let answer = work_out(&asked);
        *last = Some((asked, answer.clone()));
        answer
    }
}

/// Which rows only move money between the person's own accounts.
pub(super) fn other_halves(ledger: &Ledger) -> Arc<Halves> {
    let index = LedgerIndex::of(ledger);
    let halves = index.known.halves.get_or_init(|| {
        let pairs = transfers(ledger).pairs;
        Arc::new(pairs.into_iter().flat_map(|pair| [(pair.from, pair.to), (pair.to, pair.from)]).collect())
    });
    Arc::clone(halves)
}

/// Those of the ledger's rows that stand: without the pending ones that the bank has booked since.
pub(super) fn standing<'a>(
    ledger: &'a Ledger,
    rows: &'a [Transaction],
) -> impl DoubleEndedIterator<Item = &'a Transaction> + use<'a> {
    let index = LedgerIndex::of(ledger);
    rows.iter().filter(move |row| !index.is_replaced(row.id))
}

/// See [`recurring`](super::recurring::recurring).
pub(super) fn recurring_until(ledger: &Ledger, day: Date) -> Arc<Vec<Recurring>> {
    LedgerIndex::of(ledger).known.recurring.get_or(day, |day| {
        let rows = standing(ledger, &ledger.transactions);
        Arc::new(recurring_in(rows, &other_halves(ledger), *day))
    })
}

/// See [`forecast`](super::forecast::forecast).
pub(super) fn forecast_once(
    ledger: &Ledger,
    query: &ForecastQuery,
    day: Date,
    work_out: impl FnOnce() -> Option<Forecast>,
) -> Option<Forecast> {
    let found = LedgerIndex::of(ledger).known.forecast.get_or((*query, day), |_| work_out().map(Arc::new));
    found.map(|forecast| (*forecast).clone())
}

/// The model of the rows that move what some accounts hold together.
pub(super) fn ahead(ledger: &Ledger, accounts: &[AccountId], day: Date) -> Arc<Ahead> {
    LedgerIndex::of(ledger).known.ahead.get_or((accounts.to_vec(), day), |_| {
        let halves = other_halves(ledger);
        let rows = moving_rows(ledger, accounts, &halves, day);
        Arc::new(Ahead {
            model: Model::of(&rows, &halves, day),
            recurring: recurring_in(rows.iter().copied(), &halves, day),
        })
    })
}
