//! The money engine through its public interface.

mod balances;
mod categories;
mod ledgers;
mod reconcile;
mod sample;
mod shared_data;
mod statement_laws;
mod statements;
mod totals;
