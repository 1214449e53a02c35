//! The money engine through its public interface.

#![expect(clippy::inconsistent_digit_grouping, reason = "amounts are cents, the last two digits set apart")]

mod balances;
mod categories;
mod ledgers;
mod reconcile;
mod sample;
mod shared_data;
mod statement_laws;
mod statements;
mod totals;
