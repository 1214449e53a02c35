//! Understanding of ledgers: fixtures with known truth, and the laws of each module.

mod ahead;
mod anomalies;
mod budgets;
mod flows;
mod generated;
mod household;
mod income;
mod recurring;
