//! The money engine through its public interface.

mod balances;
mod categories;
mod ledgers;
mod sample;
mod totals;
