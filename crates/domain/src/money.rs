//! Decimal money with an ISO 4217 currency.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The text is no ISO 4217 alphabetic code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not an ISO 4217 currency code")]
pub struct InvalidCurrency;

/// An ISO 4217 currency, written as its alphabetic code (`EUR`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("pattern" = "^[A-Za-z]{3}$")))]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// United States dollar.
    pub const USD: Self = Self(iso_currency::Currency::USD);
    /// Euro.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);

    /// The alphabetic code, three upper-case letters.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Digits after the decimal mark in everyday use; 2 where the standard names none.
    pub fn minor_digits(self) -> u32 {
        self.0.exponent().map_or(2, u32::from)
    }

    /// The sign people write (`$`, `€`), else the code.
    pub fn symbol(self) -> String {
        self.0.symbol().to_string()
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl FromStr for Currency {
    type Err = InvalidCurrency;

    fn from_str(text: &str) -> Result<Self, InvalidCurrency> {
        iso_currency::Currency::from_code(&text.trim().to_ascii_uppercase()).map(Self).ok_or(InvalidCurrency)
    }
}

impl TryFrom<String> for Currency {
    type Error = InvalidCurrency;

    fn try_from(text: String) -> Result<Self, InvalidCurrency> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why a [`Money`] could not be made or added.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// More than 15 digits before the mark or 8 after it.
    #[error("amount is out of range")]
    OutOfRange,
    /// The two amounts are in different currencies.
    #[error("amounts are in different currencies")]
    CurrencyMismatch,
}

/// An exact amount in one currency. Negative means money out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "MoneyParts", into = "MoneyParts")]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

#[derive(Serialize, Deserialize)]
struct MoneyParts {
    amount: Decimal,
    currency: Currency,
}

impl Money {
    /// Largest magnitude: 10¹⁵ − 1. Sums of 10 million such rows still fit a `Decimal`.
    pub const MAX: Decimal = Decimal::from_parts(2_764_472_319, 232_830, 0, false, 0);

    /// Checks the range: magnitude at most [`Money::MAX`], at most 8 decimal places.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        // Digits that are few whatever the decimal places tell most amounts to be in range; nearly none needs to
        // lose zeros first.
        let is_short = amount.mantissa().unsigned_abs() <= Self::MAX.mantissa().unsigned_abs();
        if !is_short && amount.abs() > Self::MAX || amount.scale() > 8 && amount.normalize().scale() > 8 {
            return Err(MoneyError::OutOfRange);
        }
        Ok(Self { amount, currency })
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self { amount: Decimal::ZERO, currency }
    }

    /// The signed amount.
    pub const fn amount(self) -> Decimal {
        self.amount
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// True when money goes out.
    pub fn is_outflow(self) -> bool {
        self.amount.is_sign_negative() && !self.amount.is_zero()
    }

    /// Adds an amount of the same currency.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch);
        }
        let sum = self.amount.checked_add(other.amount).ok_or(MoneyError::OutOfRange)?;
        Self::new(sum, self.currency)
    }

    /// The amount with at least the currency's usual digits: `12.50`, `1200` for yen.
    pub fn to_decimal_string(self) -> String {
        let amount = self.amount.normalize();
        let digits = amount.scale().max(self.currency.minor_digits());
        format!("{amount:.*}", digits as usize)
    }
}

impl TryFrom<MoneyParts> for Money {
    type Error = MoneyError;

    fn try_from(parts: MoneyParts) -> Result<Self, MoneyError> {
        Self::new(parts.amount, parts.currency)
    }
}

impl From<Money> for MoneyParts {
    fn from(money: Money) -> Self {
        // At least the currency's digits, so that JSON says 12.50 and not 12.5.
        let mut amount = money.amount.normalize();
        amount.rescale(amount.scale().max(money.currency.minor_digits()));
        Self { amount, currency: money.currency }
    }
}

impl std::ops::Neg for Money {
    type Output = Self;

    fn neg(self) -> Self {
        Self { amount: -self.amount, currency: self.currency }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal_string(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_amount_is_fifteen_nines() {
        assert_eq!(Money::MAX.to_string(), "999999999999999");
    }

    #[test]
    fn an_amount_keeps_the_digits_of_its_currency() {
        let yen = Money::new(Decimal::new(1200, 0), "JPY".parse().unwrap()).unwrap();
        assert_eq!(yen.to_string(), "1200 JPY");
        assert_eq!(Money::new(Decimal::new(125, 1), Currency::EUR).unwrap().to_string(), "12.50 EUR");
    }

    proptest! {
        #[test]
        fn money_adds_back(a in -10i64.pow(14)..10i64.pow(14), b in -10i64.pow(14)..10i64.pow(14)) {
            let a = Money::new(Decimal::new(a, 2), Currency::USD).unwrap();
            let b = Money::new(Decimal::new(b, 2), Currency::USD).unwrap();
            prop_assert_eq!(a.checked_add(b).unwrap().checked_add(-b).unwrap(), a);
        }

        #[test]
        fn json_keeps_money(cents in any::<i32>()) {
            let money = Money::new(Decimal::new(i64::from(cents), 2), Currency::EUR).unwrap();
            let text = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&text).unwrap(), money);
        }
    }
}
