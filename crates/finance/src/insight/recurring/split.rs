//! Rows of one payee, parted until each part comes at one cadence.

use std::collections::BTreeMap;

use domain::{Category, CategoryKind};

use super::chain::{self, Chain, Dated, ratio};
use crate::{fold::fold_into, insight::recurring::cadence::Cadence};

/// Rows that come at one cadence.
#[derive(Debug)]
pub(super) struct Strand<'a> {
    pub(super) cadence: Cadence,
    /// By day.
    pub(super) rows: Vec<Dated<'a>>,
}

impl Strand<'_> {
    fn last_size(&self) -> f64 {
        self.rows.last().map_or(0.0, Dated::size)
    }
}

/// For each row, which part it belongs to.
type Split = fn(&[Dated<'_>]) -> Vec<usize>;

/// Ways to part rows, tried in this order: what they are for, how much, which day of the month, and
/// at last one part for each very amount.
const SPLITS: [Split; 5] = [by_text, by_category, by_size, by_day, by_amount];
/// Splits before this one go by words, which chance does not make; after them, and for what one
/// strand leaves over, chance has many more tries, and that much more must speak against it.
const BY_WORDS: usize = 2;
const MANY_TRIES: f64 = 1.2;

/// The strands in a payee's rows, which are in order of days.
pub(super) fn strands<'a>(rows: &[Dated<'a>]) -> Vec<Strand<'a>> {
    let mut found = Vec::new();
    part(rows, 0, 0.0, &mut found);
    found.sort_by_key(|strand| strand.rows.first().map(|row| (row.date, row.row.id)));
    joined(found)
}

fn part<'a>(rows: &[Dated<'a>], split: usize, doubt: f64, found: &mut Vec<Strand<'a>>) {
    if rows.len() < 2 {
        return;
    }
    let (prior, regular_only) = habit(rows);
    if let Some(Chain { cadence, places, .. }) = chain::best(rows, prior - doubt, regular_only) {
        let mut inside = vec![false; rows.len()];
        for place in &places {
            inside[*place] = true;
        }
        found.push(Strand { cadence, rows: places.iter().map(|place| rows[*place]).collect() });
        let others: Vec<Dated<'a>> =
            rows.iter().zip(inside).filter(|(_, inside)| !inside).map(|(row, _)| *row).collect();
        return part(&others, split, MANY_TRIES, found);
    }
    for (at, parted_by) in SPLITS.iter().enumerate().skip(split) {
        let labels = parted_by(rows);
        let parts = labels.iter().max().map_or(0, |last| last + 1);
        if parts < 2 || parts == rows.len() {
            continue;
        }
        let mut of: Vec<Vec<Dated<'a>>> = vec![Vec::new(); parts];
        for (row, label) in rows.iter().zip(labels) {
            of[label].push(*row);
        }
        for rows in of {
            part(&rows, at + 1, if at < BY_WORDS { doubt } else { MANY_TRIES }, found);
        }
        return;
    }
}

/// What the category of most rows tells before any row is looked at, and whether only amounts that
/// stay the same count: people shop and eat often without that being a bill.
fn habit(rows: &[Dated<'_>]) -> (f64, bool) {
    match category_of(rows) {
        None => (0.0, false),
        Some(category) if category.kind() != CategoryKind::Spending => (0.3, false),
        Some(category) => match (category.group(), category.name()) {
            (
                "Subscriptions" | "Utilities" | "Insurance" | "Debt" | "Housing" | "Taxes" | "Education",
                name,
            ) if name != "Furnishings" && name != "Maintenance" => (0.5, false),
            (_, "Childcare" | "Fitness" | "Donations" | "Bank fees") => (0.5, false),
            (
                "Food" | "Shopping" | "Entertainment" | "Travel" | "Transport" | "Personal care" | "Pets"
                | "Cash withdrawals" | "Health",
                _,
            )
            | (_, "Gifts" | "Baby & toys") => (-0.3, true),
            _ => (0.0, false),
        },
    }
}

/// The category that most rows have, of equals the newer one.
pub(super) fn category_of<'a>(rows: &[Dated<'a>]) -> Option<&'a Category> {
    let mut counts: Vec<(&Category, usize)> = Vec::new();
    for row in rows.iter().rev() {
        match counts.iter_mut().find(|(category, _)| *category == &row.row.category) {
            Some((_, count)) => *count += 1,
            None => counts.push((&row.row.category, 1)),
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(category, _)| category)
}

/// Numbers the keys in their order.
fn numbered<K: Ord>(keys: Vec<K>) -> Vec<usize> {
    let mut numbers: BTreeMap<&K, usize> = keys.iter().map(|key| (key, 0)).collect();
    for (at, number) in numbers.values_mut().enumerate() {
        *number = at;
    }
    keys.iter().map(|key| numbers[key]).collect()
}

/// By category and description; words with digits are references and left out. Nothing where nearly
/// every row has a text of its own.
fn by_text(rows: &[Dated<'_>]) -> Vec<usize> {
    let words = |row: &Dated<'_>| {
        let mut folded = String::new();
        fold_into(&row.row.description, &mut folded);
        let words = folded.split(' ').filter(|word| !word.bytes().any(|byte| byte.is_ascii_digit()));
        words.collect::<Vec<_>>().join(" ")
    };
    let labels = numbered(rows.iter().map(|row| (row.row.category.path(), words(row))).collect());
    let parts = labels.iter().max().map_or(0, |last| last + 1);
    if parts * 2 > rows.len() { Vec::new() } else { labels }
}

fn by_category(rows: &[Dated<'_>]) -> Vec<usize> {
    numbered(rows.iter().map(|row| row.row.category.path()).collect())
}

/// By size, cut wherever the next larger one is a quarter larger.
fn by_size(rows: &[Dated<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|a, b| rows[*a].size().total_cmp(&rows[*b].size()));
    let mut labels = vec![0; rows.len()];
    let mut label = 0;
    for pair in order.windows(2) {
        label += usize::from(ratio(rows[pair[0]].size(), rows[pair[1]].size()) > 1.25);
        labels[pair[1]] = label;
    }
    labels
}

/// By day of the month, cut wherever five days of it have no row.
fn by_day(rows: &[Dated<'_>]) -> Vec<usize> {
    /// Days of the month without a row between two parts; fewer are weekends and holidays.
    const APART: i8 = 5;
    let mut days: Vec<i8> = rows.iter().map(|row| row.date.day()).collect();
    days.sort_unstable();
    days.dedup();
    let mut starts: Vec<i8> =
        days.windows(2).filter(|pair| pair[1] - pair[0] > APART).map(|pair| pair[1]).collect();
    if let (Some(first), Some(last)) = (days.first(), days.last())
        && first + 31 - last > APART
    {
        starts.push(*first);
    }
    starts.sort_unstable();
    if starts.len() < 2 {
        return Vec::new();
    }
    // Days before the first start belong to the last part: around the end of the month.
    let of = |day: i8| starts.iter().rposition(|start| *start <= day).unwrap_or(starts.len() - 1);
    rows.iter().map(|row| of(row.date.day())).collect()
}

/// One part for each amount that comes three times and more; the rest is one part.
fn by_amount(rows: &[Dated<'_>]) -> Vec<usize> {
    let cents: Vec<_> = rows.iter().map(|row| row.row.amount.amount()).collect();
    let mut counts = BTreeMap::new();
    for amount in &cents {
        *counts.entry(*amount).or_insert(0_usize) += 1;
    }
    numbered(
        cents.iter().map(|amount| counts.get(amount).filter(|count| **count >= 3).map(|_| *amount)).collect(),
    )
}

/// A price that rose between two strands makes them one.
fn joined(strands: Vec<Strand<'_>>) -> Vec<Strand<'_>> {
    let mut joined: Vec<Strand<'_>> = Vec::with_capacity(strands.len());
    for strand in strands {
        let follows = joined.iter().position(|before| follows(before, &strand));
        match follows {
            Some(at) => joined[at].rows.extend(strand.rows),
            None => joined.push(strand),
        }
    }
    joined
}

fn follows(before: &Strand<'_>, after: &Strand<'_>) -> bool {
    let (Some(last), Some(first)) = (before.rows.last(), after.rows.first()) else { return false };
    before.cadence == after.cadence
        && last.date < first.date
        && last.row.category == first.row.category
        && ratio(before.last_size(), first.size()) <= 1.6
        && before
            .cadence
            .fit(last.date, first.date)
            .is_some_and(|(steps, off)| steps <= 2 && off <= before.cadence.tolerance_days())
}
