//! Understanding of a ledger: what comes again, what flows, what is to be expected.
//!
//! Every figure carries how it came about ([`Proof`]): the formula in words, and its rows.

pub mod anomalies;
pub mod budgets;
pub mod cash_flow;
pub mod forecast;
pub mod goals;
pub mod income;
pub mod net_worth;
mod own;
mod proof;
pub mod recurring;
pub mod safe_to_spend;

pub(crate) use own::{Known, id_ends};
pub use proof::Proof;
