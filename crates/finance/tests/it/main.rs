//! The money engine through its public interface.

mod balances;
mod ledgers;
mod sample;
mod totals;
