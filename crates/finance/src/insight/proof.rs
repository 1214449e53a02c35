//! How a figure came about, and the arithmetic that the figures share.

use domain::{Currency, Money, Transaction, TransactionFilter, TransactionId};
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

/// How a figure came about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Proof {
    /// The formula in words.
    pub formula: String,
    /// The rows, by day, where no filter finds exactly them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<TransactionId>,
    /// Finds the rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<TransactionFilter>,
}

impl Proof {
    /// A figure of these rows.
    pub(super) fn of_rows<'a>(
        formula: impl Into<String>,
        rows: impl IntoIterator<Item = &'a Transaction>,
    ) -> Self {
        Self {
            formula: formula.into(),
            rows: rows.into_iter().map(|row| row.id).collect(),
            ..Self::default()
        }
    }

    /// A figure of the rows that a filter finds.
    pub(super) fn of_filter(formula: impl Into<String>, filter: TransactionFilter) -> Self {
        Self { formula: formula.into(), filter: Some(filter), ..Self::default() }
    }

    /// A figure made of others.
    pub(super) fn of_figures(formula: impl Into<String>) -> Self {
        Self { formula: formula.into(), ..Self::default() }
    }
}

/// A sum as money, rounded to the currency's digits; beyond what an amount can hold, the most that it can.
pub(super) fn money(sum: Decimal, currency: Currency) -> Money {
    let rounded = round(sum, currency).clamp(-Money::MAX, Money::MAX);
    Money::new(rounded, currency).unwrap_or(Money::zero(currency))
}

/// Rounded to the currency's digits, halves away from zero. A sum of quotients may lie the last of its 28
/// digits beside the half that it is.
pub(super) fn round(sum: Decimal, currency: Currency) -> Decimal {
    sum.round_dp(12).round_dp_with_strategy(currency.minor_digits(), RoundingStrategy::MidpointAwayFromZero)
}

/// The middle value, of an even number the mean of the two; none of nothing.
pub(super) fn median(values: impl IntoIterator<Item = Decimal>) -> Option<Decimal> {
    let mut values: Vec<Decimal> = values.into_iter().collect();
    values.sort_unstable();
    let middle = values.len() / 2;
    let high = *values.get(middle)?;
    if values.len() % 2 == 1 {
        return Some(high);
    }
    Some((values[middle - 1] + high) / Decimal::TWO)
}

/// `part` of `whole` in percent, one digit; none of nothing.
pub(super) fn percent(part: Decimal, whole: Decimal) -> Option<Decimal> {
    let share = part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)?;
    let mut share = share.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
    share.rescale(1);
    Some(share)
}

/// Days from one day to another.
pub(super) fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// For statistics only: never for a sum that is shown.
pub(super) fn approximate(value: Decimal) -> f64 {
    value.to_f64().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_of_quotients_is_rounded_as_the_half_that_it_is() {
        let quotients =
            ["10", "13.69", "10.24"].map(|sum| sum.parse::<Decimal>().unwrap() / Decimal::from(26));
        let sum: Decimal = quotients.into_iter().sum();
        assert!(sum < "1.305".parse().unwrap(), "{sum}");
        assert_eq!(round(sum, Currency::USD).to_string(), "1.31");
        assert_eq!(round(-sum, Currency::USD).to_string(), "-1.31");
    }
}
