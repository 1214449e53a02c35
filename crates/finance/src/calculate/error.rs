//! Why a calculation has no result.

use domain::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use thiserror::Error;

/// Why a calculation has no result. Fields are named as the tools name their inputs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CalculationError {
    /// A value is none that the calculation knows.
    #[error("{field} must be {expected}")]
    OutOfRange {
        /// The input.
        field: &'static str,
        /// What it may be.
        expected: &'static str,
    },
    /// The figures grow beyond what 28 digits hold.
    #[error("the figures grow beyond 28 digits")]
    TooLarge,
    /// The payment only just covers the interest, or less.
    #[error("a monthly_payment of {payment} never pays it off: a month's interest is {interest}")]
    NeverPaysOff {
        /// What is paid a month.
        payment: Decimal,
        /// The first month's interest, in cents.
        interest: Decimal,
    },
    /// The minimum payments are more than the budget.
    #[error("monthly_budget must be at least {minimums}, the sum of the minimum payments")]
    BudgetTooSmall {
        /// Their sum.
        minimums: Decimal,
    },
    /// A hundred years do not pay the debts off.
    #[error("a monthly_budget of {budget} never pays the debts off")]
    BudgetNeverPaysOff {
        /// What is paid a month.
        budget: Decimal,
    },
    /// A rate of return needs money that goes in and money that comes out.
    #[error("flows must have at least one amount below zero and one above")]
    OneSided,
    /// A rate of return needs time to pass.
    #[error("flows must be on at least two days")]
    OneDay,
    /// No rate makes the flows worth nothing.
    #[error("flows have no rate of return between -99.9999999 % and 100,000,000,000 % a year")]
    NoRate,
    /// Several rates make the flows worth nothing, because they change sign more than once.
    #[error("flows have several rates of return ({}), none of them the right one", rates.join(", "))]
    SeveralRates {
        /// Each, in percent a year.
        rates: Vec<String>,
    },
    /// A part of the time has nothing invested, or less, at its start.
    #[error("valuations must leave a value above zero after the flow of {date}")]
    NothingInvested {
        /// The day.
        date: Date,
    },
    /// No rate leads from one currency to the other by that day.
    #[error("there is no exchange rate from {from} to {to} on or before {date}")]
    MissingRate {
        /// From this currency.
        from: Currency,
        /// To this one.
        to: Currency,
        /// The day asked for.
        date: Date,
    },
}

impl CalculationError {
    pub(super) const fn out_of_range(field: &'static str, expected: &'static str) -> Self {
        Self::OutOfRange { field, expected }
    }
}
