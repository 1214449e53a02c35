//! How often the band would have held in the person's own past.

use std::collections::HashMap;

use domain::{Transaction, TransactionId};
use jiff::{ToSpan, civil::Date};
use rust_decimal::{Decimal, prelude::FromPrimitive};
use serde::{Deserialize, Serialize};

use super::{Model, Z_80};
use crate::insight::proof::{days_between, percent};

/// Forecasts that are tried, each some days before the next.
const TRIES: i32 = 8;
/// Days between them.
const APART: i32 = 30;
/// Days that each looks ahead.
const AHEAD: i32 = 90;
/// Days of rows that a forecast needs to be worth trying.
const HISTORY_MIN: i32 = 120;
/// How far back the tries go.
pub(super) const REACH_DAYS: i32 = TRIES * APART;

/// How often the band of 80 % would have held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackTest {
    /// Forecasts that were made anew from what was known on a day of the past.
    pub forecasts: usize,
    /// Days on which balance and band were compared.
    pub days: usize,
    /// Days on which the balance lay in the band.
    pub held: usize,
    /// Those in percent, one digit.
    pub percent: Decimal,
    /// How it came about.
    pub formula: String,
}

/// Makes forecasts of the past from the rows before, and compares them with the rows after.
pub(super) fn back_test(
    rows: &[&Transaction],
    halves: &HashMap<TransactionId, TransactionId>,
    day: Date,
) -> Option<BackTest> {
    let first = rows.first()?.date;
    let (mut forecasts, mut days, mut held) = (0, 0, 0);
    for back in 1..=TRIES {
        let cut = day.checked_sub((back * APART).days()).ok()?;
        if days_between(first, cut) < HISTORY_MIN {
            break;
        }
        let Some(model) = Model::of(rows, halves, cut) else { break };
        forecasts += 1;
        let mut after = rows[rows.partition_point(|row| row.date <= cut)..].iter().peekable();
        let mut moved = Decimal::ZERO;
        for point in model.path(cut, AHEAD.min(back * APART)) {
            while let Some(row) = after.next_if(|row| row.date <= point.date) {
                moved += row.amount.amount();
            }
            days += 1;
            let edge = Decimal::from_f64(Z_80 * point.spread).unwrap_or_default();
            held += usize::from((moved - point.moved).abs() <= edge);
        }
    }
    let percent = percent(Decimal::from(held), Decimal::from(days))?;
    let formula = format!(
        "{forecasts} forecasts as they would have been made {APART} days apart, each compared for up to {AHEAD} \
         days with the balances that came: {held} of {days} days lay in the band of 80 %"
    );
    Some(BackTest { forecasts, days, held, percent, formula })
}
