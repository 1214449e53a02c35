//! Which rows of a file the ledger holds already.

mod batches;
mod held;
mod range;

use std::collections::HashSet;

use domain::{ImportId, Transaction, TransactionId};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{booked_text::booked_text, likeness::Likeness, statement::StatementRow};
use held::Held;
use range::Ranges;

/// Formats disagree on the day of a booking by a weekend at most.
const DAYS_APART_MAX: i32 = 3;
/// Days from a pending row to its booking at most.
const PENDING_DAYS_MAX: i32 = 14;
/// Rows, on several days, that must be alike but for their ids before the ids count as another
/// program's. Fewer could be equal purchases.
const OTHER_IDS_MIN: usize = 3;

/// A file's rows, parted into those that the account lacks and those that it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciled<'a> {
    /// Rows to add, in the file's order.
    pub new: Vec<&'a StatementRow>,
    /// Rows that the account holds already, in the file's order.
    pub duplicates: Vec<&'a StatementRow>,
    /// Rows that the account seems to hold under another text or day, in the file's order. They
    /// are left out unless the person says that they are new.
    pub unsure: Vec<UnsureRow<'a>>,
    /// What the account holds in the place of each row that is not new. A row that is the sum of several
    /// comes once with each; rows that add up to one come each with that one.
    pub held: Vec<(&'a StatementRow, TransactionId)>,
}

/// A row that is probably held already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnsureRow<'a> {
    /// The file's row.
    pub row: &'a StatementRow,
    /// What the account holds in its place.
    pub held: TransactionId,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    New,
    Duplicate(TransactionId),
    Unsure(TransactionId),
}

impl Fate {
    fn held(self) -> Option<TransactionId> {
        match self {
            Self::New => None,
            Self::Duplicate(id) | Self::Unsure(id) => Some(id),
        }
    }
}

/// Account-scoped multiset difference: the same file again adds nothing, two equal coffees on a
/// day are two, and overlapping files add up to their union, of whatever format. `existing` are
/// the account's transactions; each stands for one row at most.
///
/// A row is held when one of the same day and amount has its bank's id, or its text; exports of
/// another format cut and decorate the text, so a like one will do. The id alone proves nothing,
/// since banks repeat ids; another id is another row, unless all ids are another program's. Which
/// program an id is of is judged by import: those that share one with the file are of its own.
/// Only our own ids, which our exports write, are nobody else's: such a row is the transaction of that
/// id, whatever became of its text.
/// On days that both the file and an earlier import cover, a row that is left over and a held one
/// that the file lacks are probably one, if the amount is the same: those are unsure, and so are
/// several that add up to one. Where several are off by days and all one way, so are those at the ends of
/// these days.
/// A booked row is never held by a pending one: it takes its place.
pub fn reconcile<'a>(existing: &[&Transaction], rows: &'a [StatementRow]) -> Reconciled<'a> {
    let mut fates = vec![Fate::New; rows.len()];
    let mut parts = Vec::new();
    if !existing.is_empty() {
        parts = settle(existing, rows, &mut fates);
    }
    let with = |wanted: fn(&Fate) -> bool| {
        rows.iter().zip(&fates).filter(move |(_, fate)| wanted(fate)).map(|(row, _)| row).collect()
    };
    let unsure = rows.iter().zip(&fates).filter_map(|(row, fate)| match fate {
        Fate::Unsure(held) => Some(UnsureRow { row, held: *held }),
        Fate::New | Fate::Duplicate(_) => None,
    });
    let held = rows.iter().zip(&fates).filter_map(|(row, fate)| Some((row, fate.held()?)));
    Reconciled {
        new: with(|fate| *fate == Fate::New),
        duplicates: with(|fate| matches!(fate, Fate::Duplicate(_))),
        unsure: unsure.collect(),
        held: held.chain(parts.into_iter().map(|(at, id)| (&rows[at], id))).collect(),
    }
}

/// Surest first, so that a row matched by its text never takes the place of one matched by id. Gives the
/// further transactions of rows, by their places, that are the sum of several.
fn settle<'a>(
    existing: &[&'a Transaction],
    rows: &'a [StatementRow],
    fates: &mut [Fate],
) -> Vec<(usize, TransactionId)> {
    let mut held = Held::new(existing);
    for (row, fate) in rows.iter().zip(fates.iter_mut()) {
        let id = row.external_id.as_deref().and_then(|id| id.parse::<TransactionId>().ok());
        if let Some(it) = id.and_then(|id| held.take_own(row, id)) {
            *fate = Fate::Duplicate(it.id);
        }
    }
    let has_own = fates.iter().any(|fate| *fate != Fate::New);
    let duplicates =
        |held: &mut Held<'_>, fates: &mut [Fate], fits: &dyn Fn(&StatementRow, &Transaction) -> bool| {
            for (row, fate) in rows.iter().zip(fates).filter(|(_, fate)| **fate == Fate::New) {
                if let Some(it) = held.take(row, |it| fits(row, it)) {
                    *fate = Fate::Duplicate(it.id);
                }
            }
        };
    let has_id =
        |row: &StatementRow, it: &Transaction| row.external_id.is_some() && it.external_id == row.external_id;
    duplicates(&mut held, fates, &|row, it| has_id(row, it) && has_text(row, it));
    duplicates(&mut held, fates, &has_id);
    // Imports that the file shares an id with are of its program, whatever the ids of others are.
    let of_file: HashSet<(&str, Date, Decimal)> =
        rows.iter().filter_map(|row| Some((row.external_id.as_deref()?, row.date, row.amount))).collect();
    let is_shared = |it: &&&Transaction| {
        it.external_id.as_deref().is_some_and(|id| of_file.contains(&(id, it.date, it.amount.amount())))
    };
    let same_program: HashSet<ImportId> = existing.iter().filter(is_shared).map(|it| it.import_id).collect();
    // Our own ids say nothing of a bank's.
    let others_count = !has_own && !ids_are_anothers(&held, rows, fates, &same_program);
    let contradicts = |row: &StatementRow, it: &Transaction| {
        (others_count || same_program.contains(&it.import_id))
            && row.external_id.is_some()
            && it.external_id.is_some()
            && row.external_id != it.external_id
    };
    duplicates(&mut held, fates, &|row, it| !contradicts(row, it) && has_text(row, it));
    duplicates(&mut held, fates, &|row, it| !contradicts(row, it) && is_like(row, it) >= Likeness::Alike);

    let ranges = Ranges::new(existing, rows);
    for (row, fate) in rows.iter().zip(fates.iter_mut()).filter(|(_, fate)| **fate == Fate::New) {
        if is_pending(row) {
            let booked = held.take_near(row.amount, row.date, (-1, PENDING_DAYS_MAX), |it| {
                is_like(row, it) >= Likeness::Alike
            });
            *fate = booked.map_or(Fate::New, |it| Fate::Duplicate(it.id));
        } else if ranges.is_inside(row.date) {
            // Of a day that one of them has whole, another id is another program's, if none is shared.
            let is_same = |it: &Transaction| {
                !same_program.contains(&it.import_id) && is_like(row, it) >= Likeness::Alike
            };
            let same_day = held.take(row, |it| !contradicts(row, it) || is_same(it));
            *fate = same_day.map_or(Fate::New, |it| Fate::Unsure(it.id));
        }
    }
    let mut shifts = Shifts::default();
    for (row, fate) in rows.iter().zip(fates.iter_mut()).filter(|(_, fate)| **fate == Fate::New) {
        if ranges.covers(row.date) {
            let days = (-DAYS_APART_MAX, DAYS_APART_MAX);
            let moved = held.take_near(row.amount, row.date, days, |it| {
                !contradicts(row, it) && ranges.covers(it.date) && is_like(row, it) >= Likeness::Alike
            });
            if let Some(it) = moved {
                shifts.add(row.date, it.date);
                *fate = Fate::Unsure(it.id);
            }
        }
    }
    if let Some(days) = shifts.days() {
        for (row, fate) in rows.iter().zip(fates.iter_mut()).filter(|(_, fate)| **fate == Fate::New) {
            let moved = held.take_near(row.amount, row.date, days, |it| {
                let is_at_an_end = ranges.covers(row.date) || ranges.covers(it.date);
                !contradicts(row, it) && is_at_an_end && is_like(row, it) >= Likeness::Alike
            });
            *fate = moved.map_or(Fate::New, |it| Fate::Unsure(it.id));
        }
    }
    batches::settle(&mut held, rows, fates, &ranges)
}

/// Which way the held rows' days are off. Where one tells the days of purchase and the other those of booking, all are
/// off one way, and the rows at the ends of the overlap lie beyond it.
#[derive(Default)]
struct Shifts {
    earlier: usize,
    later: usize,
}

impl Shifts {
    fn add(&mut self, read: Date, held: Date) {
        if held < read { self.earlier += 1 } else { self.later += 1 }
    }

    /// The days from a row to what is held in its place, if several are off and all of them one way.
    const fn days(&self) -> Option<(i32, i32)> {
        match (self.earlier, self.later) {
            (2.., 0) => Some((-DAYS_APART_MAX, -1)),
            (0, 2..) => Some((1, DAYS_APART_MAX)),
            _ => None,
        }
    }
}

/// Whether the file's ids come from another program than those that are held: none is shared, and
/// several rows on several days have equals that differ in the id only.
fn ids_are_anothers(
    held: &Held<'_>,
    rows: &[StatementRow],
    fates: &[Fate],
    same_program: &HashSet<ImportId>,
) -> bool {
    let mut left = held.clone();
    let mut days = Vec::new();
    for (row, _) in
        rows.iter().zip(fates).filter(|(row, fate)| row.external_id.is_some() && **fate == Fate::New)
    {
        let is_equal = |it: &Transaction| {
            it.external_id.is_some()
                && !same_program.contains(&it.import_id)
                && is_like(row, it) >= Likeness::Alike
        };
        if left.take(row, is_equal).is_some() {
            days.push(row.date);
            if days.len() >= OTHER_IDS_MIN && days.iter().any(|day| *day != days[0]) {
                return true;
            }
        }
    }
    false
}

fn has_text(row: &StatementRow, held: &Transaction) -> bool {
    let (payee, description) = booked_text(row);
    held.booked_payee() == payee && *held.description == *description
}

fn is_like(row: &StatementRow, held: &Transaction) -> Likeness {
    crate::likeness::likeness((&row.payee, &row.description), (held.booked_payee(), &held.description))
}

fn is_pending(row: &StatementRow) -> bool {
    row.details.as_ref().is_some_and(|details| details.is_pending)
}
