//! A number that a run has a source for, and which figures it stands behind.

use domain::Currency;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{
    number::{Unit, Written},
    sign,
};

/// The farthest that a number rounded to tens or more may be from its source, in percent.
const ROUNDING_MAX_PERCENT: Decimal = Decimal::from_parts(5, 0, 0, false, 0);

/// A number that a run has a source for.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// Without its sign.
    pub value: Decimal,
    pub unit: HeldUnit,
    /// The page with the rows that it was computed from.
    pub href: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HeldUnit {
    Money(Currency),
    /// Money of a text, with its sign, code or word as written there.
    Sign(String),
    /// How many there are: rows, months, days.
    Count,
    /// A percentage, or a rate as a fraction.
    Percent,
    /// What says no unit: the person's own number, an amount whose currency nobody named.
    Any,
}

impl HeldUnit {
    /// The unit that stands beside a number; `bare` where none does.
    pub fn of(written: &Unit, bare: &Self) -> Self {
        match written {
            Unit::None => bare.clone(),
            Unit::Percent => Self::Percent,
            Unit::Money(sign) => Self::Sign(sign.clone()),
        }
    }

    pub fn is_count(&self) -> bool {
        matches!(self, Self::Count)
    }

    fn fits(&self, written: &Unit) -> bool {
        match (written, self) {
            (Unit::None, _) | (_, Self::Any) | (Unit::Percent, Self::Percent) => true,
            (Unit::Money(sign), Self::Money(currency)) => sign::means(sign, *currency),
            (Unit::Money(sign), Self::Sign(own)) => sign::agree(sign, own),
            (Unit::Money(_), Self::Count | Self::Percent)
            | (Unit::Percent, Self::Money(_) | Self::Sign(_) | Self::Count) => false,
        }
    }
}

impl Held {
    /// Whether a figure is this number, rounded as it is written.
    pub fn says(&self, written: &Written) -> bool {
        self.unit.fits(&written.unit) && rounds_to(self.value, written)
    }

    /// Whether a percentage, as a fraction, is this rate: 5 % of 0.05.
    pub fn says_rate(&self, fraction: &Written) -> bool {
        let is_rate = match self.unit {
            HeldUnit::Percent => self.value <= Decimal::ONE,
            HeldUnit::Any => self.value < Decimal::ONE,
            HeldUnit::Money(_) | HeldUnit::Sign(_) | HeldUnit::Count => false,
        };
        is_rate && rounds_to(self.value, fraction)
    }
}

/// Whether a value is what is written, or is once rounded as that is.
fn rounds_to(value: Decimal, written: &Written) -> bool {
    if value == written.value {
        return true;
    }
    let Some(steps) = value.checked_div(written.step) else { return false };
    let rounded = [RoundingStrategy::MidpointAwayFromZero, RoundingStrategy::MidpointNearestEven]
        .into_iter()
        .filter_map(|strategy| steps.round_dp_with_strategy(0, strategy).checked_mul(written.step));
    let is_near = written.step <= Decimal::ONE || {
        let off = (value - written.value).abs().checked_mul(Decimal::ONE_HUNDRED);
        off.zip(value.checked_mul(ROUNDING_MAX_PERCENT)).is_some_and(|(off, most)| off <= most)
    };
    is_near && rounded.into_iter().any(|rounded| rounded == written.value)
}
