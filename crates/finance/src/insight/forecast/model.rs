//! What a forecast is made of: recurring items and ordinary days.

use std::collections::{HashMap, HashSet};

use domain::{Money, Transaction, TransactionId};
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use rust_decimal::Decimal;

use super::ForecastItem;
use crate::insight::{
    proof::{approximate, days_between},
    recurring::{Recurring, recurring_in},
};

/// Days of rows in which recurring things are looked for: two yearly ones are among them.
pub(super) const LOOK_BACK_DAYS: i32 = 800;
/// Days that "ordinary" is taken of: fewer follow single weeks, more are out of date.
const ORDINARY_DAYS: i32 = 182;
/// Fewer days tell nothing of a week.
const ORDINARY_DAYS_MIN: i32 = 14;

/// Recurring items and ordinary days, as known at the end of a day.
#[derive(Debug)]
pub(in crate::insight) struct Model {
    recurring: Vec<Recurring>,
    /// The variance of each one's amounts.
    variances: Vec<f64>,
    ordinary_from: Date,
    ordinary_days: i32,
    regular: HashSet<TransactionId>,
    /// By day of the week, Monday first.
    means: [Decimal; 7],
    variances_by_weekday: [f64; 7],
    /// How much more weeks vary than days that know nothing of each other would make them.
    dispersion: f64,
}

/// Where a balance is expected to have moved by the end of a day.
#[derive(Debug, Clone, Copy)]
pub(in crate::insight) struct Point {
    pub(in crate::insight) date: Date,
    pub(in crate::insight) moved: Decimal,
    /// The standard deviation.
    pub(in crate::insight) spread: f64,
}

impl Model {
    /// The model of rows in the ledger's order, up to a day; none without a row.
    pub(in crate::insight) fn of(
        rows: &[&Transaction],
        halves: &HashMap<TransactionId, TransactionId>,
        day: Date,
    ) -> Option<Self> {
        let rows = &rows[..rows.partition_point(|row| row.date <= day)];
        let first = rows.first()?.date;
        let from = day.saturating_sub(LOOK_BACK_DAYS.days());
        let recent = &rows[rows.partition_point(|row| row.date < from)..];
        let all = recurring_in(recent.iter().copied(), halves, day);
        let regular: HashSet<TransactionId> =
            all.iter().flat_map(|it| it.proof.rows.iter().copied()).collect();
        let recurring: Vec<Recurring> = all.into_iter().filter(Recurring::is_active).collect();
        let ordinary_from = first.max(day.saturating_sub((ORDINARY_DAYS - 1).days()));
        let mut model = Self {
            variances: variances(&recurring, recent),
            recurring,
            ordinary_from,
            ordinary_days: days_between(ordinary_from, day) + 1,
            regular,
            means: [Decimal::ZERO; 7],
            variances_by_weekday: [0.0; 7],
            dispersion: 1.0,
        };
        model.learn_days(recent);
        Some(model)
    }

    fn learn_days(&mut self, rows: &[&Transaction]) {
        if self.ordinary_days < ORDINARY_DAYS_MIN {
            return;
        }
        let mut daily = vec![Decimal::ZERO; self.ordinary_days as usize];
        for row in self.ordinary_rows(rows) {
            daily[days_between(self.ordinary_from, row.date) as usize] += row.amount.amount();
        }
        let weekday = |at: usize| {
            let first = self.ordinary_from.weekday().to_monday_zero_offset();
            (usize::from(first.unsigned_abs()) + at) % 7
        };
        let mut counts = [0_i64; 7];
        let mut sums = [Decimal::ZERO; 7];
        for (at, sum) in daily.iter().enumerate() {
            counts[weekday(at)] += 1;
            sums[weekday(at)] += sum;
        }
        let means: [Decimal; 7] = std::array::from_fn(|day| sums[day] / Decimal::from(counts[day].max(1)));
        let off: Vec<f64> =
            daily.iter().enumerate().map(|(at, sum)| approximate(*sum - means[weekday(at)])).collect();
        let mut squares = [0.0; 7];
        for (at, off) in off.iter().enumerate() {
            squares[weekday(at)] += off * off;
        }
        let variances: [f64; 7] = std::array::from_fn(|day| squares[day] / (counts[day] - 1).max(1) as f64);
        let a_week: f64 = variances.iter().sum();
        let weeks: Vec<f64> = off.chunks_exact(7).map(|week| week.iter().sum::<f64>()).collect();
        let of_weeks = weeks.iter().map(|week| week * week).sum::<f64>() / weeks.len().max(1) as f64;
        self.dispersion = if a_week > 0.0 { (of_weeks / a_week).clamp(1.0, 3.0) } else { 1.0 };
        (self.means, self.variances_by_weekday) = (means, variances);
    }

    /// The balance's way over the days after `day`, from zero.
    pub(in crate::insight) fn path(&self, day: Date, days: i32) -> Vec<Point> {
        let last = day.saturating_add(days.days());
        let mut due: HashMap<Date, (Decimal, f64)> = HashMap::new();
        for (recurring, variance) in self.recurring.iter().zip(&self.variances) {
            for date in recurring.due_between(day.saturating_add(1.day()), last) {
                let at = due.entry(date).or_default();
                at.0 += recurring.usual.amount();
                at.1 += variance;
            }
        }
        let mean_variance = self.variances_by_weekday.iter().sum::<f64>() / 7.0 * self.dispersion;
        let (mut moved, mut variance) = (Decimal::ZERO, 0.0);
        (1..=days)
            .map_while(|ahead| {
                let date = day.checked_add(ahead.days()).ok()?;
                let (amount, of_items) = due.get(&date).copied().unwrap_or_default();
                moved += amount + self.mean(date.weekday());
                variance += of_items + self.variance(date.weekday()) * self.dispersion;
                // The mean itself is known only as well as its days tell it.
                let of_mean =
                    f64::from(ahead) * f64::from(ahead) * mean_variance / f64::from(self.ordinary_days);
                Some(Point { date, moved, spread: (variance + of_mean).sqrt() })
            })
            .collect()
    }

    /// Recurring items after `day` up to and with `to`, by day.
    pub(in crate::insight) fn items(&self, day: Date, to: Date) -> Vec<ForecastItem> {
        let from = day.saturating_add(1.day());
        let mut items: Vec<ForecastItem> = Vec::new();
        for (at, it) in self.recurring.iter().enumerate() {
            items.extend(it.due_between(from, to).into_iter().map(|date| ForecastItem {
                date,
                payee: it.payee.clone(),
                kind: it.kind,
                amount: it.usual,
                recurring: at,
            }));
        }
        items.sort_by_key(|item| (item.date, item.recurring));
        items
    }

    /// What an ordinary day of the week moves, on average.
    pub(in crate::insight) fn mean(&self, weekday: Weekday) -> Decimal {
        self.means[usize::from(weekday.to_monday_zero_offset().unsigned_abs())]
    }

    /// What a week of ordinary days moves, on average.
    pub(in crate::insight) fn week(&self) -> Decimal {
        self.means.iter().sum()
    }

    /// The variance of such days.
    pub(in crate::insight) fn variance(&self, weekday: Weekday) -> f64 {
        self.variances_by_weekday[usize::from(weekday.to_monday_zero_offset().unsigned_abs())]
    }

    /// Days that the means are of.
    pub(in crate::insight) const fn ordinary_days(&self) -> i32 {
        self.ordinary_days
    }

    /// The first and last of them; none where they are too few to tell anything.
    pub(in crate::insight) fn ordinary_span(&self, day: Date) -> Option<(Date, Date)> {
        (self.ordinary_days >= ORDINARY_DAYS_MIN).then_some((self.ordinary_from, day))
    }

    /// The rows that the means are of.
    pub(in crate::insight) fn ordinary_rows<'a>(
        &self,
        rows: &[&'a Transaction],
    ) -> impl Iterator<Item = &'a Transaction> {
        rows[rows.partition_point(|row| row.date < self.ordinary_from)..]
            .iter()
            .copied()
            .filter(|row| !self.regular.contains(&row.id))
    }

    pub(in crate::insight) fn recurring(&self) -> &[Recurring] {
        &self.recurring
    }

    pub(in crate::insight) fn into_recurring(self) -> Vec<Recurring> {
        self.recurring
    }
}

/// The rows that tell how much its amounts vary, the newest twelve at most; none of one that is steady.
pub(super) fn varying_rows(it: &Recurring) -> &[TransactionId] {
    let rows = if it.is_steady { &[] } else { it.proof.rows.as_slice() };
    &rows[rows.len().saturating_sub(12)..]
}

/// What the squares of so many amounts are divided by.
pub(super) fn degrees_of_freedom(amounts: usize) -> usize {
    amounts.max(2) - 1
}

/// The variance of each one's amounts.
fn variances(recurring: &[Recurring], rows: &[&Transaction]) -> Vec<f64> {
    let amounts: HashMap<TransactionId, Money> = rows.iter().map(|row| (row.id, row.amount)).collect();
    let variance = |it: &Recurring| {
        let rows = varying_rows(it);
        let off =
            rows.iter().filter_map(|id| Some(approximate(amounts.get(id)?.amount() - it.usual.amount())));
        off.map(|off| off * off).sum::<f64>() / degrees_of_freedom(rows.len()) as f64
    };
    recurring.iter().map(variance).collect()
}
