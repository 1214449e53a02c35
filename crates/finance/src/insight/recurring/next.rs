//! When the next one is due.

use jiff::{ToSpan, civil::Date};

use super::{
    Recurring,
    cadence::{Cadence, to_month_end},
    chain::Dated,
};
use crate::insight::proof::days_between;

/// The rows that tell the day: enough to see through weekends, few enough to follow a new day.
const RECENT: usize = 7;
/// Steps that a schedule is followed at most: more than a century of months.
const STEPS_MAX: i32 = 1_300;

/// What is to come after the last row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Schedule {
    /// The last row's day on the schedule: the row itself may have come earlier or later.
    pub(super) anchor: Date,
    pub(super) next: Option<Date>,
    pub(super) overdue_since: Option<Date>,
}

/// When the next is due as seen on a day; `known_until` is the last day that rows tell of.
pub(super) fn schedule(cadence: Cadence, rows: &[Dated<'_>], day: Date, known_until: Date) -> Schedule {
    let anchor = anchor(cadence, rows);
    let ended = Schedule { anchor, next: None, overdue_since: None };
    let Some(first_due) = cadence.later(anchor, 1) else { return ended };
    if days_between(first_due, known_until) > grace_days(cadence) {
        return ended;
    }
    let late = cadence.tolerance_days();
    // One that is a few days late may still come.
    let next = (1..STEPS_MAX)
        .map_while(|steps| cadence.later(anchor, steps))
        .find(|due| days_between(*due, day) <= late && days_between(*due, known_until) <= late);
    let is_late = days_between(first_due, known_until) > late;
    Schedule { anchor, next, overdue_since: is_late.then_some(first_due) }
}

/// Days after the day it was due until it is taken for ended.
fn grace_days(cadence: Cadence) -> i32 {
    let late = cadence.tolerance_days();
    match cadence {
        Cadence::Weekly
        | Cadence::Fortnightly
        | Cadence::FourWeekly
        | Cadence::Monthly
        | Cadence::Bimonthly => cadence.days() as i32 + late,
        Cadence::Quarterly | Cadence::HalfYearly | Cadence::Yearly => 2 * late,
    }
}

/// The last row's day, moved to where rows of this cadence usually stand.
fn anchor(cadence: Cadence, rows: &[Dated<'_>]) -> Date {
    let recent = &rows[rows.len().saturating_sub(RECENT)..];
    let last = rows[rows.len() - 1].date;
    if !cadence.is_of_calendar() {
        let step = cadence.days() as i32;
        let off = |row: &Dated<'_>| {
            let back = days_between(row.date, last).rem_euclid(step);
            if back * 2 > step { step - back } else { -back }
        };
        return moved(last, median(recent.iter().map(off).collect()));
    }
    let days: Vec<i32> = recent.iter().map(|row| i32::from(row.date.day())).collect();
    let ends: Vec<i32> = recent.iter().map(|row| to_month_end(row.date)).collect();
    if ends.iter().all(|end| *end <= 3) && ends.contains(&0) && days.contains(&31) {
        return last.last_of_month();
    }
    // Around the turn of a month, days before it count down to it.
    let turns = spread(&days) > 20;
    let offset = |(day, end): (&i32, &i32)| if turns && *day > 15 { -end } else { *day };
    let usual = median(days.iter().zip(&ends).map(offset).collect()) - 1;
    let first = last.first_of_month();
    let months = [first.checked_sub(1.month()), Ok(first), first.checked_add(1.month())];
    let near = months.into_iter().filter_map(Result::ok).map(|first| moved(first, usual));
    near.min_by_key(|day| days_between(*day, last).abs()).unwrap_or(last)
}

fn spread(of: &[i32]) -> i32 {
    of.iter().max().unwrap_or(&0) - of.iter().min().unwrap_or(&0)
}

fn median(mut of: Vec<i32>) -> i32 {
    of.sort_unstable();
    of.get(of.len() / 2).copied().unwrap_or_default()
}

fn moved(date: Date, days: i32) -> Date {
    date.checked_add(days.days()).unwrap_or(date)
}

/// The days on which it is due, from `from` to `to`; one that is late counts on `from`.
pub(super) fn due_between(of: &Recurring, from: Date, to: Date) -> Vec<Date> {
    let Some(next) = of.next else { return Vec::new() };
    let days = (1..STEPS_MAX).map_while(|steps| of.cadence.later(of.anchor, steps));
    let due = days.skip_while(|day| *day < next).take_while(|day| *day <= to);
    due.filter(|day| *day >= from || *day == next).map(|day| day.max(from)).collect()
}
