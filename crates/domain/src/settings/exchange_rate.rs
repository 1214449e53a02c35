//! What one currency was worth in another on a day.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Currency, SettingId};

/// Why a rate is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidRate {
    /// A rate is above zero.
    #[error("the rate must be above zero")]
    NotPositive,
    /// A currency in itself needs no rate.
    #[error("the currencies must differ")]
    SameCurrency,
}

/// What one unit of a currency was worth in another on a day, as the person supplied it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeRate {
    /// Its id.
    pub id: SettingId,
    /// The day that it is of.
    pub date: Date,
    /// The currency that one unit is taken of.
    pub from: Currency,
    /// The currency of `rate`.
    pub to: Currency,
    /// Units of `to` for one of `from`; above zero.
    pub rate: Decimal,
}

impl ExchangeRate {
    /// The same rate, or why it is none.
    pub fn validate(self) -> Result<Self, InvalidRate> {
        if self.rate <= Decimal::ZERO {
            return Err(InvalidRate::NotPositive);
        }
        if self.from == self.to {
            return Err(InvalidRate::SameCurrency);
        }
        Ok(self)
    }
}
