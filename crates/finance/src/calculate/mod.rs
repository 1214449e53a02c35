//! Calculators: loans, debts, savings, retirement, returns, inflation, currencies.
//!
//! Rates are fractions a year (`0.05` is 5 %). A monthly rate is the nominal annual rate divided by
//! twelve, so that interest compounds monthly. Amounts are decimals of up to 28 digits and are rounded
//! once, where they leave; the few transcendental steps are `f64` and say how exact they are.

mod currency;
mod debts;
mod emergency_fund;
mod error;
mod growth;
mod inflation;
mod loan;
mod monte_carlo;
mod payoff;
mod retirement;
mod savings;
mod twr;
mod xirr;

pub use currency::{Conversion, DatedRate, RateUsed, convert};
pub use debts::{Debt, DebtOutcome, DebtPlan, PayoffOrder, debts_at_minimum, pay_off_debts};
pub use emergency_fund::{EmergencyFund, EmergencyFundPlan, emergency_fund};
pub use error::CalculationError;
pub use growth::{MONTHS_MAX, Rounding, round_money};
pub use inflation::{adjust_by_index, adjust_by_rate};
pub use loan::{LoanPlan, LoanRow, LoanTerms, RateChange, level_payment, loan};
pub use monte_carlo::{MonteCarlo, MonteCarloPlan, Percentiles, ReturnModel, monte_carlo};
pub use payoff::{Payoff, payoff};
pub use retirement::{RetirementOutcome, RetirementPlan, retirement};
pub use savings::{SavingsPlan, When, future_value, required_saving};
pub use twr::{TimeWeighted, Valuation, time_weighted_return};
pub use xirr::xirr;
