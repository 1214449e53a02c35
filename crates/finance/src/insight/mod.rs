//! Understanding of a ledger: what comes again, what flows, what is to be expected.
//!
//! Every figure carries how it came about ([`Proof`]): the formula in words, and its rows.

pub mod cash_flow;
pub mod income;
pub mod net_worth;
mod proof;
pub mod recurring;

pub use proof::Proof;
