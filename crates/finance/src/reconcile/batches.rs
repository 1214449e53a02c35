//! A sum in one file, its single bookings in another: banks notify of each payment of a batch, and
//! state the batch as one.

use std::collections::{BTreeMap, HashMap};

use domain::{Transaction, TransactionId};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Fate, held::Held, is_pending, range::Ranges};
use crate::statement::StatementRow;

/// A day, whether the money went out, and the bank's reference; without one, all of the day.
type Key<'a> = (Date, bool, Option<&'a str>);

/// Marks rows that add up to one held booking, and rows that several held ones add up to: of one day,
/// with one reference, or all that is left of a day that the file or the import has whole. The same
/// sum may be chance, so the person decides. Gives the other parts of the held sums, by the rows' places.
pub(super) fn settle<'a>(
    held: &mut Held<'a>,
    rows: &'a [StatementRow],
    fates: &mut [Fate],
    ranges: &Ranges,
) -> Vec<(usize, TransactionId)> {
    let left = |fates: &[Fate]| {
        let new = rows.iter().enumerate().filter(|(at, row)| fates[*at] == Fate::New && !is_pending(row));
        new.map(|(at, _)| at).collect::<Vec<_>>()
    };
    for (key, parts) in groups(left(fates), |at| facts(&rows[*at])) {
        if parts.iter().any(|at| fates[*at] != Fate::New) || !is_sure(key, ranges) {
            continue;
        }
        let sum = parts.iter().map(|at| rows[*at].amount).sum();
        if let Some(it) =
            held.take_sum(key.0, sum, |it| key.2.is_none() || it.external_id.as_deref() == key.2)
        {
            for at in parts {
                fates[at] = Fate::Unsure(it.id);
            }
        }
    }
    let open = left(fates);
    let mut others = Vec::new();
    if open.is_empty() {
        return others;
    }
    let mut sums: HashMap<(Key<'_>, Decimal), Vec<&Transaction>> = HashMap::new();
    let mut left: Vec<&Transaction> = held.left().collect();
    left.sort_unstable_by_key(|it| it.id);
    for (key, parts) in groups(left, |it| held_facts(it)) {
        sums.insert((key, parts.iter().map(|it| it.amount.amount()).sum()), parts);
    }
    for at in open {
        let row = &rows[at];
        let (day, is_out, id) = facts(row);
        let mut keys = [id.map(Some), Some(None)].into_iter().flatten().map(|id| (day, is_out, id));
        let found = keys.find_map(|key| {
            let parts = sums.get(&(key, row.amount)).filter(|_| is_sure(key, ranges))?;
            held.take_all(parts).then_some(parts)
        });
        if let Some(parts) = found {
            fates[at] = Fate::Unsure(parts[0].id);
            others.extend(parts[1..].iter().map(|it| (at, it.id)));
        }
    }
    others
}

/// A reference stands for itself; without one, one side has to have the whole day.
fn is_sure((day, _, id): Key<'_>, ranges: &Ranges) -> bool {
    if id.is_some() { ranges.covers(day) } else { ranges.has_whole(day) }
}

fn facts(row: &StatementRow) -> (Date, bool, Option<&str>) {
    (row.date, row.amount.is_sign_negative(), row.external_id.as_deref())
}

fn held_facts(row: &Transaction) -> (Date, bool, Option<&str>) {
    (row.date, row.amount.is_outflow(), row.external_id.as_deref())
}

/// Two and more of a reference, those first, and two and more of a day.
fn groups<'a, T: Copy>(
    items: Vec<T>,
    facts: impl Fn(&T) -> (Date, bool, Option<&'a str>),
) -> impl Iterator<Item = (Key<'a>, Vec<T>)> {
    let (mut by_id, mut by_day): (BTreeMap<Key<'a>, Vec<T>>, BTreeMap<Key<'a>, Vec<T>>) = Default::default();
    for item in items {
        let (day, is_out, id) = facts(&item);
        if id.is_some() {
            by_id.entry((day, is_out, id)).or_default().push(item);
        }
        by_day.entry((day, is_out, None)).or_default().push(item);
    }
    by_id.into_iter().chain(by_day).filter(|(_, items)| items.len() > 1)
}
