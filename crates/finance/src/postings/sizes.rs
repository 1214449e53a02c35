//! Bounds of a row's size, in units of each currency's column.

use domain::TransactionFilter;
use rust_decimal::Decimal;

use super::LedgerIndex;

/// The sizes that a filter asks for.
pub(crate) struct Sizes {
    /// By currency: the smallest and the greatest size that it keeps.
    bounds: Vec<(u128, u128)>,
}

impl Sizes {
    /// None where any size is asked for.
    pub(super) fn of(index: &LedgerIndex, filter: &TransactionFilter) -> Option<Self> {
        let given = [filter.min, filter.max, filter.above, filter.below];
        if given.iter().all(Option::is_none) {
            return None;
        }
        let bounds = index.currencies.iter().map(|(_, scale)| {
            let at_least = filter.min.map_or(0, |min| units(min, *scale, true));
            let above = filter.above.map_or(0, |above| above_units(above, *scale));
            let at_most = filter.max.map_or(Some(u128::MAX), |max| at_most_units(max, *scale));
            let below =
                filter.below.map_or(Some(u128::MAX), |below| units(below, *scale, true).checked_sub(1));
            match at_most.zip(below) {
                Some((at_most, below)) => (at_least.max(above), at_most.min(below)),
                // No size is below zero.
                None => (1, 0),
            }
        });
        Some(Self { bounds: bounds.collect() })
    }

    pub(super) fn keep(&self, currency: u16, units: u128) -> bool {
        let (least, most) = self.bounds[usize::from(currency)];
        (least..=most).contains(&units)
    }
}

/// The smallest number of units that is at least the size, or with `up` off the greatest that is at
/// most it. A size below zero is zero.
fn units(size: Decimal, scale: u32, up: bool) -> u128 {
    if size <= Decimal::ZERO {
        return 0;
    }
    let mantissa = size.mantissa().unsigned_abs();
    if size.scale() <= scale {
        return mantissa.saturating_mul(10u128.pow(scale - size.scale()));
    }
    let divisor = 10u128.pow(size.scale() - scale);
    if up { mantissa.div_ceil(divisor) } else { mantissa / divisor }
}

fn at_most_units(size: Decimal, scale: u32) -> Option<u128> {
    (size >= Decimal::ZERO).then(|| units(size, scale, false))
}

fn above_units(size: Decimal, scale: u32) -> u128 {
    at_most_units(size, scale).map_or(0, |units| units.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bounds_in_units_are_bounds_of_the_amounts(size in -300i64..300, places in 0u32..4, amount in 0u64..400) {
            let (size, it) = (Decimal::new(size, places), Decimal::new(amount as i64, 2));
            let own = u128::from(amount);
            prop_assert_eq!(it >= size, own >= units(size, 2, true));
            prop_assert_eq!(it > size, own >= above_units(size, 2));
            prop_assert_eq!(it <= size, at_most_units(size, 2).is_some_and(|most| own <= most));
            prop_assert_eq!(it < size, units(size, 2, true).checked_sub(1).is_some_and(|most| own <= most));
        }
    }
}
