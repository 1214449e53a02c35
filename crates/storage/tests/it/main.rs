//! The store contract on memory, journal and failover store, and what only the journal can break.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which clippy does not take for tests")]
mod contract;
mod crash;
mod damage;
mod failover;
mod laws;
mod purge;
