//! The longest chain of rows that follow each other at one cadence.
//!
//! Timing and amounts are weighed as evidence (decimal logarithms of how unlikely chance is), so that
//! a few identical payments count as much as many that vary. The weights are statistics in `f64`; no
//! amount that is shown is made of them.

use domain::Transaction;
use jiff::civil::Date;

use super::cadence::Cadence;
use crate::insight::proof::{approximate, days_between};

/// A row of the ledger with its size at hand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dated<'a> {
    pub(super) row: &'a Transaction,
    pub(super) date: Date,
    /// Days since a day of no meaning, so that a gap costs a subtraction.
    number: i32,
    size: f64,
}

const NUMBERED_FROM: Date = Date::constant(1970, 1, 1);

impl<'a> Dated<'a> {
    pub(super) fn of(row: &'a Transaction) -> Self {
        let number = days_between(NUMBERED_FROM, row.date);
        Self { row, date: row.date, number, size: approximate(row.amount.amount().abs()) }
    }

    pub(super) fn size(&self) -> f64 {
        self.size
    }
}

/// Rows at one cadence, as places in the list that was searched.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) cadence: Cadence,
    pub(super) places: Vec<usize>,
    weight: f64,
}

/// Chance is ruled out from here on: about one in five hundred.
const ENOUGH: f64 = 2.7;
/// A chain that leaves out more than this of the rows is one of the many that chance makes.
const SHARE_MIN: f64 = 0.75;
/// Two missing ones in a row are bridged, not more.
const STEPS_MAX: i32 = 3;

/// The most credible chain, if one rules chance out. `prior` is what the category tells before any
/// row is seen; `regular_only` asks for amounts that stay the same.
pub(super) fn best(rows: &[Dated<'_>], prior: f64, regular_only: bool) -> Option<Chain> {
    let chains = Cadence::ALL.into_iter().filter_map(|cadence| {
        let chain = longest(rows, cadence)?;
        let fits = chain.weight + prior >= ENOUGH && is_credible(rows, &chain);
        (fits && (!regular_only || is_steady(rows, &chain.places))).then_some(chain)
    });
    chains.max_by(|a, b| (a.weight + common(a.cadence)).total_cmp(&(b.weight + common(b.cadence))))
}

/// Of two cadences that fit alike, the one that people have more often.
fn common(cadence: Cadence) -> f64 {
    match cadence {
        Cadence::Monthly | Cadence::Yearly => 0.2,
        Cadence::Weekly | Cadence::Fortnightly | Cadence::Quarterly => 0.1,
        Cadence::FourWeekly | Cadence::Bimonthly | Cadence::HalfYearly => 0.0,
    }
}

fn rows_min(cadence: Cadence) -> usize {
    match cadence {
        Cadence::Weekly => 5,
        Cadence::Fortnightly => 4,
        Cadence::FourWeekly | Cadence::Monthly | Cadence::Bimonthly | Cadence::Quarterly => 3,
        Cadence::HalfYearly => 3,
        Cadence::Yearly => 2,
    }
}

fn longest(rows: &[Dated<'_>], cadence: Cadence) -> Option<Chain> {
    let (first, last) = (rows.first()?, rows.last()?);
    let slots = f64::from(last.number - first.number) / cadence.days() + 1.5;
    // Too dense for a chain of one row a step to explain them, or too few to be sure.
    if rows.len() < rows_min(cadence) || rows.len() as f64 * SHARE_MIN > slots + 1.0 {
        return None;
    }
    let mut weights = vec![0.0_f64; rows.len()];
    let mut before: Vec<Option<usize>> = vec![None; rows.len()];
    let reach = f64::from(STEPS_MAX) * cadence.days() + f64::from(cadence.tolerance_days());
    for at in 1..rows.len() {
        for from in (0..at).rev() {
            if f64::from(rows[at].number - rows[from].number) > reach {
                break;
            }
            let Some(evidence) = evidence(&rows[from], &rows[at], cadence) else { continue };
            let skipped = (at - from - 1) as f64;
            let weight = weights[from] + evidence - 0.3 * skipped;
            if weight > weights[at] {
                (weights[at], before[at]) = (weight, Some(from));
            }
        }
    }
    let end = (0..rows.len()).max_by(|a, b| weights[*a].total_cmp(&weights[*b]))?;
    let mut places: Vec<usize> = std::iter::successors(Some(end), |at| before[*at]).collect();
    places.reverse();
    Some(Chain { cadence, places, weight: weights[end] })
}

/// How much it takes chance to put one row this far after the other, and to make them this alike.
fn evidence(a: &Dated<'_>, b: &Dated<'_>, cadence: Cadence) -> Option<f64> {
    /// Days that months of the calendar are longer or shorter than on average.
    const UNEVEN: f64 = 4.0;
    let gap = f64::from(b.number - a.number);
    let room = f64::from(cadence.tolerance_days()) + UNEVEN;
    // Most pairs are ruled out before the calendar is asked.
    if (gap - (gap / cadence.days()).round() * cadence.days()).abs() > room {
        return None;
    }
    let (steps, off) = cadence.fit(a.date, b.date)?;
    if steps > STEPS_MAX || off > cadence.tolerance_days() {
        return None;
    }
    let window = f64::from(2 * off + 1) / cadence.days();
    let timing = -window.min(1.0).log10();
    Some(timing + likeness(ratio(a.size, b.size)) - 0.6 * f64::from(steps - 1))
}

fn likeness(ratio: f64) -> f64 {
    if ratio <= 1.000_1 {
        1.0
    } else if ratio <= 1.02 {
        0.7
    } else if ratio <= 1.1 {
        0.3
    } else if ratio <= 1.3 {
        0.0
    } else if ratio <= 2.2 {
        -0.1
    } else {
        -0.5
    }
}

/// The larger over the smaller.
pub(super) fn ratio(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if low > 0.0 { high / low } else { f64::INFINITY }
}

/// Whether a chain stands up to what chance also makes: it explains most rows, misses few steps, keeps
/// its days and does not drift.
fn is_credible(rows: &[Dated<'_>], chain: &Chain) -> bool {
    let (cadence, places) = (chain.cadence, &chain.places);
    if places.len() < rows_min(cadence) || (places.len() as f64) < SHARE_MIN * rows.len() as f64 {
        return false;
    }
    let fits: Vec<(i32, i32)> =
        places.windows(2).filter_map(|pair| cadence.fit(rows[pair[0]].date, rows[pair[1]].date)).collect();
    let steps: i32 = fits.iter().map(|(steps, _)| steps).sum();
    let missed = steps - fits.len() as i32;
    if f64::from(missed) > (0.25 * f64::from(steps)).max(if fits.len() >= 3 { 1.0 } else { 0.0 }) {
        return false;
    }
    let off = fits.iter().map(|(_, off)| f64::from(*off)).sum::<f64>() / fits.len() as f64;
    let room = if is_steady(rows, places) { 1.5 } else { 1.0 };
    let keeps_days = off <= room * off_max(cadence);
    keeps_days && !drifts(rows, chain, steps)
}

/// Days off on average, at most.
fn off_max(cadence: Cadence) -> f64 {
    match cadence {
        Cadence::Weekly => 0.8,
        Cadence::Fortnightly => 1.4,
        Cadence::FourWeekly => 2.0,
        Cadence::Monthly => 3.0,
        Cadence::Bimonthly => 4.5,
        Cadence::Quarterly => 6.0,
        Cadence::HalfYearly => 8.0,
        Cadence::Yearly => 10.0,
    }
}

/// Whether the steps are of another length than the cadence's: twice a month is not every two weeks.
fn drifts(rows: &[Dated<'_>], chain: &Chain, steps: i32) -> bool {
    let (first, last) = (rows[chain.places[0]].number, rows[chain.places[chain.places.len() - 1]].number);
    let expected = f64::from(steps) * chain.cadence.days();
    let drift = (f64::from(last - first) - expected).abs();
    let calendar = if chain.cadence.is_of_calendar() { 2.0 } else { 0.0 };
    drift > f64::from(chain.cadence.tolerance_days()) + calendar && drift > 0.03 * expected
}

/// Most amounts are that of the row before, or nearly.
pub(super) fn is_steady(rows: &[Dated<'_>], places: &[usize]) -> bool {
    let pairs = places.windows(2);
    let same = pairs.clone().filter(|pair| ratio(rows[pair[0]].size, rows[pair[1]].size) <= 1.01).count();
    same as f64 >= 0.7 * pairs.len() as f64
}
